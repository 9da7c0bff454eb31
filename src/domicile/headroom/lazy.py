"""Solve a program whose rows are far too many, by adding only those that answers break.

Where the answer breaks no row at all, it satisfies all of them; and no answer with more rows
is cheaper than it. So it is the least over all rows (Benders 1962).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.program import Program, Rows, Solution

SLACK = 1e-9
"""Part of the demand by which fractional answers may miss a row: the solver's tolerance."""

Note = TypeVar("Note")
Its_co = TypeVar("Its_co", covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Row(Generic[Its_co]):
    """The demand that factors · x ≥ 1, for the first columns, and what it stands for."""

    factors: Floats
    note: Its_co


@dataclass(slots=True, eq=False)
class Lazy(Generic[Note]):
    """A program and the rows that its answers broke so far.

    Attributes:
        program: with the rows that hold from the start.
        find: (values, slack) → the rows that these values break by more than slack.
        rows: those found so far.
        missed: those that the last values broke, all of them there already.
        changed: whether `find` itself added to the program; whoever sees it takes it back.
        doubtful: whether a row had to be asked for more than it says, to make the solver keep
            it: nothing is then proved to be least.
    """

    program: Program
    find: Callable[[Floats, float], list[Row[Note]]]
    rows: list[Row[Note]] = field(default_factory=list)
    missed: list[Row[Note]] = field(default_factory=list)
    changed: bool = False
    doubtful: bool = False

    def settle(self, slack: float, start: Floats | None = None, *, again: bool = False) -> Solution:
        """Solve and add broken rows, until none is broken by more than `slack`.

        Args:
            slack: what `find` is told.
            start: values that break nothing, to begin with.
            again: go on from the last solution; see `Program.solve`.
        """
        while True:
            solution = self.program.solve(start, again=again)
            if solution.values is None:
                return solution
            self.missed = self.find(solution.values, slack)
            changed, self.changed = self.changed, False
            if not self.add(self.missed, solution.values) and not changed:
                return solution

    def settle_whole(self) -> Solution:
        """Settle with fractions allowed, which finds most rows cheaply, then without."""
        self.program.relax(relaxed=True)
        relaxed = self.settle(SLACK, again=True)
        self.program.relax(relaxed=False)
        return relaxed if relaxed.values is None else self.settle_exactly()

    def settle_exactly(self, start: Floats | None = None, *, again: bool = False) -> Solution:
        """Settle until none is broken beyond rounding.

        Args:
            start: values that break nothing, to begin with.
            again: go on from the last solution; see `Program.solve`.
        """
        while True:
            solution = self.settle(0.0, start, again=again)
            if solution.values is None or not self.missed:
                return solution
            # The solver took a point that misses a row by less than its tolerance: ask for a
            # hair more. What lies between is not judged then, so no proof is claimed.
            self.doubtful = True
            row = self.missed[0].factors
            short = 1.0 - float(row @ solution.values[: len(row)])
            self.program.add(row, 1.0 + max(short, 0.0) + 4 * SLACK)

    def add(self, rows: list[Row[Note]], values: Floats | None = None) -> bool:
        """Add those that are not there yet and follow from no other; whether any was added.

        Args:
            rows: any.
            values: that keep all rows so far: what they clearly break follows from none of them.
        """
        if not rows:
            return False
        factors = np.array([row.factors for row in rows])
        order = np.argsort(factors.sum(axis=1), kind="stable")
        factors = factors[order]
        # A row that gives no place more than another one does implies it.
        implied = (factors[None, :, :] <= factors[:, None, :]).all(axis=2)
        follows: Bools = np.asarray(np.tril(implied, -1).any(axis=1))
        if self.rows:
            clear = np.zeros(len(rows), dtype=np.bool_)
            if values is not None:
                clear = factors @ values[: factors.shape[1]] < 1.0 - 4 * SLACK
            known = np.array([row.factors for row in self.rows])
            same = {row.tobytes() for row in known}
            for index in np.flatnonzero(~follows):
                follows[index] = factors[index].tobytes() in same or (
                    not clear[index] and bool((known <= factors[index]).all(axis=1).any())
                )
        fresh = np.flatnonzero(~follows)
        if not len(fresh):
            return False
        row, column = np.nonzero(factors[fresh])
        entries = factors[fresh][row, column]
        least = np.ones(len(fresh))
        self.program.add_rows(Rows.of(row, column, entries, least, np.full(len(fresh), np.inf)))
        self.rows += [rows[index] for index in order[fresh]]
        return True
