"""States that cannot be read or written are told in words, and left as they are."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from domicile.model.errors import OutsideError
from domicile.provision import pulumi_cli, states
from domicile.provision.engine import Engine
from domicile.provision.pulumi_cli import Cli
from domicile.provision.running import Run

WHOLE = {"version": 3, "checkpoint": {"latest": {"resources": []}}}


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Pulumi on a workspace whose states are its own files."""
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    (_file(tmp_path)).parent.mkdir(parents=True)
    return Cli(tmp_path, Engine(tmp_path / "nowhere", "path"))


def _file(root: Path) -> Path:
    return root / ".domicile/state/.pulumi/stacks/domicile/production.p.json"


@pytest.mark.parametrize(
    "text", ["", "[]", json.dumps(WHOLE)[:40], '{"checkpoint": {"latest": 7}}']
)
def test_a_state_that_is_cut_off(cli: Cli, text: str) -> None:
    """Which file, that it is damaged, and the copy that Pulumi keeps; it stays as it is."""
    file = _file(cli.root)
    file.write_text(text)
    with pytest.raises(OutsideError, match=r"production\.p\.json` is damaged") as found:
        states.read(cli, "production")
    assert found.value.exit_code == 3
    assert "from a backup" in str(found.value.help)
    file.with_name("production.p.json.bak").write_text(json.dumps(WHOLE))
    with pytest.raises(OutsideError, match="damaged") as found:
        states.read_one(cli, "production", "p")
    assert "`production.p.json.bak`" in str(found.value.help)
    assert file.read_text() == text


def test_a_state_of_a_newer_pulumi(cli: Cli) -> None:
    """Nothing is read into what this version does not know."""
    _file(cli.root).write_text(json.dumps({**WHOLE, "version": 5}))
    with pytest.raises(
        OutsideError, match=r"`production\.p` was written by a newer Pulumi"
    ) as found:
        states.read(cli, "production")
    assert "install that version" in str(found.value.help)


def test_no_room_for_states(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is begun: Pulumi on a full disk cuts states off and never ends."""
    usage = type("Usage", (), {"free": 3 * 2**20})
    states.make_sure_of_room(cli)
    monkeypatch.setattr(states.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(OutsideError, match="nearly full: 3 MiB are left") as found:
        states.make_sure_of_room(cli)
    assert "make room for 32 MiB" in str(found.value.help)
    monkeypatch.setattr(states.os, "access", lambda *_: False)
    with pytest.raises(OutsideError, match="is read-only"):
        states.make_sure_of_room(cli)


def test_what_a_run_began_to_make_is_known(cli: Cli) -> None:
    """An operation that nobody heard the end of is named: it may stand and be in no state."""
    urn = "urn:pulumi:production.p::domicile::domicile:provision:Pool$hcloud:index:Server::web-0"
    pending = [{"type": "creating", "resource": {"urn": urn}}, {"type": "deleting"}]
    latest = {"resources": [], "pending_operations": pending}
    _file(cli.root).write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))
    state = states.read(cli, "production")["p"]
    assert (state.interrupted, state.begun) == (True, (urn,))


def test_an_interrupted_run_begins_no_further_stack(cli: Cli) -> None:
    """Ctrl-C while the first of three is run: it may end, the others are not begun."""
    told: list[str] = []
    run = Run(cli.root, "production", cli, told.append, 1)
    begun = []

    def slowly(part: str) -> None:
        begun.append(part)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)

    with pytest.raises(KeyboardInterrupt):
        run.each(slowly, ["p", "q", "r"])
    assert begun == ["p"]
    assert told == ["interrupted: waiting for Pulumi to write down what stands"]


def test_what_a_preview_in_json_says_is_heard() -> None:
    """Its errors stand inside of the answer; what every failed program adds says nothing."""
    said = [
        {"severity": "error", "message": "error: hcloud: invalid token\n"},
        {"severity": "info", "message": "a remark"},
        {"severity": "error", "message": "an unhandled error occurred: program exited with 1"},
    ]
    done = type("Done", (), {"stdout": json.dumps({"diagnostics": said}), "stderr": ""})
    assert pulumi_cli._said(done) == "hcloud: invalid token"  # type: ignore[arg-type]
