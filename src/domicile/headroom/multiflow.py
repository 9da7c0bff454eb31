"""Flows that share links, as linear programs.

Flows of one source are one commodity: they may split and reroute, so what starts together
need not be told apart.
"""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.connectivity import parts
from domicile.headroom.program import Program, Rows, Solution


class Flows:
    """The graph, with nodes numbered without gaps, and what each source sends where.

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

    @classmethod
    def of(
        cls, ends: tuple[Integers, Integers], pairs: tuple[Integers, Integers], rates: Floats
    ) -> Flows:
        """Read ends int [links] twice, sources and sinks int [flows] and rates."""
        moving = (rates > 0) & (pairs[0] != pairs[1])
        sources, sinks, rates = pairs[0][moving], pairs[1][moving], rates[moving]
        nodes, numbered = np.unique(np.concatenate([*ends, sources, sinks]), return_inverse=True)
        cuts = np.cumsum([len(ends[0]), len(ends[1]), len(sources)])
        tail, head, start, end = np.split(numbered, cuts)
        origins, origin = np.unique(start, return_inverse=True)
        needed = np.zeros((len(origins), len(nodes)))
        np.add.at(needed, (origin, end), rates)
        np.subtract.at(needed, (origin, start), rates)
        return cls(tail, head, needed)

    def parted(self, standing: Bools) -> bool:
        """Whether some source cannot reach a sink over these links at all."""
        links = zip(self.tail[standing].tolist(), self.head[standing].tolist(), strict=True)
        part_of = parts(self.needed.shape[1], links)
        part = np.array([part_of[node] for node in range(self.needed.shape[1])], dtype=np.int64)
        for row in self.needed:
            if not len(row):
                continue
            if (part[row > 0] != part[np.argmin(row)]).any():
                return True
        return False

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


def cheapest(flows: Flows, room: Floats, cost: Floats, scenarios: list[Bools]) -> Solution:
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


class Router:
    """One routing program, asked again for each scenario and capacity."""

    def __init__(self, flows: Flows) -> None:
        self.flows = flows
        links = len(flows.tail)
        length = flows.arcs + 1
        prices = np.append(np.zeros(flows.arcs), 1.0)
        self.program = Program(prices, np.zeros(length), np.full(length, np.inf))
        over = np.full(links, flows.arcs)
        self.program.add_rows(flows.loads(np.zeros(links), over))
        self.program.add_rows(flows.conservation())

    def overload(self, room: Floats, lost: Bools) -> float:
        """Compute by how much the worst link must be overloaded to carry everything."""
        upper = np.append(self.flows.open(lost), np.inf)
        self.program.bound_columns(upper)
        self.program.bound_rows(room / self.flows.unit)
        solution = self.program.solve(again=True)
        return np.inf if solution.values is None else float(solution.values[-1]) * self.flows.unit
