"""The scenarios of one service: who needs how much, and what part of each place is usable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom import cuts, grid
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """A scenario that capacities leave short.

    Attributes:
        scenario: its index.
        short: bool [classes]: who is short together.
        missing: by how much, in the unit of demand.
    """

    scenario: int
    short: Bools
    missing: float


@dataclass(frozen=True, slots=True, eq=False)
class Scenarios:
    """What each scenario needs, and what it leaves.

    Attributes:
        network: which class of demands may use which group of places.
        demand: float [scenarios, classes].
        left: float [scenarios, places]: the part of a place's capacity that may be used.
    """

    network: Network
    demand: Floats
    left: Floats

    def shortages(self, capacity: Floats) -> tuple[Bools, Floats]:
        """Who is short together, and by how much.

        Args:
            capacity: float [places], or one row for each scenario.

        Returns:
            bool [scenarios, classes], float [scenarios].
        """
        groups = self.network.of_places(self.left * capacity)
        short = cuts.worst(self.network, self.demand, groups)
        return short, cuts.excess(self.network, short, self.demand, groups)

    def broken(self, capacity: Floats, slack: float = grid.ROUNDING) -> list[Broken]:
        """List scenarios that these capacities, float [places], leave short; worst first.

        Args:
            capacity: float [places].
            slack: part of a scenario's demand that may be missing unnoticed.
        """
        short, over = self.shortages(capacity)
        over = np.where(over > slack * self.demand.sum(axis=1), over, 0.0)
        order = np.argsort(-over, kind="stable")[: np.count_nonzero(over)]
        return [Broken(int(index), short[index], float(over[index])) for index in order]

    def need(self, scenario: npt.ArrayLike, short: Bools) -> Floats:
        """Demand of a set of classes in a scenario; or of several: float [sets]."""
        needed: Floats = np.where(short, self.demand[scenario], 0.0).sum(axis=-1)
        return needed

    def usable(self, scenario: npt.ArrayLike, short: Bools) -> Floats:
        """Part of each place's capacity that a set may use, or several: float [..., places]."""
        places = self.network.places_of(self.network.used_by(short))
        return np.where(places, self.left[scenario], 0.0)


def distinct(rows: Floats) -> tuple[Integers, Integers]:
    """Find equal rows: the first index of each, in order, and for each row which it equals."""
    numbers: dict[bytes, int] = {}
    first: list[int] = []
    of = np.empty(len(rows), dtype=np.int64)
    # Adding 0 turns -0 into 0: then equal rows have equal bytes.
    for index, row in enumerate(np.ascontiguousarray(rows + 0.0)):
        number = numbers.setdefault(row.tobytes(), len(first))
        if number == len(first):
            first.append(index)
        of[index] = number
    return np.array(first, dtype=np.int64), of
