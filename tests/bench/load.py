"""Loading a workspace, against PyYAML's C parser composing the same files and nothing more."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml
from table import Row, Table, yes
from worlds import write

from domicile.workspace import Workspace, load

DATACENTERS = 2000


def measure(*, quick: bool) -> list[Table]:
    """Load a generated workspace, beside the parser with and without the garbage collector."""
    datacenters = 200 if quick else DATACENTERS
    rounds = 2 if quick else 5
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder), datacenters)
        workspace = load(root)
        paths = [each.found.path for each in workspace.declared if not each.found.shipped]

        def ours() -> None:
            load(root)

        def peer() -> None:
            for path in paths:
                with path.open("rb") as opened:
                    yaml.compose(opened, Loader=yaml.CSafeLoader)

        def paused() -> None:
            gc.disable()
            try:
                peer()
            finally:
                gc.enable()

        least = _least(rounds, ours, peer, paused)
        size = sum(path.stat().st_size for path in paths) / 1e6
        complete = yes(_complete(workspace, datacenters))
    task = f"load {datacenters:,} datacenters ({size:.1f} MB)"
    names = ("yaml.compose, as it comes", "yaml.compose, collector paused")
    rows = tuple(
        Row(task, least[0], name, theirs, "s", 3.0, f"every record: {complete}")
        for name, theirs in zip(names, least[1:], strict=True)
    )
    note = (
        f"The least of {rounds} rounds, in turns. The peer only parses the workspace's own files; "
        "we parse them, refuse what YAML 1.2 and the models refuse, read the shipped catalogue's "
        "compiled index, and cross-reference. We pause Python's garbage collector while "
        "we load, which helps the parser too: hence both rows. The second is the fair one for the "
        "work, the first for what a user of the parser gets."
    )
    return [Table("Loading a workspace", rows, note)]


def _least(rounds: int, *tasks: Callable[[], object]) -> list[float]:
    """The shortest time of each, taken in turns so that a busy machine is unfair to none."""
    best = [float("inf")] * len(tasks)
    for _ in range(rounds):
        for index, task in enumerate(tasks):
            gc.collect()
            start = time.perf_counter()
            task()
            best[index] = min(best[index], time.perf_counter() - start)
    return best


def _complete(workspace: Workspace, datacenters: int) -> bool:
    mine = [name for name in workspace.datacenters if name.startswith("host")]
    pools = workspace.pools["production"]
    return len(mine) == datacenters and len(pools) == 3 * datacenters
