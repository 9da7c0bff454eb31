"""The scenarios of one service: who needs how much, and what part of each place is usable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
        """List scenarios that these capacities leave short; worst first.

        Args:
            capacity: float [places], or one row for each scenario.
            slack: part of a scenario's demand that may be missing unnoticed.
        """
        short, over = self.shortages(capacity)
        over = np.where(over > slack * self.demand.sum(axis=1), over, 0.0)
        order = np.argsort(-over, kind="stable")[: np.count_nonzero(over)]
        return [Broken(int(index), short[index], float(over[index])) for index in order]

    def need(self, scenario: int, short: Bools) -> float:
        """Demand of a set of classes in a scenario."""
        return float(self.demand[scenario][short].sum())

    def usable(self, scenario: int, short: Bools) -> Floats:
        """Part of each place's capacity that a set may use: float [places]."""
        places = self.network.places_of(self.network.used_by(short))
        return np.where(places, self.left[scenario], 0.0)


def distinct(rows: Floats) -> tuple[Integers, Integers]:
    """Find equal rows: the first index of each, in order, and for each row which it equals."""
    _, first, of = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order].astype(np.int64), rank[of.reshape(-1)].astype(np.int64)
