"""How far demand may grow: by hand, and against bisection with a plain largest flow."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray

from domicile.headroom import growth

NOWHERE = np.zeros((1, 2), dtype=bool)


def test_one_demand_fills_its_places() -> None:
    """10 asked, 25 there: it may grow by 1.5 times itself."""
    found = growth([[True, True]], [10.0], [20.0, 5.0], NOWHERE, [True])
    assert found.part == pytest.approx([1.5])
    assert found.binding.tolist() == [[True]]


def test_spare_at_a_place_that_is_not_lawful_does_not_count() -> None:
    """The first may use the first place alone, where the second may stay out of its way."""
    admissible = [[True, False], [True, True]]
    found = growth(admissible, [10.0, 10.0], [20.0, 5.0], NOWHERE, [True, False])
    # 20 and 5 hold both: the second leaves 5 to the first place, so 15 are left for the first.
    assert found.part == pytest.approx([0.5])
    assert found.binding.tolist() == [[True, True]]
    alone = growth(admissible, [10.0, 4.0], [20.0, 5.0], NOWHERE, [True, False])
    assert alone.part == pytest.approx([1.0])
    assert alone.binding.tolist() == [[True, False]]


def test_each_scenario_has_its_own() -> None:
    """Losing the larger place leaves 5 of 4; losing both leaves none."""
    lost = np.array([[True, False], [True, True], [False, False]])
    found = growth([[True, True]], [4.0], [20.0, 5.0], lost, [True])
    assert found.part == pytest.approx([0.25, 0.0, 5.25])


def test_what_is_not_asked_may_grow_without_end() -> None:
    """No demand, or none that grows."""
    for demand, grows in (([0.0], [True]), ([3.0], [False])):
        assert np.isinf(growth([[True, True]], demand, [20.0, 5.0], NOWHERE, grows).part).all()


def test_no_lawful_place_means_no_growth() -> None:
    """A demand without a place is short already, and binds alone."""
    found = growth([[False, False], [True, True]], [1.0, 1.0], [2.0, 2.0], NOWHERE, [True, True])
    assert found.part.tolist() == [0.0]
    assert found.binding.tolist() == [[True, False]]


def test_what_others_lack_does_not_stop_growth_elsewhere() -> None:
    """The first is 5 short at a place of its own; the second has 6 to spare at another."""
    admissible = [[True, False], [False, True]]
    found = growth(admissible, [10.0, 2.0], [5.0, 8.0], NOWHERE, [False, True])
    assert found.part == pytest.approx([3.0])


@pytest.mark.parametrize(
    ("argument", "given"),
    [("growing", [True]), ("demand", [1.0, np.nan]), ("capacity", [-1.0, 1.0])],
)
def test_what_is_wrong_is_named(argument: str, given: list[float]) -> None:
    """Wrong shapes and amounts."""
    arguments = {
        "admissible": [[True, True], [True, True]],
        "demand": [1.0, 1.0],
        "capacity": [1.0, 1.0],
        "failures": NOWHERE,
        "growing": [True, True],
    } | {argument: given}
    with pytest.raises(ValueError, match=argument):
        growth(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(150))
def test_it_is_what_a_plain_flow_finds(seed: int) -> None:
    """At the part found no more is short than now; a thousandth beyond it, more is."""
    random = np.random.default_rng(seed)
    demands, places = random.integers(1, 7, 2)
    admissible = random.random((demands, places)) < random.choice([0.2, 0.5, 0.9])
    demand = np.round(random.exponential(10.0, demands) * (random.random(demands) < 0.8), 2)
    capacity = np.round(random.exponential(25.0, places) * (random.random(places) < 0.8), 2)
    grows = random.random(demands) < 0.6
    lost = random.random((3, places)) < 0.3
    found = growth(admissible, demand, capacity, lost, grows)
    for scenario, part in enumerate(found.part):
        left = np.where(lost[scenario], 0.0, capacity)
        now = _short(admissible, demand, left)
        if np.isinf(part):
            assert not (demand * grows).any()
            continue
        assert _short(admissible, demand * (1 + part * grows), left) <= now + 1e-6
        beyond = demand * (1 + (part + 1e-3) * grows)
        assert _short(admissible, beyond, left) > now + 1e-7


def _short(
    admissible: NDArray[np.bool_], demand: NDArray[np.float64], left: NDArray[np.float64]
) -> float:
    graph = nx.DiGraph()
    graph.add_nodes_from(["from", "to"])
    for row, amount in enumerate(demand):
        graph.add_edge("from", ("demand", row), capacity=amount)
        for column in np.flatnonzero(admissible[row]):
            graph.add_edge(("demand", row), ("place", column), capacity=amount)
    for column, amount in enumerate(left):
        graph.add_edge(("place", column), "to", capacity=amount)
    return float(demand.sum()) - float(nx.maximum_flow_value(graph, "from", "to"))
