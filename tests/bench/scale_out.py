"""Least-cost scale-out under N-2, beside HiGHS, linopy and PyPSA on the extensive form."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import extensive
import numpy as np
from fleets import Fleet, fleet
from table import Row, Table, median, yes

from domicile.headroom import Expansion, expand, shortfalls

PYTHON = Path(__file__).resolve().parents[2] / ".venv-bench/bin/python"
ASK = Path(__file__).parent / "peers/ask_scale_out.py"
AIMS = {"HiGHS": 1 / 100, "linopy": 1 / 200, "PyPSA": 1 / 1000}
EQUAL = 1e-6
LONGEST = 600
"""Seconds that a peer is given."""


class Task(NamedTuple):
    """One fleet and who is asked about it."""

    name: str
    fleet: Fleet
    peers: tuple[str, ...]
    integral: bool = False


class Answer(NamedTuple):
    """What a peer said; no cost where it is not installed, or failed."""

    cost: float | None
    seconds: float | None
    columns: int
    rows: int
    least: float | None = None
    """Where its time was over: nothing is cheaper, and its best answer costs `cost`."""


def measure(*, quick: bool) -> list[Table]:
    """Every pair of places lost, fractions and whole backends."""
    rows: list[Row] = []
    sizes: list[str] = []
    for task in _tasks(quick=quick):
        rows += _rows(task, sizes)
    note = (
        "Nothing lost, and every pair of places lost. The peers solve the extensive form, with one "
        "routing for each scenario, and the time to write it out is theirs, as reading the arrays "
        "is ours: HiGHS by arrays in one call each for columns and rows; linopy by its own arrays, "
        "handed over in memory; PyPSA with places as extendable generators, one snapshot for each "
        "scenario in which lost places are not available, demands as loads and admissible pairs "
        "as links. *Collapsed*: one demand for each set of admissible places, summed up before "
        "the clock starts for the peers, which makes it far easier for them; by ourselves "
        "otherwise. PyPSA is asked of small ones alone: with 200 demands it takes many minutes. "
        "All on one thread, with gap 0. Ours is the median of as many runs as there are "
        "peers, each before a peer's one run. Equal: costs within a millionth, ours proved, and "
        f"nothing short afterwards. *Stopped*: after {LONGEST} s without a proof; our cost lies "
        f"between its bound and its best answer. Sizes: {'; '.join(sizes)}."
    )
    return [Table("Headroom: least-cost scale-out under N-2", tuple(rows), note)]


def _tasks(*, quick: bool) -> list[Task]:
    every = tuple(AIMS)
    if quick:
        small = fleet(12, 8, 60)
        return [
            Task("12 places, 60 demands", small, every),
            Task("the same, whole backends", small.collapsed(), ("HiGHS",), integral=True),
        ]
    return [
        Task("20 places, 40 demands of 12 regimes", fleet(20, 12, 40), every),
        Task("20 places, 200 demands of 12 regimes", fleet(20, 12, 200), every[:2]),
        Task("24 places, 20 regimes, collapsed", fleet(24, 20, 300).collapsed(), every),
        Task("30 places, 30 regimes, collapsed", fleet(30, 30, 300).collapsed(), every[:2]),
        Task(
            "whole backends, all alike: 20 places, 12 regimes, collapsed",
            fleet(20, 12, 300, alike=True).collapsed(),
            every[:2],
            integral=True,
        ),
        Task(
            "whole backends of three sizes: 12 places, 8 regimes, collapsed",
            fleet(12, 8, 100).collapsed(),
            every[:2],
            integral=True,
        ),
        Task(
            "whole backends of three sizes: 20 places, 12 regimes, collapsed",
            fleet(20, 12, 300).collapsed(),
            every[:1],
            integral=True,
        ),
    ]


def _rows(task: Task, sizes: list[str]) -> list[Row]:
    """Ask ourselves and each peer in turn."""
    asked: list[tuple[str, Answer]] = []
    seconds = []
    ours = expand(*task.fleet, integral=task.integral)
    for peer in task.peers:
        begun = time.perf_counter()
        ours = expand(*task.fleet, integral=task.integral)
        seconds.append(time.perf_counter() - begun)
        asked.append((peer, _highs(task) if peer == "HiGHS" else _elsewhere(peer, task)))
    first = asked[0][1]
    sizes.append(f"{task.name}: {first.columns:,} columns, {first.rows:,} rows")
    name = f"{task.name}, {len(task.fleet.failures)} scenarios"
    return [
        Row(
            name,
            median(seconds),
            peer if answer.least is None else f"{peer}, stopped",
            answer.seconds,
            "s",
            AIMS[peer],
            _equal(task, ours, answer),
        )
        for peer, answer in asked
    ]


def _equal(task: Task, ours: Expansion, peer: Answer) -> str:
    after = task.fleet.capacity + task.fleet.unit_capacity * ours.added
    short = shortfalls(task.fleet.admissible, task.fleet.demand, after, task.fleet.failures)
    sound = ours.proved and not short.any()
    if peer.cost is None:
        return "not compared" if sound else "no"
    if peer.least is not None:
        within = peer.least <= ours.cost * (1 + EQUAL) and ours.cost <= peer.cost * (1 + EQUAL)
        return f"{yes(sound and within)} (within its bounds, {peer.least:.6g} to {peer.cost:.6g})"
    gap = abs(ours.cost - peer.cost) / max(peer.cost, 1.0)
    return f"{yes(sound and gap <= EQUAL)} (gap {gap:.0e})"


def _highs(task: Task) -> Answer:
    begun = time.perf_counter()
    said = extensive.solve(task.fleet, integral=task.integral, seconds=LONGEST)
    seconds = time.perf_counter() - begun
    least = None if said.ended else said.least
    return Answer(said.cost, seconds, said.columns, said.rows, least)


def _elsewhere(peer: str, task: Task) -> Answer:
    if not PYTHON.exists():
        return Answer(None, None, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        asked, told = Path(folder) / "asked.npz", Path(folder) / "told.json"
        np.savez(asked, **task.fleet._asdict(), integral=task.integral)
        ended = subprocess.run(
            [PYTHON, ASK, peer.lower(), asked, told],
            check=False, timeout=2 * LONGEST, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if ended.returncode:  # the peer failed, or cannot be loaded: it is not compared
            return Answer(None, None, 0, 0)
        answer = json.loads(told.read_text(encoding="utf-8"))
    return Answer(answer["cost"], answer["seconds"], answer["columns"], answer["rows"])
