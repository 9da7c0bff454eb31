"""Loading a workspace, against PyYAML's C parser composing the same files and nothing more."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent))

from worlds import write

from domicile.workspace import Workspace, load

DATACENTERS = 2000
ROUNDS = 5


def measure() -> tuple[str, float, float, bool]:
    """Task, our seconds, the peer's, and whether we hold as many datacenters as were written."""
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder), DATACENTERS)
        workspace = load(root)
        paths = [each.found.path for each in workspace.declared]

        def peer() -> None:
            for path in paths:
                with path.open("rb") as opened:
                    yaml.compose(opened, Loader=yaml.CSafeLoader)

        ours, theirs = _least(lambda: load(root), peer)
        return f"load {DATACENTERS} datacenters", ours, theirs, _complete(workspace)


def _least(*tasks: Callable[[], object]) -> list[float]:
    """The shortest time of each, taken in turns so that a busy machine is unfair to none."""
    best = [float("inf")] * len(tasks)
    for _ in range(ROUNDS):
        for index, task in enumerate(tasks):
            start = time.perf_counter()
            task()
            best[index] = min(best[index], time.perf_counter() - start)
    return best


def _complete(workspace: Workspace) -> bool:
    mine = [name for name in workspace.datacenters if name.startswith("host")]
    pools = workspace.pools["production"]
    return len(mine) == DATACENTERS and len(pools) == 3 * DATACENTERS


if __name__ == "__main__":
    task, ours, theirs, equal = measure()
    print("task | ours | peer (yaml.compose, C) | ratio | equal")  # noqa: T201  (its output)
    row = f"{task} | {ours:.3f} s | {theirs:.3f} s | {ours / theirs:.2f} | {equal}"
    print(row)  # noqa: T201  (its output)
