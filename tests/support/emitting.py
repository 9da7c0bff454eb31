"""Emits a small world, and looks at what came of it."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import small_worlds
from small_worlds import PRICED

from domicile.emit import Change, emit, plan_is_fresh
from domicile.model.plan import Plan
from domicile.planner import plan
from domicile.situation import Situation

Answer = tuple[Situation, Plan]


def planned(root: Path) -> Answer:
    """The emitted plan where it is fresh, else one that is made."""
    situation = small_worlds.situation(root)
    found = situation.plan if plan_is_fresh(situation) else plan(situation).plan
    assert found is not None
    return situation, found


def emitted(root: Path, **world: object) -> Path:
    """Write a world and emit it."""
    small_worlds.write(root, **{"sites": PRICED, **world})  # type: ignore[arg-type]
    emit(*planned(root))
    return root


def bring(root: Path) -> tuple[Change, ...]:
    """Plan and emit what stands."""
    return emit(*planned(root))


def files(root: Path) -> dict[str, bytes]:
    """Name → content of everything in `stacks/`; empty where there is none."""
    folder = root / "stacks"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def in_child(work: Callable[[], int | None]) -> int:
    """Do something in a process of its own; its exit code, or minus the signal that ended it."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = work() or 0
        except BaseException:  # noqa: BLE001 - a process must end here, whatever it met
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
