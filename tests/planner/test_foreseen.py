"""Contingencies of every kind, in worlds that are small enough to be solved by hand.

A backend does 50 calls: 45 after a loss or under a strain (90 %), 30 nominally (60 %). France asks
for 100 calls; 120 under the policy's surge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import second_opinion
import small_worlds
from small_worlds import PRICED, Site

from domicile.checker import check
from domicile.planner import Outcome, plan
from domicile.situation import Situation


def named(**keys: object) -> dict[str, Any]:
    """A policy that foresees one contingency, `it`, and no loss."""
    return {"losses": [], "contingencies": [{"id": "it", "reason": "invented", **keys}]}


def planned(
    folder: Path,
    sites: Sequence[Site],
    policy: Mapping[str, Any],
    demand: Mapping[str, float] | None = None,
    beside: Sequence[Mapping[str, Any]] = (),
) -> tuple[Situation, Outcome]:
    """Plan a small world; what comes out is held against the second opinion."""
    world = small_worlds.write(folder, sites, demand, policy=policy, beside=beside)
    situation = small_worlds.situation(world)
    outcome = plan(situation)
    if outcome.plan is not None:
        second_opinion.verify(situation, outcome.plan)
        assert outcome.optimal
    return situation, outcome


def counts(outcome: Outcome) -> list[int]:
    """Backends after the plan, in order of place."""
    return [pool.after for pool in outcome.pools]


def test_two_losses_together(tmp_path: Path) -> None:
    """Whichever two of three sites are lost, the third alone must do 120: 3 backends each."""
    situation, outcome = planned(tmp_path, PRICED, {"together": {"most": 2}})
    assert counts(outcome) == [3, 3, 3]
    ids = [case.ids for case in situation.strains["voice"].contingencies]
    assert ids == [
        ("nominal",),
        ("surge:1.2",),
        *((f"datacenter:{each}", "surge:1.2") for each in "pqr"),
        ("datacenter:p", "datacenter:q", "surge:1.2"),
        ("datacenter:p", "datacenter:r", "surge:1.2"),
        ("datacenter:q", "datacenter:r", "surge:1.2"),
    ]
    assert outcome.plan is not None
    assert len(outcome.plan.contingencies) == 5  # no routing is written for combinations


def test_combinations_of_one_kind_only(tmp_path: Path) -> None:
    """Each provider has one site, so providers add nothing to datacenters lost in twos."""
    policy = {
        "losses": ["datacenter", "provider"],
        "together": {"most": 2, "kinds": ["provider"]},
    }
    situation, outcome = planned(tmp_path, PRICED, policy)
    assert counts(outcome) == [3, 3, 3]
    combined = [case.ids[:2] for case in situation.strains["voice"].contingencies if case.combined]
    assert combined == [
        ("provider:of-p", "provider:of-q"),
        ("provider:of-p", "provider:of-r"),
        ("provider:of-q", "provider:of-r"),
    ]


def test_congestion(tmp_path: Path) -> None:
    """A backend at p keeps half: 22.5. (2, 2) does 45 + 90 = 135 for 0.44; (3, 1) only 112.5."""
    policy = named(congested={"datacenter:p": "50 %"})
    situation, outcome = planned(tmp_path, PRICED[:2], policy)
    assert counts(outcome) == [2, 2]
    assert outcome.cost.after == 0.44
    assert outcome.plan is not None
    case = next(c for c in outcome.plan.contingencies if c.contingency[0] == "it")
    assert case.lost == ()
    shares = {**outcome.plan.nominal, **case.changes}["FR/voice/communications"]
    assert shares["p"] * 120 <= 45 + 1e-3
    assert situation.strains["voice"].contingencies[-1].ids == ("it", "surge:1.2")


def test_a_country_surges(tmp_path: Path) -> None:
    """France 100 + Germany 50 x 3 = 250 calls need 6 backends of 45; the policy's surge only 4."""
    situation, outcome = planned(
        tmp_path, PRICED[:1], named(surge={"DE": 3}), demand={"FR": 100, "DE": 50}
    )
    assert counts(outcome) == [6]
    assert outcome.pools[0].reasons == ("it",)
    assert situation.strains["voice"].contingencies[-1].ids == ("it",)


def test_others_surge_less(tmp_path: Path) -> None:
    """`*` is everyone whom nobody names: 100 x 1.5 + 50 x 2 = 250, again 6 backends."""
    policy = named(surge={"DE": 2, "*": 1.5})
    _, outcome = planned(tmp_path, PRICED[:1], policy, demand={"FR": 100, "DE": 50})
    assert counts(outcome) == [6]


def test_a_group_surges(tmp_path: Path) -> None:
    """Both are members: 150 x 2 = 300 calls, 6.67 backends."""
    _, outcome = planned(
        tmp_path, PRICED[:1], named(surge={"EU27": 2}), demand={"FR": 100, "DE": 50}
    )
    assert counts(outcome) == [7]


BRITISH = (Site("g", 0.10, country="GB"), Site("p", 0.50))


def test_law_falls(tmp_path: Path) -> None:
    """Without the decision on the UK all 120 must fit in France: 3 there, and 1 cheap one here.

    Nominally 100 / 30 = 3.33, so 4 in all; (1, 3) costs 1.60.
    """
    situation, outcome = planned(tmp_path, BRITISH, named(without=["EU:GB"]))
    assert counts(outcome) == [1, 3]
    assert outcome.cost.after == 1.6
    assert outcome.plan is not None
    case = next(c for c in outcome.plan.contingencies if c.contingency[0] == "it")
    assert {**outcome.plan.nominal, **case.changes}["FR/voice/communications"] == {"p": 1.0}
    assert check(situation).findings  # nothing stands yet, so it is short today


def test_law_that_stays_asks_nothing(tmp_path: Path) -> None:
    """With the decision in force everything may stand in the UK."""
    _, outcome = planned(tmp_path, BRITISH, {"losses": []})
    assert counts(outcome) == [4, 0]


def test_law_falls_and_a_site_is_lost(tmp_path: Path) -> None:
    """The day both happen nothing lawful is left: no plan, and the conflict says for whom."""
    policy = named(without=["EU:GB"], lost=["datacenter:p"])
    _, outcome = planned(tmp_path, BRITISH, policy)
    assert not outcome.feasible
    (conflict,) = outcome.conflicts
    assert conflict.contingency == ("it", "surge:1.2")
    assert conflict.subjects == ("FR",)
    assert conflict.missing == pytest.approx(120)
    assert "no admissible place is left" in conflict.reason


def test_a_certificate_falls(tmp_path: Path) -> None:
    """Nobody needs it here, so nothing changes; a certificate that nobody has is refused."""
    policy = named(without=["certificate:of-p:HDS"])
    situation, _ = planned(tmp_path, PRICED[:1], policy)
    found = [each for each in check(situation).findings if each.code == "DOM101"]
    assert [each.message for each in found] == ["what falls `certificate:of-p:HDS` is not declared"]


def test_some_countries_survive_more(tmp_path: Path) -> None:
    """Only French calls must survive a lost site: 100 / 45 = 2.22, so 3 at each.

    With German ones too it were 150 / 45 = 3.33: 4 at each.
    """
    beside = [{"id": "strict", "subjects": ["FR"], "losses": ["datacenter"], "surge": 1}]
    situation, outcome = planned(
        tmp_path,
        PRICED[:2],
        {"losses": [], "surge": 1},
        demand={"FR": 100, "DE": 50},
        beside=beside,
    )
    assert counts(outcome) == [3, 3]
    assert ("datacenter:p", "policy:strict") in {
        case.ids for case in situation.strains["voice"].contingencies
    }


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"lost": ["datacenter:nowhere"]}, "what is lost `datacenter:nowhere` is not declared"),
        ({"congested": {"link:p~z": "5 %"}}, "what is congested `link:p~z` is not declared"),
        ({"surge": {"Atlantis": 2}}, "country or group `Atlantis` is not declared"),
        ({"without": ["EU:XX"]}, "what falls `EU:XX` is not declared"),
    ],
)
def test_unknown_names_block(tmp_path: Path, keys: dict[str, Any], message: str) -> None:
    """What a contingency names must exist; it is said where, and blocks."""
    situation = small_worlds.situation(
        small_worlds.write(tmp_path, PRICED[:1], policy=named(**keys))
    )
    found = [each for each in check(situation).blocking() if each.code == "DOM101"]
    assert [each.message for each in found] == [message]
    assert found[0].location is not None
    assert found[0].location.file == "policies/headroom.yaml"


def test_small_pools_hold_their_grade(tmp_path: Path) -> None:
    """At most 0.1 % of calls refused: by Erlang B, 10 channels take 3.09 erlangs, 20 take 9.41.

    Five erlangs fit within 90 % of one backend of 10 channels; the grade asks for a second.
    Tables of Erlang B: ITU-D Study Group 2, Teletraffic Engineering Handbook; see
    `tests/headroom/test_erlang.py`.
    """
    site = Site("p", 0.10, unit=10)
    asked = {"losses": [], "surge": 1}
    _, outcome = planned(tmp_path / "without", [site], asked, demand={"FR": 5})
    assert counts(outcome) == [1]
    grade = {"grade": {"model": "erlang-b", "share": "0.1 %"}}
    situation, outcome = planned(tmp_path / "with", [site], asked | grade, demand={"FR": 5})
    assert counts(outcome) == [2]
    assert situation.grade("voice") is not None


def test_callers_may_wait(tmp_path: Path) -> None:
    """One backend of 10 channels at 5 erlangs: Erlang C makes 3.61 % of callers wait.

    P(wait > t) falls with exp(-(10 - 5) t / h): after 18 s of calls of 180 s it is 2.19 %. So 2 %
    asks for a second backend, and 3 % does not. (C(10, 5) = 0.0361 is in Cooper, Introduction to
    Queueing Theory, 1981, appendix; worked out again by direct summation in
    `tests/headroom/test_erlang.py`.)
    """
    site = Site("p", 0.10, unit=10)
    for share, backends in (("2 %", 2), ("3 %", 1)):
        grade = {"model": "erlang-c", "share": share, "wait": "18 s", "holding": "180 s"}
        policy = {"losses": [], "surge": 1, "grade": grade}
        _, outcome = planned(tmp_path / share[0], [site], policy, demand={"FR": 5})
        assert counts(outcome) == [backends]


def test_many_small_pools_are_worse_than_one(tmp_path: Path) -> None:
    """12 erlangs at 0.1 %: one pool needs 3 backends of 10 (30 channels take 16.68, 20 only 9.41).

    Losing a site must leave as much at the other; pooled in two sites nominally they would do.
    """
    sites = [Site("p", 0.10, unit=10), Site("q", 0.10, unit=10)]
    policy = {"surge": 1, "grade": {"model": "erlang-b", "share": "0.1 %"}}
    _, outcome = planned(tmp_path, sites, policy, demand={"FR": 12})
    assert counts(outcome) == [3, 3]
