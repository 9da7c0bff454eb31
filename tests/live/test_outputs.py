"""What others may rely on: outputs that another project reads, and secrets that nobody does."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from asking import ask
from world import COUNTS, ENVIRONMENT, World

from domicile.provision import lifecycle
from domicile.provision.engine import ensure
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.pulumi_cli import Cli

READER = Path(__file__).parent / "programs" / "reader"
COMMAND = Path(sys.executable).parent / "domicile"
STACK = f"{ENVIRONMENT}.acme-par"


@pytest.fixture(scope="module")
def canary(world: World) -> str:
    """A secret in a stack's configuration, put there by Pulumi's own command before anything ran.

    It is the user's: `domicile` neither needs it nor knows its key.
    """
    secret = f"canary-{secrets.token_hex(16)}"
    cli = Cli(world.root, ensure())
    cli.run(STACK, "stack", "init", "--no-select")
    cli.run(STACK, "config", "set", "--secret", "acme:token", secret)
    lifecycle.up(world.root, ENVIRONMENT)
    return secret


def _command(world: World, *arguments: str) -> str:
    """All that a command prints."""
    done = subprocess.run(
        [str(COMMAND), *arguments, "-w", str(world.root)],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    return done.stdout + done.stderr


def test_another_project_reads_where_pools_stand_and_requests_enter(
    world: World, canary: str, tmp_path: Path
) -> None:
    """By stack references alone: as many addresses as backends, and each front's serves."""
    assert canary
    project = tmp_path / "reader"
    shutil.copytree(READER, project)
    given = Cli(world.root, ensure()).settings()

    def pulumi(*arguments: str) -> str:
        command = ["pulumi", *arguments, "--non-interactive", "--stack", "dev"]
        done = subprocess.run(
            command, cwd=project, env=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    pulumi("stack", "init")
    pulumi("config", "set", "environment", ENVIRONMENT)
    pulumi("up", "--yes", "--skip-preview")
    said = json.loads(pulumi("stack", "output", "--json"))
    assert len(set(said["web"])) == COUNTS["web", "acme-par"]
    assert {ask(address).status for address in said["web"]} == {200}
    assert set(said["fronts"]) == {"voice", "web"}
    for entry in said["fronts"]["web"]:
        load, _, address = entry.partition(" ")
        assert load.split("/")[1] == "web"
        assert ask(address.split("/")[2]).status == 200
    pulumi("destroy", "--yes", "--skip-preview")


def test_a_secret_passes_through_and_shows_nowhere(world: World, canary: str) -> None:
    """Pulumi gives it back; no file of the workspace has it, and no command of ours prints it."""
    cli = Cli(world.root, ensure())
    assert cli.run(STACK, "config", "get", "acme:token").strip() == canary
    written = yaml.safe_load((world.root / "stacks" / f"Pulumi.{STACK}.yaml").read_text())
    assert set(written["config"]["acme:token"]) == {"secure"}
    passphrase = (world.root / ".domicile" / "passphrase").read_text()
    for path in world.root.rglob("*"):
        if path.is_file() and path.name != "passphrase":
            content = path.read_bytes()
            assert canary.encode() not in content, path
            assert passphrase.encode() not in content, path
    assert list(RunFolder(world.root, ENVIRONMENT).log.iterdir())
    for arguments in (
        ("preview", "-e", ENVIRONMENT),
        ("up", "-e", ENVIRONMENT, "--format", "json"),
        ("status", "-e", ENVIRONMENT, "--format", "json"),
        ("check", "-e", ENVIRONMENT, "--format", "json"),
        ("env",),
    ):
        said = _command(world, *arguments)
        assert said
        assert canary not in said, arguments
        assert passphrase not in said, arguments
