"""What `shortfalls` must answer, by hand and against other methods."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from domicile.headroom import shortfalls
from domicile.headroom.network import Network

INFINITE = float("inf")
NOTHING_LOST = np.zeros((1, 2), dtype=bool)


def largest_flow(admissible: np.ndarray, demand: np.ndarray, capacity: np.ndarray) -> float:
    """The largest flow by networkx, which shares nothing with our method."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for index, rate in enumerate(demand):
        graph.add_edge("source", ("demand", index), capacity=int(rate))
        for place in np.flatnonzero(admissible[index]):
            graph.add_edge(("demand", index), ("place", int(place)))
    for place, room in enumerate(capacity):
        graph.add_edge(("place", place), "sink", capacity=int(room))
    return float(nx.maximum_flow_value(graph, "source", "sink"))


def test_free_capacity_elsewhere_is_no_headroom() -> None:
    """French demand of 10 may only go to place 0 (6): 4 are short, though place 1 is empty."""
    assert shortfalls([[True, False]], [10], [6, 100], NOTHING_LOST).tolist() == [4]


def test_flexible_demand_makes_room() -> None:
    """The first demand fits anywhere, so it leaves place 0 to the second: all 20 are served."""
    answer = shortfalls([[True, True], [True, False]], [10, 10], [10, 10], NOTHING_LOST)
    assert answer.tolist() == [0]


def test_each_scenario_is_judged_alone() -> None:
    """Nothing lost: 0 short; place 1 lost: 10; half of place 0 lost: 5; all lost: 20."""
    lost = [[0, 0], [0, 1], [0.5, 0], [1, 1]]
    answer = shortfalls([[True, True], [True, False]], [10, 10], [10, 10], lost)
    assert answer.tolist() == [0, 10, 5, 20]


def test_surge_is_a_demand_for_each_scenario() -> None:
    """With 12 places for 10 and for 15, the surge alone is short, by 3."""
    answer = shortfalls([[True]], [[10.0], [15.0]], [12], np.zeros((2, 1), dtype=bool))
    assert answer.tolist() == [0, 3]


def test_without_admissible_place_all_is_short() -> None:
    """A tiny demand that may go nowhere is not lost in the rounding of a huge one."""
    answer = shortfalls([[True], [False]], [1e12, 1e-6], [1e12], np.zeros((1, 1), dtype=bool))
    assert answer.tolist() == [1e-6]


def test_rounding_is_no_shortfall() -> None:
    """0.1 + 0.2 is more than 0.3 in binary, and yet nothing is short."""
    answer = shortfalls([[True], [True]], [0.1, 0.2], [0.3], np.zeros((1, 1), dtype=bool))
    assert answer.tolist() == [0]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_empty(shape: tuple[int, int]) -> None:
    """Without demand nothing is short; without places everything is."""
    answer = shortfalls(
        np.ones(shape, dtype=bool), np.ones(shape[0]), np.ones(shape[1]),
        np.zeros((2, shape[1]), dtype=bool),
    )  # fmt: skip
    assert answer.tolist() == [float(shape[0] if shape[1] == 0 else 0)] * 2


def test_no_scenario_no_row() -> None:
    """Nothing is asked, so nothing is answered."""
    assert shortfalls([[True]], [1], [1], np.zeros((0, 1), dtype=bool)).shape == (0,)


@pytest.mark.parametrize("density", [0.15, 0.4, 0.8])
def test_agrees_with_networkx(density: float) -> None:
    """Random integer networks, with zero demand, zero capacity and demands without a place."""
    random = np.random.default_rng(int(density * 100))
    for _ in range(60):
        demands, places = random.integers(1, 16, 2)
        admissible = random.random((demands, places)) < density
        demand = random.integers(0, 30, demands) * random.choice([1, 1000])
        capacity = random.integers(0, 30, places) * random.choice([1, 1000])
        lost = random.random((4, places)) < random.choice([0.1, 0.5])
        answer = shortfalls(admissible, demand, capacity, lost)
        for row, short in zip(lost, answer, strict=True):
            flow = largest_flow(admissible, demand, np.where(row, 0, capacity))
            assert short == demand.sum() - flow


def test_listing_and_searching_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is the same where the worst set is listed and where it is searched for."""
    random = np.random.default_rng(5)
    for _ in range(100):
        demands, places = random.integers(1, 9, 2)
        admissible = random.random((demands, places)) < 0.5
        demand, capacity = random.random(demands) * 10, random.random(places) * 9
        lost = random.random((5, places))
        listed = shortfalls(admissible, demand, capacity, lost)
        with monkeypatch.context() as patch:
            patch.setattr("domicile.headroom.network._MOST_CLOSED_SETS", 0)
            searched = shortfalls(admissible, demand, capacity, lost)
        np.testing.assert_allclose(listed, searched, rtol=1e-12, atol=1e-12)


def test_collapse_keeps_what_matters() -> None:
    """Two equal demands are a class, two places of the same classes a group; no more."""
    network = Network.of(np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0]], dtype=bool))
    assert network.class_of.tolist() == [0, 0, 1]
    assert network.group_of.tolist() == [0, 1, 2, -1]
    assert len(network.parts) == 1


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("admissible", [True, False]),
        ("admissible", [[2, 0]]),
        ("demand", [1.0, 2.0]),
        ("demand", [-1.0]),
        ("demand", [float("nan")]),
        ("demand", [[1.0], [1.0]]),
        ("demand", ["many"]),
        ("capacity", [1.0]),
        ("capacity", [1.0, INFINITE]),
        ("failures", [[True]]),
        ("failures", [[0.5, 1.5]]),
        ("failures", [[0.5, -0.5]]),
        ("failures", [[0.5, float("nan")]]),
    ],
)
def test_wrong_input_is_named(argument: str, value: object) -> None:
    """Every wrong shape or value raises an error with the name of its argument."""
    given: dict[str, object] = {
        "admissible": [[True, True]],
        "demand": [1.0],
        "capacity": [1.0, 1.0],
        "failures": NOTHING_LOST,
    }
    given[argument] = value
    with pytest.raises(ValueError, match=f"`{argument}`" if argument != "admissible" else "`"):
        shortfalls(**given)  # type: ignore[arg-type]
