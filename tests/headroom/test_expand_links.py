"""What `expand_links` must answer."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from plain_links import least_cost

from domicile.headroom import expand_links, link_expansion, link_shortfalls
from domicile.headroom.interior import Interior
from domicile.headroom.multiflow import Flows, cheapest, from_few

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


def test_blocks_joined_by_a_bridge() -> None:
    """Two triangles and a bridge, 4 from end to end and 1 within the second.

    In each triangle either side of the way may be lost, so both carry all: 3 links of 4 in the
    first; in the second also what passes within it, 5 at most: by hand, 4 or 5 each. The bridge
    itself is not lost and carries 4.
    """
    ends = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3)]
    lost = np.eye(7, dtype=bool)[[0, 1, 2, 4, 5, 6]]
    flows = ([0, 3], [4, 4], [4, 1])
    answer = expand_links(*np.transpose(ends), [0] * 7, [1] * 7, *flows, lost)
    assert answer.added == pytest.approx([4, 4, 4, 4, 5, 5, 5])
    assert (answer.cost, answer.proved) == (pytest.approx(31), True)


def test_parallel_links_are_no_bridge() -> None:
    """Two links between the same nodes: each must carry all when the other is lost."""
    answer = expand_links([0, 0], [1, 1], [0, 3], [1, 2], [1], [0], [5], np.eye(2, dtype=bool))
    assert answer.added == pytest.approx([5, 2])


def test_what_is_cut_off_without_demand_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Node 3 loses both its links, and nobody is there: the triangle's two ways carry 6 each."""
    ends = ([0, 1, 2, 0, 1], [1, 2, 0, 3, 3])
    lost = [[1, 0, 0, 1, 1], [0, 1, 0, 1, 1]]
    for small in (0, 10**9):
        monkeypatch.setattr(link_expansion, "_SMALL", small)
        answer = expand_links(*ends, [0] * 5, [1, 1, 1, 9, 9], [0], [1], [6], lost)
        assert answer.cost == pytest.approx(18)
        assert answer.added == pytest.approx([6, 6, 6, 0, 0], abs=1e-6)


@pytest.mark.parametrize("small", [0, 10**9], ids=["interior", "program"])
@pytest.mark.parametrize("seed", range(3))
def test_equal_to_the_extensive_form(
    seed: int, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All scenarios as one plain program: each flow and direction for itself, on both methods.

    Free links, huge ratios, loops, parallel links, rates of 0 and cut off nodes included.
    """
    monkeypatch.setattr(link_expansion, "_SMALL", small)
    random = np.random.default_rng(seed)
    for _ in range(15):
        nodes = int(random.integers(2, 7))
        ring = [(node, (node + 1) % nodes) for node in range(nodes)]
        ends = np.array([*ring, *random.integers(0, nodes, (random.integers(0, 8), 2))])
        links = len(ends)
        capacity = random.choice([0, 0, 1, 2, 1e3], links)
        cost = random.choice([0, 1, 1, 2, random.random(), 1e4], links)
        flows = [
            (int(random.integers(nodes)), int(random.integers(nodes)), float(rate))
            for rate in random.choice([0, 1, 3, 10 * random.random(), 1e-3, 1e4], 4)
        ]
        lost = np.eye(links, dtype=bool)
        if random.random() < 0.5:
            lost = random.random((5, links)) < 0.2
        answer = expand_links(*ends.T, capacity, cost, *zip(*flows, strict=True), lost)
        expected = least_cost(ends, capacity, cost, flows, lost)
        total = sum(rate for _, _, rate in flows)
        assert answer.proved
        assert answer.feasible == np.isfinite(expected)
        if answer.feasible:
            off = 1e-9 * total * cost.max()
            assert answer.cost == pytest.approx(expected, rel=1e-6, abs=off)
            short = link_shortfalls(
                *ends.T, capacity + answer.added, *zip(*flows, strict=True), lost
            )
            assert short.max(initial=0.0) <= 2e-9 * total


def _mesh() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A ring of 12 with 8 chords: ends, cost and demand between any two nodes."""
    random = np.random.default_rng(3)
    chords = [(0, 6), (1, 4), (2, 9), (3, 7), (5, 10), (8, 11), (0, 3), (6, 9)]
    ends = np.array([*((node, (node + 1) % 12) for node in range(12)), *chords])
    demand = np.triu(random.integers(0, 9, (12, 12)), 1).astype(float)
    return ends, random.integers(1, 30, len(ends)).astype(float), demand


def test_large_enough_for_steps_of_its_own() -> None:
    """Where the interior point method is chosen by size, its cost is that of one program."""
    ends, cost, demand = _mesh()
    lost = np.eye(20, dtype=bool)
    source, sink = np.nonzero(demand)
    answer = expand_links(*ends.T, np.zeros(20), cost, source, sink, demand[demand > 0], lost)
    flows = Flows(*ends.T, from_few(demand))
    assert len(lost) * flows.arcs > link_expansion._SMALL
    expected = cheapest(flows, np.zeros(20), cost, lost).objective
    assert answer.proved
    assert answer.cost == pytest.approx(expected, rel=1e-8)


def test_bounds_hold_wherever_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """After any number of steps the cost is enough, and the bound is not above the least."""
    ends, cost, demand = _mesh()
    lost = np.eye(20, dtype=bool)
    needed = from_few(demand)
    flows = Flows(*ends.T, needed)
    least = cheapest(flows, np.zeros(20), cost, lost).objective
    gaps = []
    for steps in (0, 4, 8, 100):
        monkeypatch.setattr("domicile.headroom.interior._MOST_STEPS", steps)
        bounds = Interior(tuple(ends.T), needed, np.zeros(20), cost, lost).solve()
        assert bounds.least <= least * (1 + 1e-9)
        assert bounds.cost >= least * (1 - 1e-9)
        source, sink = np.nonzero(demand)
        rate = demand[source, sink]
        assert not link_shortfalls(*ends.T, bounds.added, source, sink, rate, lost).any()
        gaps.append(bounds.gap)
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] <= 1e-9


def test_what_is_not_proved_is_not_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after a step, and too large for one program: enough, but not called least."""
    monkeypatch.setattr("domicile.headroom.interior._MOST_STEPS", 1)
    monkeypatch.setattr(link_expansion, "_SMALL", 0)
    monkeypatch.setattr(link_expansion, "_SOLVABLE", 0)
    answer = expand_links(*SQUARE, [0] * 4, [1, 2, 3, 4], [0], [2], [10], np.eye(4, dtype=bool))
    assert (answer.feasible, answer.proved) == (True, False)
    assert answer.cost >= 100 * (1 - 1e-12)
    again = link_shortfalls(*SQUARE, answer.added, [0], [2], [10], np.eye(4, dtype=bool))
    assert not again.any()


def test_only_scenarios_that_fail_are_routed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where capacity suffices after every loss but one, that one alone is in the program."""
    sizes = []
    whole = link_expansion._cheapest
    monkeypatch.setattr(
        link_expansion, "_cheapest", lambda *given: sizes.append(len(given[3])) or whole(*given)
    )
    ends = ([0, 0, 0, 0], [1, 1, 1, 1])
    answer = expand_links(*ends, [9, 4, 4, 4], [1] * 4, [0], [1], [13], np.eye(4, dtype=bool))
    assert answer.cost == pytest.approx(1)
    assert sizes == [1]


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
