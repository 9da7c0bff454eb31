"""Flows that share links, as linear programs.

Flows of one source are one commodity: they may split and reroute, so what starts together
need not be told apart.
"""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.program import Program, Rows, Solution


def from_few(demand: Floats) -> Floats:
    """Let all demand start at few nodes: links carry both ways alike, so each may start at either.

    Args:
        demand: float [nodes, nodes]: the rate between two nodes.

    Returns:
        float [sources, nodes]: what arrives there; at the source itself, minus all.
    """
    left = demand + demand.T
    np.fill_diagonal(left, 0.0)
    needed = []
    while left.any():
        source = int((left > 0).sum(axis=1).argmax())
        row = left[source].copy()
        row[source] = -row.sum()
        needed.append(row)
        left[source] = left[:, source] = 0.0
    return np.array(needed).reshape(len(needed), len(demand))


class Flows:
    """The graph and what each source sends where.

    Columns of a routing: for each source, each link forth, then each link back.

    Attributes:
        tail, head: int [links].
        needed: float [sources, nodes]: what arrives there; at the source itself, minus all.
        total: all rates together.
        unit: the largest single need: programs count in it.
        arcs: columns of one routing.
    """

    def __init__(self, tail: Integers, head: Integers, needed: Floats) -> None:
        self.tail, self.head, self.needed = tail, head, needed
        self.total = float(np.maximum(needed, 0.0).sum())
        self.unit = float(needed.max(initial=0.0)) or 1.0
        self.arcs = len(needed) * 2 * len(tail)

    def open(self, lost: Bools) -> Floats:
        """Most that each column may carry: nothing over a lost link."""
        return np.where(np.tile(lost, 2 * len(self.needed)), 0.0, np.inf)

    def conservation(self) -> Rows:
        """What arrives at a node minus what leaves it is what the node needs."""
        links, nodes, sources = len(self.tail), self.needed.shape[1], len(self.needed)
        moves = np.flatnonzero(self.tail != self.head)
        column = np.concatenate([moves, moves, links + moves, links + moves])
        node = np.concatenate(
            [self.head[moves], self.tail[moves], self.tail[moves], self.head[moves]]
        )
        sign = np.tile(np.repeat([1.0, -1.0], len(moves)), 2)
        origin = np.arange(sources)[:, None]
        value = self.needed.reshape(-1) / self.unit
        return Rows.of(
            (origin * nodes + node).reshape(-1),
            (origin * 2 * links + column).reshape(-1),
            np.tile(sign, sources),
            value,
            value,
        )

    def loads(self, room: Floats, more: Integers) -> Rows:
        """All that a link carries, both ways, is at most its room and what `more` columns add."""
        links = len(self.tail)
        link = np.arange(self.arcs) % links if links else np.zeros(0, dtype=np.int64)
        return Rows.of(
            np.append(link, np.arange(links)),
            np.append(np.arange(self.arcs), more),
            np.append(np.ones(self.arcs), -np.ones(links)),
            np.full(links, -np.inf),
            room / self.unit,
        )


def cheapest(flows: Flows, room: Floats, cost: Floats, scenarios: Bools) -> Solution:
    """Find the cheapest additions with a routing for each scenario: the first [links] values."""
    links = len(room)
    length = links + len(scenarios) * flows.arcs
    dear = cost.max(initial=0.0) or 1.0
    upper = np.concatenate([np.full(links, np.inf), *(flows.open(lost) for lost in scenarios)])
    prices = np.append(cost / dear, np.zeros(length - links))
    program = Program(prices, np.zeros(length), upper)
    conservation = flows.conservation()
    for index in range(len(scenarios)):
        first = links + index * flows.arcs
        program.add_rows(conservation.shifted(first))
        program.add_rows(flows.loads(room, np.arange(links) - first).shifted(first))
    solution = program.solve()
    if solution.values is None:
        return solution
    objective = solution.objective * flows.unit * dear
    values = solution.values * flows.unit
    return Solution(values, objective, feasible=True, proved=solution.proved)
