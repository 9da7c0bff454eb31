"""Pools whose capacity is no multiple of their backends, as columns of a program.

Where a table (Erlang's) caps what a pool may take, each of its first backends has a column of its
own, 0 or 1, taken in order: the third counts only with the second. Once utilisation binds, each
further backend gives the same, and one column counts them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Floats, Integers
from domicile.headroom.program import Program


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Columns of one service: the count of each place, then those of the capped places.

    Attributes:
        place: int [columns]: whose place.
        before: int [steps]: how many backends of its place come before it.
        most: float [steps]: 1; for the last of a place, how many more there can be.
        gain: float [levels, columns]: what one of each column adds, at each utilisation.
    """

    place: Integers
    before: Integers
    most: Floats
    gain: Floats

    @classmethod
    def of(cls, unit: Floats, table: Floats | None, maximum: Integers, levels: Floats) -> Steps:
        """Lay out the columns.

        Args:
            unit: float [places], of one backend.
            table: float [places, counts]: what so many backends may take at most; None: anything.
            maximum: int [places].
            levels: float [levels]: utilisations that occur.
        """
        places = np.arange(len(unit))
        gain = levels[:, None] * unit
        if table is None:
            return cls(places, np.zeros(0, dtype=np.int64), np.zeros(0), gain)
        before: list[int] = []
        most: list[float] = []
        of: list[int] = []
        added = [gain]
        for place, first in enumerate(_capped(unit, table, maximum, levels).tolist()):
            if not first:
                continue
            counts = np.arange(first + 1)
            limits = np.minimum(levels[:, None] * unit[place] * counts, table[place, counts])
            added += [np.diff(limits, axis=1), gain[:, [place]]]
            before += range(first + 1)
            most += [1.0] * first + [float(maximum[place]) - first]
            of += [place] * (first + 1)
            # The count itself adds nothing then: its steps do.
            gain[:, place] = 0.0
        return cls(
            np.append(places, np.array(of, dtype=np.int64)),
            np.array(before, dtype=np.int64),
            np.array(most),
            np.hstack(added),
        )

    @property
    def length(self) -> int:
        """How many columns follow the counts."""
        return len(self.before)

    def of_counts(self, counts: Floats) -> Floats:
        """Write whole counts, float [places], as columns: the counts, then the steps."""
        beyond = counts[self.place[len(counts) :]] - self.before
        return np.append(counts, np.clip(beyond, 0.0, self.most))

    def capacity(self, values: Floats, places: int) -> Floats:
        """What columns give at each place, for each utilisation: float [levels, places]."""
        return np.array(
            [np.bincount(self.place, row, places) for row in self.gain * values], dtype=np.float64
        ).reshape(-1, places)

    def add_to(self, program: Program, count: int, step: int) -> None:
        """Tie steps to counts: in order, and together as many as the count.

        Args:
            program: whose rows are added.
            count: its column of the first place's count.
            step: its column of the first step.
        """
        own = self.place[len(self.place) - self.length :]
        for place in np.unique(own):
            columns = step + np.flatnonzero(own == place)
            program.add_sparse(
                np.append(columns, count + place), np.append(np.ones(len(columns)), -1.0), 0.0, 0.0
            )
            for before, after in pairwise(columns):
                most = self.most[after - step]
                program.add_sparse(np.array([before, after]), np.array([most, -1.0]), 0.0)


def _capped(unit: Floats, table: Floats, maximum: Integers, levels: Floats) -> Integers:
    """How many of each place's first backends need steps: up to the first in proportion.

    The largest utilisation is capped longest; from there on all levels are in proportion.
    """
    counts = np.arange(table.shape[1])
    free = levels.max(initial=0.0) * unit[:, None] * counts
    capped = (table < free * (1 - grid.ROUNDING)) & (counts <= maximum[:, None])
    last = np.where(capped, counts, 0).max(axis=1)
    return np.where(last > 0, np.minimum(last + 1, maximum), 0)
