"""Shortest distances between all nodes, for many lengths of the links at once."""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Floats, Integers

_LARGEST = 1 << 22
"""Most entries [cases, nodes, nodes] computed in one go."""


def distances(tail: Integers, head: Integers, nodes: int, length: Floats) -> Floats:
    """Compute them by Floyd and Warshall.

    Args:
        tail: int [links].
        head: int [links]: links go both ways.
        nodes: how many there are.
        length: float [cases, links], at least 0; infinite where the link does not stand.

    Returns:
        float [cases, nodes, nodes].
    """
    far = np.full((len(length), nodes, nodes), np.inf)
    chunk = max(1, _LARGEST // max(nodes * nodes, 1))
    for start in range(0, len(length), chunk):
        part = far[start : start + chunk]
        part[:, np.arange(nodes), np.arange(nodes)] = 0.0
        for link, (one, other) in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
            if one != other:
                direct = np.minimum(part[:, one, other], length[start : start + chunk, link])
                part[:, one, other] = part[:, other, one] = direct
        for node in range(nodes):
            np.minimum(part, part[:, :, node, None] + part[:, None, node, :], out=part)
    return far
