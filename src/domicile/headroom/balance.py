"""The balanced routing: the fullest place is as little full as it can be, then the next.

Let S be the set of demands with the largest ratio of its demand to the capacity that it may
use. That ratio is the least utilisation that any routing can give its fullest place, and the
routing must fill every place of S to just that. So S and its places are settled; the rest,
which never uses them, is a smaller problem of the same kind. The ratio is found by Newton's
method on cuts (Dinkelbach 1967; Radzik 1998): each step ends with a denser set, so it ends.
"""

from __future__ import annotations

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.network import Network
from domicile.headroom.transport import Transport


def balanced(admissible: Bools, demand: Floats, capacity: Floats) -> tuple[Floats, Bools]:
    """Route so that utilisations, from the largest down, are as small as possible.

    Args:
        admissible: bool [demands, places].
        demand: float [demands].
        capacity: float [places].

    Returns:
        flow float [demands, places], a largest flow; bool [demands], those short together.
        Demands that are short are served in equal parts within their set.
    """
    network = Network.of(admissible)
    classes = network.of_demands(demand)
    groups = network.of_places(capacity)
    merged = np.zeros(network.adjacency.shape)
    short = classes > 0
    left = (classes > 0) & (network.adjacency @ groups > 0)
    free = groups > 0
    short &= ~left
    while left.any():
        densest, utilisation = _densest(network.adjacency & free, left, classes, groups)
        places = network.adjacency[densest].any(axis=0) & free
        inner = network.adjacency[np.ix_(densest, places)]
        flow = _full(inner, classes[densest], groups[places] * utilisation)
        merged[np.ix_(densest, places)] = flow / max(utilisation, 1.0)
        if utilisation > 1.0:
            short |= densest
        left &= ~densest
        free &= ~places
    return _unfolded(network, merged, demand, capacity), network.demands_of(short)


def _densest(
    adjacency: Bools, left: Bools, demand: Floats, capacity: Floats
) -> tuple[Bools, float]:
    """Find the classes whose demand is the largest multiple of the capacity they may use."""
    chosen = left
    ratio = _ratio(adjacency, chosen, demand, capacity)
    while True:
        _, short = _largest(adjacency[left], demand[left], capacity * ratio)
        denser = np.zeros_like(left)
        denser[np.flatnonzero(left)[short]] = True
        if not denser.any():
            return chosen, ratio
        better = _ratio(adjacency, denser, demand, capacity)
        if better <= ratio * (1 + grid.ROUNDING):
            return chosen, ratio
        chosen, ratio = denser, better


def _ratio(adjacency: Bools, chosen: Bools, demand: Floats, capacity: Floats) -> float:
    return float(demand[chosen].sum() / capacity[adjacency[chosen].any(axis=0)].sum())


def _full(adjacency: Bools, demand: Floats, capacity: Floats) -> Floats:
    """Serve all demand, which is just as large as the capacity; rows sum to it."""
    flow, _ = _largest(adjacency, demand, capacity)
    rows = flow.sum(axis=1)
    return flow * _part(demand, rows)[:, None]


def _largest(adjacency: Bools, demand: Floats, capacity: Floats) -> tuple[Floats, Bools]:
    """Find a largest flow close to the proportional one, and who is short together."""
    factor = grid.scale(float(demand.sum()))
    needed = np.rint(demand * factor)
    room = grid.steps(capacity, factor, needed.sum())
    total = np.where(adjacency, room, 0.0).sum(axis=1, keepdims=True)
    start = np.where(adjacency, room, 0.0) * (needed[:, None] / np.maximum(total, 1.0))
    asked = start.sum(axis=0)
    fits = np.where(asked > room, room / np.maximum(asked, 1.0), 1.0)
    # One part in 10^15 less, so that rounding up never overfills a place or a demand.
    start = np.floor(start * fits * (1 - 2**-49))
    flow, short = Transport.of(adjacency, start, needed, room).largest()
    return flow / factor, short


def _unfolded(network: Network, merged: Floats, demand: Floats, capacity: Floats) -> Floats:
    """Share each class's flow among its demands, each group's among its places."""
    flow = np.zeros((len(demand), len(capacity)))
    classes = network.of_demands(demand)
    groups = network.of_places(capacity)
    rows = np.flatnonzero(network.class_of >= 0)
    columns = np.flatnonzero(network.group_of >= 0)
    of_class, of_group = network.class_of[rows], network.group_of[columns]
    part = _part(demand[rows], classes[of_class])
    share = _part(capacity[columns], groups[of_group])
    flow[np.ix_(rows, columns)] = (
        merged[np.ix_(of_class, of_group)] * part[:, None] * share[None, :]
    )
    return flow


def _part(of: Floats, whole: Floats) -> Floats:
    part: Floats = np.divide(of, whole, out=np.zeros_like(of), where=whole > 0)
    return part
