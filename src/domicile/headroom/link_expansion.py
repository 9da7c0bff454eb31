"""The cheapest link capacity that carries all flows, whatever declared links are lost.

Flows of one source are one commodity: they may split and reroute, so what starts together
need not be told apart. Each scenario has its own routing over the links that survive it;
all share the added capacity. Scenarios are added to the program once the answer without
them fails them, so the answer is least over all of them when none fails.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.connectivity import parts
from domicile.headroom.expansion import Expansion
from domicile.headroom.program import Program, Solution

_SLACK = 1e-9
"""Part of the total rate that may stay unrouted before a scenario counts as failed."""


def expand_links(
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    capacity: npt.ArrayLike,
    unit_cost: npt.ArrayLike,
    source: npt.ArrayLike,
    sink: npt.ArrayLike,
    rate: npt.ArrayLike,
    failures: npt.ArrayLike,
) -> Expansion:
    """Find the cheapest capacity to add so that every flow is carried in every scenario.

    Args:
        tail: int [links]: one end; nodes are numbered from 0.
        head: int [links]: the other end. Links are undirected: both directions share capacity.
        capacity: float [links] already there.
        unit_cost: float [links]: of one unit more, continuous and without limit.
        source: int [flows].
        sink: int [flows].
        rate: float [flows].
        failures: bool [scenarios, links]; without scenarios, everything stands.

    Returns:
        `.added` float [links]; infeasible only where a scenario parts a source from its sink.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    ends = arrays.counts("tail", tail, (None,)), arrays.counts("head", head, (None,))
    links = (len(ends[0]),)
    arrays.counts("head", head, links)
    room = arrays.amounts("capacity", capacity, links)
    cost = arrays.amounts("unit_cost", unit_cost, links)
    rates = arrays.amounts("rate", rate, (None,))
    flows = (len(rates),)
    pairs = arrays.counts("source", source, flows), arrays.counts("sink", sink, flows)
    lost = arrays.booleans("failures", failures, (None, *links))
    scenarios = _hardest(lost)
    demand = _Demand.of(ends, pairs, rates)
    if any(demand.parted(~lost) for lost in scenarios):
        return Expansion(np.zeros(links), np.inf, feasible=False, proved=True)
    return _least(demand, room, cost, scenarios)


class _Demand:
    """The graph, with nodes numbered without gaps, and what each source sends where."""

    def __init__(self, tail: Integers, head: Integers, needed: Floats) -> None:
        self.tail, self.head, self.needed = tail, head, needed

    @classmethod
    def of(
        cls, ends: tuple[Integers, Integers], pairs: tuple[Integers, Integers], rates: Floats
    ) -> _Demand:
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


def _hardest(lost: Bools) -> list[Bools]:
    """Scenarios that no other contains: what survives more losses survives fewer."""
    if not len(lost):
        return [np.zeros(lost.shape[1], dtype=np.bool_)]
    rows = np.unique(lost, axis=0)
    rows = rows[np.argsort(-rows.sum(axis=1), kind="stable")]
    kept: list[Bools] = []
    for row in rows:
        if not any((row <= other).all() for other in kept):
            kept.append(row)
    return kept


def _least(demand: _Demand, room: Floats, cost: Floats, scenarios: list[Bools]) -> Expansion:
    """Add failed scenarios, the worst at a time, until none fails."""
    added = np.zeros(len(room))
    proved = True
    total = float(np.maximum(demand.needed, 0.0).sum())
    waiting = list(scenarios)
    chosen: list[Bools] = []
    while waiting:
        missing = [_missing(demand, room + added, lost) for lost in waiting]
        worst = int(np.argmax(missing))
        if missing[worst] <= _SLACK * total:
            break
        chosen.append(waiting.pop(worst))
        solution = _cheapest(demand, room, cost, chosen)
        if solution.values is None:
            return Expansion(np.zeros(len(room)), np.inf, feasible=False, proved=False)
        added, proved = solution.values[: len(room)], solution.proved
    added = np.maximum(added, 0.0)
    return Expansion(added, float(added @ cost), feasible=True, proved=proved)


def _cheapest(demand: _Demand, room: Floats, cost: Floats, scenarios: list[Bools]) -> Solution:
    """Solve with a routing for each of these scenarios."""
    links = len(room)
    routed = len(demand.needed) * 2 * links
    length = links + len(scenarios) * routed
    unit = _unit(demand)
    dear = cost.max(initial=0.0) or 1.0
    upper = np.full(length, np.inf)
    for index, lost in enumerate(scenarios):
        first = links + index * routed
        upper[first : first + routed] = _open(lost, len(demand.needed))
    prices = np.concatenate([cost / dear, np.zeros(length - links)])
    program = Program(prices, np.zeros(length), upper)
    for index in range(len(scenarios)):
        _conserve(program, demand, links + index * routed, unit)
        for link in range(links):
            columns = _over(demand, link, links + index * routed)
            program.add_sparse(
                np.append(columns, link),
                np.append(np.ones(len(columns)), -1.0),
                -np.inf,
                room[link] / unit,
            )
    solution = program.solve()
    if solution.values is None:
        return solution
    return Solution(
        solution.values * unit,
        solution.objective * unit * dear,
        feasible=True,
        proved=solution.proved,
    )


def _missing(demand: _Demand, room: Floats, lost: Bools) -> float:
    """Rate that cannot be carried: the least total length of overload, in units of rate."""
    links = len(room)
    arcs = len(demand.needed) * 2 * links
    unit = _unit(demand)
    upper = np.append(_open(lost, len(demand.needed)), np.inf)
    program = Program(np.append(np.zeros(arcs), 1.0), np.zeros(arcs + 1), upper)
    _conserve(program, demand, 0, unit)
    for link in np.flatnonzero(~lost):
        columns = _over(demand, int(link), 0)
        program.add_sparse(
            np.append(columns, arcs),
            np.append(np.ones(len(columns)), -1.0),
            -np.inf,
            room[link] / unit,
        )
    solution = program.solve()
    if solution.values is None:
        return np.inf
    return float(solution.values[arcs]) * unit


def _unit(demand: _Demand) -> float:
    return float(max(demand.needed.max(initial=0.0), 1e-300))


def _open(lost: Bools, commodities: int) -> Floats:
    """Most that each commodity may send each way: nothing over a lost link."""
    return np.where(np.tile(lost, 2 * commodities), 0.0, np.inf)


def _over(demand: _Demand, link: int, first: int) -> Integers:
    """Columns of all commodities over a link, both directions."""
    links = len(demand.tail)
    return first + np.arange(len(demand.needed) * 2) * links + link


def _conserve(program: Program, demand: _Demand, first: int, unit: float) -> None:
    """What arrives at a node minus what leaves it is what the node needs."""
    links = len(demand.tail)
    for origin, needed in enumerate(demand.needed):
        forth = first + origin * 2 * links
        back = forth + links
        for node in range(len(needed)):
            into, out = demand.head == node, demand.tail == node
            loop = into & out
            into, out = np.flatnonzero(into & ~loop), np.flatnonzero(out & ~loop)
            columns = np.concatenate([forth + into, back + out, forth + out, back + into])
            signs = np.repeat([1.0, -1.0], len(into) + len(out))
            value = float(needed[node]) / unit
            program.add_sparse(columns, signs, value, value)
