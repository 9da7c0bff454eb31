"""The flow that is carried from scenario to scenario finds just the set that is short."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest

from domicile.headroom.chain import worst_in_turn
from domicile.headroom.cut_pool import CutPool
from domicile.headroom.network import Network
from domicile.headroom.scenarios import Scenarios


def shortfall(adjacency: np.ndarray, demand: np.ndarray, capacity: np.ndarray) -> float:
    """Demand less networkx's maximum flow, in whole numbers."""
    graph = nx.DiGraph()
    graph.add_nodes_from(("source", "sink"))
    for class_, rate in enumerate(demand.tolist()):
        graph.add_edge("source", ("class", class_), capacity=int(rate))
    for group, room in enumerate(capacity.tolist()):
        graph.add_edge(("group", group), "sink", capacity=int(room))
    for class_, group in np.argwhere(adjacency).tolist():
        graph.add_edge(("class", class_), ("group", group))
    return float(demand.sum()) - nx.maximum_flow_value(graph, "source", "sink")


def excess(adjacency: np.ndarray, demand: np.ndarray, room: np.ndarray, sets: np.ndarray) -> float:
    """Demand of a set less the capacity that it may use."""
    return float(demand[sets].sum() - room[adjacency[sets].any(axis=0)].sum())


@pytest.mark.parametrize("surging", [False, True])
def test_agrees_with_maximum_flow_in_every_scenario(*, surging: bool) -> None:
    """Random runs of scenarios, with nothing asked for and nothing left in some of them."""
    random = np.random.default_rng(21 + surging)
    short_ones = 0
    for _ in range(60):
        classes, groups = random.integers(1, 7, 2)
        adjacency = random.random((classes, groups)) < random.choice([0.3, 0.7])
        adjacency[np.arange(classes), random.integers(groups, size=classes)] = True
        demand = random.integers(0, 12, (10, classes)) * (random.random((10, 1)) < 0.9)
        if not surging:
            demand[:] = demand[0]
        room = random.integers(0, 14, groups) * (random.random((10, groups)) < 0.8)
        sets = worst_in_turn(adjacency, demand.astype(float), room.astype(float))
        for rates, left, chosen in zip(demand, room, sets, strict=True):
            expected = shortfall(adjacency, rates, left)
            assert excess(adjacency, rates, left, chosen) == expected
            assert chosen.any() == (expected > 0)
            short_ones += expected > 0
    assert 100 < short_ones < 500, "too few of one kind"


def test_what_a_loss_displaces_displaces_others() -> None:
    """5 may go to 0 or 1, 5 to 1 or 2, 5 to 2 alone, room for 5 each; last, 2 gives but 4."""
    adjacency = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
    demand = np.array([[5.0, 5, 5], [5, 0, 5], [5, 5, 5]])
    room = np.array([[5.0, 5, 5], [0, 5, 5], [5, 5, 4]])
    sets = worst_in_turn(adjacency, demand, room)
    assert sets.tolist() == [[False] * 3, [False] * 3, [False, False, True]]


def every_set(classes: int) -> np.ndarray:
    """All sets but the empty one."""
    return np.array(list(itertools.product([False, True], repeat=classes)))[1:]


def test_the_pool_finds_a_short_set_exactly_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each set that it names is short by what it says; none is named where no set is short."""
    monkeypatch.setattr("domicile.headroom.network._MOST_CLOSED_SETS", 3)
    random = np.random.default_rng(5)
    for _ in range(150):
        admissible = random.random((random.integers(1, 6), random.integers(1, 6))) < 0.5
        network = Network.of(admissible)
        demand = network.of_demands(random.integers(0, 20, (4, len(admissible))).astype(float))
        left = random.choice([0.0, 0.5, 1.0], (4, admissible.shape[1]), p=[0.3, 0.2, 0.5])
        standing = random.integers(0, 8, admissible.shape[1]).astype(float)
        pool = CutPool(Scenarios(network, demand, left), standing)
        for more in (0, 6, 30, 100):
            capacity = standing + random.integers(0, 1 + more, admissible.shape[1])
            found = pool.broken(capacity)
            groups = network.of_places(left * capacity)
            worst = max(
                (
                    excess(network.adjacency, demand[row], groups[row], chosen)
                    for row in range(4)
                    for chosen in every_set(len(network.adjacency))
                ),
                default=0.0,
            )
            assert bool(found) == (worst > 0)
            for its in found:
                rates, room = demand[its.scenario], groups[its.scenario]
                over = excess(network.adjacency, rates, room, its.short)
                assert 0 < over == pytest.approx(its.missing)
