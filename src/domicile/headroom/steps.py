"""Pools whose capacity is no multiple of their backends, as columns of a program.

Where a table (Erlang's) caps what a pool may take, each of its first backends has a column of its
own, 0 or 1, taken in order: the third counts only with the second. Once utilisation binds, each
further backend gives the same, and one column counts them all.

Few caps matter: most plans have no backend at a place, or many. So a place is *capped* in a
program, by its steps, only once an answer counted on more than its table gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.program import Program


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Columns of one service: the count of each place, then steps of those with a cap.

    Attributes:
        unit: float [levels, places]: what each backend gives where nothing caps, at each
            utilisation.
        place: int [steps]: whose place.
        before: int [steps]: how many backends of its place come before it.
        most: float [steps]: 1; for the last of a place, how many more there can be.
        gain: float [levels, steps]: what each adds, at each utilisation.
    """

    unit: Floats
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
        each = levels[:, None] * unit
        before: list[int] = []
        most: list[float] = []
        of: list[int] = []
        gain = [np.zeros((len(levels), 0))]
        if table is not None:
            for place, first in enumerate(_bound(unit, table, maximum, levels).tolist()):
                if not first:
                    continue
                counts = np.arange(first + 1)
                limits = np.minimum(each[:, [place]] * counts, table[place, counts])
                gain += [np.diff(limits, axis=1), each[:, [place]]]
                before += range(first + 1)
                most += [1.0] * first + [float(maximum[place]) - first]
                of += [place] * (first + 1)
        return cls(
            each,
            np.array(of, dtype=np.int64),
            np.array(before, dtype=np.int64),
            np.array(most),
            np.hstack(gain),
        )

    @property
    def length(self) -> int:
        """How many columns follow the counts."""
        return len(self.before)

    @property
    def stepped(self) -> Bools:
        """Whose table ever binds: bool [places]."""
        bound: Bools = np.bincount(self.place, minlength=self.unit.shape[1]) > 0
        return bound

    def of_counts(self, counts: Floats) -> Floats:
        """Write whole counts, float [places], as columns: the counts, then the steps."""
        return np.append(counts, np.clip(counts[self.place] - self.before, 0.0, self.most))

    def factors(self, level: int, capped: Bools) -> Floats:
        """What one of each column gives, where these places are capped: float [columns]."""
        return np.append(
            np.where(capped & self.stepped, 0.0, self.unit[level]),
            np.where(capped[self.place], self.gain[level], 0.0),
        )

    def capacity(self, values: Floats, capped: Bools) -> Floats:
        """What columns give at each place, at each utilisation: float [levels, places]."""
        places = len(capped)
        counts, steps = values[:places], values[places:]
        by_steps = [np.bincount(self.place, row * steps, places) for row in self.gain]
        return np.where(capped & self.stepped, by_steps, self.unit * counts)

    def overrated(self, counts: Floats) -> Bools:
        """Places whose table, at some utilisation, gives such whole counts less: bool [places]."""
        values = self.of_counts(counts)
        less = self.capacity(values, self.stepped) < self.unit * counts * (1 - grid.ROUNDING)
        overrated: Bools = np.any(less, axis=0)
        return overrated

    def add_to(self, program: Program, places: Bools, count: int, step: int) -> None:
        """Tie steps of these places to their counts: in order, and as many as the count.

        Args:
            program: whose rows are added.
            places: bool [places].
            count: column of the first place's count.
            step: column of the first step.
        """
        for place in np.flatnonzero(places):
            columns = step + np.flatnonzero(self.place == place)
            program.add_sparse(
                np.append(columns, count + place), np.append(np.ones(len(columns)), -1.0), 0.0, 0.0
            )
            for before, after in pairwise(columns):
                most = self.most[after - step]
                program.add_sparse(np.array([before, after]), np.array([most, -1.0]), 0.0)


def _bound(unit: Floats, table: Floats, maximum: Integers, levels: Floats) -> Integers:
    """How many of each place's first backends need steps: up to the first in proportion.

    The largest utilisation is capped longest; from there on all levels are in proportion.
    """
    counts = np.arange(table.shape[1])
    free = levels.max(initial=0.0) * unit[:, None] * counts
    capped = (table < free * (1 - grid.ROUNDING)) & (counts <= maximum[:, None])
    last = np.where(capped, counts, 0).max(axis=1)
    return np.where(last > 0, np.minimum(last + 1, maximum), 0)
