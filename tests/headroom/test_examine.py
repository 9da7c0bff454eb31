"""Every exact method against networkx and Gale's condition spelled out, one scenario at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import networkx as nx
import numpy as np
import pytest

from domicile.headroom import Method, examine, shortfalls
from domicile.headroom.network import Part

TABLES = (Method.EVERY_SET, Method.REGIME_CUTS, Method.FORCED_CUTS)
METHODS = (*TABLES, Method.LISTED_CUTS, Method.MAX_FLOW)


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Method], None]:
    """Take one method wherever it is exact."""

    def take(method: Method) -> None:
        def choose(
            _part: Part, _all: int, _by_set: int, by_cuts: Sequence[int]
        ) -> tuple[Method, int]:
            return method, max(1, len(by_cuts))

        monkeypatch.setattr("domicile.headroom.kernels.choose", choose)
        monkeypatch.setattr("domicile.headroom.examination._WORTH_A_TABLE", 0.0)
        listed = 0 if method in (Method.MAX_FLOW, Method.FORCED_CUTS) else 1024
        monkeypatch.setattr("domicile.headroom.network._MOST_CLOSED_SETS", listed)

    return take


def worst_sets(admissible: np.ndarray, demand: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Gale's condition: in each scenario the largest demand of a set beyond what it may use."""
    chosen = itertools.product([False, True], repeat=admissible.shape[0])
    sets = np.array(list(chosen), dtype=bool)
    usable = np.array([admissible[one].any(axis=0) for one in sets])
    over = demand @ sets.T.astype(float) - left @ usable.T.astype(float)
    return np.maximum(over.max(axis=1), 0)


def amounts(random: np.random.Generator, kind: int, count: int) -> np.ndarray:
    """Whole, fractional, or of huge ratios with zeros among them."""
    if kind == 0:
        return random.integers(0, 20, count).astype(float)
    if kind == 1:
        return random.random(count) * 10
    return 10.0 ** random.integers(-8, 9, count) * (random.random(count) < 0.8)


@pytest.mark.parametrize("method", METHODS)
def test_each_method_is_the_worst_over_all_sets(
    by: Callable[[Method], None], method: Method
) -> None:
    """Losses of up to three places, of parts of places, of a usual share everywhere; surges."""
    by(method)
    random = np.random.default_rng(7)
    seen = 0
    for turn in range(120):
        demands, places = random.integers(1, 8, 2)
        admissible = random.random((demands, places)) < random.choice([0.2, 0.5, 0.8])
        # Some places are alike, so that they merge and a lost one is a part of its group.
        admissible = admissible[:, random.integers(0, places, places)]
        demand, capacity = (amounts(random, turn % 3, count) for count in (demands, places))
        lost = np.zeros((20, places))
        for row in lost:
            row[random.permutation(places)[: random.integers(0, 4)]] = 1
        if turn % 4 == 1:
            lost *= random.choice([0.1, 0.5, 1], lost.shape)
        if turn % 4 == 2:
            lost = np.maximum(lost, 0.2)
        rates = np.broadcast_to(demand, (20, demands))
        if turn % 5 == 4:
            rates = rates * random.choice([1, 1, 1, 2], 20)[:, None]
        given = lost.astype(bool) if turn % 4 in (0, 3) else lost
        answer = examine(admissible, demand if turn % 5 < 4 else rates, capacity, given)
        expected = worst_sets(admissible, rates, (1 - lost) * capacity)
        np.testing.assert_allclose(
            answer.shortfall, expected, rtol=1e-12, atol=1e-12 * max(rates.sum(axis=1).max(), 1e-99)
        )
        if turn % 3 == 0 and given.dtype == bool:
            assert (answer.shortfall == expected).all()
        seen += int(answer.used[:, list(Method).index(method)].sum())
    assert seen > 500


@pytest.mark.parametrize("method", METHODS)
def test_each_method_agrees_with_networkx(by: Callable[[Method], None], method: Method) -> None:
    """Pairs of lost places in larger networks of whole numbers, to the last unit."""
    by(method)
    random = np.random.default_rng(11)
    for _ in range(6):
        demands, places = random.integers(8, 14, 2)
        admissible = random.random((demands, places)) < 0.25
        demand = random.integers(0, 30, demands)
        capacity = random.integers(0, 60, places)
        pairs = np.array(list(itertools.combinations(range(places), 2)))
        lost = np.zeros((len(pairs), places), dtype=bool)
        lost[np.arange(len(pairs))[:, None], pairs] = True
        answer = examine(admissible, demand, capacity, lost)
        for row in random.choice(len(pairs), 12, replace=False):
            graph = nx.DiGraph()
            graph.add_nodes_from(["source", "sink"])
            for index, rate in enumerate(demand):
                graph.add_edge("source", ("demand", index), capacity=int(rate))
                for place in np.flatnonzero(admissible[index] & ~lost[row]):
                    graph.add_edge(("demand", index), int(place))
            for place, room in enumerate(capacity):
                graph.add_edge(place, "sink", capacity=int(room))
            flow = nx.maximum_flow_value(graph, "source", "sink")
            assert answer.shortfall[row] == demand.sum() - flow


def regimes(count: int, places: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A network of so many regimes that overlap, about as full as it can be."""
    random = np.random.default_rng(count)
    admissible = random.random((count, places)) < 1 / 5
    demand = random.integers(1, 100, count)
    share = random.integers(20, 200, places)
    return admissible, demand, share * demand.sum() // share.sum()


def losses(places: int, together: int) -> np.ndarray:
    """Every loss of so many places."""
    sets = np.array(list(itertools.combinations(range(places), together)))
    lost = np.zeros((len(sets), places), dtype=bool)
    lost[np.arange(len(sets))[:, None], sets] = True
    return lost


@pytest.mark.parametrize(
    ("count", "places", "together", "method"),
    [
        (30, 14, 7, Method.EVERY_SET),
        (14, 60, 2, Method.REGIME_CUTS),
        (30, 60, 2, Method.FORCED_CUTS),
        (4, 60, 60, Method.LISTED_CUTS),
        (30, 60, 1, Method.FORCED_CUTS),
        (14, 40, 3, Method.REGIME_CUTS),
        (30, 60, 60, Method.MAX_FLOW),
    ],
)
def test_the_method_fits_the_instance(
    count: int, places: int, together: int, method: Method
) -> None:
    """Few places: a table of them; few regimes, or pairs: cuts; else flows. All agree."""
    admissible, demand, capacity = regimes(count, places)
    lost = losses(places, together)
    answer = examine(admissible, demand, capacity, lost)
    assert answer.method(0) == method
    assert f"{method} ({len(lost):,} scenarios)" in answer.explanation[0]
    assert (answer.shortfall == shortfalls(admissible, demand, capacity, lost)).all()
    for row in np.linspace(0, len(lost) - 1, 5).astype(int):
        alone = examine(admissible, demand, capacity, lost[row : row + 1])
        assert alone.method(0) in {Method.MAX_FLOW, Method.LISTED_CUTS}
        assert alone.shortfall[0] == answer.shortfall[row]


def test_parts_have_methods_of_their_own() -> None:
    """Two networks that share nothing, side by side: the sum of both, and both methods named."""
    first, second = regimes(30, 40), regimes(2, 5)
    admissible = np.zeros((32, 45), dtype=bool)
    admissible[:30, :40], admissible[30:, 40:] = first[0], second[0]
    demand, capacity = (np.concatenate([first[n], second[n]]) for n in (1, 2))
    lost = losses(45, 2)
    answer = examine(admissible, demand, capacity, lost)
    apart = examine(*first, lost[:, :40]).shortfall + examine(*second, lost[:, 40:]).shortfall
    assert (answer.shortfall == apart).all()
    assert answer.method(0) == "every-set + forced-cuts"


def test_a_scenario_beyond_the_table_is_answered_alone() -> None:
    """Among pairs, the loss of five places is no pair: a largest flow answers it, and says so."""
    admissible, demand, capacity = regimes(30, 60)
    lost = losses(60, 2)
    lost[7] = np.arange(60) < 5
    answer = examine(admissible, demand, capacity, lost)
    assert answer.method(6) == Method.FORCED_CUTS
    assert answer.method(7) == Method.MAX_FLOW
    assert answer.shortfall[7] == examine(admissible, demand, capacity, lost[7:8]).shortfall[0]


def test_without_any_place_no_method_is_needed() -> None:
    """Demand that may go nowhere is short; nothing had to be compared."""
    answer = examine([[False]], [3], [5], [[False]])
    assert answer.shortfall.tolist() == [3]
    assert answer.method(0) == "none"
    assert answer.explanation == ()
