"""The largest flow of one scenario: shortest augmenting paths from any flow to start with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.greedy import serve


@dataclass(slots=True)
class Transport:
    """A flow from demands to places that can be completed. Amounts are steps of the grid.

    Attributes:
        neighbours: for each demand, the places that it may use.
        flow: for each place, demand → amount above 0.
        unserved: for each demand, what is not served yet.
        spare: for each place, capacity not used yet.
    """

    neighbours: list[list[int]]
    flow: list[dict[int, float]]
    unserved: list[float]
    spare: list[float]

    @classmethod
    def of(cls, admissible: Bools, flow: Floats, needed: Floats, room: Floats) -> Transport:
        """Start from float [demands, places] within what is needed and what there is room for.

        What is left over is first put wherever it fits, without moving anything.
        """
        unserved = needed - flow.sum(axis=1)
        spare = room - flow.sum(axis=0)
        more, still, left = serve(admissible, unserved[None], spare[None])
        neighbours: list[list[int]] = [row.nonzero()[0].tolist() for row in admissible]
        placed = [
            {demand: amount for demand, amount in enumerate(column) if amount > 0}
            for column in (flow + more[0]).T.tolist()
        ]
        return cls(neighbours, placed, still[0].tolist(), left[0].tolist())

    def largest(self) -> tuple[Floats, Bools]:
        """Complete the flow: float [demands, places], and who is short: bool [demands]."""
        short = np.zeros(len(self.neighbours), dtype=np.bool_)
        short[sorted(self.complete())] = True
        flow = np.zeros((len(self.neighbours), len(self.flow)))
        for place, users in enumerate(self.flow):
            for demand, amount in users.items():
                flow[demand, place] = amount
        return flow, short

    def complete(self) -> set[int]:
        """Augment until nothing helps.

        Returns:
            The demands that are short together: everything they may use is full, of them
            alone. Empty when all is served. Their demand minus that capacity is what stays
            unserved, which proves the flow to be the largest.
        """
        while True:
            came_from, reached, ends = self._search()
            if not ends:
                return set(reached)
            for place in ends:
                self._augment(place, came_from, reached)

    def _search(self) -> tuple[dict[int, int], dict[int, int], list[int]]:
        """Go outward from the unserved, one layer at a time, up to places with spare capacity.

        Returns:
            For each place reached the demand it was reached from; for each demand reached the
            place it was reached from (-1: it is itself unserved); the nearest spare places.
        """
        came_from: dict[int, int] = {}
        reached = {demand: -1 for demand, amount in enumerate(self.unserved) if amount > 0}
        layer = list(reached)
        ends: list[int] = []
        while layer and not ends:
            places = []
            for demand in layer:
                for place in self.neighbours[demand]:
                    if place not in came_from:
                        came_from[place] = demand
                        places.append(place)
            ends = [place for place in places if self.spare[place] > 0]
            layer = []
            for place in places:
                for demand in self.flow[place]:
                    if demand not in reached:
                        reached[demand] = place
                        layer.append(demand)
        return came_from, reached, ends

    def _augment(self, end: int, came_from: dict[int, int], reached: dict[int, int]) -> None:
        """Push what one path carries; paths of one search share arcs, so it may be nothing."""
        amount = self.spare[end]
        path: list[tuple[int, int]] = []
        place = end
        while place >= 0:
            demand = came_from[place]
            path.append((demand, place))
            place = reached[demand]
            if place >= 0:
                amount = min(amount, self.flow[place].get(demand, 0.0))
        start = path[-1][0]
        amount = min(amount, self.unserved[start])
        if amount <= 0:
            return
        self.spare[end] -= amount
        self.unserved[start] -= amount
        for demand, place in path:
            self.flow[place][demand] = self.flow[place].get(demand, 0.0) + amount
            source = reached[demand]
            if source >= 0:
                left = self.flow[source][demand] - amount
                if left > 0:
                    self.flow[source][demand] = left
                else:
                    del self.flow[source][demand]
