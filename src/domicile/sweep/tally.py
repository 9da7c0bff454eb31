"""What is kept of scenarios once they are judged: counts and largest amounts.

All of it can be added up in any order and any grouping, and comes out the same to the last bit:
numbers of sets and parts of probability are whole numbers, and of two largest amounts the larger
one stays, of equal ones that of the scenario that comes first. So the number of workers, and which
of them did what how often, cannot matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from domicile.headroom.arrays import Floats, Integers

WHOLE = 1 << 62
"""Certainty, as a whole number of the least parts of probability that are told apart: 2e-19."""
BINS = 10_000
"""Losses are told apart by hundredths of a per cent where the worst of them are averaged."""
NOTHING = -1
"""The number of no scenario."""


@dataclass(slots=True)
class SizeTally:
    """Scenarios in which so many events happen.

    Attributes:
        sets: how many were examined.
        asked: how many of those the policy asks to survive.
        asked_short: how many of these leave something short.
        short: for all together, then for each subject: how many leave it short.
        worst: likewise: the largest amount missing.
        which: likewise: the scenario in which that is missing; `NOTHING` if nothing ever is.
    """

    sets: int
    asked: int
    asked_short: int
    short: list[int]
    worst: list[float]
    which: list[int]

    def add(self, other: SizeTally) -> None:
        """Add what was examined elsewhere."""
        self.sets += other.sets
        self.asked += other.asked
        self.asked_short += other.asked_short
        for index, (short, worst, which) in enumerate(
            zip(other.short, other.worst, other.which, strict=True)
        ):
            self.short[index] += short
            if (worst, -which) > (self.worst[index], -self.which[index]):
                self.worst[index], self.which[index] = worst, which


@dataclass(slots=True)
class RiskTally:
    """How probable what was examined is, in parts of `WHOLE` (or of all samples).

    Attributes:
        examined: of all scenarios.
        available: for all together, then each subject: where nothing is missing.
        expected: for all together, then each subject, then whoever loses the largest part of
            its demand: probability times the part of the demand that is missing.
        tail: likewise: part of demand missing, in whole bins → probability, and that times the
            part that is missing.
    """

    examined: int
    available: list[int]
    expected: list[int]
    tail: list[dict[int, tuple[int, int]]]

    def add(self, other: RiskTally) -> None:
        """Add what was examined elsewhere."""
        self.examined += other.examined
        self.available = [a + b for a, b in zip(self.available, other.available, strict=True)]
        self.expected = [a + b for a, b in zip(self.expected, other.expected, strict=True)]
        for mine, theirs in zip(self.tail, other.tail, strict=True):
            for key, (mass, weighted) in theirs.items():
                before = mine.get(key, (0, 0))
                mine[key] = before[0] + mass, before[1] + weighted


@dataclass(slots=True)
class Tally:
    """One service: how its scenarios came out.

    Attributes:
        sizes: number of events → scenarios with so many.
        risk: where the policy says how likely events are.
        through: the same, where the service serves no more than those that it needs; None where
            it needs none.
    """

    sizes: dict[int, SizeTally] = field(default_factory=dict)
    risk: RiskTally | None = None
    through: Tally | None = None

    def add(self, other: Tally) -> None:
        """Add what was examined elsewhere."""
        for size, theirs in other.sizes.items():
            if size in self.sizes:
                self.sizes[size].add(theirs)
            else:
                self.sizes[size] = theirs
        if other.risk is not None:
            if self.risk is None:
                self.risk = other.risk
            else:
                self.risk.add(other.risk)
        if other.through is not None:
            if self.through is None:
                self.through = other.through
            else:
                self.through.add(other.through)


def binned(part: Floats, mass: Integers, weighted: Integers) -> dict[int, tuple[int, int]]:
    """Parts of demand that are missing, by bins, with their probabilities.

    Args:
        part: float [scenarios].
        mass: int [scenarios]: probability.
        weighted: int [scenarios]: that times the part.
    """
    some = np.flatnonzero(part > 0)
    keys, of = np.unique((part[some] * BINS).astype(np.int64), return_inverse=True)
    sums = np.zeros((len(keys), 2), dtype=np.int64)
    np.add.at(sums, of, np.column_stack([mass[some], weighted[some]]))
    return {
        key: (its, their) for key, (its, their) in zip(keys.tolist(), sums.tolist(), strict=True)
    }
