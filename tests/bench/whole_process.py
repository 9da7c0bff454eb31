"""Whole commands, from start to exit: time and peak memory, beside others.

Nothing heavy is imported here: on Linux a child's peak memory counts what its parent held when
it was started, so the process that measures has to be small.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from table import Row, Table, median

ROOT = Path(__file__).resolve().parents[2]
CHECKOV = ROOT / ".venv-bench/bin/checkov"
DOMICILE = str(Path(sys.executable).with_name("domicile"))
CACHE = ROOT / ".domicile/bench"
"""Where answers are kept meanwhile: the user's own are left alone."""
CHECK = [DOMICILE, "check"]
EXPLAIN = [DOMICILE, "explain", "FR", "health", "ovh-gra", "--activity", "store"]
KIB_IN_MIB = 1024
AIMS = {
    ("checkov --version", "s", "cold"): 0.2,
    ("checkov --version", "s", "warm"): 0.125,
    ("checkov --version", "MiB", "cold"): 1.0,
    ("checkov --version", "MiB", "warm"): 1.0,
}
"""Peer, unit and state of the cache → the largest ratio that we want."""
_DO_NOT_COMPILE = "PYTHONDONTWRITEBYTECODE"
_FLOOR = (
    "From the same runs. No figure can be below that of the process that measures, {own:.0f} MiB."
)


class Run(NamedTuple):
    """One run of a command."""

    seconds: float
    mebibytes: float
    """Peak resident memory."""
    status: int
    answer: bytes
    """What it wrote to standard output."""


def measure(*, quick: bool) -> list[Table]:
    """Time and peak memory of `check` and `explain`, on the reference workspace."""
    rounds = 2 if quick else 7
    tasks: dict[str, tuple[list[str], Callable[[], None]]] = {
        "check, cold": (CHECK, _forget),
        "check, warm": (CHECK, _nothing),
        "explain, cold": (EXPLAIN, _forget),
        "explain, warm": (EXPLAIN, _nothing),
        "python -c pass": ([sys.executable, "-c", "pass"], _nothing),
    }
    if CHECKOV.exists():
        tasks["checkov --version"] = ([str(CHECKOV), "--version"], _nothing)
    runs: dict[str, list[Run]] = {name: [] for name in tasks}
    for _ in range(rounds + 1):
        for name, (command, prepare) in tasks.items():
            prepare()
            runs[name].append(_run(command))
    kept = {name: found[1:] for name, found in runs.items()}
    note = (
        f"Medians of {rounds} rounds after one that is not counted; the commands take turns. "
        "*Cold*: no answer kept, Python's compiled files and the system's file cache warm. "
        "*Warm*: the same question again, nothing changed. The peers do less: `checkov --version` "
        "loads its rules and prints a line, `python -c pass` is the floor under any Python command."
    )
    return [
        Table("Whole commands: time", _rows(kept, "s"), note),
        Table("Whole commands: peak memory", _rows(kept, "MiB"), _FLOOR.format(own=_own())),
    ]


def _own() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB


def _rows(runs: dict[str, list[Run]], unit: str) -> tuple[Row, ...]:
    rows = []
    for name in ("check, cold", "check, warm", "explain, cold", "explain, warm"):
        for peer in ("checkov --version", "python -c pass"):
            ours = _middle(runs[name], unit)
            theirs = _middle(runs[peer], unit) if peer in runs else None
            aim = AIMS.get((peer, unit, name.partition(", ")[2]))
            rows.append(Row(name, ours, peer, theirs, unit, aim, _same(runs, name)))
    return tuple(rows)


def _middle(runs: list[Run], unit: str) -> float:
    return median([run.seconds if unit == "s" else run.mebibytes for run in runs])


def _same(runs: dict[str, list[Run]], name: str) -> str:
    """Whether cold and warm runs gave one and the same answer."""
    command = name.partition(",")[0]
    pair = (f"{command}, cold", f"{command}, warm")
    answers = {(run.status, run.answer) for each in pair for run in runs[each]}
    return "cold = warm; peer does less" if len(answers) == 1 else "no: cold and warm differ"


def _environment() -> dict[str, str]:
    # As on a user's machine, Python keeps what it compiled; pip compiled the peer when it came.
    kept = {name: value for name, value in os.environ.items() if name != _DO_NOT_COMPILE}
    return {**kept, "XDG_CACHE_HOME": str(CACHE)}


def _run(command: list[str]) -> Run:
    reading, writing = os.pipe()
    silence = os.open(os.devnull, os.O_RDWR)
    actions = [
        (os.POSIX_SPAWN_DUP2, silence, 0),
        (os.POSIX_SPAWN_DUP2, writing, 1),
        (os.POSIX_SPAWN_DUP2, silence, 2),
        (os.POSIX_SPAWN_CLOSE, reading),
    ]
    begun = time.perf_counter()
    os.chdir(ROOT)
    child = os.posix_spawn(command[0], command, _environment(), file_actions=actions)
    os.close(writing)
    os.close(silence)
    with os.fdopen(reading, "rb") as opened:
        answer = opened.read()
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begun
    code = os.waitstatus_to_exitcode(status)
    return Run(seconds, usage.ru_maxrss / KIB_IN_MIB, code, answer)


def _forget() -> None:
    shutil.rmtree(CACHE, ignore_errors=True)


def _nothing() -> None:
    pass
