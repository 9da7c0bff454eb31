"""`domicile up` and `preview` beside plain `pulumi`, on the real engine and file state."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from table import Row, Table, median, yes

sys.path.insert(0, str(Path(__file__).parents[1] / "live"))

from world import COUNTS, ENVIRONMENT, PLACES, World

from domicile.model.stack import stack_name
from domicile.provision import lifecycle, states
from domicile.provision.engine import ensure
from domicile.provision.pulumi_cli import Cli
from domicile.provision.running import AT_A_TIME

BACKENDS = 1000
DOMICILE = str(Path(sys.executable).with_name("domicile"))
_MANY = (
    "The same program and provider; each backend is made at once, so that what is measured is the "
    "engine. Ours is the whole of `domicile up`: four stacks, state written once a stack, steps, "
    "records, traffic. The peer is `pulumi up` of one stack with as many backends, whose state is "
    "written whole after each; without traffic. That nothing is lost when ours is killed is shown "
    "by `tests/live/test_lifecycle.py` and `test_killed_rollouts.py`."
)
_NOTHING = (
    "Medians of {rounds} rounds, in turn, on the world of `tests/live`: five stacks, 11 backends "
    "that run. The peer of a no-op `up` previews one stack; that of `preview` previews the same "
    "stacks, as many side by side as ours."
)


def measure(*, quick: bool) -> list[Table]:
    """A large `up`; a no-op `up`; a preview."""
    return [_large(BACKENDS // 5 if quick else BACKENDS), _small(2 if quick else 5)]


def _large(backends: int) -> Table:
    with _instant(), _world(lambda _: backends // len(PLACES) // 2) as world:
        begun = time.perf_counter()
        lifecycle.up(world.root, ENVIRONMENT)
        ours = time.perf_counter() - begun
        made = _backends(world)
    with _instant(), _world(lambda place: backends // 2 * (place == "acme-par")) as world:
        cli, stack = Cli(world.root, ensure()), stack_name(ENVIRONMENT, "acme-par")
        cli.run(stack, "stack", "init", "--no-select")
        begun = time.perf_counter()
        cli.run(stack, "up", "--yes", "--skip-preview")
        theirs = time.perf_counter() - begun
        same = made == _backends(world) == backends
    task = f"up of {backends:,} backends"
    row = Row(task, ours, "one stack, default checkpoints", theirs, "s", 0.25, yes(same))
    return Table("Rollouts: many backends", (row,), _MANY)


def _small(rounds: int) -> Table:
    with _world(None) as world:
        lifecycle.up(world.root, ENVIRONMENT)
        cli = Cli(world.root, ensure())
        where = ["-w", str(world.root), "-e", ENVIRONMENT]
        command = [DOMICILE, "up", *where]
        nothing: list[float] = []
        one: list[float] = []
        for _ in range(rounds):
            nothing.append(_timed(lambda: subprocess.run(command, capture_output=True, check=True)))
            one.append(_timed(lambda: cli.run(stack_name(ENVIRONMENT, "acme-zrh"), "preview")))
        steps = lifecycle.up(world.root, ENVIRONMENT).steps
        changed = dict(world.counts)
        world.counts |= {pool: count + 1 for pool, count in changed.items()}
        world.emit()
        parts = [*PLACES, "traffic"]

        def plain() -> None:
            with ThreadPoolExecutor(AT_A_TIME) as pool:
                list(
                    pool.map(lambda part: cli.run(stack_name(ENVIRONMENT, part), "preview"), parts)
                )

        ours, theirs = [], []
        preview = [DOMICILE, "preview", *where]
        for _ in range(rounds):
            ours.append(_timed(lambda: subprocess.run(preview, capture_output=True, check=True)))
            theirs.append(_timed(plain))
        world.counts = changed
        world.emit()
    rows = (
        Row("no-op up", median(nothing), "pulumi preview", median(one), "s", 1.0, yes(steps == ())),
        Row("preview", median(ours), "pulumi preview", median(theirs), "s", 1.05, "same stacks"),
    )
    return Table("Rollouts: nothing to do, and a preview", rows, _NOTHING.format(rounds=rounds))


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def _backends(world: World) -> int:
    known = states.read(Cli(world.root, ensure()), ENVIRONMENT)
    return sum(id_.startswith("backend~") for state in known.values() for id_ in state.ids)


@contextlib.contextmanager
def _world(each: Callable[[str], int] | None) -> Iterator[World]:
    """The world of the live tests, with so many backends of each service in a place."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        if each is not None:
            world.counts = {(service, place): each(place) for service, place in COUNTS}
        world.declare()
        world.emit()
        try:
            yield world
        finally:
            if each is None:
                lifecycle.down(world.root, ENVIRONMENT)


@contextlib.contextmanager
def _instant() -> Iterator[None]:
    """Have the engine find a provider that makes everything at once."""
    program = Path(__file__).with_name("instant_provider.py")
    ours = Cli.settings
    with tempfile.TemporaryDirectory() as folder:
        plugin = Path(folder) / "pulumi-resource-domicile"
        plugin.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n')
        plugin.chmod(0o700)

        def settings(cli: Cli) -> dict[str, str]:
            found = ours(cli)
            return {**found, "PATH": f"{folder}{os.pathsep}{found['PATH']}"}

        Cli.settings = settings  # type: ignore[method-assign]
        try:
            yield
        finally:
            Cli.settings = ours  # type: ignore[method-assign]
