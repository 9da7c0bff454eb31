"""The price of each rule, and why a plan's backends stand where they stand, by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import small_worlds
from small_worlds import PRICED, Site

from domicile.planner import plan
from domicile.shortage import rule_prices

VIRGINIA = Site("v", 0.05, country="US")


def test_the_price_of_a_rule(tmp_path: Path) -> None:
    """3 and 3 cost 0.66 EUR/h. With Virginia, (2, 1, 2) cost 0.42: each pair holds 3."""
    world = small_worlds.write(tmp_path, [*PRICED[:2], VIRGINIA], latency=200)
    found = rule_prices(small_worlds.situation(world))
    assert (found.cost, found.found) == (0.66, 1)
    (rule,) = found.priced
    assert (rule.rule, rule.price, rule.cost, rule.proved) == ("EU:gdpr-44", 0.24, 0.42, True)
    assert (rule.subjects, rule.services, rule.pools) == (("FR",), ("voice",), 1)
    assert rule.opening == "declare `recipient:dpf` as met for FR to US"
    assert rule.citation is not None


def test_a_rule_that_decides_for_nothing(tmp_path: Path) -> None:
    """Virginia is dear: it decides there, and costs nothing."""
    world = small_worlds.write(tmp_path, [*PRICED[:2], replace(VIRGINIA, price=0.9)], latency=200)
    (rule,) = rule_prices(small_worlds.situation(world)).priced
    assert rule.price == 0


def test_a_rule_that_costs_the_plan(tmp_path: Path) -> None:
    """With 2 at most at each site in Paris there is no plan with it: (2, 2, 1) without."""
    sites = [*(replace(site, maximum=2) for site in PRICED[:2]), VIRGINIA]
    world = small_worlds.write(tmp_path, sites, latency=200)
    found = rule_prices(small_worlds.situation(world))
    assert found.cost is None
    assert (found.priced[0].price, found.priced[0].cost) == (None, 0.42)


def test_quotas_count(tmp_path: Path) -> None:
    """Virginia may hold two backends of two services, so one of them alone saves 0.24 EUR/h."""
    sites = [*PRICED[:2], replace(VIRGINIA, quota=2)]
    world = small_worlds.write(tmp_path, sites, latency=200, services=("chat", "voice"))
    found = rule_prices(small_worlds.situation(world))
    assert found.cost == 1.32
    # (2, 2, 1) twice cost 0.98; (2, 1, 2) beside (3, 3, 0) cost 1.08
    assert (found.priced[0].cost, found.priced[0].price) == (0.98, 0.34)


def test_out_of_reach_is_no_rule(tmp_path: Path) -> None:
    """What is too far anyway is kept away by no rule."""
    world = small_worlds.write(tmp_path, [*PRICED[:2], VIRGINIA], latency=20)
    found = rule_prices(small_worlds.situation(world))
    assert (found.priced, found.found) == ((), 0)


def test_time_runs_out(tmp_path: Path) -> None:
    """At least one rule is priced, and how many there are is said."""
    sites = [*PRICED[:2], VIRGINIA]
    world = small_worlds.write(tmp_path, sites, latency=200, demand={"FR": 100, "RU": 10})
    found = rule_prices(small_worlds.situation(world), seconds=0)
    assert len(found.priced) == 1
    assert found.found >= len(found.priced)


def test_why_each_pool_is_needed(tmp_path: Path) -> None:
    """The cheapest is p; q and r stand in for it. With Virginia near, it is the law."""
    outcome = plan(small_worlds.situation(small_worlds.write(tmp_path)))
    assert [(each.datacenter, each.because, each.backends) for each in outcome.needed] == [
        ("p", "cost", 2),
        ("q", "capacity", 2),
        ("r", "capacity", 1),
    ]
    assert outcome.needed[1].contingency == ("datacenter:p", "surge:1.2")
    assert outcome.needed[1].instead == ("p",)
    world = small_worlds.write(tmp_path, [*PRICED[:2], VIRGINIA], latency=200)
    needed = plan(small_worlds.situation(world)).needed
    assert [(each.because, each.instead, each.rule) for each in needed] == [
        ("law", ("v",), "EU:gdpr-44")
    ] * 2
