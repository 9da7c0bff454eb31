"""Which demands are short together, for many scenarios at once.

The shortfall is the largest value, over sets of demands, of their demand minus the capacity
of all places that any of them may use (Gale 1957, Hall 1935, Ford and Fulkerson 1956). The
set that attains it is the answer here; everything else follows from it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.greedy import serve
from domicile.headroom.network import Network, Part
from domicile.headroom.transport import Transport

_LARGEST_TABLE = 1 << 22
"""Most entries [scenarios, sets] of a table computed in one go."""


def worst(network: Network, demand: Floats, capacity: Floats) -> Bools:
    """Find the classes that are short together, in each scenario.

    Args:
        network: which class may use which group.
        demand: float [scenarios, classes].
        capacity: float [scenarios, groups], of what is not lost.

    Returns:
        bool [scenarios, classes]: the set whose demand exceeds the capacity it may use by
        most; empty where nothing is short.
    """
    short = np.zeros(demand.shape, dtype=np.bool_)
    if not demand.size:
        return short
    for part in network.parts:
        needed, room = demand[:, part.classes], capacity[:, part.groups]
        short[:, part.classes] = on_grid(finder(part), needed, room)
    return short


Finder = Callable[[Floats, Floats], Bools]
"""Who is short together, of demand [scenarios, classes] and capacity [scenarios, groups]."""


def finder(part: Part) -> Finder:
    """Choose how a part's scenarios are answered one by one, on the grid."""
    return Searched(part) if part.closed is None else Listed(part)


def on_grid(find: Finder, demand: Floats, capacity: Floats) -> Bools:
    """Put scenarios of one part on the grid, and find who is short together."""
    factor = grid.scale(float(demand.sum(axis=1).max()))
    steps = grid.steps(demand, factor, np.array(np.inf))
    return find(steps, grid.steps(capacity, factor, steps.sum(axis=1, keepdims=True)))


def excess(network: Network, short: Bools, demand: Floats, capacity: Floats) -> Floats:
    """Demand of each scenario's set minus the capacity that it may use: float [scenarios].

    Amounts within rounding of the set's demand are 0.
    """
    needed = np.where(short, demand, 0.0).sum(axis=1)
    room = np.where(network.used_by(short), capacity, 0.0).sum(axis=1)
    over = needed - room
    return np.where(over > grid.ROUNDING * needed, over, 0.0)


class Listed:
    """Every closed set is tried, for all scenarios at once."""

    def __init__(self, part: Part) -> None:
        assert part.closed is not None  # noqa: S101 - the caller's choice, told to the type checker
        self._closed = part.closed
        self._sets = part.closed.astype(np.float64)
        self._usable = (self._sets @ part.adjacency > 0).astype(np.float64)

    def __call__(self, demand: Floats, capacity: Floats) -> Bools:
        """Find who is short together, in steps of the grid: bool [scenarios, classes]."""
        short = np.zeros(demand.shape, dtype=np.bool_)
        chunk = max(1, _LARGEST_TABLE // len(self._sets))
        for start in range(0, len(demand), chunk):
            rows = slice(start, start + chunk)
            over = demand[rows] @ self._sets.T - capacity[rows] @ self._usable.T
            chosen = over.argmax(axis=1)
            positive = over[np.arange(len(over)), chosen] > 0
            short[rows] = self._closed[chosen] & positive[:, None]
        return short


class Searched:
    """Greedy first; completed only where neither that flow nor a cut found earlier is a proof."""

    def __init__(self, part: Part) -> None:
        self._adjacency = part.adjacency
        self._kept: list[Bools] = []

    def __call__(self, demand: Floats, capacity: Floats) -> Bools:
        """Find who is short together, in steps of the grid: bool [scenarios, classes]."""
        short = np.zeros(demand.shape, dtype=np.bool_)
        chunk = max(1, _LARGEST_TABLE // self._adjacency.size)
        for start in range(0, len(demand), chunk):
            rows = slice(start, start + chunk)
            short[rows] = self._search(demand[rows], capacity[rows])
        return short

    def _search(self, demand: Floats, capacity: Floats) -> Bools:
        flow, unserved, _ = serve(self._adjacency, demand, capacity)
        missing = unserved.sum(axis=1)
        short = np.zeros(demand.shape, dtype=np.bool_)
        # Often those that the greedy flow leaves short are a proof by themselves.
        left = unserved > 0
        used = left.astype(np.float64) @ self._adjacency > 0
        over = np.where(left, demand, 0.0).sum(axis=1) - np.where(used, capacity, 0.0).sum(axis=1)
        short[over >= missing] = left[over >= missing]
        open_ = np.flatnonzero(over < missing)
        for cut in self._kept:
            open_ = self._proved(cut, short, open_, missing, demand, capacity)
        while len(open_):
            first, open_ = open_[0], open_[1:]
            transport = Transport.of(self._adjacency, flow[first], demand[first], capacity[first])
            _, cut = transport.largest()
            short[first] = cut
            if cut.any():
                open_ = self._proved(cut, short, open_, missing, demand, capacity)
                # The cuts found last are the likeliest to serve again.
                self._kept = [*self._kept[1 - _MOST_KEPT :], cut]
        return short

    def _proved(
        self,
        cut: Bools,
        short: Bools,
        open_: Integers,
        missing: Floats,
        demand: Floats,
        capacity: Floats,
    ) -> Integers:
        """Answer the open scenarios of which this cut proves the flow; return the others."""
        if not len(open_):
            return open_
        usable = self._adjacency[cut].any(axis=0)
        over = demand[open_][:, cut].sum(axis=1) - capacity[open_][:, usable].sum(axis=1)
        proved = over >= missing[open_]
        short[open_[proved]] = cut
        still: Integers = open_[~proved]
        return still


_MOST_KEPT = 64
