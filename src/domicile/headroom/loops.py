"""Loops of a graph: ways of moving flow around without changing what arrives anywhere.

With a spanning tree, each other link closes one loop. Two flows that deliver the same differ by
flow around these loops alone; so a flow is its part over the tree, plus an amount for each loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom.arrays import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Loops:
    """A spanning tree and its loops, for each of several cases.

    Attributes:
        ways: float [cases, nodes, links]: 1 or -1 where the tree's way from node 0 to the node
            takes the link forth or back.
        around: float [cases, loops, links]: likewise for each loop, which takes the link that
            closes it forth; zeros where a case has fewer loops than others.
        closing: int [cases, loops]: the link that closes the loop, -1 where there is none.
    """

    ways: Floats
    around: Floats
    closing: Integers

    @classmethod
    def of(cls, tail: Integers, head: Integers, nodes: int, resist: Floats) -> Loops:
        """Grow from node 0, always over the link that resists least (Prim 1957).

        Args:
            tail: int [links].
            head: int [links], another node than the tail.
            nodes: how many there are.
            resist: float [cases, links], infinite for links that are not there; the others join
                all nodes.
        """
        cases, links = resist.shape
        each = np.arange(cases)
        ways = np.zeros((cases, nodes, links))
        reached = np.zeros((cases, nodes), dtype=np.bool_)
        reached[:, 0] = True
        outside = np.isfinite(resist)
        for _ in range(nodes - 1):
            forth = reached[:, tail]
            near = np.where(forth != reached[:, head], resist, np.inf).argmin(axis=1)
            onward = forth[each, near]
            old = np.where(onward, tail[near], head[near])
            new = np.where(onward, head[near], tail[near])
            ways[each, new] = ways[each, old]
            ways[each, new, near] = np.where(onward, 1.0, -1.0)
            reached[each, new] = True
            outside[each, near] = False
        count = outside.sum(axis=1)
        closing = np.argsort(~outside, axis=1, kind="stable")[:, : int(count.max(initial=0))]
        absent = np.arange(closing.shape[1]) >= count[:, None]
        rows = each[:, None]
        around = ways[rows, tail[closing]] - ways[rows, head[closing]]
        np.put_along_axis(around, closing[:, :, None], 1.0, axis=2)
        around[absent] = 0.0
        return cls(ways, around, np.where(absent, -1, closing))
