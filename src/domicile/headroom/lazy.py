"""Solve a program whose rows are far too many, by adding only those that answers break.

Where the answer breaks no row at all, it satisfies all of them; and no answer with more rows
is cheaper than it. So it is the least over all rows (Benders 1962).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from domicile.headroom.arrays import Floats
from domicile.headroom.program import Program, Solution

SLACK = 1e-9
"""Part of the demand by which fractional answers may miss a row: the solver's tolerance."""

Note = TypeVar("Note")


@dataclass(frozen=True, slots=True, eq=False)
class Row(Generic[Note]):
    """The demand that factors · x ≥ 1, for the first columns, and what it stands for."""

    factors: Floats
    note: Note


@dataclass(slots=True, eq=False)
class Lazy(Generic[Note]):
    """A program and the rows that its answers broke so far.

    Attributes:
        program: with the rows that hold from the start.
        find: (values, slack) → the rows that these values break by more than slack.
        rows: those found so far.
        doubtful: whether a row had to be asked for more than it says, to make the solver keep
            it: nothing is then proved to be least.
    """

    program: Program
    find: Callable[[Floats, float], list[Row[Note]]]
    rows: list[Row[Note]] = field(default_factory=list)
    doubtful: bool = False

    def settle(self, slack: float, start: Floats | None = None) -> Solution:
        """Solve and add broken rows, until none is broken by more than `slack`."""
        while True:
            solution = self.program.solve(start)
            if solution.values is None or not self.add(self.find(solution.values, slack)):
                return solution

    def settle_whole(self) -> Solution:
        """Settle with fractions allowed, which finds most rows cheaply, then without."""
        self.program.relax(relaxed=True)
        relaxed = self.settle(SLACK)
        self.program.relax(relaxed=False)
        return relaxed if relaxed.values is None else self.settle_exactly()

    def settle_exactly(self, start: Floats | None = None) -> Solution:
        """Settle whole values, until none is broken beyond rounding.

        Args:
            start: values that break nothing, to begin with.
        """
        while True:
            solution = self.settle(0.0, start)
            if solution.values is None:
                return solution
            missed = self.find(solution.values, 0.0)
            if not missed:
                return solution
            # The solver took a point that misses a row by less than its tolerance: ask for a
            # hair more. What lies between is not judged then, so no proof is claimed.
            self.doubtful = True
            row = missed[0].factors
            short = 1.0 - float(row @ solution.values[: len(row)])
            self.program.add(row, 1.0 + max(short, 0.0) + 4 * SLACK)

    def add(self, rows: list[Row[Note]]) -> bool:
        """Add those that are not there yet and follow from no other; whether any was added."""
        known = np.array([row.factors for row in self.rows])
        fresh: list[Row[Note]] = []
        for row in sorted(rows, key=lambda row: float(row.factors.sum())):
            # A known row that gives no place more than this one does implies it.
            follows = len(known) and bool((known <= row.factors).all(axis=1).any())
            if follows or any(bool((one.factors <= row.factors).all()) for one in fresh):
                continue
            fresh.append(row)
            self.program.add(row.factors, 1.0)
        self.rows += fresh
        return bool(fresh)
