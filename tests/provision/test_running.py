"""What surrounds a run: lock, environment, adapters, and what Pulumi says."""

from __future__ import annotations

import stat
import sys
import types
from pathlib import Path

import pytest

from domicile.model.errors import OutsideError
from domicile.provision import adapters, engine
from domicile.provision.engine import Engine
from domicile.provision.local.resources import Local
from domicile.provision.pulumi_cli import counts
from domicile.provision.run_lock import held
from domicile.provision.settings import environment


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """The second is told; other environments are free; afterwards the lock is."""
    with held(tmp_path, "local", "up"):
        with (
            pytest.raises(OutsideError, match="is being changed by `domicile up`"),
            held(tmp_path, "local", "down"),
        ):
            pytest.fail("held twice")
        with held(tmp_path, "other", "up") as other:
            assert other.interrupted is None
    with held(tmp_path, "local", "up") as again:
        assert again.interrupted is None


def test_a_run_that_failed_is_known_to_the_next(tmp_path: Path) -> None:
    """What ended badly is named by its command, until a run ends well."""
    with pytest.raises(RuntimeError), held(tmp_path, "local", "down"):
        raise RuntimeError
    with pytest.raises(RuntimeError), held(tmp_path, "local", "recover"):
        raise RuntimeError
    with held(tmp_path, "local", "up") as lock:
        assert lock.interrupted == "down"
    with held(tmp_path, "local", "up") as lock:
        assert lock.interrupted is None


def test_settings_are_private_and_stay(tmp_path: Path) -> None:
    """A passphrase is made once, for its owner only; state stands in the workspace."""
    made = environment(tmp_path, Engine(Path("/engine"), "path"), {"PATH": "/bin"})
    passphrase = Path(made["PULUMI_CONFIG_PASSPHRASE_FILE"])
    assert stat.S_IMODE(passphrase.stat().st_mode) == 0o600
    first = passphrase.read_text()
    assert len(first) >= 32
    assert made["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/.domicile/state"
    assert made["PATH"].split(":")[:2] == [str(Path(sys.executable).parent), "/engine"]
    environment(tmp_path, Engine(Path("/engine"), "path"), {"PATH": "/bin"})
    assert passphrase.read_text() == first


def test_what_the_user_set_is_respected(tmp_path: Path) -> None:
    """A backend or a passphrase of the user's own is not replaced."""
    given = {"PULUMI_BACKEND_URL": "s3://ours", "PULUMI_CONFIG_PASSPHRASE": "x"}
    made = environment(tmp_path, Engine(Path("/engine"), "path"), given)
    assert "PULUMI_BACKEND_URL" not in made
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in made


def test_adapters_are_found_by_name() -> None:
    """`local` is there; a module that is no adapter, or none at all, is named as missing."""
    assert isinstance(adapters.find("local"), Local)
    for name in ("engine", "nimbus", "../local", ""):
        with pytest.raises(OutsideError, match=f"provider `{name}` has no adapter") as refused:
            adapters.find(name)
        assert "`adapter: local` or `adapter: kubernetes`" in str(refused.value.help)
        assert "domicile.adapters" in str(refused.value.help)


def test_an_adapter_whose_sdk_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module that is missing, and the extra that brings it."""
    monkeypatch.setitem(sys.modules, "pulumi_hcloud", None)
    monkeypatch.delitem(sys.modules, "domicile.provision.hcloud", raising=False)
    with pytest.raises(OutsideError, match="needs the module `pulumi_hcloud`") as found:
        adapters.find("hetzner")
    assert found.value.exit_code == 3
    assert "pip install 'domicile[hcloud]'" in str(found.value.help)


def test_a_module_with_an_adapter_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """`acme-cloud` is the module `acme_cloud` beside the others."""
    module = types.ModuleType("domicile.provision.acme_cloud")
    module.adapter = lambda: "the adapter"  # type: ignore[attr-defined]
    module.__spec__ = types.SimpleNamespace()  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert adapters.find("acme-cloud") == "the adapter"


def test_counts_are_read_from_what_pulumi_prints() -> None:
    """The summary of an update and of a preview."""
    up = "Resources:\n    + 3 created\n    ~ 1 updated\n    6 unchanged\n\nDuration: 7s\n"
    assert counts(up) == {"created": 3, "updated": 1, "unchanged": 6}
    preview = "Resources:\n    + 2 to create\n    +-1 to replace\n    4 unchanged\n"
    assert counts(preview) == {"create": 2, "replace": 1, "unchanged": 4}
    assert counts("nothing") == {}


def test_without_any_engine_the_next_step_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No CLI, no installer, no Go: exit 3, and what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(engine, "_reachable", lambda: False)
    with pytest.raises(OutsideError, match="go is not installed") as raised:
        engine.ensure()
    assert raised.value.exit_code == 3
    assert "install" in str(raised.value.help)
