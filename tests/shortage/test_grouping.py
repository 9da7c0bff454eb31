"""The fewest sets of loads that explain everything."""

from __future__ import annotations

import itertools

import numpy as np

from domicile.headroom import Contingency, Need, bindings, excess
from domicile.shortage.grouping import groups, no_harder


def need(admissible: list[list[bool]], demand: list[float], lost: list[int]) -> Need:
    """Places of 10 for each backend; nominal, and the loss of each of these."""
    places = len(admissible[0])
    nothing = np.zeros(places, dtype=bool)
    cases = [Contingency(("nominal",), nothing, 1.0, 1.0)] + [
        Contingency((f"datacenter:{place}",), np.arange(places) == place, 1.0, 1.0)
        for place in lost
    ]
    return Need(
        admissible, demand, cases, unit_capacity=[10.0] * places, unit_cost=[1.0] * places,
        minimum=[0] * places, maximum=[9] * places, now=[0] * places,
    )  # fmt: skip


def test_one_set_explains_every_loss_that_makes_it_worse() -> None:
    """30 for two backends: 10 missing nominally, 20 after either loss; nominal says it all."""
    (group,) = groups(need([[True, True]], [30.0], [0, 1]), np.array([1.0, 1.0]))
    assert [each.contingency for each in group.simplest] == [0]
    assert [each.missing for each in group.shortfalls] == [10, 20, 20]


def test_a_loss_that_hits_others_too_is_explained_by_itself() -> None:
    """Load 0 is short nominally; load 1 only after the loss of place 1, which is another story."""
    asked = need([[True, False, False], [False, True, True]], [15.0, 12.0], [1])
    found = groups(asked, np.array([1.0, 1.0, 1.0]))
    assert [group.loads.tolist() for group in found] == [[True, False], [False, True]]
    assert [[each.contingency for each in group.shortfalls] for group in found] == [[0, 1], [1]]


def test_a_wider_set_is_explained_by_the_narrow_one_that_is_short_already() -> None:
    """Load 0 lacks 5. Without place 1 both lack 17, and load 0 alone its 5: one explanation."""
    asked = need([[True, False], [True, True]], [15.0, 12.0], [1])
    (group,) = groups(asked, np.array([1.0, 2.0]))
    assert group.loads.tolist() == [True, False]
    assert [each.missing for each in group.shortfalls] == [5, 17]


def test_no_set_fewer_would_do() -> None:
    """On random instances, every smaller choice of the sets found leaves a shortfall over."""
    several = 0
    for seed in range(150):
        random = np.random.default_rng(seed)
        loads, places = 4, 4
        admissible = (random.random((loads, places)) < 0.45).tolist()
        asked = need(admissible, random.integers(1, 30, loads).tolist(), [0, 1, 2, 3])
        counts = random.integers(0, 3, places).astype(float)
        every = bindings(asked, counts)
        found = groups(asked, counts)
        assert sum(len(group.shortfalls) for group in found) == len(every)
        sets = list({each.loads.tobytes(): each.loads for each in every}.values())
        for chosen in itertools.combinations(sets, max(len(found) - 1, 0)):
            left = [
                each for each in every
                if not any(
                    (each.loads & one).any()
                    and excess(asked, [each.contingency], one, counts)[0] > 1e-4
                    for one in chosen
                )
            ]  # fmt: skip
            assert left or not every
        several += len(found) > 1
    assert several > 30


def test_no_harder() -> None:
    """Losing less of what is there, asking less and leaving more law in force is no harder."""
    nothing, one = np.array([False, False]), np.array([True, False])
    nominal = Contingency(("nominal",), nothing, 1.0, 0.9)
    lost = Contingency(("datacenter:0",), one, 1.2, 0.9)
    fallen = Contingency(("law",), nothing, 1.0, 0.9, withdrawn=np.array([[True, False]]))
    assert no_harder(nominal, lost)
    assert not no_harder(lost, nominal)
    assert no_harder(nominal, fallen)
    assert not no_harder(fallen, nominal)
    assert not no_harder(fallen, lost)
