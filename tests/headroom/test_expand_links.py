"""What `expand_links` must answer."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from domicile.headroom import expand_links

SQUARE = ([0, 1, 2, 3], [1, 2, 3, 0])


def test_ring_protects_itself_both_ways() -> None:
    """10 across a ring of four, any one link lost: each side must carry all of it: 40."""
    answer = expand_links(*SQUARE, [0] * 4, [1] * 4, [0], [2], [10], np.eye(4, dtype=bool))
    assert answer.added == pytest.approx([10] * 4)
    assert (answer.cost, answer.proved) == (pytest.approx(40), True)


def test_flows_split() -> None:
    """Both sides of the ring have 5 already, so nothing is added while nothing is lost."""
    answer = expand_links(*SQUARE, [5] * 4, [1] * 4, [0], [2], [10], np.zeros((1, 4), bool))
    assert answer.cost == pytest.approx(0, abs=1e-6)


def test_both_directions_share_capacity() -> None:
    """3 there and 4 back over one link of 5: 2 more are needed."""
    answer = expand_links([0], [1], [5], [2], [0, 1], [1, 0], [3, 4], np.zeros((0, 1), bool))
    assert answer.added == pytest.approx([2])
    assert answer.cost == pytest.approx(4)


def test_takes_the_cheaper_way() -> None:
    """A dear direct link of 3 against a detour of 1 + 1: the detour."""
    answer = expand_links([0, 0, 1], [2, 1, 2], [0] * 3, [3, 1, 1], [0], [2], [7], np.zeros((1, 3)))
    assert answer.added == pytest.approx([0, 7, 7])


def test_parted_is_infeasible() -> None:
    """Two opposite links lost part the ring: no capacity mends that."""
    answer = expand_links(*SQUARE, [9] * 4, [1] * 4, [0], [2], [1], [[1, 0, 1, 0]])
    assert (answer.feasible, answer.proved, answer.cost) == (False, True, np.inf)


def test_one_flow_costs_the_shortest_way() -> None:
    """Nothing there and nothing lost: each flow takes its shortest way, by networkx."""
    random = np.random.default_rng(4)
    for _ in range(10):
        graph = nx.connected_watts_strogatz_graph(8, 4, 0.4, seed=int(random.integers(1000)))
        tail, head = np.array(graph.edges).T
        cost = random.integers(1, 9, len(tail)).astype(float)
        for (one, other), price in zip(graph.edges, cost, strict=True):
            graph.edges[one, other]["price"] = price
        source, sink = random.integers(0, 8, (2, 5))
        rate = random.integers(0, 6, 5)
        expected = sum(
            r * nx.shortest_path_length(graph, s, t, "price")
            for s, t, r in zip(source, sink, rate, strict=True)
        )
        lost = np.zeros((1, len(tail)), dtype=bool)
        answer = expand_links(tail, head, np.zeros(len(tail)), cost, source, sink, rate, lost)
        assert answer.cost == pytest.approx(expected)


def test_result_carries_one_flow_whatever_is_lost() -> None:
    """Checked by networkx max-flow in each scenario, on graphs that survive any one loss."""
    random = np.random.default_rng(9)
    for _ in range(10):
        edges = [(n, (n + 1) % 7) for n in range(7)] + [(0, 3), (2, 5), (1, 6)]
        tail, head = np.array(edges).T
        capacity = random.integers(0, 4, len(edges)).astype(float)
        cost = random.random(len(edges)) + 0.1
        lost = np.eye(len(edges), dtype=bool)
        answer = expand_links(tail, head, capacity, cost, [0], [4], [6], lost)
        assert answer.proved
        for row in lost:
            graph = nx.Graph()
            graph.add_nodes_from(range(7))
            for link in np.flatnonzero(~row):
                room = float(capacity[link] + answer.added[link])
                graph.add_edge(*edges[link], capacity=room)
            assert nx.maximum_flow_value(graph, 0, 4) >= 6 - 1e-6


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("head", [1, 2]),
        ("tail", [-1]),
        ("capacity", [-1.0]),
        ("unit_cost", [float("inf")]),
        ("sink", [1, 2]),
        ("rate", [float("nan")]),
        ("failures", [[True, False]]),
    ],
)
def test_wrong_input_is_named(argument: str, value: object) -> None:
    """Every wrong shape or value raises an error with the name of its argument."""
    given: dict[str, object] = {
        "tail": [0], "head": [1], "capacity": [0.0], "unit_cost": [1.0],
        "source": [0], "sink": [1], "rate": [1.0], "failures": np.zeros((1, 1), dtype=bool),
    }  # fmt: skip
    given[argument] = value
    with pytest.raises(ValueError, match=f"`{argument}`"):
        expand_links(**given)  # type: ignore[arg-type]
