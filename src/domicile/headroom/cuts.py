"""Which demands are short together, for many scenarios at once.

The shortfall is the largest value, over sets of demands, of their demand minus the capacity
of all places that any of them may use (Gale 1957, Hall 1935, Ford and Fulkerson 1956). The
set that attains it is the answer here; everything else follows from it.
"""

from __future__ import annotations

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats
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
        needed = demand[:, part.classes]
        totals = needed.sum(axis=1)
        factor = grid.scale(float(totals.max()))
        steps = grid.steps(needed, factor, np.array(np.inf))
        most = steps.sum(axis=1, keepdims=True)
        room = grid.steps(capacity[:, part.groups], factor, most)
        find = _searched if part.closed is None else _listed
        short[:, part.classes] = find(part, steps, room)
    return short


def excess(network: Network, short: Bools, demand: Floats, capacity: Floats) -> Floats:
    """Demand of each scenario's set minus the capacity that it may use: float [scenarios].

    Amounts within rounding of the set's demand are 0.
    """
    needed = np.where(short, demand, 0.0).sum(axis=1)
    room = np.where(network.used_by(short), capacity, 0.0).sum(axis=1)
    over = needed - room
    return np.where(over > grid.ROUNDING * needed, over, 0.0)


def _listed(part: Part, demand: Floats, capacity: Floats) -> Bools:
    """Try every closed set."""
    assert part.closed is not None  # noqa: S101 - the caller's choice, told to the type checker
    sets = part.closed.astype(np.float64)
    usable = (sets @ part.adjacency > 0).astype(np.float64)
    short = np.zeros(demand.shape, dtype=np.bool_)
    chunk = max(1, _LARGEST_TABLE // len(sets))
    for start in range(0, len(demand), chunk):
        rows = slice(start, start + chunk)
        over = demand[rows] @ sets.T - capacity[rows] @ usable.T
        chosen = over.argmax(axis=1)
        positive = over[np.arange(len(over)), chosen] > 0
        short[rows] = part.closed[chosen] & positive[:, None]
    return short


def _searched(part: Part, demand: Floats, capacity: Floats) -> Bools:
    """Serve greedily; complete only where neither that flow nor an earlier cut is a proof."""
    flow, unserved, _ = serve(part.adjacency, demand, capacity)
    missing = unserved.sum(axis=1)
    short = np.zeros(demand.shape, dtype=np.bool_)
    open_ = np.flatnonzero(missing > 0)
    while len(open_):
        first, open_ = open_[0], open_[1:]
        transport = Transport.of(part.adjacency, flow[first], demand[first], capacity[first])
        _, cut = transport.largest()
        short[first] = cut
        if not cut.any() or not len(open_):
            continue
        usable = part.adjacency[cut].any(axis=0)
        over = demand[open_][:, cut].sum(axis=1) - capacity[open_][:, usable].sum(axis=1)
        proved = over >= missing[open_]
        short[open_[proved]] = cut
        open_ = open_[~proved]
    return short
