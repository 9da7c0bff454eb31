"""The stand-in behaves as a provider does, on the real engine: what it refuses, keeps and tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from standin import Standin

from domicile.model.errors import OutsideError
from domicile.provision.engine import ensure
from domicile.provision.pulumi_cli import Cli, counts

SERVER, KEY = "hcloud:index/server:Server", "hcloud:index/sshKey:SshKey"
_PROJECT = "name: tried\nruntime: python\n"
_PROGRAM = """
import pulumi, pulumi_hcloud as hcloud
key = hcloud.SshKey("key", public_key="ssh-ed25519 AAAA")
where = hcloud.get_location(name="fsn1")
server = hcloud.Server("one", server_type="ccx23", image="debian-12", location=where.name,
    ssh_keys=[key.id])
pulumi.export("address", server.ipv4_address)
"""
_RAW = "pulumi.CustomResource('hcloud:index/server:Server', 'x'"


@pytest.fixture
def standin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Standin]:
    """Hetzner Cloud, as far as the program above needs it."""
    location = {"name": "fsn1", "id": 1, "city": "Falkenstein", "country": "DE"}
    with Standin(
        "hcloud",
        replaces={SERVER: {"image", "location"}},
        computed={SERVER: lambda inputs: {"status": f"running in {inputs['location']}"}},
        answers={"hcloud:index/getLocation:getLocation": location},
    ) as made:
        monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", made.setting)
        yield made


@pytest.fixture
def cli(tmp_path: Path, standin: Standin) -> Cli:  # noqa: ARG001 -- the engine must find it
    """The engine on a program of its own."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "Pulumi.yaml").write_text(_PROJECT)
    _write(tmp_path, _PROGRAM)
    made = Cli(tmp_path, ensure())
    made.run("dev", "stack", "init", "--no-select")
    return made


def _write(root: Path, program: str) -> None:
    (root / "infra" / "__main__.py").write_text(program)


def _up(cli: Cli) -> dict[str, int]:
    return counts(cli.run("dev", "up", "--yes", "--skip-preview"))


def test_what_is_made_stands_changes_and_goes(cli: Cli, standin: Standin) -> None:
    """A preview makes nothing; then create, update, replace and delete, each once and told."""
    assert counts(cli.run("dev", "preview")) == {"create": 3}
    assert standin.cloud.made == {}
    assert _up(cli) == {"created": 3}
    (server,) = standin.cloud.of(SERVER)
    assert server.inputs["sshKeys"] == [standin.cloud.named("key").id]
    assert server.inputs["name"].startswith("one-")
    assert server.outputs["status"] == "running in fsn1"
    assert cli.run("dev", "stack", "output", "address").strip() == server.outputs["ipv4Address"]
    assert _up(cli) == {"unchanged": 3}
    _write(cli.root, _PROGRAM.replace("ccx23", "ccx33"))
    assert _up(cli) == {"updated": 1, "unchanged": 2}
    assert standin.cloud.of(SERVER) == [server]
    assert server.inputs["serverType"] == "ccx33"
    _write(cli.root, _PROGRAM.replace("debian-12", "debian-13"))
    assert _up(cli)["replaced"] == 1
    (again,) = standin.cloud.of(SERVER)
    assert again.id != server.id
    cli.run("dev", "destroy", "--yes", "--skip-preview")
    assert standin.cloud.made == {}
    assert [call.id for call in standin.called("Delete", SERVER)] == [server.id, again.id]
    assert standin.called("Invoke")[0].inputs == {"name": "fsn1"}


def test_a_refresh_sees_what_was_changed_behind_pulumi(cli: Cli, standin: Standin) -> None:
    """A type that someone changed comes back with `up`; what someone removed is made again."""
    _up(cli)
    (server,) = standin.cloud.of(SERVER)
    server.drift(serverType="cx11")
    assert counts(cli.run("dev", "refresh", "--yes", "--skip-preview"))["updated"] == 1
    assert _up(cli)["updated"] == 1
    assert server.inputs["serverType"] == "ccx23"
    standin.cloud.remove(server.id)
    assert counts(cli.run("dev", "refresh", "--yes", "--skip-preview"))["deleted"] == 1
    assert _up(cli)["created"] == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[key.id]", "key.id", "sshKeys.*is not"),
        ('image="debian-12"', "image=3", "image.*3.* is not str"),
        ("pulumi.export", f"{_RAW}, {{'serverType': 'a', 'lables': {{}}}})\npulumi.export",
         "lables.*no such property"),
        ("pulumi.export", f"{_RAW}, {{}})\npulumi.export", "missing: ServerArgs requires it"),
    ],
)  # fmt: skip
def test_inputs_that_the_sdk_does_not_take_are_refused(
    cli: Cli, standin: Standin, old: str, new: str, said: str
) -> None:
    """Misspelt, missing or of the wrong type: the engine says which, and nothing of it is made."""
    _write(cli.root, _PROGRAM.replace(old, new))
    with pytest.raises(OutsideError, match=said):
        _up(cli)
    assert "x" not in {made.name for made in standin.cloud.made.values()}


def test_what_the_cloud_refuses_is_said_and_nothing_is_lost(cli: Cli, standin: Standin) -> None:
    """A quota, then credentials: what was made before stays in the state, and `up` goes on."""
    standin.cloud.quota(SERVER, 0)
    with pytest.raises(OutsideError, match="quota exceeded: at most 0"):
        _up(cli)
    assert len(standin.cloud.of(KEY)) == 1
    standin.cloud.relent()
    standin.cloud.refuse("Configure", "unauthorized: no token", times=1)
    with pytest.raises(OutsideError, match="unauthorized: no token"):
        _up(cli)
    assert _up(cli) == {"created": 1, "unchanged": 2}
    assert len(standin.cloud.of(KEY)) == 1
