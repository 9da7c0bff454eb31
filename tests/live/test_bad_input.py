"""What is missing or wrong outside, on the real engine: a plain sentence, exit 3, nothing lost."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from world import ENVIRONMENT, World

from domicile.model.errors import OutsideError
from domicile.provision import engine, lifecycle, states
from domicile.provision.engine import Engine, ensure
from domicile.provision.pulumi_cli import Cli

SECRET = "canary-4711-not-to-be-seen"  # noqa: S105 -- a canary, no secret


@pytest.fixture(scope="module")
def made(world: World) -> World:
    """A world of which one stack was made, with a secret in it."""
    cli = Cli(world.root, ensure())
    cli.run("local.acme-zrh", "stack", "init", "--no-select")
    cli.run("local.acme-zrh", "config", "set", "--secret", "token", SECRET)
    return world


def _files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for folder in ("stacks", ".domicile/state/.pulumi/stacks")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def test_a_wrong_passphrase(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said so, with what to set; the states are as they were."""
    before = _files(made.root)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "not the one")
    with pytest.raises(OutsideError, match="passphrase does not open the secrets") as found:
        Cli(made.root, ensure()).run("local.acme-zrh", "preview")
    assert found.value.exit_code == 3
    assert "PULUMI_CONFIG_PASSPHRASE" in str(found.value.help)
    assert _files(made.root) == before


def test_a_passphrase_that_was_lost(made: World) -> None:
    """Without its file another is made, which opens nothing: said so; the old one still does."""
    kept = made.root / ".domicile" / "passphrase"
    passphrase, before = kept.read_text(), _files(made.root)
    kept.unlink()
    try:
        with pytest.raises(OutsideError, match="passphrase does not open the secrets") as found:
            Cli(made.root, ensure()).run("local.acme-zrh", "preview")
    finally:
        kept.write_text(passphrase)
    assert "`.domicile/passphrase` is used" in str(found.value.help)
    assert _files(made.root) == before


def test_a_stack_that_a_plain_pulumi_holds(
    made: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`up` leaves a lock of a process at work alone, and says whose it is."""
    monkeypatch.setattr(lifecycle, "DYING", 0.0)
    shutil.copy(str(shutil.which("sleep")), tmp_path / "pulumi")
    other = subprocess.Popen([str(tmp_path / "pulumi"), "600"])
    locks = made.root / ".domicile/state/.pulumi/locks/organization/domicile/local.acme-zrh"
    locks.mkdir(parents=True, exist_ok=True)
    lock = locks / "0b5f8a52-0000-4000-8000-000000000000.json"
    who = {"pid": other.pid, "username": "me", "hostname": socket.gethostname()}
    lock.write_text(json.dumps({**who, "timestamp": "2026-11-01T00:00:00Z"}))
    try:
        with pytest.raises(OutsideError, match=rf"locked by process {other.pid} of me"):
            lifecycle.up(made.root, ENVIRONMENT)
        with pytest.raises(OutsideError, match=r"stack `local\.acme-zrh` is locked") as found:
            Cli(made.root, ensure()).run("local.acme-zrh", "up", "--yes", "--skip-preview")
        assert "domicile recover" in str(found.value.help)
        assert lock.exists()
    finally:
        lock.unlink(missing_ok=True)
        other.kill()
        other.wait()


def test_a_plugin_that_is_not_there(made: World) -> None:
    """A resource of a package that nobody installed: the command that would install it."""
    program = made.root / "infra" / "__main__.py"
    text = program.read_text()
    program.write_text(
        "import pulumi\npulumi.CustomResource('nimbus:index/server:Server', 'one', {})\n"
    )
    try:
        with pytest.raises(OutsideError, match="no plugin `nimbus`") as found:
            Cli(made.root, ensure()).run("local.acme-zrh", "preview")
    finally:
        program.write_text(text)
    assert "pulumi plugin install resource nimbus" in str(found.value.help)


def test_without_an_engine(made: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """None to be found, fetched or built; and one that is gone under a run."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(engine, "_reachable", lambda: False)
    with pytest.raises(OutsideError, match="no Pulumi engine") as found:
        lifecycle.up(made.root, ENVIRONMENT)
    assert "pulumi.com/docs/install" in str(found.value.help)
    shutil.copytree(made.root / "infra", tmp_path / "infra")
    gone = Cli(tmp_path, Engine(tmp_path / "nowhere", "path"))
    with pytest.raises(OutsideError, match="engine is gone") as found:
        gone.run("dev", "preview")
    assert "domicile env" in str(found.value.help)


def test_a_secret_stays_one(made: World) -> None:
    """A canary in a stack's configuration stands in no state, plan, record or stack file."""
    held = [p for p in made.root.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]
    assert held == []
    assert states.read(Cli(made.root, ensure()), ENVIRONMENT).keys() == {"acme-zrh"}
