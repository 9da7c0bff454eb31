"""Plans of worlds that are small enough to be solved by hand.

A backend does 50 calls, 45 of them after a loss (90 %), 30 nominally (60 %). France asks for 100
calls, 120 under the surge, so after each loss at least 120 / 45 = 2.67, hence 3, must stand.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import second_opinion
import small_worlds
from small_worlds import PRICED, Site

from domicile.planner import Outcome, plan
from domicile.rerouting import networks
from domicile.routing import Routed, route_all


def counts(outcome: Outcome, service: str = "voice") -> list[int]:
    """Backends after the plan, in order of place."""
    return [pool.after for pool in outcome.pools if pool.service == service]


def test_two_sites(tmp_path: Path) -> None:
    """Each site alone must hold 3 backends: 3 x 0.10 + 3 x 0.12 = 0.66 EUR/h."""
    outcome = plan(small_worlds.situation(small_worlds.write(tmp_path, PRICED[:2])))
    assert counts(outcome) == [3, 3]
    assert outcome.cost.after == 0.66
    assert outcome.cost.now == 0
    assert outcome.optimal
    assert outcome.plan is not None
    assert outcome.pools[0].reasons == ("datacenter:q and surge:1.2",)


def test_three_sites(tmp_path: Path) -> None:
    """Each pair must hold 3: (2, 2, 1) for 0.64 EUR/h beats (3, 3, 0) for 0.66."""
    situation = small_worlds.situation(small_worlds.write(tmp_path))
    outcome = plan(situation)
    assert counts(outcome) == [2, 2, 1]
    assert outcome.cost.after == 0.64
    assert outcome.plan is not None
    # nominal, surge, and each of three sites lost
    assert second_opinion.verify(situation, outcome.plan) == 5


@pytest.mark.parametrize("now", [(1, 2, 2), (2, 1, 2), (2, 2, 1)])
def test_ties_go_to_fewest_changes(tmp_path: Path, now: tuple[int, int, int]) -> None:
    """Three plans of 5 backends cost the same where the price is the same: what stands, stays."""
    sites = [replace(s, price=0.1, existing=n) for s, n in zip(PRICED, now, strict=True)]
    outcome = plan(small_worlds.situation(small_worlds.write(tmp_path, sites)))
    assert counts(outcome) == list(now)
    assert outcome.cost.after == outcome.cost.now == 0.5


def test_quotas_are_shared(tmp_path: Path) -> None:
    """Two services want 2 of the cheapest each, but 3 may stand there: (2, 2, 1) and (1, 2, 2)."""
    sites = (replace(PRICED[0], quota=3), *PRICED[1:])
    world = small_worlds.write(tmp_path, sites, services=("chat", "voice"))
    outcome = plan(small_worlds.situation(world))
    assert sorted([counts(outcome, "chat"), counts(outcome, "voice")]) == [[1, 2, 2], [2, 2, 1]]
    assert outcome.cost.after == 1.38  # 0.64 + 0.74
    assert outcome.optimal


def test_minimum_is_kept(tmp_path: Path) -> None:
    """With at least 2 at the dearest site, (2, 1, 2) for 0.72 beats (1, 2, 2) for 0.74."""
    sites = (*PRICED[:2], replace(PRICED[2], minimum=2))
    outcome = plan(small_worlds.situation(small_worlds.write(tmp_path, sites)))
    assert counts(outcome) == [2, 1, 2]
    assert outcome.cost.after == 0.72
    assert "minimum" in outcome.pools[2].reasons


def test_too_little_everywhere(tmp_path: Path) -> None:
    """With 2 at most at each of two sites, losing one leaves 90 calls for 120: 30 are missing."""
    sites = [replace(site, maximum=2) for site in PRICED[:2]]
    outcome = plan(small_worlds.situation(small_worlds.write(tmp_path, sites)))
    assert not outcome.feasible
    assert outcome.plan is None
    assert outcome.cost.after == outcome.cost.now
    assert outcome.conflicts
    for conflict in outcome.conflicts:
        assert conflict.service == "voice"
        assert conflict.subjects == ("FR",)
        assert conflict.data_classes == ("communications",)
        assert conflict.missing == pytest.approx(30)
        assert conflict.unit == "calls"
        left = {"datacenter:p": ("q",), "datacenter:q": ("p",)}[conflict.contingency[0]]
        assert conflict.places == left
        assert "30 calls short for FR (communications)" in conflict.reason


def test_nowhere_lawful(tmp_path: Path) -> None:
    """Russian calls may not go to France at all: the conflict names no place."""
    world = small_worlds.write(tmp_path, demand={"FR": 100, "RU": 10})
    outcome = plan(small_worlds.situation(world))
    assert not outcome.feasible
    russian = [conflict for conflict in outcome.conflicts if conflict.subjects == ("RU",)]
    assert russian
    assert all(conflict.places == () for conflict in russian)
    assert all("no admissible place is left" in conflict.reason for conflict in russian)


def test_quota_conflict_names_the_quota(tmp_path: Path) -> None:
    """Two services of 3 backends at each of two sites need quotas of 6; 5 leave one too few."""
    sites = [replace(site, quota=5) for site in PRICED[:2]]
    world = small_worlds.write(tmp_path, sites, services=("chat", "voice"))
    outcome = plan(small_worlds.situation(world))
    assert not outcome.feasible
    assert outcome.conflicts
    assert {conflict.unit for conflict in outcome.conflicts} == {"backends"}
    assert all("quota" in conflict.reason for conflict in outcome.conflicts)


def test_one_site_lost_with_its_provider(tmp_path: Path) -> None:
    """Where two of three sites are one provider's, the third must carry all: 3 backends there."""
    sites = [Site("p", 0.1, provider="big"), Site("q", 0.1, provider="big"), Site("r", 0.5)]
    outcome = plan(small_worlds.situation(small_worlds.write(tmp_path, sites, losses=["provider"])))
    assert counts(outcome)[2] == 3
    assert sum(counts(outcome)[:2]) == 3
    assert outcome.cost.after == pytest.approx(1.8)


def test_a_plan_is_judged_before_it_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A routing that is wrong, for whatever reason, is refused by the checker."""

    def astray(*given: object) -> Routed:
        routed = route_all(*given)  # type: ignore[arg-type]
        nominal = {key: {"r": 1.0} for key in routed.nominal}
        return replace(routed, nominal=nominal)

    monkeypatch.setattr(networks, "route_all", astray)
    outcome = plan(small_worlds.situation(small_worlds.write(tmp_path)))
    assert outcome.plan is None
    assert {finding.name for finding in outcome.refused} == {"plan/overloaded-place"}


def test_what_is_wrong_in_itself_is_not_planned(tmp_path: Path) -> None:
    """Where a pool names no service, nothing is planned, and the finding says why."""
    world = small_worlds.write(tmp_path)
    pools = (world / "infra/pools.yaml").read_text().replace('"voice"', '"vioce"', 1)
    (world / "infra/pools.yaml").write_text(pools)
    outcome = plan(small_worlds.situation(world))
    assert outcome.plan is None
    assert not outcome.feasible
    assert "structure/unknown-reference" in {finding.name for finding in outcome.refused}


def test_what_is_added_must_warm_up(tmp_path: Path) -> None:
    """The slowest of what is added tells; a pool that stays as it is does not."""
    sites = [
        replace(PRICED[0], warm_up="90 s"),
        replace(PRICED[1], warm_up="4 min"),
        replace(PRICED[2], warm_up="9 min", existing=1),
    ]
    outcome = plan(small_worlds.situation(small_worlds.write(tmp_path, sites)))
    assert counts(outcome) == [2, 2, 1]
    assert str(outcome.warm_up) == "4 min"
    without = plan(small_worlds.situation(small_worlds.write(tmp_path / "unsaid", PRICED)))
    assert without.warm_up is None
