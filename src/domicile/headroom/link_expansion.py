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
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.expansion import Expansion
from domicile.headroom.multiflow import Flows, Router, cheapest

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
    each = (len(rates),)
    pairs = arrays.counts("source", source, each), arrays.counts("sink", sink, each)
    lost = arrays.booleans("failures", failures, (None, *links))
    scenarios = _hardest(lost)
    flows = Flows.of(ends, pairs, rates)
    if any(flows.parted(~lost) for lost in scenarios):
        return Expansion(np.zeros(links), np.inf, feasible=False, proved=True)
    return _least(flows, room, cost, scenarios)


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


def _least(flows: Flows, room: Floats, cost: Floats, scenarios: list[Bools]) -> Expansion:
    """Add failed scenarios, the worst at a time, until none fails."""
    added = np.zeros(len(room))
    proved = True
    router = Router(flows)
    waiting = list(scenarios)
    chosen: list[Bools] = []
    while waiting:
        missing = [router.overload(room + added, lost) for lost in waiting]
        worst = int(np.argmax(missing))
        if missing[worst] <= _SLACK * flows.total:
            break
        chosen.append(waiting.pop(worst))
        solution = cheapest(flows, room, cost, chosen)
        if solution.values is None:
            return Expansion(np.zeros(len(room)), np.inf, feasible=False, proved=False)
        added, proved = np.maximum(solution.values[: len(room)], 0.0), solution.proved
    return Expansion(added, float(added @ cost), feasible=True, proved=proved)
