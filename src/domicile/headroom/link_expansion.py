"""The cheapest link capacity that carries all flows, whatever declared links are lost.

Flows of one source are one commodity: they may split and reroute, so what starts together
need not be told apart. Each scenario has its own routing over the links that survive it;
all share the added capacity. The graph's blocks are solved apart. In each, scenarios are added
once the answer without them fails them, so the answer is least over all when none fails.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.blocks import Block, blocks
from domicile.headroom.carriage import Carriage
from domicile.headroom.connectivity import parts
from domicile.headroom.expansion import Expansion
from domicile.headroom.interior import Interior
from domicile.headroom.multiflow import Flows, cheapest, from_few

_SLACK = 1e-9
"""Part of the total rate that may stay unrouted before a scenario counts as failed."""

_PROVED = 1e-6
"""Cost and its bound may differ by this part of the cost where the answer counts as proved."""

_SMALL = 5_000
"""Columns up to which one linear program is faster than the interior point method."""

_SOLVABLE = 200_000
"""Columns up to which the linear program is tried where that method proved nothing."""

_LARGEST = 1 << 23
"""Most [scenarios, sources, links] that are added at a time."""


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
    each = (len(rates),)
    pairs = arrays.counts("source", source, each), arrays.counts("sink", sink, each)
    lost = _hardest(arrays.booleans("failures", failures, (None, *links)))
    used, numbered = np.unique(np.concatenate([*ends, *pairs]), return_inverse=True)
    one, other, start, end = np.split(numbered.astype(np.int64), np.cumsum([*links, *links, *each]))
    demand = np.zeros((len(used), len(used)))
    moving = start != end
    np.add.at(demand, (start[moving], end[moving]), rates[moving])
    if any(_parted(one, other, demand, ~row) for row in lost):
        return Expansion(np.zeros(links), np.inf, feasible=False, proved=True)
    added, proved = np.zeros(links), True
    for block in blocks(one, other, demand):
        part = block.links
        added[part], sure = _least(block, room[part], cost[part], _hardest(lost[:, part]))
        proved = proved and sure
    return Expansion(added, float(added @ cost), feasible=True, proved=proved)


def _hardest(lost: Bools) -> Bools:
    """Scenarios that no other contains: what survives more losses survives fewer."""
    if not len(lost):
        return np.zeros((1, lost.shape[1]), dtype=np.bool_)
    rows = np.unique(lost, axis=0)
    count = rows.sum(axis=1)
    kept = [
        not (rows[count > number] >= row).all(axis=1).any()
        for row, number in zip(rows, count, strict=True)
    ]
    hardest: Bools = rows[np.array(kept)]
    return hardest


def _parted(tail: Integers, head: Integers, demand: Floats, standing: Bools) -> bool:
    """Whether some flow has no way at all over these links."""
    label = _labels(tail, head, len(demand), standing)
    start, end = np.nonzero(demand)
    return bool((label[start] != label[end]).any())


def _labels(tail: Integers, head: Integers, nodes: int, standing: Bools) -> Integers:
    ends = zip(tail[standing].tolist(), head[standing].tolist(), strict=True)
    part_of = parts(nodes, ends)
    return np.array([part_of[node] for node in range(nodes)], dtype=np.int64)


def _least(block: Block, room: Floats, cost: Floats, lost: Bools) -> tuple[Floats, bool]:
    """Add failed scenarios until none fails; the additions, and whether they are proved least."""
    needed = from_few(block.demand)
    added, proved = np.zeros(len(room)), True
    if len(room) == 1:
        return np.maximum(block.demand.sum() - room, 0.0), True
    if not len(needed):
        return added, True
    flows = Flows(block.tail, block.head, needed)
    # Seen from its sinks, a commodity is a class that may be served at its source alone.
    carriage = Carriage((block.tail, block.head), needed < 0, flows.unit)
    rates = np.maximum(needed, 0.0)[None]
    anywhere = np.full((1, needed.shape[1]), np.inf)
    slack = _SLACK * flows.total
    chosen = np.zeros(len(lost), dtype=np.bool_)
    while not chosen.all():
        waiting = np.flatnonzero(~chosen)
        left = np.where(lost[waiting], 0.0, room + added)
        missing = carriage.missing(rates, left, anywhere, enough=slack)
        failing = waiting[np.argsort(-missing, kind="stable")][: int((missing > slack).sum())]
        if not len(failing):
            break
        chosen[failing[: max(1, _LARGEST // (len(needed) * len(room)))]] = True
        added, proved = _cheapest(flows, room, cost, lost[chosen])
    return added, proved


def _cheapest(flows: Flows, room: Floats, cost: Floats, lost: Bools) -> tuple[Floats, bool]:
    """Solve for these scenarios, by the method that is faster at this size; else by the other."""
    columns = len(lost) * flows.arcs
    if columns <= _SMALL:
        solution = cheapest(flows, room, cost, lost)
        if solution.values is not None:
            return np.maximum(solution.values[: len(room)], 0.0), solution.proved
    bounds = Interior(
        (flows.tail, flows.head),
        flows.needed / flows.unit,
        room / flows.unit,
        cost / (cost.max() or 1.0),
        _joined(flows, lost),
    ).solve()
    proved = bounds.gap <= _PROVED
    if _SMALL < columns <= _SOLVABLE and not proved:
        solution = cheapest(flows, room, cost, lost)
        if solution.values is not None:
            return np.maximum(solution.values[: len(room)], 0.0), solution.proved
    return bounds.added * flows.unit, proved


def _joined(flows: Flows, lost: Bools) -> Bools:
    """Keep lost links that alone join what else is parted: nothing needs to pass there."""
    nodes = flows.needed.shape[1]
    kept = lost.copy()
    for row in kept:
        label = _labels(flows.tail, flows.head, nodes, ~row)
        for link in np.flatnonzero(row).tolist():
            one, other = label[flows.tail[link]], label[flows.head[link]]
            if one != other:
                row[link] = False
                label[label == one] = other
    return kept
