"""What `link_shortfalls` and `shortfalls_over_links` must answer."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from plain_links import unserved

from domicile.headroom import link_shortfalls, shortfalls, shortfalls_over_links
from domicile.headroom.carriage import Carriage

SQUARE = ([0, 1, 2, 3], [1, 2, 3, 0])
NOTHING = np.zeros((1, 4), dtype=bool)


def test_both_ways_round_a_square() -> None:
    """From 0 to 2 both ways carry 5 each, so 12 misses 2; one link lost: 7; half of it: 4.5."""
    lost = [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0.5, 0, 0], [1, 0, 1, 0]]
    assert link_shortfalls(*SQUARE, [5] * 4, [0], [2], [12], lost) == pytest.approx([2, 7, 4.5, 12])


def test_both_directions_share_a_link() -> None:
    """3 forth and 4 back over a link of 5: 2 are missing."""
    assert link_shortfalls([0], [1], [5], [0, 1], [1, 0], [3, 4], [[False]]) == pytest.approx([2])


def test_flows_compete_for_the_middle() -> None:
    """A line of three, 4 each: 0 to 2 takes both links, so serving the two neighbours is more."""
    answer = link_shortfalls([0, 1], [1, 2], [4, 4], [0, 0, 1], [2, 1, 2], [4, 4, 4], [[0, 0]])
    assert answer == pytest.approx([4])


def test_surge_is_a_rate_for_each_scenario() -> None:
    """10 fit through 10; 15 miss 5; without the link all are missing."""
    answer = link_shortfalls([0], [1], [10], [0], [1], [[10], [15], [7]], [[0], [0], [1]])
    assert answer == pytest.approx([0, 5, 7])


def test_what_goes_nowhere_is_never_short() -> None:
    """A flow from a node to itself needs no link, and a flow of 0 no way at all."""
    assert link_shortfalls([0], [1], [1], [2, 2], [2, 3], [9, 0], [[True]]).tolist() == [0]


def test_neither_flows_nor_scenarios_nor_links() -> None:
    """Each length may be 0; without links only what moves is missing."""
    none = np.zeros((2, 0), dtype=bool)
    assert link_shortfalls([], [], [], [0, 1], [1, 1], [3, 4], none).tolist() == [3, 3]
    assert link_shortfalls([], [], [], [], [], [], none).tolist() == [0, 0]
    assert link_shortfalls([0], [1], [1], [0], [1], [1], np.zeros((0, 1), bool)).tolist() == []


def test_one_flow_is_a_maximum_flow() -> None:
    """Each single loss, with networkx's maximum flow, on graphs with whole capacities."""
    random = np.random.default_rng(2)
    for _ in range(15):
        graph = nx.gnm_random_graph(8, 14, seed=int(random.integers(10**6)))
        ends = np.array(graph.edges)
        capacity = random.integers(0, 9, len(ends))
        lost = np.eye(len(ends), dtype=bool)
        answer = link_shortfalls(*ends.T, capacity, [0], [7], [12], lost)
        for row, missing in zip(lost, answer, strict=True):
            standing = nx.Graph()
            standing.add_nodes_from(graph)
            for link in np.flatnonzero(~row):
                standing.add_edge(*ends[link].tolist(), capacity=int(capacity[link]))
            most = nx.maximum_flow_value(standing, 0, 7)
            assert missing == pytest.approx(max(12 - most, 0), abs=1e-7)


def test_a_link_or_a_place_is_short() -> None:
    """Demand of 10 at place 0 (room 4); place 1 (room 9) behind a link of 5: 1 is missing.

    With place 1 lost 6, with the link lost 6; with place 1 at a third, 3.
    """
    places = [[0, 0], [0, 1], [0, 0], [0, 2 / 3]]
    links = [[0], [0], [1], [0]]
    answer = shortfalls_over_links([[True, True]], [10], [4, 9], places, [0], [1], [5], [0], links)
    assert answer == pytest.approx([1, 6, 6, 3])


def test_only_where_it_may_go() -> None:
    """Enters at node 2, passes place 0, and may be served at place 1 alone, 3 links of 7 away."""
    ends = ([2, 0, 3], [0, 3, 1])
    none, intact = np.zeros((1, 2), dtype=bool), np.zeros((1, 3), dtype=bool)
    over = (*ends, [7] * 3, [2], intact)
    assert shortfalls_over_links([[0, 1]], [9], [99, 99], none, *over) == pytest.approx([2])
    assert shortfalls_over_links([[0, 0]], [9], [99, 99], none, *over) == pytest.approx([9])


def test_two_laws_share_a_link() -> None:
    """Both demands enter at node 2. One may use both places, one only place 1, over 6 and 6.

    All 10 fit: 6 of the first at place 0, 4 of the second at place 1; with 9 of the second, the
    link to place 1 carries only 6: 3 are missing.
    """
    admissible = [[True, True], [False, True]]
    shape = (2, 2)
    answer = shortfalls_over_links(
        admissible, [[6, 4], [6, 9]], [50, 50], np.zeros(shape), [2, 2], [0, 1], [6, 6], [2, 2],
        np.zeros(shape),
    )  # fmt: skip
    assert answer == pytest.approx([0, 3])


def test_wide_links_change_nothing() -> None:
    """Where links never bind, places alone decide: the same as `shortfalls`."""
    random = np.random.default_rng(5)
    for _ in range(40):
        demands, places = random.integers(1, 6, 2)
        admissible = random.random((demands, places)) < 0.5
        demand = random.choice([0.0, 1.0, 2.5, 1e3], demands)
        capacity = random.choice([0.0, 1.0, 3.0, 1e3], places)
        lost = random.random((4, places)) < 0.3
        ring = (np.arange(places), (np.arange(places) + 1) % places)
        entry = random.integers(0, places, demands)
        answer = shortfalls_over_links(
            admissible, demand, capacity, lost, *ring, np.full(places, 1e5), entry,
            np.zeros((4, places), dtype=bool),
        )  # fmt: skip
        expected = shortfalls(admissible, demand, capacity, lost)
        assert answer == pytest.approx(expected, abs=1e-8 * max(demand.sum(), 1))


@pytest.mark.parametrize("seed", range(4))
def test_random_networks_scenario_by_scenario(seed: int) -> None:
    """Each scenario alone, each demand and direction for itself, as one plain program."""
    random = np.random.default_rng(seed)
    for _ in range(15):
        nodes, links, flows = random.integers(1, (7, 10, 6))
        ends = random.integers(0, nodes, (links, 2))
        width = random.choice([0, 1, 2, 5, 1e3, random.random()], links)
        lost = random.choice([0, 0, 0, 0.5, 1], (3, links))
        entry, sink = random.integers(0, nodes, (2, flows))
        rate = random.choice([0, 1, 3, 10 * random.random(), 1e-3, 1e4], (3, flows))
        places = int(random.integers(1, nodes + 1))
        admissible = random.random((flows, places)) < 0.5
        capacity = random.choice([0.0, 1.0, 5.0, 1e3], places)
        away = random.random((3, places)) < 0.2
        straight = link_shortfalls(*ends.T, width, entry, sink, rate, lost)
        served = shortfalls_over_links(
            admissible, rate, capacity, away, *ends.T, width, entry, lost
        )
        for row in range(3):
            left = width * (1 - lost[row])
            to_sink = _demands(entry, [[int(one)] for one in sink], rate[row])
            lawful = _demands(
                entry, [np.flatnonzero(one).tolist() for one in admissible], rate[row]
            )
            close = pytest.approx(
                unserved(ends, left, to_sink, np.full(nodes, 1e9)), **_off(rate[row])
            )
            assert straight[row] == close
            room = np.append(capacity * ~away[row], np.zeros(nodes - places))
            assert served[row] == pytest.approx(
                unserved(ends, left, lawful, room), **_off(rate[row])
            )


def _off(rate: np.ndarray) -> dict[str, float]:
    return {"rel": 0.0, "abs": 1e-8 * float(rate.sum())}


def _demands(
    entry: np.ndarray, goals: list[list[int]], rate: np.ndarray
) -> list[tuple[int, list[int], float]]:
    return [
        (int(start), goal, float(amount))
        for start, goal, amount in zip(entry, goals, rate, strict=True)
    ]


def test_one_answer_settles_many_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    """Losing a link that the first routing does not use needs no program of its own."""
    asked = []
    ask = Carriage.ask
    monkeypatch.setattr(
        Carriage, "ask", lambda self, *given, **kind: asked.append(1) or ask(self, *given, **kind)
    )
    fan = ([0] + [1] * 30, list(range(1, 32)))
    lost = np.eye(31, dtype=bool)[1:]
    answer = link_shortfalls(*fan, [9] * 31, [0], [1], [5], lost)
    assert answer.tolist() == [0] * 30
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("head", [1, 2]),
        ("capacity", [-1.0]),
        ("sink", [0.5]),
        ("rate", [[1.0], [2.0]]),
        ("rate", [float("nan")]),
        ("failures", [[1.5]]),
        ("failures", [[True, False]]),
    ],
)
def test_wrong_input_is_named(argument: str, value: object) -> None:
    """Every wrong shape or value raises an error with the name of its argument."""
    given: dict[str, Any] = {
        "tail": [0], "head": [1], "capacity": [0.0], "source": [0], "sink": [1], "rate": [1.0],
        "failures": np.zeros((1, 1), dtype=bool),
    }  # fmt: skip
    given[argument] = value
    with pytest.raises(ValueError, match=f"`{argument}`"):
        link_shortfalls(**given)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("entry", [0, 1]),
        ("link_capacity", [float("inf")]),
        ("link_failures", [[False], [False]]),
        ("link_failures", [[2.0]]),
        ("capacity", [1.0]),
    ],
)
def test_wrong_input_over_links_is_named(argument: str, value: object) -> None:
    """Likewise where demand goes to places."""
    given: dict[str, Any] = {
        "admissible": [[True, True]], "demand": [1.0], "capacity": [1.0, 1.0],
        "failures": [[False, False]], "tail": [0], "head": [1], "link_capacity": [1.0],
        "entry": [0], "link_failures": [[False]],
    }  # fmt: skip
    given[argument] = value
    with pytest.raises(ValueError, match=f"`{argument}`"):
        shortfalls_over_links(**given)
