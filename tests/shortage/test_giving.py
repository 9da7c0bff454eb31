"""Where no plan exists: what would have to give, worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import small_worlds
from small_worlds import PRICED, Site

from domicile.planner import plan
from domicile.shortage import gives, quota_gives


def test_two_sites_that_are_too_small(tmp_path: Path) -> None:
    """2 at most at each: 90 of 120 without the other. 3 at each would do, or 75 calls."""
    sites = [replace(site, maximum=2) for site in PRICED[:2]]
    (found,) = gives(small_worlds.situation(small_worlds.write(tmp_path, sites)))
    assert (found.missing, found.explained, found.subjects) == (30, 2, ("FR",))
    said = {each.kind: each.says for each in found.remedies or ()}
    assert said == {
        "maximum": "raise the maximum of `voice` to 3 at p, from 2, 3 at q, from 2; "
        "at 0.22 EUR/h more",
        "demand": "serve 75 calls nominally for FR, instead of 100",
        "contingency": "foresee `datacenter:p`, `datacenter:q` no more",
    }
    for maximum, calls, feasible in ((3, 100, True), (2, 75, True), (2, 75.1, False)):
        sites = [replace(site, maximum=maximum) for site in PRICED[:2]]
        world = small_worlds.write(tmp_path, sites, demand={"FR": calls})
        assert plan(small_worlds.situation(world)).feasible is feasible


def test_the_quota_gives_where_it_is_less_than_the_maximum(tmp_path: Path) -> None:
    """Pools may grow to 9, their places to 2."""
    sites = [replace(site, quota=2) for site in PRICED[:2]]
    (found,) = gives(small_worlds.situation(small_worlds.write(tmp_path, sites)))
    (quota,) = (each for each in found.remedies or () if each.kind == "quota")
    assert "to 3 at p, from 2, 3 at q, from 2" in quota.says


def test_the_law_gives(tmp_path: Path) -> None:
    """Virginia is near enough here: declared as covered, it closes what Paris cannot."""
    sites = [*(replace(site, maximum=2) for site in PRICED[:2]), Site("v", 0.2, country="US")]
    world = small_worlds.write(tmp_path, sites, latency=200)
    (found,) = gives(small_worlds.situation(world))
    (law,) = (each for each in found.remedies or () if each.kind == "mechanism")
    assert law.says == "declare `recipient:dpf` as met for FR to US"
    mechanism = {
        "id": "dpf", "declares": ["recipient:dpf"], "subjects": ["FR"], "to": ["US"],
        "from": "2024-01-01", "evidence": "invented for a test",
    }  # fmt: skip
    (tmp_path / "policies/mechanisms.yaml").write_text(json.dumps({"mechanisms": [mechanism]}))
    assert plan(small_worlds.situation(world)).feasible


def test_nowhere_lawful(tmp_path: Path) -> None:
    """Russian calls may not leave without a copy at home, declarations, and the way back."""
    world = small_worlds.write(tmp_path, demand={"FR": 100, "RU": 10})
    (found,) = gives(small_worlds.situation(world))
    assert (found.subjects, found.missing, found.binding) == (("RU",), 10, ())
    (law,) = (each for each in found.remedies or () if each.kind == "mechanism")
    assert "keep a copy of the data of RU at home" in law.says


def test_what_can_be_planned_gives_nothing(tmp_path: Path) -> None:
    """Then there is nothing to say."""
    assert gives(small_worlds.situation(small_worlds.write(tmp_path))) == ()


def test_quotas_of_two_services(tmp_path: Path) -> None:
    """3 backends of each of two services at each of two sites: quotas of 5 lack one at both.

    Else one service serves 75 calls: 2 at each site, 90 of 90.
    """
    sites = [replace(site, quota=5) for site in PRICED[:2]]
    world = small_worlds.write(tmp_path, sites, services=("chat", "voice"))
    situation = small_worlds.situation(world)
    assert gives(situation) == ()
    assert [each.says for each in quota_gives(situation, ("p",))] == [
        "raise the quota: that of `p` by 1 backend, to 6 and that of `q` by 1 backend, to 6",
        "serve 75 calls of `chat` nominally, instead of 100",
        "serve 75 calls of `voice` nominally, instead of 100",
    ]


def test_one_quota_alone(tmp_path: Path) -> None:
    """Only p has a quota: 6 there will do."""
    sites = [replace(PRICED[0], quota=5), PRICED[1]]
    world = small_worlds.write(tmp_path, sites, services=("chat", "voice"))
    first = quota_gives(small_worlds.situation(world), ("p",))[0]
    assert first.says == "raise the quota: that of `p` by 1 backend, to 6"
