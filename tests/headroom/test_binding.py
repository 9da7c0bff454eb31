"""What binds: shortfalls split into sets that have nothing to do with each other."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np

from domicile.headroom import (
    Contingency,
    Need,
    bindings,
    cheapest,
    excess,
    least_cost,
    shortfalls,
)


def instance(seed: int) -> tuple[Need, np.ndarray]:
    """A random need, degenerate ones among them, and counts."""
    random = np.random.default_rng(seed)
    loads, places = int(random.integers(1, 6)), int(random.integers(1, 6))
    admissible = random.random((loads, places)) < random.choice([0.2, 0.5, 0.9])
    demand = random.choice([0.0, 1.0, 7.5, 40.0, 1e4], loads)
    nothing = np.zeros(places, dtype=bool)
    cases = [Contingency(("nominal",), nothing, 1.0, 0.5)]
    for place in range(places):
        fallen = (random.random((loads, places)) < 0.2) if random.random() < 0.3 else None
        lost = np.arange(places) == place
        cases.append(Contingency((f"datacenter:{place}",), lost, 1.2, 0.9, withdrawn=fallen))
    need = Need(
        admissible,
        demand,
        cases,
        unit_capacity=random.choice([0.0, 3.0, 10.0], places),
        unit_cost=random.choice([0.0, 1.0, 1.0, 2.5], places),
        minimum=np.zeros(places),
        maximum=random.integers(0, 9, places),
        now=np.zeros(places),
    )
    return need, random.integers(0, 9, places).astype(float)


def fitting(need: Need) -> Need:
    """The same with demand that some counts can mostly serve: every load has a place or two."""
    admissible = np.asarray(need.admissible).copy()
    admissible[:, :2] = True
    cases = [replace(case, withdrawn=None) for case in need.contingencies]
    return replace(
        need,
        admissible=admissible,
        demand=np.minimum(np.asarray(need.demand), 10.0),
        contingencies=cases,
        unit_capacity=np.full(admissible.shape[1], 10.0),
        maximum=np.full(admissible.shape[1], 9),
    )


def largest_flow(allowed: np.ndarray, demand: np.ndarray, capacity: np.ndarray) -> float:
    """By networkx, one contingency at a time."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for load, rate in enumerate(demand):
        graph.add_edge("source", ("load", load), capacity=float(rate))
        for place in np.flatnonzero(allowed[load]):
            graph.add_edge(("load", load), ("place", int(place)))
    for place, room in enumerate(capacity):
        graph.add_edge(("place", place), "sink", capacity=float(room))
    return float(nx.maximum_flow_value(graph, "source", "sink"))


def test_bindings_add_up_to_what_is_missing() -> None:
    """In each contingency they share no load and no place, and sum to demand minus largest flow."""
    short = 0
    for seed in range(400):
        need, counts = instance(seed)
        found = bindings(need, counts)
        for index, case in enumerate(need.contingencies):
            mine = [each for each in found if each.contingency == index]
            demand = case.demand(np.asarray(need.demand))
            room = case.left * np.asarray(need.unit_capacity) * counts
            allowed = case.open(np.asarray(need.admissible))
            missing = demand.sum() - largest_flow(allowed, demand, room)
            assert np.isclose(sum(each.missing for each in mine), missing, atol=1e-6)
            assert not mine or np.max(np.sum([each.loads for each in mine], axis=0)) <= 1
            assert not mine or np.max(np.sum([each.places for each in mine], axis=0)) <= 1
            for each in mine:
                own = excess(need, [index], each.loads, counts)
                assert np.isclose(own[0], each.missing)
                assert np.array_equal(each.places, (allowed[each.loads].any(axis=0)) & (room > 0))
            short += len(mine)
    assert short > 500


def test_cheapest_costs_what_least_cost_does() -> None:
    """Cost, feasibility and proof of `least_cost`, and counts that leave nothing short."""
    feasible = 0
    for seed in range(120):
        needs = [fitting(instance(seed)[0])]
        other = fitting(instance(seed + 5000)[0])
        if np.asarray(other.admissible).shape[1] == np.asarray(needs[0].admissible).shape[1]:
            needs.append(other)
        quota = np.full(np.asarray(needs[0].admissible).shape[1], 9.0)
        found, full = cheapest(needs, quota), least_cost(needs, quota)
        assert (found.feasible, found.proved) == (full.feasible, full.proved)
        assert found.cost == full.cost or np.isclose(found.cost, full.cost)
        if found.feasible:
            feasible += 1
            assert (found.counts.sum(axis=0) <= quota).all()
            for need, counts in zip(needs, found.counts, strict=True):
                assert not bindings(need, counts.astype(float))
    assert feasible > 20


def test_homeless_demand_binds_without_places() -> None:
    """Demand that may go nowhere is a set of its own: 5 missing there, 10 at the full place."""
    nothing = np.zeros(1, dtype=bool)
    need = Need(
        [[True], [False]], [20.0, 5.0], [Contingency(("nominal",), nothing, 1.0, 1.0)],
        unit_capacity=[10.0], unit_cost=[1.0], minimum=[0], maximum=[1], now=[0],
    )  # fmt: skip
    served, homeless = bindings(need, [1.0])
    assert (served.missing, served.places.tolist()) == (10.0, [True])
    assert (homeless.missing, homeless.places.tolist()) == (5.0, [False])
    total = shortfalls(need.admissible, need.demand, [10.0], nothing[None])
    assert total.tolist() == [15.0]
