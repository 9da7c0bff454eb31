"""Every set of lost places of one service at once: how much is short, and who."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom import subsets
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.every_set import EverySet, every_shortfall
from domicile.headroom.lost_groups import Lost, Room
from domicile.headroom.network import Network, Part

_PLACES = 22
"""Most places of such tables: two of 32 MiB."""


@dataclass(frozen=True, slots=True, eq=False)
class EveryLoss:
    """Tables of one demand at some places.

    Attributes:
        useful: int [useful places]: those whose loss can matter.
        missing: float [2**useful places]: what is short where those of the bit mask are lost.
        network: which class may use which group, of all places.
        parts: of the network: each with its table and what stands in it.
    """

    useful: Integers
    missing: Floats
    network: Network
    parts: tuple[tuple[Part, EverySet, Room], ...]

    @classmethod
    def of(cls, admissible: Bools, demand: Floats, capacity: Floats) -> EveryLoss:
        """Make the tables.

        Args:
            admissible: bool [demands, places].
            demand: float [demands].
            capacity: float [places], usable.

        Raises:
            ValueError: more places can matter than tables are made for.
        """
        useful = np.flatnonzero(admissible.any(axis=0) & (capacity > 0))
        if len(useful) > _PLACES:
            raise ValueError(f"`capacity` matters at {len(useful)} places, more than {_PLACES}")
        network = Network.of(admissible & (capacity > 0))
        classes = network.of_demands(demand)
        parts = []
        for part in network.parts:
            room, steps = Room.of(network, part, classes[part.classes], capacity, None)
            parts.append((part, EverySet.of(part, steps, room), room))
        missing = every_shortfall(admissible[:, useful], demand, capacity[useful])
        return cls(useful, missing, network, tuple(parts))

    def amount(self, lost: Bools) -> Floats:
        """What is missing in all, exact up to 1e-12 of the demand: float [scenarios].

        Args:
            lost: bool [scenarios, places].
        """
        amounts: Floats = self.missing[subsets.masks(lost[:, self.useful])]
        return amounts

    def short(self, lost: Bools) -> Bools:
        """Classes of the network that attain that together: bool [scenarios, classes].

        Demands that have no place at all are short as well, and not among these.
        """
        found = np.zeros((len(lost), len(self.network.adjacency)), dtype=np.bool_)
        gone = Lost.of(lost, None)
        for part, table, room in self.parts:
            losses = room.losses(gone, len(lost))
            some = table.missing(losses) > 0
            found[np.ix_(some, part.classes)] = table.short(losses.of(some))
        return found
