"""A good flow at once, for many scenarios: where it serves everything, it is the proof."""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Bools, Floats


def serve(adjacency: Bools, demand: Floats, capacity: Floats) -> tuple[Floats, Floats, Floats]:
    """Serve the classes with least choice first, where fewest others could go.

    Returns:
        float [scenarios, classes, groups] flow, [scenarios, classes] unserved,
        [scenarios, groups] spare; exact on the grid.
    """
    spare = capacity.copy()
    unserved = demand.copy()
    flow = np.zeros((*demand.shape, capacity.shape[1]))
    contested = adjacency.sum(axis=0)
    for index in np.argsort(adjacency.sum(axis=1), kind="stable"):
        groups = np.flatnonzero(adjacency[index])
        groups = groups[np.argsort(contested[groups], kind="stable")]
        room = spare[:, groups]
        before = np.cumsum(room, axis=1) - room
        taken = np.clip(demand[:, index, None] - before, 0.0, room)
        flow[:, index, groups] = taken
        spare[:, groups] = room - taken
        unserved[:, index] -= taken.sum(axis=1)
    return flow, unserved, spare


def most_missing(adjacency: Bools, demand: Floats, capacity: Floats) -> Floats:
    """Bound the shortfall of each scenario from above, by the greedy flow: float [scenarios]."""
    chunk = max(1, _LARGEST_FLOW // max(1, adjacency.size))
    missing = np.zeros(len(demand))
    for start in range(0, len(demand), chunk):
        rows = slice(start, start + chunk)
        missing[rows] = serve(adjacency, demand[rows], capacity[rows])[1].sum(axis=1)
    return missing


_LARGEST_FLOW = 1 << 21
