"""Every failure set at once: by hand, and against networkx's largest flow."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from domicile.headroom import every_shortfall, shortfalls, subsets


def every_loss(places: int) -> np.ndarray:
    """Bool [2**places, places]: the failure set of each bit mask."""
    return (np.arange(1 << places)[:, None] >> np.arange(places) & 1).astype(bool)


def test_two_places_by_hand() -> None:
    """10 may use both places of 6, 4 only place 1: 2 short; without 0 8; without 1 8; all 14."""
    answer = every_shortfall([[True, True], [False, True]], [10, 4], [6, 6])
    assert answer.tolist() == [2, 8, 8, 14]


def test_parts_and_homeless_add_up() -> None:
    """Place 0 serves 5 with 3, place 2 serves 7 with 7, place 1 nobody, and 1 has no place."""
    admissible = [[True, False, False], [False, False, True], [False, False, False]]
    answer = every_shortfall(admissible, [5, 7, 1], [3, 9, 7])
    assert answer.tolist() == [3, 6, 3, 6, 10, 13, 10, 13]


def test_without_places_or_demand() -> None:
    """No place: one failure set, and all is short. No demand: nothing is, in any."""
    assert every_shortfall(np.zeros((2, 0), dtype=bool), [1, 2], []).tolist() == [3]
    assert every_shortfall(np.zeros((0, 2), dtype=bool), [], [1, 2]).tolist() == [0] * 4


def test_decimals_are_exact() -> None:
    """0.1 + 0.2 fit into 0.3, and without it 0.3 are short: no rounding shows."""
    answer = every_shortfall([[True], [True]], [0.1, 0.2], [0.3])
    assert answer.tolist() == [0, 0.3]


def test_a_tiny_part_is_not_lost_beside_a_huge_one() -> None:
    """Parts have grids of their own: the loss of a millionth shows beside 10^12."""
    answer = every_shortfall(np.eye(2, dtype=bool), [1e-6, 1e12], [1e-6, 1e12])
    assert answer.tolist() == [0, 1e-6, 1e12, 1e12 + 1e-6]


@pytest.mark.parametrize("scale", [1.0, 1000.0, 0.1])
def test_agrees_with_networkx(scale: float) -> None:
    """All failure sets of random networks; zero demand, zero capacity and no place included."""
    random = np.random.default_rng(int(scale * 10))
    for _ in range(12):
        demands, places = random.integers(1, 9), random.integers(1, 6)
        admissible = random.random((demands, places)) < random.choice([0.2, 0.5, 0.9])
        demand = random.integers(0, 30, demands)
        capacity = random.integers(0, 30, places)
        answer = every_shortfall(admissible, demand * scale, capacity * scale)
        for lost, short in zip(every_loss(places), answer, strict=True):
            graph = nx.DiGraph()
            graph.add_nodes_from(["source", "sink"])
            for index, rate in enumerate(demand):
                graph.add_edge("source", ("demand", index), capacity=int(rate))
                for place in np.flatnonzero(admissible[index] & ~lost):
                    graph.add_edge(("demand", index), int(place))
            for place, room in enumerate(capacity):
                graph.add_edge(place, "sink", capacity=int(room))
            missing = demand.sum() - nx.maximum_flow_value(graph, "source", "sink")
            assert short == pytest.approx(missing * scale, rel=1e-12, abs=1e-12)


def test_agrees_with_scenarios_one_by_one() -> None:
    """The table says what `shortfalls` says of each set, whatever the ratios of amounts."""
    random = np.random.default_rng(3)
    for _ in range(12):
        demands, places = random.integers(1, 9), random.integers(1, 7)
        admissible = random.random((demands, places)) < 0.4
        demand = random.random(demands) * 10.0 ** random.integers(-6, 6, demands)
        capacity = random.random(places) * 10.0 ** random.integers(-6, 6, places)
        answer = every_shortfall(admissible, demand, capacity)
        one_by_one = [
            shortfalls(admissible, demand, capacity, lost[None])[0] for lost in every_loss(places)
        ]
        np.testing.assert_allclose(answer, one_by_one, rtol=0, atol=1e-12 * demand.sum())


def test_transforms_are_their_definitions() -> None:
    """`within` sums what lies inside, `best_superset` is the largest of all that contain."""
    random = np.random.default_rng(4)
    for things in (1, 3, 11):
        sets = random.integers(0, 1 << things, 40)
        amounts = random.integers(0, 9, 40)
        table = subsets.within(sets, amounts, things)
        masks = random.integers(0, 1 << things, 50)
        for mask in masks:
            assert table[mask] == amounts[sets & ~mask == 0].sum()
        best = table - random.integers(0, 300, len(table))
        before = best.copy()
        subsets.best_superset(best)
        for mask in masks:
            containing = before[np.arange(len(before)) & mask == mask]
            assert best[mask] == containing.max()
        found = subsets.attained(best, masks)
        assert (found & masks == masks).all()
        assert (before[found] == best[masks]).all()


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("admissible", np.ones((1, 25), dtype=bool)),
        ("demand", [-1.0]),
        ("demand", [1.0, 1.0]),
        ("capacity", [float("inf"), 1.0]),
        ("capacity", [1.0]),
    ],
)
def test_wrong_input_is_named(argument: str, value: object) -> None:
    """Wrong shapes and values, and too many places, raise an error with the argument's name."""
    given: dict[str, object] = {
        "admissible": [[True, True]],
        "demand": [1.0],
        "capacity": [1.0, 1.0],
    }
    given[argument] = value
    with pytest.raises(ValueError, match=f"`{argument}`"):
        every_shortfall(**given)  # type: ignore[arg-type]
