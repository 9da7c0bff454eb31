"""Shortfalls of every failure set, and of all pairs, against one largest flow for each scenario."""

from __future__ import annotations

import json
import math
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from flow_worlds import FlowWorld, losses, of_classes, of_regimes
from numpy.typing import NDArray
from table import Row, Table, median, yes

from domicile.headroom import every_shortfall, examine

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-bench/bin/python"
ASK = Path(__file__).parent / "peers/ask_flows.py"


class Sample(NamedTuple):
    """Scenarios that a peer is asked, in one round."""

    name: str
    world: FlowWorld
    peer: str
    lost: NDArray[np.bool_]
    expected: NDArray[np.float64]
    aim: float | None


def measure(*, quick: bool) -> list[Table]:
    """Both sweeps; the peers in turns with us, their times scaled from samples."""
    rounds = 3 if quick else 5
    return [_every_set(rounds), _pairs(rounds)]


def _every_set(rounds: int) -> Table:
    rows = []
    world = of_classes(places=20, classes=400, seed=1)
    chance = np.random.default_rng(2)
    for part, kind in ((1.0, "whole amounts"), (10.0, "tenths"), (math.pi, "any floats")):
        demand, capacity = world.demand / part, world.capacity / part
        missing = every_shortfall(world.admissible, demand, capacity) * part
        sets = chance.choice(len(missing), 1000, replace=False)
        lost = (sets[:, None] >> np.arange(20) & 1).astype(np.bool_)
        samples = [Sample("", world, "OR-Tools", lost, missing[sets], 1 / 3000)]
        if part == 1.0:
            samples.append(Sample("", world, "scipy", lost[:200], missing[sets[:200]], None))
        task = f"every failure set, 20 places, 400 classes, {kind}"
        rows += _rows(
            task,
            len(missing),
            lambda demand=demand, capacity=capacity: every_shortfall(
                world.admissible, demand, capacity
            ),
            samples,
            rounds,
        )
    note = (
        "1,048,576 failure sets; each round asks the peer the same 1,000 of them (scipy: 200), "
        "drawn at random, and its time is scaled to all. It is given whole amounts, and the 400 "
        "classes and 20 places as we are (nothing merges); its graph is built once, and only the "
        "capacities of lost places change. Amounts that are no decimals of few digits cost more: "
        "each answer is added up again from the given numbers. "
        f"Medians of {rounds} rounds, in turns."
    )
    return Table("Headroom: every failure set", tuple(rows), note)


def _pairs(rounds: int) -> Table:
    rows, told = [], []
    for regimes in (18, 22, 30):
        world = of_regimes(places=200, demands=2000, regimes=regimes, seed=regimes, least_short=300)
        lost = losses(200, 2)
        question = (world.admissible, world.demand, world.capacity, lost)
        answer = examine(*question)
        short = np.flatnonzero(answer.shortfall)
        chance = np.random.default_rng(3)
        # Half of those that are short, so that equality means something.
        some = np.stack([chance.choice(short, 150), chance.choice(len(lost), 150)], 1).reshape(-1)
        few = some[:12]
        merged = world.merged()
        samples = [
            Sample(", classes", merged, "OR-Tools", lost[some], answer.shortfall[some], 1 / 20),
            Sample(
                ", classes", merged, "scipy", lost[some[:50]], answer.shortfall[some[:50]], None
            ),
            Sample(", raw", world, "OR-Tools", lost[few], answer.shortfall[few], 1 / 1000),
            Sample(", raw", world, "scipy", lost[few[:4]], answer.shortfall[few[:4]], None),
        ]
        task = f"all pairs, 200 places, 2,000 demands, {regimes} regimes"
        rows += _rows(
            task, len(lost), lambda question=question: examine(*question), samples, rounds
        )
        told.append(f"{regimes} regimes: {answer.method(0)}, {len(short):,} of 19,900 pairs short")
    note = (
        f"{'; '.join(told)}. *classes*: the peer is given one node for each regime; *raw*: 2,000 "
        "demands as they come, as we are. We are always given the raw ones, and a bool for each "
        "place and pair. The peers' graph is built once, and only the capacities of the two lost "
        "places change. Each round asks OR-Tools for 300 pairs (raw: 12) and scipy for 50 (4), "
        "half of them drawn from those that are short, and the time is scaled to all. "
        f"Medians of {rounds} rounds, in turns."
    )
    return Table("Headroom: all pairs of lost places", tuple(rows), note)


def _rows(
    task: str, scenarios: int, ours: Callable[[], Any], samples: list[Sample], rounds: int
) -> list[Row]:
    seconds: list[float] = []
    theirs: list[list[float]] = [[] for _ in samples]
    wrong = [0] * len(samples)
    for _ in range(rounds):
        begun = time.perf_counter()
        ours()
        seconds.append(time.perf_counter() - begun)
        for index, sample in enumerate(samples):
            told = asked(sample)
            theirs[index].append(told["each"] * scenarios)
            wrong[index] += differing(told, sample)
    rows = []
    for sample, times, mismatches in zip(samples, theirs, wrong, strict=True):
        equal = f"{yes(not mismatches)} ({len(sample.lost):,} scenarios, {mismatches} differ)"
        name = f"{sample.peer}{sample.name}"
        rows.append(Row(task, median(seconds), name, median(times), "s", sample.aim, equal))
    return rows


def asked(sample: Sample) -> dict[str, Any]:
    """Ask a peer, in its own process: `missing` of each scenario, seconds for `each`."""
    world = sample.world
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "question.npz"
        np.savez(
            path,
            admissible=world.admissible,
            demand=world.demand,
            capacity=world.capacity,
            lost=sample.lost,
        )
        command = [str(PEERS), str(ASK), str(path), sample.peer]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout)[sample.peer]
    return told


def differing(told: dict[str, Any], sample: Sample) -> int:
    """How many answers are not those expected, up to rounding."""
    off = np.abs(np.array(told["missing"]) - sample.expected)
    return int(np.count_nonzero(off > _ROUNDING * sample.world.demand.sum()))


_ROUNDING = 1e-12
