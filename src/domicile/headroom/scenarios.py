"""The scenarios of one service: who needs how much, and what part of each place is usable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domicile.headroom import cuts
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.network import Network

_MOST_AT_ONCE = 1 << 13
"""Most scenarios, of all cases together, that are judged in one go."""


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

    def broken(self, capacity: Floats, slack: float = 0.0) -> list[Broken]:
        """List scenarios that these capacities leave short; worst first.

        Args:
            capacity: float [places], or one row for each scenario.
            slack: part of a scenario's demand that may be missing unnoticed.
        """
        return next(self._broken((self.left * capacity)[None], slack))

    def broken_by_each(self, capacities: Floats, slack: float = 0.0) -> list[list[Broken]]:
        """List for each of several capacities, float [cases, places], what they leave short."""
        at_once = max(1, _MOST_AT_ONCE // max(1, len(self.left)))
        return [
            broken
            for start in range(0, len(capacities), at_once)
            for broken in self._broken(
                capacities[start : start + at_once, None, :] * self.left, slack
            )
        ]

    def _broken(self, usable: Floats, slack: float) -> Iterator[list[Broken]]:
        """What each case leaves short, of usable capacity float [cases, scenarios, places]."""
        cases, scenarios, places = usable.shape
        groups = self.network.of_places(usable.reshape(-1, places))
        demand = np.tile(self.demand, (cases, 1))
        short = cuts.worst(self.network, demand, groups)
        over = cuts.excess(self.network, short, demand, groups)
        over = np.where(over > slack * demand.sum(axis=1), over, 0.0).reshape(cases, scenarios)
        for case, missing in enumerate(over):
            order = np.argsort(-missing, kind="stable")[: np.count_nonzero(missing)]
            rows = short[case * scenarios :]
            yield [Broken(int(at), rows[at], float(missing[at])) for at in order]

    def need(self, scenario: int | Integers, short: Bools) -> Floats:
        """Demand of a set of classes in a scenario; or of several: float [sets]."""
        needed: Floats = np.where(short, self.demand[scenario], 0.0).sum(axis=-1)
        return needed

    def usable(self, scenario: int | Integers, short: Bools) -> Floats:
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
