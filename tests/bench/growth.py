"""How time and memory of a sweep grow with the number of places."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from failure_sets import Sample, asked, differing
from flow_worlds import losses, of_growth
from table import Row, Table, yes

ONCE = Path(__file__).parent / "grow_once.py"


def measure(*, quick: bool) -> list[Table]:
    """Single losses and pairs of 1, 10, 100 and 1,000 places, each in a process of its own."""
    rounds = 1 if quick else 3
    bare = _once(1, 0, rounds)["memory"]
    times, memories = [], []
    for together, what in ((1, "each place"), (2, "each pair")):
        for places in (1, 10, 100, 1000):
            if places < together:
                continue
            told = _once(places, together, rounds)
            world, lost = of_growth(places), losses(places, together)
            chosen = np.random.default_rng(1).choice(len(lost), min(len(lost), 100), replace=False)
            expected = np.array(told["missing"])[chosen]
            sample = Sample("", world.merged(), "OR-Tools", lost[chosen], expected, None)
            peer = asked(sample)
            equal = f"{yes(not differing(peer, sample))} ({len(chosen)} scenarios)"
            task = f"{what} of {places:,}: {len(lost):,} scenarios, {told['method']}"
            each = peer["each"] * len(lost)
            times.append(Row(task, told["seconds"], "OR-Tools, classes", each, "s", None, equal))
            given = f"given: {told['given']:.0f} MiB of failures"
            memories.append(Row(task, told["memory"], "import", bare, "MiB", None, given))
    note = (
        "Ten demands for each place, in 30 regimes with a sixth of the places each; a tenth more "
        "capacity than demand. The peer's time is that of up to 100 scenarios, scaled to all."
    )
    told_by = "Peak of the process, beside one that only imports `domicile.headroom` and numpy."
    return [
        Table("Headroom: how time grows", tuple(times), note),
        Table("Headroom: how memory grows", tuple(memories), told_by),
    ]


def _once(places: int, together: int, rounds: int) -> dict[str, Any]:
    command = [sys.executable, str(ONCE), str(places), str(together), str(rounds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told
