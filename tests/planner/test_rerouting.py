"""Plans over narrow links, in worlds that are small enough to be solved by hand.

Voice of France, 100 calls, asks directory once for each call, over 1 Gbit/s. A backend does 50; at
90 % 45 of it, at 60 % (while nothing is lost) 30. Directory is at q alone; p is the cheapest place.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from narrow_worlds import SITES, counts, voice, world
from small_worlds import Site

from domicile import planner
from domicile.carrying import Carrying
from domicile.model.tokens import Counts
from domicile.situation import Situation


def test_wide_links_change_nothing(tmp_path: Path) -> None:
    """All is at p, the cheapest: 100 Gbit/s go to q over a link that carries them."""
    links = {"p~q": "100 Gbit/s", "q~r": "100 Gbit/s"}
    outcome = planner.plan(world(tmp_path, links))
    assert counts(outcome) == {"directory q": 4, "voice p": 4}
    assert voice(outcome) == {"p": 1.0}
    assert outcome.networks == ()


def test_counts_change_because_of_a_link(tmp_path: Path) -> None:
    """40 Gbit/s leave p, 30 straight and 10 by way of r: 60 calls go elsewhere.

    They take 2 backends of 30 at q, beside 2 at p: 0.44 EUR/h. One at p and 3 at q would be 0.46,
    none at p 0.48, and r is dearer.
    """
    links = {"p~q": "30 Gbit/s", "p~r": "10 Gbit/s", "q~r": "100 Gbit/s"}
    outcome = planner.plan(world(tmp_path, links))
    assert counts(outcome) == {"directory q": 4, "voice p": 2, "voice q": 2}
    assert outcome.optimal
    assert voice(outcome) == pytest.approx({"p": 0.4, "q": 0.6})


def test_the_same_counts_routed_otherwise(tmp_path: Path) -> None:
    """Pools hold 4 backends at each place at least; near places first is p alone, 30 of it may go.

    Paris is the nearest of all three, so p, the first of them, is filled.
    """
    sites = tuple(Site(site.id, site.price, minimum=4) for site in SITES)
    links = {"p~q": "30 Gbit/s", "q~r": "100 Gbit/s", "p~r": "0 Gbit/s"}
    outcome = planner.plan(world(tmp_path, links, sites=sites))
    assert set(counts(outcome).values()) == {4}
    assert voice(outcome).get("p", 0) <= 0.3 + 1e-6
    assert outcome.plan is not None
    assert not outcome.refused


def test_a_lost_link_is_routed_around(tmp_path: Path) -> None:
    """The policy loses links: without p~q 10 Gbit/s leave p by way of r, and 90 calls are at q.

    After a loss q's two backends do 45 each, just that, so counts need not change.
    """
    links = {"p~q": "30 Gbit/s", "p~r": "10 Gbit/s", "q~r": "100 Gbit/s"}
    outcome = planner.plan(world(tmp_path, links, losses=("link",)))
    assert counts(outcome) == {"directory q": 4, "voice p": 2, "voice q": 2}
    assert voice(outcome, "link:p~q") == pytest.approx({"p": 0.1, "q": 0.9})
    # Without q~r 30 Gbit/s go straight.
    assert voice(outcome, "link:q~r")["p"] == pytest.approx(0.3, abs=1e-4)


def test_counts_that_a_lost_link_asks_for(tmp_path: Path) -> None:
    """Nothing leaves p without p~q: 100 calls at q take 3 backends of 45 after the loss."""
    links = {"p~q": "30 Gbit/s", "q~r": "100 Gbit/s"}
    sites = (*SITES[:2], Site("r", 0.20))
    policy = {
        "contingencies": [
            {"id": "half", "congested": {"link:p~q": "0 %"}, "reason": "invented for a test"}
        ]
    }
    outcome = planner.plan(world(tmp_path, links, sites=sites, policy=policy))
    assert counts(outcome)["voice q"] == 3
    assert voice(outcome, "half") == {"q": 1.0}


def test_users_and_a_places_network(tmp_path: Path) -> None:
    """P's network carries 50 Gbit/s, and each of its calls takes 2 there: 25 calls, so 75 at q.

    q's carries all. 3 backends of 30 do 75 at q, and one does 25 at p: 0.46 EUR/h.
    """
    given = {"users": "1 Gbit/s", "sites": SITES[:2], "networks": {"p": "50 Gbit/s"}}
    outcome = planner.plan(world(tmp_path, {"p~q": "400 Gbit/s"}, **given))  # type: ignore[arg-type]
    assert counts(outcome) == {"directory q": 4, "voice p": 1, "voice q": 3}
    assert voice(outcome)["p"] == pytest.approx(0.25, abs=1e-4)


def test_nothing_fits_and_why(tmp_path: Path) -> None:
    """Voice may be at p alone: 60 of 100 Gbit/s are missing over links of 30 and 10, all there is.

    Either of the two closes it with 60 more, since the way by r is wide from there on.
    """
    links = {"p~q": "30 Gbit/s", "p~r": "10 Gbit/s", "q~r": "100 Gbit/s"}
    places = {"directory": "q", "voice": "p"}
    outcome = planner.plan(world(tmp_path, links, places=places))
    assert not outcome.feasible
    (found,) = outcome.networks
    assert found.contingency == ("nominal",)
    assert found.missing == pytest.approx(60)
    assert found.proved
    assert found.planned
    assert [each.name for each in found.binding] == ["p~q", "p~r"]
    assert found.sides == (("p",), ("q", "r"))
    assert found.crossings[0].services == ("voice → directory",)
    assert dict(found.spare) == pytest.approx({"q~r": 90})
    assert [each.says for each in found.remedies or ()] == [
        "widen link `p~q` by 60 Gbit/s, to 90",
        "widen link `p~r` by 60 Gbit/s, to 70",
    ]


def test_two_loads_cannot_share_what_one_alone_could_use(tmp_path: Path) -> None:
    """Voice at p, directory at q and r with 4 backends of 30 at most in all: 60 each.

    At least 40 of it is at r and 40 at q, over links of 30 and 60 that nothing joins behind: with
    the share at r as it is, from all 100 calls, at least 40 have to go over p~r, which carries 30.
    """
    sites = (Site("p", 0.1), Site("q", 0.12, maximum=2), Site("r", 0.2, maximum=2))
    links = {"p~q": "60 Gbit/s", "p~r": "30 Gbit/s"}
    places = {"directory": "qr", "voice": "p"}
    outcome = planner.plan(world(tmp_path, links, sites=sites, places=places))
    assert not outcome.feasible
    (found,) = outcome.networks
    assert found.missing == pytest.approx(10)
    assert [each.name for each in found.binding] == ["p~q", "p~r"] or [
        each.name for each in found.binding
    ] == ["p~r"]
    assert any("`p~r` by 10 Gbit/s" in each.says for each in found.remedies or ())


def test_the_plan_alone_says_enough(tmp_path: Path) -> None:
    """Directory at q or s, any place or link lost: what is planned, read again, overloads none."""
    links = {"p~q": "70 Gbit/s", "p~r": "70 Gbit/s", "q~r": "150 Gbit/s", "p~s": "70 Gbit/s"}
    situation = world(tmp_path, links, losses=("link", "datacenter"), surge=1.2, sites=(
        *SITES, Site("s", 0.3)), places={"directory": "qs"})  # fmt: skip
    outcome = planner.plan(situation)
    assert outcome.plan is not None
    judged = Situation(
        situation.workspace,
        situation.law,
        "production",
        situation.as_of,
        Counts.EMITTED,
        plan=outcome.plan,
    )
    assert list(Carrying(judged, outcome.plan).overloads()) == []


def test_the_routing_of_calm_days_holds_under_the_surge(tmp_path: Path) -> None:
    """20 % more come before anyone knows: of 120 Gbit/s 40 leave p, so a third may be there.

    Nominally a backend does 30 of 100. One at p and three at q are 0.46 EUR/h; two at p would have
    to leave two thirds to q, which takes three as well; four at q are 0.48. So p has 30 %.
    """
    links = {"p~q": "30 Gbit/s", "p~r": "10 Gbit/s", "q~r": "100 Gbit/s"}
    situation = world(tmp_path, links, surge=1.2)
    outcome = planner.plan(situation)
    assert counts(outcome) == {"directory q": 4, "voice p": 1, "voice q": 3}
    assert voice(outcome) == pytest.approx({"p": 0.3, "q": 0.7})
    assert outcome.plan is not None
    (nominal, surge) = (
        Carrying(situation, outcome.plan).exchange(key) for key in (("nominal",), ("surge:",))
    )
    assert (nominal.total, surge.total) == pytest.approx((100, 120))


def test_no_routing_under_the_surge(tmp_path: Path) -> None:
    """Voice at p alone: 80 of 120 are missing, and it is the surge that is said to ask for it."""
    links = {"p~q": "30 Gbit/s", "p~r": "10 Gbit/s", "q~r": "200 Gbit/s"}
    places = {"directory": "q", "voice": "p"}
    (found,) = planner.plan(world(tmp_path, links, surge=1.2, places=places)).networks
    assert found.contingency == ("surge:",)
    assert (found.asked, found.missing) == pytest.approx((120, 80))
