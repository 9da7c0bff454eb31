"""A rollout that is killed at any instant loses no resource and leaves no orphan.

The run goes back and forth between two plans that differ in growing and shrinking pools, and dies
by SIGKILL: once in each of its steps; in the long run at any instant of one, so while a stack is
made, while traffic changes, between two stacks, before the first, after the last.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from asking import ask, entries
from world import ENVIRONMENT, LAW, World, key

from domicile.provision import drift, lifecycle, recovery, states
from domicile.provision.engine import ensure
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.supervisor import Supervisor
from domicile.provision.pulumi_cli import Cli

_UP = "import sys, pathlib; from domicile.provision import lifecycle as l; "
_UP += "l.up(pathlib.Path(sys.argv[1]), sys.argv[2], lambda said: print(said, flush=True))"
ONE = {("voice", "acme-lyo"): 1, ("voice", "acme-ber"): 3, ("web", "acme-lyo"): 3}
OTHER = {("voice", "acme-lyo"): 2, ("voice", "acme-ber"): 2, ("web", "acme-lyo"): 1}


def _begin(world: World) -> subprocess.Popen[str]:
    """Emit the other plan, and begin to roll it out."""
    now = {pool: world.counts[pool] for pool in ONE}
    world.counts |= OTHER if now == ONE else ONE
    world.emit()
    command = [sys.executable, "-c", _UP, str(world.root), ENVIRONMENT]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _end(world: World, run: subprocess.Popen[str]) -> None:
    """Kill the run, see that all is served, and finish it."""
    run.kill()
    run.communicate()
    _still_serves(world)
    recovery.recover(world.root, ENVIRONMENT)
    lifecycle.up(world.root, ENVIRONMENT)
    _agree(world)


def _kill_one(world: World, chance: random.Random, longest: float) -> float:
    """Kill a rollout at some instant; how long a whole one takes."""
    began = time.monotonic()
    run = _begin(world)
    try:
        run.wait(chance.uniform(0, longest))
        longest = min(longest, time.monotonic() - began)
    except subprocess.TimeoutExpired:
        pass
    _end(world, run)
    return longest


def _agree(world: World) -> None:
    """Each planned backend runs, is in one state, and nothing else is or runs."""
    known = states.read(Cli(world.root, ensure()), ENVIRONMENT)
    recorded = [id_ for state in known.values() for id_ in state.ids]
    running = [p.name for p in Supervisor(RunFolder(world.root, ENVIRONMENT)).processes()]
    assert sorted(recorded) == sorted(running)
    planned = {
        f"backend~{place}~{service}~{number}"
        for (service, place), count in world.counts.items()
        for number in range(count)
    }
    assert {name for name in running if name.startswith("backend~")} == planned
    assert drift.drift(world.root, ENVIRONMENT).differences == ()
    assert lifecycle.up(world.root, ENVIRONMENT).steps == ()
    _still_serves(world)


def _still_serves(world: World) -> None:
    """Every load is answered, whatever the run had done when it died."""
    for subject in LAW:
        for service in ("voice", "web"):
            for entry in entries(world.root, key(subject, service)):
                assert ask(entry).status == 200


@pytest.mark.parametrize("kind", ["pools out", "traffic", "pools in"])
def test_killed_in_each_step(running: World, kind: str) -> None:
    """Some instants after the step began; its stacks are then not made, half made, or made."""
    run = _begin(running)
    assert run.stdout is not None
    for line in run.stdout:
        if line.rstrip().endswith(f": {kind}"):
            break
    else:
        pytest.fail(f"no step is `{kind}`")
    time.sleep(random.Random(kind).uniform(0, 1.5))
    assert run.poll() is None
    _end(running, run)


@pytest.mark.soak
def test_killed_at_very_many_instants(running: World) -> None:
    """A hundred instants."""
    chance = random.Random()  # another hundred each time
    longest = 60.0
    for _ in range(100):
        longest = _kill_one(running, chance, longest)


def test_drift_says_what_was_changed_behind_pulumi(running: World) -> None:
    """A backend that was removed, one that was stopped, and one that nobody declared."""
    folder = RunFolder(running.root, ENVIRONMENT)
    supervisor = Supervisor(folder)
    assert drift.drift(running.root, ENVIRONMENT).differences == ()
    supervisor.remove("backend~acme-par~voice~0")
    supervisor.stop("backend~acme-ber~web~0")
    found = drift.drift(running.root, ENVIRONMENT).differences
    assert {(each.stack, each.between, each.what, each.said) for each in found} == {
        ("local.acme-par", "state and reality", "backend~acme-par~voice~0", "gone"),
        ("local.acme-ber", "state and reality", "backend~acme-ber~web~0", "stopped"),
    }
    done = {each.name: each.did for each in lifecycle.up(running.root, ENVIRONMENT).stacks}
    assert done["local.acme-zrh"] == "unchanged"
    assert drift.drift(running.root, ENVIRONMENT).differences == ()
