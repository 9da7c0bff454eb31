"""States in a PostgreSQL server: killed, recovered, looked at and taken down as with files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
from asking import ask, entries, eventually
from world import COUNTS, ENVIRONMENT, LAW, World, key

from domicile.provision import lifecycle, recovery, states
from domicile.provision.engine import ensure
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.supervisor import Supervisor
from domicile.provision.pulumi_cli import Cli

_UP = "import sys, pathlib; from domicile.provision import lifecycle as l; "
_UP += "l.up(pathlib.Path(sys.argv[1]), sys.argv[2])"

pytestmark = pytest.mark.skipif(
    postgres.programs() is None, reason="no PostgreSQL server is installed"
)


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[postgres.Server]:
    """The server, which every run of this module is told of as its user would."""
    with postgres.server() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PULUMI_BACKEND_URL", made.url)
        yield made


def _running(world: World) -> set[str]:
    return {p.name for p in Supervisor(RunFolder(world.root, ENVIRONMENT)).processes()}


def _known(world: World) -> dict[str, states.State]:
    return states.read(Cli(world.root, ensure()), ENVIRONMENT)


def test_a_killed_run_is_finished_from_the_database(world: World) -> None:
    """Its locks and its half-made stacks stand in the database; then each process is known once."""
    run = subprocess.Popen([sys.executable, "-c", _UP, str(world.root), ENVIRONMENT])
    try:
        assert eventually(lambda: len(_running(world)) >= 2, 180)
        assert run.poll() is None
    finally:
        run.kill()
        run.wait()
    recovered = recovery.recover(world.root, ENVIRONMENT)
    assert "finished" in {stack.did for stack in recovered.stacks}
    known = _known(world)
    ids = [id_ for state in known.values() for id_ in state.ids]
    assert sorted(ids) == sorted(_running(world))
    assert sum(id_.startswith("backend~") for id_ in ids) == sum(COUNTS.values())
    for subject in LAW:
        for entry in entries(world.root, key(subject, "web")):
            assert ask(entry).status == 200


def test_the_states_are_there_and_nowhere_else(server: postgres.Server, world: World) -> None:
    """Every stack is a row; no file of ours holds a state, and none the database's password."""
    rows = server.ask("select key from pulumi_state where key like '%/stacks/domicile/%.json'")
    assert {Path(row).name for row in rows} == {
        f"{ENVIRONMENT}.{part}.json" for part in (*_known(world), "traffic")
    }
    assert not list((world.root / ".domicile").glob("state/.pulumi"))
    for path in world.root.rglob("*"):
        if path.is_file():
            assert server.password.encode() not in path.read_bytes(), path


def test_the_environment_is_seen_and_ended(server: postgres.Server, world: World) -> None:
    """`status` finds every stack running; an unchanged `up` changes none; `down` forgets all."""
    found = recovery.status(world.root, ENVIRONMENT)
    assert {stack.state for stack in found.stacks} == {"running"}
    assert {stack.did for stack in lifecycle.up(world.root, ENVIRONMENT).stacks} <= {"unchanged"}
    lifecycle.down(world.root, ENVIRONMENT)
    assert _known(world) == {}
    assert _running(world) == set()
    assert server.ask("select count(*) from pulumi_state where key like '%/locks/%'") == ["0"]
