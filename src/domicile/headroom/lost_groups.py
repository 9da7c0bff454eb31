"""What scenarios take from a part, listed entry by entry: most of them lose a place or two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.network import Network, Part


@dataclass(frozen=True, slots=True, eq=False)
class Lost:
    """Each place that a scenario takes something from, by scenario.

    Attributes:
        row: int [entries], ascending: the scenario.
        place: int [entries].
        left: float [entries]: the part of the capacity that is left, 0 to 1.
    """

    row: Integers
    place: Integers
    left: Floats

    @classmethod
    def of(cls, failures: Bools | Floats, usual: Floats | None) -> Lost:
        """Read bool or float [scenarios, places], beside the share that is `usual`ly lost."""
        changed = failures if usual is None else failures != usual
        flat = np.flatnonzero(changed)
        row, place = np.divmod(flat, failures.shape[1])
        if failures.dtype == np.bool_:
            return cls(row, place, np.zeros(len(row)))
        left = np.asarray(1.0 - failures.reshape(-1)[flat], dtype=np.float64)
        return cls(row, place, left)


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Each group of a part that a scenario takes something from, by scenario.

    Attributes:
        scenarios: how many.
        row: int [entries], ascending: the scenario.
        group: int [entries], an index into the part's groups.
        lost: int [entries], above 0: steps of the grid that are lost.
        whole: bool [entries]: nothing is left of the group.
    """

    scenarios: int
    row: Integers
    group: Integers
    lost: Integers
    whole: Bools

    def touched(self) -> Integers:
        """How many groups each scenario takes something from: int [scenarios]."""
        return np.bincount(self.row, minlength=self.scenarios)

    def partial(self) -> Integers:
        """How many groups each scenario leaves something of: int [scenarios]."""
        return np.bincount(self.row[~self.whole], minlength=self.scenarios)

    def of(self, chosen: Bools) -> Losses:
        """Keep the scenarios that are chosen, bool [scenarios], and number them anew."""
        if chosen.all():
            return self
        number = np.cumsum(chosen) - 1
        kept = chosen[self.row]
        return Losses(
            int(np.count_nonzero(chosen)),
            number[self.row[kept]],
            self.group[kept],
            self.lost[kept],
            self.whole[kept],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What stands in a part where a scenario takes nothing, in steps of the part's grid.

    No scenario needs more than the part's whole demand of a group, so amounts stop there.

    Attributes:
        factor: steps for one unit.
        most: the part's whole demand.
        group_of: int [places], an index into the part's groups; -1 elsewhere.
        capacity: float [places], in units, before any loss.
        places: int [places].
        unbounded: int [groups]: the sum of their places.
    """

    factor: float
    most: int
    group_of: Integers
    capacity: Floats
    places: Integers
    unbounded: Integers

    @classmethod
    def of(
        cls, network: Network, part: Part, demand: Floats, capacity: Floats, usual: Floats | None
    ) -> tuple[Room, Integers]:
        """Put a part on its grid.

        Args:
            network: the whole network.
            part: one of its parts.
            demand: float [classes of the part].
            capacity: float [places], before any loss.
            usual: float [places], the share that is lost in every scenario; None for nothing.

        Returns:
            The room, and the demand in steps: int [classes of the part].
        """
        factor = grid.scale(float(demand.sum()))
        needed = grid.steps(demand, factor, np.array(np.inf)).astype(np.int64)
        number = np.full(network.adjacency.shape[1] + 1, -1, dtype=np.int64)
        number[part.groups] = np.arange(len(part.groups))
        group_of = number[network.group_of]
        most = int(needed.sum())
        left = capacity if usual is None else (1.0 - usual) * capacity
        places = grid.steps(left, factor, np.array(float(most))).astype(np.int64)
        unbounded = np.zeros(len(part.groups), dtype=np.int64)
        inside = group_of >= 0
        np.add.at(unbounded, group_of[inside], places[inside])
        return cls(factor, most, group_of, capacity, places, unbounded), needed

    @property
    def groups(self) -> Integers:
        """Steps of each group: int [groups]."""
        return np.minimum(self.unbounded, self.most)

    def losses(self, lost: Lost, scenarios: int) -> Losses:
        """Say what scenarios take from the part's groups."""
        group = self.group_of[lost.place]
        inside = group >= 0
        row, group, place = lost.row[inside], group[inside], lost.place[inside]
        left = lost.left[inside] * self.capacity[place]
        steps = grid.steps(left, self.factor, np.array(float(self.most))).astype(np.int64)
        gone = self.places[place] - steps
        key = row * len(self.unbounded) + group
        order = np.argsort(key, kind="stable")
        key = key[order]
        first = np.flatnonzero(np.diff(key, prepend=-1))
        together = np.add.reduceat(gone[order], first) if len(first) else gone[:0]
        row, group = np.divmod(key[first], len(self.unbounded))
        left_over = np.minimum(self.unbounded[group] - together, self.most)
        fewer = self.groups[group] - left_over
        kept = fewer > 0
        return Losses(scenarios, row[kept], group[kept], fewer[kept], left_over[kept] == 0)
