"""A largest flow that is carried from one scenario to the next.

Scenarios that follow each other lose almost the same. So what a loss displaces is taken out of
the flow before it, and only that is routed anew, by augmenting paths (Ford and Fulkerson 1956).
"""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Bools, Floats


def worst_in_turn(adjacency: Bools, demand: Floats, capacity: Floats) -> Bools:
    """Find the classes that are short together, in each scenario.

    Args:
        adjacency: bool [classes, groups].
        demand: float [scenarios, classes], steps of the grid.
        capacity: float [scenarios, groups], steps of the grid.

    Returns:
        bool [scenarios, classes]: the smallest set whose demand exceeds the capacity that it
        may use by most; empty where nothing is short.
    """
    # Groups that few classes may use come first: what is put there takes least from others.
    order = np.argsort(adjacency.sum(axis=0), kind="stable")
    chain = Chain(adjacency[:, order])
    short = np.zeros(demand.shape, dtype=np.bool_)
    rows = zip(demand.tolist(), capacity[:, order].tolist(), strict=True)
    for scenario, (needed, room) in enumerate(rows):
        if cut := chain.move(needed, room):
            short[scenario, sorted(cut)] = True
    return short


class Chain:
    """The flow of the scenario that was last. Sets of groups are the bits of integers."""

    def __init__(self, adjacency: Bools) -> None:
        classes, groups = adjacency.shape
        self._may_use = [
            sum(1 << group for group in row.nonzero()[0].tolist()) for row in adjacency
        ]
        self._choice = adjacency.sum(axis=1).tolist()
        self._flow: list[dict[int, float]] = [{} for _ in range(groups)]
        self._load = [0.0] * groups
        self._demand = [0.0] * classes
        self._missing: dict[int, float] = {}
        """Class → what is not served yet, where that is more than 0."""
        self._spare = [0.0] * groups
        self._free = 0
        """Groups with spare capacity."""
        self._stuck = 0
        """Full groups from which no path leads to spare capacity."""

    def move(self, demand: list[float], capacity: list[float]) -> set[int]:
        """Serve the next scenario; the classes that are short together in it."""
        if demand != self._demand:
            self._ask(demand)
        self._displace(capacity)
        short: set[int] = set()
        for class_ in sorted(self._missing, key=self._choice.__getitem__):
            missing = self._missing[class_]
            while missing > 0:
                pushed, reached = self._push(class_, missing)
                if not pushed:
                    short |= reached
                    break
                missing -= pushed
            if missing > 0:
                self._missing[class_] = missing
            else:
                del self._missing[class_]
        return short

    def _ask(self, demand: list[float]) -> None:
        """Take out what is no longer asked for; what is asked for anew is missing."""
        for class_, (before, now) in enumerate(zip(self._demand, demand, strict=True)):
            if now == before:
                continue
            missing = self._missing.pop(class_, 0.0) + now - before
            for group, flow in enumerate(self._flow):
                if missing >= 0:
                    break
                if class_ in flow:
                    missing += self._take(group, class_, -missing)
            if missing > 0:
                self._missing[class_] = missing
        self._demand = demand

    def _displace(self, capacity: list[float]) -> None:
        """Keep what still fits."""
        free, load = 0, self._load
        for group, room in enumerate(capacity):
            while load[group] > room:
                class_ = next(reversed(self._flow[group]))
                taken = self._take(group, class_, load[group] - room)
                self._missing[class_] = self._missing.get(class_, 0.0) + taken
            if load[group] < room:
                free |= 1 << group
        self._spare = [room - used for room, used in zip(capacity, load, strict=True)]
        self._free, self._stuck = free, 0

    def _take(self, group: int, class_: int, most: float) -> float:
        """Take up to `most` of a class out of a group: how much that is."""
        flow = self._flow[group]
        amount = min(most, flow[class_])
        if amount == flow[class_]:
            del flow[class_]
        else:
            flow[class_] -= amount
        self._load[group] -= amount
        return amount

    def _push(self, start: int, missing: float) -> tuple[float, set[int]]:
        """Push along a shortest path to spare capacity: how much; else whom no path leaves."""
        may_use, flows, free = self._may_use, self._flow, self._free
        if may_use[start] & free:
            return self._augment(start, missing, {}, {start: -1}), set()
        came_from: dict[int, int] = {}
        reached = {start: -1}
        seen = self._stuck
        waiting = [start]
        for class_ in waiting:
            new = may_use[class_] & ~seen
            seen |= new
            while new:
                group = (new & -new).bit_length() - 1
                new &= new - 1
                came_from[group] = class_
                for other in flows[group]:
                    if other not in reached:
                        reached[other] = group
                        if may_use[other] & free:
                            return self._augment(other, missing, came_from, reached), set()
                        waiting.append(other)
        self._stuck = seen
        return 0.0, set(reached)

    def _augment(
        self, last: int, missing: float, came_from: dict[int, int], reached: dict[int, int]
    ) -> float:
        """Move what the path to this class carries, and put the end of it where there is room."""
        flows, free = self._flow, self._may_use[last] & self._free
        end = (free & -free).bit_length() - 1
        amount: float = min(missing, self._spare[end])
        path = []
        class_ = last
        while (group := reached[class_]) >= 0:
            path.append((class_, group))
            amount = min(amount, flows[group][class_])
            class_ = came_from[group]
        first, into = class_, end
        for class_, group in path:
            flows[into][class_] = flows[into].get(class_, 0.0) + amount
            left = flows[group][class_] - amount
            if left > 0:
                flows[group][class_] = left
            else:
                del flows[group][class_]
            into = group
        flows[into][first] = flows[into].get(first, 0.0) + amount
        self._load[end] += amount
        self._spare[end] -= amount
        if self._spare[end] <= 0:
            self._free &= ~(1 << end)
        return amount
