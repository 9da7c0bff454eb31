"""Checks a plan again by simpler means: the law one pair at a time, networkx one loss at a time."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from domicile.headroom import Contingency
from domicile.legal import Load
from domicile.model.plan import DemandRouting, Plan
from domicile.situation import Situation
from domicile.strain import Strain

TOLERANCE = 1e-5
"""Part of a service's demand: a plan's shares have six decimals."""


def verify(situation: Situation, plan: Plan, most: int | None = None, seed: int = 0) -> int:
    """Assert that a plan survives every contingency, and that its routing is the reason.

    Args:
        situation: what the plan is for.
        plan: its counts and routings.
        most: of each service, only so many contingencies, chosen by `seed`; absent: all.
        seed: of the choice.

    Returns:
        How many pairs of service and contingency were examined.
    """
    counts = {(pool.service, pool.datacenter): pool.after for pool in plan.pools}
    changes = {case.contingency: case.changes for case in plan.contingencies}
    examined = 0
    for strain in situation.strains.values():
        cases = list(strain.contingencies)
        if most is not None and most < len(cases):
            cases = cases[:2] + random.Random(seed).sample(cases[2:], most - 2)
        lawful = {load.key: _lawful(situation, load, strain.places) for load in strain.loads}
        for case in cases:
            room = _room(situation, strain, case, counts)
            then = lawful
            if case.withdrawn is not None:
                fallen = situation.without(_falls(situation, case))
                then = {load.key: _lawful(fallen, load, strain.places) for load in strain.loads}
            _can_be_served(strain, case, then, room)
            if not case.combined:
                routing = {**plan.nominal, **changes[case.ids]}
                _is_served(strain, case, then, room, routing)
            examined += 1
        _order_is_lawful(strain, lawful, plan)
    return examined


def _falls(situation: Situation, case: Contingency) -> tuple[str, ...]:
    """What of the law falls in a contingency that has a name."""
    return next(
        named.without
        for policy in situation.workspace.headroom
        for named in policy.contingencies
        if named.id == case.ids[0]
    )


def _lawful(situation: Situation, load: Load, places: tuple[str, ...]) -> frozenset[str]:
    """The places within latency at which the law, asked one pair at a time, lets a load through."""
    row = situation.loads.index(load)
    policy = situation.policy(load.service)
    assert policy is not None
    return frozenset(
        place
        for column, place in enumerate(places)
        if situation.admissible.latency[row, column] <= policy.latency.value
        and (load.service, place) in situation.known_pools
        and situation.explain(load, place).verdict.lets_through
    )


def _room(
    situation: Situation, strain: Strain, case: Contingency, counts: dict[tuple[str, str], int]
) -> dict[str, float]:
    """Place that still stands → what it may carry."""
    kept = [1.0] * len(strain.places) if case.kept is None else case.kept.tolist()
    return {
        place: situation.unit_capacity(situation.known_pools[strain.service, place])
        * counts[strain.service, place]
        * case.utilisation
        * part
        for place, lost, part in zip(strain.places, case.lost, kept, strict=True)
        if not lost and (strain.service, place) in counts
    }


def _rates(strain: Strain, case: Contingency) -> dict[str, float]:
    """Load → what is asked for."""
    surges = [1.0] * len(strain.loads) if case.surges is None else case.surges.tolist()
    return {
        load.key: load.rate * case.demand_factor * surge
        for load, surge in zip(strain.loads, surges, strict=True)
    }


def _can_be_served(
    strain: Strain,
    case: Contingency,
    lawful: dict[str, frozenset[str]],
    room: dict[str, float],
) -> None:
    """Let networkx find the largest flow."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    wanted = 0.0
    for load in strain.loads:
        rate = _rates(strain, case)[load.key]
        wanted += rate
        graph.add_edge("source", ("load", load.key), capacity=rate)
        for place in lawful[load.key] & room.keys():
            graph.add_edge(("load", load.key), ("place", place))
    for place, amount in room.items():
        graph.add_edge(("place", place), "sink", capacity=amount)
    served = nx.maximum_flow_value(graph, "source", "sink")
    assert served == pytest.approx(wanted, rel=1e-9), (strain.service, case.ids)


def _is_served(
    strain: Strain,
    case: Contingency,
    lawful: dict[str, frozenset[str]],
    room: dict[str, float],
    routing: DemandRouting,
) -> None:
    """Send everything where the plan says, and add up."""
    sent: dict[str, float] = {}
    rates = _rates(strain, case)
    for load in strain.loads:
        shares = routing[load.key]
        if not rates[load.key]:
            continue
        assert sum(shares.values()) == pytest.approx(1, abs=1e-9), (load.key, case.ids)
        assert all(share > 0 for share in shares.values())
        assert shares.keys() <= lawful[load.key], (load.key, case.ids)
        assert shares.keys() <= room.keys(), (load.key, case.ids)
        for place, share in shares.items():
            sent[place] = sent.get(place, 0.0) + share * rates[load.key]
    total = sum(rates.values())
    for place, amount in sent.items():
        assert amount <= room[place] + TOLERANCE * total, (place, strain.service, case.ids)


def _order_is_lawful(strain: Strain, lawful: dict[str, frozenset[str]], plan: Plan) -> None:
    """The order that holds without a director names no place that is not admissible."""
    for load in strain.loads:
        order = plan.order[load.key]
        assert len(set(order)) == len(order)
        assert set(order) <= lawful[load.key]
        assert set(order[: len(plan.nominal[load.key])]) == plan.nominal[load.key].keys()
