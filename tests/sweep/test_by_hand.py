"""Small worlds swept, each answer worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import swept

from domicile.headroom import Loss
from domicile.model.sweep_answer import SweptService
from domicile.sweep import (
    Question,
    Strained,
    every_set,
    every_subset,
    in_this_process,
    results,
    samples,
    sweep,
)


def losses(asked: Question, most: int, confidence: float = 0.9) -> SweptService:
    """A sweep of every set, read."""
    found = sweep([asked], every_set(0, len(asked.events), most), in_this_process)
    (service,) = results.services(asked, found[0], results.losses(0), confidence, drawn=False)
    return service


def subsets(asked: Question, confidence: float = 0.9) -> SweptService:
    """A sweep of all subsets, read."""
    found = sweep([asked], every_subset(0, len(asked.events)), in_this_process)
    (service,) = results.services(asked, found[0], results.subsets(0), confidence, drawn=False)
    return service


THREE = swept.question([[1, 1, 1]], [100], [60, 60, 60])
"""100 calls at three places of 60: one may be lost (120 are left), two leave 40 short, three
100."""


def test_sets_of_one_to_three() -> None:
    """C(3, k) sets; of two any leaves 40 short, and the first of them is named."""
    found = losses(THREE, 3)
    assert [(its.size, its.sets, its.short, its.worst) for its in found.sizes] == [
        (0, 1, 0, 0), (1, 3, 0, 0), (2, 3, 3, 40), (3, 1, 1, 100),
    ]  # fmt: skip
    assert found.sizes[1].losses == ()
    assert found.sizes[2].losses == ("datacenter:p0", "datacenter:p1")
    assert found.sizes[3].losses == ("datacenter:p0", "datacenter:p1", "datacenter:p2")
    assert found.fewest == 2


def test_what_the_policy_asks_for() -> None:
    """Asked to survive one loss: nothing, and three single ones; asked for two: three more."""
    found = losses(THREE, 3)
    assert (found.asked, found.asked_short) == (4, 0)
    two = losses(swept.question([[1, 1, 1]], [100], [60, 60, 60], together=2), 3)
    assert (two.asked, two.asked_short) == (7, 3)


def test_countries_fall_short_apart() -> None:
    """A may use p0 and p1, B only p2: A loses 20 with p0, B its 50 with p2, both together 70."""
    asked = swept.question([[1, 1, 0], [0, 0, 1]], [80, 50], [60, 60, 60])
    found = losses(asked, 2)
    assert [(its.short, its.worst) for its in found.sizes] == [(0, 0), (3, 50), (3, 80)]
    assert found.sizes[2].losses == ("datacenter:p0", "datacenter:p1")
    first, second = found.subjects
    assert (first.subject, first.demand, first.fewest) == ("A", 80, 1)
    assert [(its.short, its.worst, its.losses) for its in first.sizes[1:]] == [
        (2, 20, ("datacenter:p0",)), (3, 80, ("datacenter:p0", "datacenter:p1")),
    ]  # fmt: skip
    assert [(its.short, its.worst, its.losses) for its in second.sizes[1:]] == [
        (1, 50, ("datacenter:p2",)), (2, 50, ("datacenter:p0", "datacenter:p2")),
    ]  # fmt: skip


def test_who_shares_a_place_shares_what_is_missing() -> None:
    """A (p0, p1) asks for 30, B (p1) for 60; without p0, 90 meet 60: a third of each is missing."""
    found = losses(swept.question([[1, 1], [0, 1]], [30, 60], [60, 60]), 1)
    assert [its.sizes[1].worst for its in found.subjects] == [10, 60]
    first = Loss("datacenter:p0", np.array([True, False]))
    alone = losses(swept.question([[1, 1], [0, 1]], [30, 60], [60, 60], losses=[first]), 1)
    assert [its.sizes[1].worst for its in alone.subjects] == [10, 20]


def test_emergencies_are_served_first() -> None:
    """A's 40 go before B's 60; after one of two places of 50, B lacks all 50 that are missing."""
    given = ([[1, 1], [1, 1]], [40, 60], [50, 50])
    found = losses(swept.question(*given, priority=[3, 1]), 1)
    assert [its.sizes[1].worst for its in found.subjects] == [0, 50]
    fair = losses(swept.question(*given), 1)
    assert [its.sizes[1].worst for its in fair.subjects] == pytest.approx([20, 30])


def test_a_demand_without_a_lawful_place() -> None:
    """It is short whatever happens, nothing included."""
    found = losses(swept.question([[0], [1]], [5, 3], [9]), 1)
    assert [(its.short, its.worst) for its in found.sizes] == [(1, 5), (1, 8)]
    assert found.fewest == 0
    assert [its.fewest for its in found.subjects] == [0, 1]


@pytest.mark.parametrize("given", [([[1]], [0], [0]), ([[0, 0]], [0], [1, 1]), ([[1]], [0], [5])])
def test_no_demand_is_never_short(given: tuple[list[list[int]], list[float], list[float]]) -> None:
    """Zero demand, with capacity or without."""
    found = losses(swept.question(*given), 2)
    assert all(its.short == 0 for its in found.sizes)


def test_links_cut_off_only_together() -> None:
    """One link less of a ring parts nothing, two do.

    A ring of four: one link less changes nothing, two part it. Losing 0-1 and 2-3 leaves two
    halves of two; the half with the first place stays, the other's 40 of 80 are lost: 20 of 60
    calls are missing. Cutting out one place leaves 60, enough.
    """
    ring = [(0, 1), (1, 2), (2, 3), (3, 0)]
    links = range(4, 8)
    asked = swept.question([[1, 1, 1, 1]], [60], [20, 20, 20, 20], links=ring)
    only = Question(
        asked.policy, tuple(asked.events[i] for i in links), asked.ground, asked.here, asked.stands
    )
    found = losses(only, 2)
    assert [(its.sets, its.short, its.worst) for its in found.sizes] == [
        (1, 0, 0), (4, 0, 0), (6, 2, 20),
    ]  # fmt: skip
    assert found.sizes[2].losses == ("link:0-1", "link:2-3")


def test_all_subsets_of_places() -> None:
    """The eight subsets of three places, by how many are lost."""
    found = subsets(THREE)
    assert [(its.size, its.sets, its.short, its.worst) for its in found.sizes] == [
        (0, 1, 0, 0), (1, 3, 0, 0), (2, 3, 3, 40), (3, 1, 1, 100),
    ]  # fmt: skip
    assert found.sizes[2].losses == ("datacenter:p0", "datacenter:p1")


TENTHS = swept.question([[1, 1, 1]], [100], [60, 60, 60], chances=[0.1, 0.2, 0.5])
"""Nothing lost .36; p0 .04, p1 .09, p2 .36; p0 p1 .01, p0 p2 .04, p1 p2 .09; all .01."""


def test_availability_of_everything() -> None:
    """What is served, missing on average, and missing in the worst tenth.

    Served with at most one lost: .36 + .04 + .09 + .36 = .85. Missing on average: .14 of
    the time .4, .01 of it all: .066 of demand. Of the worst tenth, .01 loses all and
    .09 loses .4: .46.
    """
    for found in (subsets(TENTHS), losses(TENTHS, 3)):
        assert found.examined == pytest.approx(1, abs=1e-12)
        assert found.risk is not None
        for bounds, figure in (
            (found.risk.availability, 0.85),
            (found.risk.expected, 0.066),
            (found.risk.worst_mean, 0.46),
        ):
            assert bounds.least == pytest.approx(figure, abs=1e-11)
            assert bounds.most == pytest.approx(figure, abs=1e-11)


def test_what_was_not_examined_is_bounded() -> None:
    """What is unknown may be served or not.

    Up to one loss, .85 is known, and all of it served; the other .15 may be served or not. All
    of the worst tenth may then lose everything.
    """
    found = losses(TENTHS, 1)
    assert found.examined == pytest.approx(0.85)
    assert found.risk is not None
    assert tuple(found.risk.availability.model_dump().values()) == pytest.approx((0.85, 1))
    assert tuple(found.risk.expected.model_dump().values()) == pytest.approx((0, 0.15))
    assert tuple(found.risk.worst_mean.model_dump().values()) == pytest.approx((0, 1))


def test_the_worst_of_all_countries() -> None:
    """TEAVAR looks at whoever loses most, scenario by scenario.

    A needs p0, B needs p1, each lost a tenth of the time. A loses all with .1, and of the worst
    fifth that is half. Whoever loses most loses all with .19: of the worst fifth, .95. Of both
    together, .01 loses 1 and .18 loses half: (.01 + .09) / .2 = .5.
    """
    asked = swept.question([[1, 0], [0, 1]], [50, 50], [60, 60], chances=[0.1, 0.1])
    found = losses(asked, 2, confidence=0.8)
    assert found.risk is not None
    assert found.worst_subject is not None
    assert found.risk.availability.least == pytest.approx(0.81)
    assert found.risk.worst_mean.most == pytest.approx(0.5)
    assert found.worst_subject.most == pytest.approx(0.95)
    for subject in found.subjects:
        assert subject.risk is not None
        assert subject.risk.availability.least == pytest.approx(0.9)
        assert subject.risk.expected.most == pytest.approx(0.1)
        assert subject.risk.worst_mean.most == pytest.approx(0.5)


def test_certain_and_impossible_losses() -> None:
    """P0 is always lost, p1 never, p2 a fifth of the time; p1 alone serves 60 of 100."""
    asked = swept.question([[1, 1, 1]], [100], [60, 60, 60], chances=[1, 0, 0.2])
    found = losses(asked, 3)
    assert found.examined == pytest.approx(1)
    assert found.risk is not None
    assert found.risk.availability.least == pytest.approx(0.8)
    assert found.risk.expected.most == pytest.approx(0.2 * 0.4)


def test_a_loss_without_probability_never_happens() -> None:
    """Its sets are counted, and have no probability: all that there is lies in the others."""
    asked = swept.question([[1, 1, 1]], [100], [60, 60, 60], chances=[0.1, 0.2, None])
    found = losses(asked, 2)
    assert found.sizes[2].sets == 3
    assert found.examined == pytest.approx(1)
    assert found.risk is not None
    assert found.risk.availability.most == pytest.approx(1 - 0.1 * 0.2)


def test_strains_together() -> None:
    """Surge, congestion and law add up.

    A surge to 120 needs both places of 60; congestion of p1 to a half leaves 90 of 100; the
    fall of the law under p0 leaves 60. Surge and congestion: 30 missing; surge and fall: 60;
    congestion and fall: 70 of 100; all three: 90 of 120.
    """
    given = (
        Strained(rate=np.array([120.0])),
        Strained(kept=np.array([1.0, 0.5])),
        Strained(withdrawn=np.array([[True, False]])),
    )
    named = [swept.nothing(2, name) for name in ("surge", "congested", "law")]
    asked = swept.question([[1, 1]], [100], [60, 60], losses=named, strains=given)
    found = losses(asked, 3)
    assert [(its.short, its.worst, its.losses) for its in found.sizes] == [
        (0, 0, ()),
        (2, 40, ("law",)),
        (3, 70, ("congested", "law")),
        (1, 90, ("surge", "congested", "law")),
    ]


def test_random_scenarios_are_near_the_exact_ones() -> None:
    """A sample tells what was worked out.

    Of 100,000 with this seed: availability .85 within its interval, the mean and the worst
    tenth within a hundredth; the interval is as wide as Wilson says, twice 2.576 deviations
    of .00113.
    """
    found = sweep([TENTHS], samples(0, 100_000, seed=7), in_this_process)
    (service,) = results.services(TENTHS, found[0], results.samples(0, 7), 0.9, drawn=True)
    assert service.examined is None
    assert service.risk is not None
    risk = service.risk
    assert risk.availability.least < 0.85 < risk.availability.most
    assert risk.availability.most - risk.availability.least == pytest.approx(0.00582, abs=1e-4)
    assert risk.expected.most == risk.expected.least == pytest.approx(0.066, abs=0.003)
    assert risk.worst_mean.most == pytest.approx(0.46, abs=0.01)
    assert [its.worst for its in service.sizes] == [0, 0, 40, 100]
    assert len(service.sizes[2].losses) == 2
    assert sum(its.sets for its in service.sizes) == 100_000
