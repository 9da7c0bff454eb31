"""The pool component from programs in TypeScript and Go, whose SDKs Pulumi generates from it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from world import World

sys.path.insert(0, str(Path(__file__).parent / "hosts"))

import hosts

from domicile.provision import component
from domicile.provision.engine import ensure
from domicile.provision.engine_build import VERSION
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.supervisor import Supervisor
from domicile.provision.local.sweep import sweep
from domicile.provision.settings import environment

PROGRAMS = Path(__file__).parent / "programs"
STACK = "dev"
_SERVES = "from domicile.provision.component.hosting import main; main()"
_WITHIN = 900.0  # seconds for one command on a busy machine; Go compiles Pulumi's SDK in it

pytestmark = pytest.mark.skipif(
    bool(hosts.missing("go", "node", "npm")),
    reason=f"not installed: {', '.join(hosts.missing('go', 'node', 'npm'))}",
)


@dataclass
class Program:
    """A program of somebody else's, in its own folder with its own state."""

    folder: Path
    world: World
    given: dict[str, str]

    def pulumi(self, *arguments: str) -> str:
        """A command that must succeed; what it printed."""
        return hosts.run(
            ["pulumi", *arguments, "--non-interactive"], self.folder, self.given, _WITHIN
        )

    def refused(self, *arguments: str) -> str:
        """A command that must fail; what it printed."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self.given,
            capture_output=True,
            text=True,
            check=False,
            timeout=_WITHIN,
        )
        assert done.returncode != 0, done.stdout
        return done.stdout + done.stderr

    def wants(self, datacenter: str, backends: int) -> None:
        """Set what the program asks for."""
        self.pulumi("config", "set", "datacenter", datacenter)
        self.pulumi("config", "set", "backends", str(backends))

    def addresses(self) -> list[str]:
        """The stack's output."""
        found: list[str] = json.loads(self.pulumi("stack", "output", "addresses", "--json"))
        return found

    def running(self) -> int:
        """How many processes stand."""
        return len(Supervisor(RunFolder(self.world.root, STACK)).processes())


@pytest.fixture(scope="module")
def built() -> Path:
    """The folder of the hosts."""
    return hosts.build()


@pytest.fixture(params=["typescript", "go"])
def program(
    request: pytest.FixtureRequest, tmp_path: Path, built: Path, world: World
) -> Iterator[Program]:
    """The program with its generated SDK, and a stack that holds nothing yet."""
    language = request.param
    folder = tmp_path / "shop"
    shutil.copytree(PROGRAMS / language, folder)
    given = _environment(tmp_path, built)
    made = Program(folder, world, given)
    schema = tmp_path / "schema.json"
    schema.write_text(made.pulumi("package", "get-schema", str(tmp_path / "bin" / _name())))
    prepare = {"typescript": _typescript, "go": _go}[language]
    prepare(made, schema)
    made.pulumi("stack", "init", STACK)
    made.pulumi("config", "set", "workspace", str(world.root))
    try:
        yield made
    finally:
        made.pulumi("destroy", "--yes", "--skip-preview")
        sweep(world.root, STACK, ())


def _name() -> str:
    return f"pulumi-resource-{component.NAME}"


def _environment(folder: Path, built: Path) -> dict[str, str]:
    """A state and a home of its own; what serves the component on PATH, as pip installs it."""
    programs = folder / "bin"
    programs.mkdir()
    script = programs / _name()
    script.write_text(f"#!{sys.executable}\n{_SERVES}\n")
    script.chmod(0o755)
    given = {**os.environ, **environment(folder, ensure())}
    given["PATH"] = os.pathsep.join([str(programs), str(built), given["PATH"]])
    return given


def _typescript(program: Program, schema: Path) -> None:
    """Install what the lock file names, and generate the SDK beside the program."""
    npm = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    hosts.run(npm, program.folder, program.given, _WITHIN)
    generate = ["pulumi-sdks", "nodejs", str(schema), str(program.folder / "sdk")]
    hosts.run(generate, program.folder, program.given, _WITHIN)


def _go(program: Program, schema: Path) -> None:
    """Generate the SDK as a module of its own beside the program."""
    generate = ["pulumi-sdks", "go", str(schema), str(program.folder / "sdk")]
    hosts.run(generate, program.folder, program.given, _WITHIN)
    module = "module example.com/pulumi-domicile-pools/sdk/go/domicile-pools"
    needs = f"require {hosts.SDK} v{VERSION}"
    (program.folder / "sdk" / "domicilepools" / "go.mod").write_text(
        f"{module}\n\ngo 1.25.0\n\n{needs}\n"
    )
    program.given.update(hosts.environment(program.given))


def test_a_program_makes_changes_and_ends_a_pool(program: Program) -> None:
    """Two backends that answer, then three, none moved; and a preview that changes nothing."""
    program.wants("acme-par", 2)
    assert "create" in program.pulumi("preview", "--color", "never")
    assert program.running() == 0
    program.pulumi("up", "--yes", "--skip-preview")
    first = program.addresses()
    assert len(first) == len(set(first)) == 2
    for address in first:
        with urllib.request.urlopen(f"http://{address}/", timeout=10) as answer:
            said = json.load(answer)
        assert (said["service"], said["datacenter"]) == ("web", "acme-par")
    program.wants("acme-par", 3)
    program.pulumi("up", "--yes", "--skip-preview")
    assert program.addresses()[:2] == first
    assert program.running() == 3

    program.wants("acme-zrh", 3)
    said = program.refused("up", "--yes", "--skip-preview")
    assert "`web` may not stand at `acme-zrh` for FR (`communications`): to process it" in said
    assert "Traceback" not in said
    assert program.addresses()[:2] == first
    assert program.running() == 3

    program.pulumi("destroy", "--yes", "--skip-preview")
    assert program.running() == 0
