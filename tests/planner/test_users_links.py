"""Links from where users are, in worlds that are small enough to be solved by hand.

Voice of France, 100 calls of 1 Gbit/s each between users and the place that serves them. p is the
cheapest place; a backend does 30 while nothing is lost, 45 after a loss.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import small_worlds
from narrow_worlds import SITES, counts, voice, world
from small_worlds import Site

from domicile import planner
from domicile.checker import check
from domicile.planner import Outcome

LINKS = {"p~q": "10 Gbit/s", "FR~p": "40 Gbit/s", "FR~q": "100 Gbit/s"}
"""50 calls may be at p: 40 straight, 10 that enter at q."""


def planned(folder: Path, links: dict[str, str], **given: object) -> Outcome:
    """Plan voice at p and q, and directory at q, for what users send."""
    given = {"users": "1 Gbit/s", "traffic": None, "sites": SITES[:2]} | given
    return planner.plan(world(folder, links, **given))  # type: ignore[arg-type]


def test_where_nothing_is_declared_nothing_is_limited(tmp_path: Path) -> None:
    """All is at p, as if users sent nothing."""
    outcome = planned(tmp_path, {"p~q": "10 Gbit/s"})
    assert counts(outcome) == {"directory q": 4, "voice p": 4}


def test_what_enters_is_limited(tmp_path: Path) -> None:
    """50 calls at p and 50 at q take 2 backends each: 0.44 EUR/h; 1 and 3 would be 0.46."""
    outcome = planned(tmp_path, LINKS)
    assert counts(outcome) == {"directory q": 4, "voice p": 2, "voice q": 2}
    assert voice(outcome)["p"] == pytest.approx(0.5, abs=1e-4)


def test_a_congested_way_in(tmp_path: Path) -> None:
    """A quarter of 40 is left: 20 calls at p, and 80 at q, where 2 backends then do 90."""
    busy = {"id": "busy", "congested": {"link:FR~p": "25 %"}, "reason": "invented for a test"}
    outcome = planned(tmp_path, LINKS, policy={"contingencies": [busy]})
    assert counts(outcome) == {"directory q": 4, "voice p": 2, "voice q": 2}
    assert voice(outcome, "busy")["p"] == pytest.approx(0.2, abs=1e-4)


def test_a_way_in_that_a_failure_domain_takes(tmp_path: Path) -> None:
    """Without FR~p 10 calls are at p, by way of q, where 2 backends of 45 do 90 after the loss."""
    given = {"losses": ("failure-domain",), "domains": {"FR~p": "cable"}}
    outcome = planned(tmp_path, LINKS, **given)
    assert counts(outcome) == {"directory q": 4, "voice p": 2, "voice q": 2}
    assert voice(outcome, "failure-domain:cable")["p"] == pytest.approx(0.1, abs=1e-4)


def test_no_other_way_in_is_wide_enough(tmp_path: Path) -> None:
    """Without FR~q just 40 of 100 enter, at p: no plan stands. With 100 there 90 calls are at p."""
    given = {"losses": ("failure-domain",), "domains": {"FR~q": "cable"}}
    outcome = planned(tmp_path / "narrow", LINKS, **given)
    assert not outcome.feasible
    (found,) = outcome.networks
    assert found.contingency == ("failure-domain:cable",)
    assert found.missing == pytest.approx(60)
    assert found.remedies is not None
    assert found.remedies[0].says == "widen link `FR~p` by 60 Gbit/s, to 100"
    outcome = planned(tmp_path / "wide", LINKS | {"FR~p": "100 Gbit/s"}, **given)
    assert voice(outcome, "failure-domain:cable").get("q", 0) <= 0.1 + 1e-6


def test_a_group_shares_its_way_in(tmp_path: Path) -> None:
    """50 of France and 50 of Germany, 60 may enter: 40 are missing. Britain's 50 are not judged."""
    outcome = planned(
        tmp_path,
        {"EEA~p": "60 Gbit/s"},
        sites=(Site("p", 0.1), Site("q", 0.12)),
        places={"directory": "p", "voice": "p"},
        demand={"FR": 50, "DE": 50, "GB": 50},
    )
    (found,) = outcome.networks
    assert found.missing == pytest.approx(40)
    assert found.crossings[0].start == "EEA"
    assert found.crossings[0].services == ("voice",)
    assert found.remedies is not None
    assert found.remedies[0].says == "widen link `EEA~p` by 40 Gbit/s, to 100"


def test_a_country_may_have_a_way_of_its_own_beside_its_group(tmp_path: Path) -> None:
    """France has 30 of its own beside 60 that it shares: 10 of 100 are missing, and Germany's too.

    Of 50 of France and 50 of Germany 90 can enter.
    """
    outcome = planned(
        tmp_path,
        {"EEA~p": "60 Gbit/s", "FR~p": "30 Gbit/s"},
        sites=(Site("p", 0.1), Site("q", 0.12)),
        places={"directory": "p", "voice": "p"},
        demand={"FR": 50, "DE": 50},
    )
    (found,) = outcome.networks
    assert found.missing == pytest.approx(10)


def test_users_ways_carry_nothing_between_places(tmp_path: Path) -> None:
    """P and q have 10 between them: 100 do not go over France, however wide the ways there are."""
    links = {"p~q": "10 Gbit/s", "FR~p": "900 Gbit/s", "FR~q": "900 Gbit/s"}
    places = {"directory": "q", "voice": "p"}
    outcome = planned(tmp_path, links, traffic="1 Gbit/s", places=places)
    (found,) = outcome.networks
    assert found.missing == pytest.approx(90)


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("NOWHERE~p", "ends at country or group `NOWHERE`, which is not declared"),
        ("FR~x", "ends at datacenter `x`, which is not declared"),
        ("FR~DE", "ends at no datacenter"),
    ],
)
def test_ends_that_are_not_there(tmp_path: Path, link: str, said: str) -> None:
    """A link ends at what is declared, and at one datacenter at least."""
    world(tmp_path, {"p~q": "10 Gbit/s", link: "10 Gbit/s"}, sites=SITES[:2])
    found = check(small_worlds.situation(tmp_path)).findings
    assert any(each.code == "DOM103" and said in each.message for each in found)
