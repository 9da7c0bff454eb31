"""The pool component from programs in TypeScript and Go, whose SDKs Pulumi generates from it."""

from __future__ import annotations

import json
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from components import SERVER, WITHIN, Program, served
from world import World

sys.path.insert(0, str(Path(__file__).parent / "hosts"))

import hosts

from domicile.provision.engine_build import VERSION
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.supervisor import Supervisor
from domicile.provision.local.sweep import sweep

PROGRAMS = Path(__file__).parent / "programs"
STACK = "dev"

pytestmark = pytest.mark.skipif(
    bool(hosts.missing("go", "node", "npm")),
    reason=f"not installed: {', '.join(hosts.missing('go', 'node', 'npm'))}",
)


@dataclass
class Shop(Program):
    """The program on a world of the local provider's."""

    world: World

    def wants(self, datacenter: str, backends: int) -> None:
        """Set what the program asks for."""
        self.pulumi("config", "set", "datacenter", datacenter)
        self.pulumi("config", "set", "backends", str(backends))

    def addresses(self) -> list[str]:
        """The stack's output."""
        found: list[str] = self.output("addresses")
        return found

    def running(self) -> int:
        """How many processes stand."""
        return len(Supervisor(RunFolder(self.world.root, STACK)).processes())


@pytest.fixture(scope="module")
def built() -> Path:
    """The folder of the hosts."""
    return hosts.build()


@pytest.fixture(params=["typescript", pytest.param("go", marks=pytest.mark.soak)])
def program(
    request: pytest.FixtureRequest, tmp_path: Path, built: Path, world: World
) -> Iterator[Shop]:
    """The program with its generated SDK, and a stack that holds nothing yet."""
    language = request.param
    folder = tmp_path / "shop"
    shutil.copytree(PROGRAMS / language, folder)
    made = Shop(folder, served(tmp_path, built), world)
    schema = tmp_path / "schema.json"
    schema.write_text(made.pulumi("package", "get-schema", str(tmp_path / "bin" / SERVER)))
    prepare = {"typescript": _typescript, "go": _go}[language]
    prepare(made, schema)
    made.pulumi("stack", "init", STACK)
    made.pulumi("config", "set", "workspace", str(world.root))
    try:
        yield made
    finally:
        made.pulumi("destroy", "--yes", "--skip-preview")
        sweep(world.root, STACK, ())


def _typescript(program: Shop, schema: Path) -> None:
    """Install what the lock file names, and generate the SDK beside the program."""
    npm = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    hosts.run(npm, program.folder, program.given, WITHIN)
    generate = ["pulumi-sdks", "nodejs", str(schema), str(program.folder / "sdk")]
    hosts.run(generate, program.folder, program.given, WITHIN)


def _go(program: Shop, schema: Path) -> None:
    """Generate the SDK as a module of its own beside the program."""
    generate = ["pulumi-sdks", "go", str(schema), str(program.folder / "sdk")]
    hosts.run(generate, program.folder, program.given, WITHIN)
    module = "module example.com/pulumi-domicile-pools/sdk/go/domicile-pools"
    needs = f"require {hosts.SDK} v{VERSION}"
    (program.folder / "sdk" / "domicilepools" / "go.mod").write_text(
        f"{module}\n\ngo 1.25.0\n\n{needs}\n"
    )
    program.given.update(hosts.environment(program.given))


def test_a_program_makes_changes_and_ends_a_pool(program: Shop) -> None:
    """Two backends that answer, then three, none moved; and a preview that changes nothing."""
    program.wants("acme-par", 2)
    assert "create" in program.pulumi("preview")
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
