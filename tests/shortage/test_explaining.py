"""Shortfalls of worlds that are small enough to be solved by hand, and what closes them.

A backend does 50 calls, 30 nominally (60 %), 45 after a loss or under the surge of 1.2 (90 %).
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import small_worlds
from small_worlds import Site

from domicile.model.tokens import Counts
from domicile.report import shortage_text
from domicile.shortage import Remedy, Shortage, explain
from domicile.situation import Situation

P, Q = Site("p", 0.10, existing=2), Site("q", 0.12, existing=1)
"""Three backends: 90 of 100 calls nominally; 45 of 120 after the loss of p."""


def situation(folder: Path, sites: list[Site], **given: object) -> Situation:
    """A world of which the existing backends count."""
    world = small_worlds.write(folder, sites, **given)  # type: ignore[arg-type]
    return small_worlds.situation(world, Counts.EXISTING)


def only(found: tuple[Shortage, ...]) -> Shortage:
    """The one shortage."""
    (shortage,) = found
    return shortage


def of(shortage: Shortage, kind: str) -> list[Remedy]:
    """Its remedies of a kind."""
    return [each for each in shortage.remedies or () if each.kind == kind]


def short(folder: Path) -> bool:
    """Whether anything is short in a world as it stands now."""
    strains = small_worlds.situation(folder, Counts.EXISTING).strains
    return any(strain.shortfall.any() for strain in strains.values())


def test_what_is_missing_and_where(tmp_path: Path) -> None:
    """Nominally 10 are missing at p and q; without p it is 120 - 45 = 75; all is one story."""
    found = only(explain(situation(tmp_path, [P, Q])))
    assert (found.service, found.unit, found.subjects) == ("voice", "calls", ("FR",))
    assert found.data_classes == ("communications",)
    assert (found.contingency, found.missing, found.demand) == (("nominal",), 10, 100)
    assert found.binding == ("p", "q")
    assert found.explained == 3  # the surge is served: 135 of 120
    assert (found.worst, found.worst_missing) == (("datacenter:p", "surge:1.2"), 75)
    assert found.spare == ()


def test_backends_close_it(tmp_path: Path) -> None:
    """Each must hold 3 alone: one more at p, two at q, 0.10 + 0.24 EUR/h; nominal 180 of 100."""
    found = only(explain(situation(tmp_path, [P, Q])))
    (remedy,) = of(found, "backends")
    assert (remedy.places, remedy.backends, remedy.cost) == (("p", "q"), 3, 0.34)
    assert "1 at p, 2 at q" in remedy.says
    small_worlds.write(tmp_path, [replace(P, existing=3), replace(Q, existing=3)])
    assert not short(tmp_path)
    small_worlds.write(tmp_path, [replace(P, existing=3), replace(Q, existing=2)])
    assert short(tmp_path)


def test_limits_of_pools_and_quotas_are_kept(tmp_path: Path) -> None:
    """Two at most at q (by its pool, or its quota): nothing stands in for p, nothing is offered."""
    for site in (replace(Q, maximum=2), replace(Q, quota=2)):
        assert of(only(explain(situation(tmp_path, [P, site]))), "backends") == []


def test_unlawful_spare_and_the_mechanism_that_opens_it(tmp_path: Path) -> None:
    """Nine in Virginia stand idle: 9 x 50 x 0.6 = 270. With the declaration they serve all."""
    sites = [P, Q, Site("v", 0.05, existing=9, country="US")]
    found = only(explain(situation(tmp_path, sites, latency=200)))
    (spare,) = found.spare
    assert (spare.why, spare.amount, spare.places) == ("unlawful", 270, ("v",))
    assert (spare.subject, spare.rule, spare.away) == ("FR", "EU:gdpr-44", False)
    assert spare.citation is not None
    assert "44" in str(spare.citation.article)
    (remedy,) = of(found, "mechanism")
    assert (remedy.cost, remedy.saves) == (0, 0.34)
    assert remedy.says == "declare `recipient:dpf` as met for FR to US"
    assert found.remedies is not None
    assert found.remedies[0] == remedy
    mechanism = {
        "id": "dpf", "declares": ["recipient:dpf"], "subjects": ["FR"], "to": ["US"],
        "from": "2024-01-01", "evidence": "invented for a test",
    }  # fmt: skip
    (tmp_path / "policies/mechanisms.yaml").write_text(json.dumps({"mechanisms": [mechanism]}))
    assert not short(tmp_path)


def test_too_far_and_the_latency_that_reaches_it(tmp_path: Path) -> None:
    """Berlin is 6.6 ms away where 3.4 are allowed; 6.6 suffice, 6.5 do not."""
    sites = [P, Q, Site("r", 0.2, existing=9, country="DE")]
    found = only(explain(situation(tmp_path, sites, latency=3.4)))
    (spare,) = found.spare
    assert (spare.why, spare.amount) == ("far", 270)
    assert spare.because == "6.6 ms away, where the policy allows 3.4 ms"
    (remedy,) = of(found, "policy")
    assert remedy.says == "let traffic go 6.6 ms, instead of 3.4 ms"
    assert remedy.asks_less
    for latency, closed in ((6.6, True), (6.5, False)):
        small_worlds.write(tmp_path, sites, latency=latency)
        assert short(tmp_path) is not closed


def test_kept_for_others(tmp_path: Path) -> None:
    """A pool for Germans alone stands idle next door: 2 x 50 x 0.6 = 60 free, and not for FR."""
    situation(tmp_path, [P, Q, Site("r", 0.2, existing=2)])
    pools = json.loads((tmp_path / "infra/pools.yaml").read_text())
    pools["pools"][2]["subjects"] = ["DE"]
    (tmp_path / "infra/pools.yaml").write_text(json.dumps(pools))
    found = only(explain(small_worlds.situation(tmp_path, Counts.EXISTING)))
    (spare,) = found.spare
    assert (spare.why, spare.amount, spare.places) == ("kept", 60, ("r",))
    assert spare.because == "the pool there is kept for DE"


def test_utilisation_and_surge_that_suffice(tmp_path: Path) -> None:
    """Three at each give 135 after a loss, of 120 x 1.2 = 144: 96 % would do, or 135 / 120."""
    sites = [replace(P, existing=3), replace(Q, existing=3)]
    found = only(explain(situation(tmp_path, sites, demand={"FR": 120})))
    assert (found.missing, found.explained) == (9, 2)
    assert {each.says for each in of(found, "policy")} == {
        "let backends be used after a loss 96 %, instead of 90 %",
        "ask for a surge of 1.125, instead of 1.2",
    }
    small_worlds.write(tmp_path, sites, demand={"FR": 120}, surge=1.125)
    assert not short(tmp_path)
    small_worlds.write(tmp_path, sites, demand={"FR": 120}, surge=1.126)
    assert short(tmp_path)
    small_worlds.write(tmp_path, sites, demand={"FR": 120}, after=96)
    assert not short(tmp_path)


def test_a_place_of_the_catalogue(tmp_path: Path) -> None:
    """S has no pool yet. 3 there stand in for p and for q: 0.21 EUR/h beat 0.34."""
    sites = [P, Q, Site("s", 0.07, country="DE", pooled=False)]
    found = only(explain(situation(tmp_path, sites)))
    (remedy,) = of(found, "place")
    assert (remedy.places, remedy.backends, remedy.cost, remedy.saves) == (("s",), 2, 0.14, 0.2)
    assert "`s` (Berlin, DE; of-s)" in remedy.says
    standing = replace(sites[2], pooled=True, existing=2)
    small_worlds.write(tmp_path, [P, Q, standing])
    assert not short(tmp_path)


def test_a_link_to_what_is_cut_off(tmp_path: Path) -> None:
    """P hangs on one link: without it q alone serves 45 of 60. A second way keeps p."""
    sites = [replace(P, existing=3), replace(Q, existing=1), Site("r", 0.2, existing=0)]
    given = {"losses": ["link"], "demand": {"FR": 50}, "links": [("p", "q"), ("q", "r")]}
    found = only(explain(situation(tmp_path, sites, **given)))
    assert found.missing == 15
    (remedy,) = of(found, "link")
    assert "a link of its own from `p` to" in remedy.says
    assert remedy.cost is None
    small_worlds.write(
        tmp_path, sites, losses=["link"], demand={"FR": 50},
        links=[("p", "q"), ("q", "r"), ("p", "r")],
    )  # fmt: skip
    assert not short(tmp_path)


def test_shortages_of_different_people_are_told_apart(tmp_path: Path) -> None:
    """Paris lacks 10, Berlin 40, out of each other's reach: what closes one leaves the other."""
    sites = [P, Q, Site("r", 0.2, existing=2, country="DE")]
    found = explain(
        situation(tmp_path, sites, demand={"FR": 100, "DE": 100}, latency=3.4, losses=[])
    )
    assert [(each.subjects, each.missing) for each in found] == [(("DE",), 40), (("FR",), 10)]
    (german,), (french,) = (of(each, "backends") for each in found)
    assert (german.places, german.backends) == (("r",), 2)
    assert (french.places, french.backends) == (("p",), 1)


def test_only_some_are_given_remedies(tmp_path: Path) -> None:
    """Of two shortages, the one with the larger part missing is looked into."""
    sites = [P, Q, Site("r", 0.2, existing=2, country="DE")]
    world = situation(tmp_path, sites, demand={"FR": 100, "DE": 100}, latency=3.4, losses=[])
    first, second = explain(world, most=1)
    assert first.remedies
    assert second.remedies is None


def test_calls_must_find_a_channel(tmp_path: Path) -> None:
    """One backend of 50 channels carries 32.5 erlangs at a blocking of 0.1 % (tables: 32.5).

    45 would do by utilisation, so for 40 calls it takes a second backend, lost or not.
    """
    grade = {"model": "erlang-b", "share": "0.1 %"}
    given = {"demand": {"FR": 40}, "losses": [], "surge": 1.0, "nominal": 90}
    sites = [Site("p", 0.10, existing=1)]
    assert explain(situation(tmp_path, sites, **given)) == ()
    found = only(explain(situation(tmp_path, sites, **given, policy={"grade": grade})))
    assert found.missing == pytest.approx(40 - 32.5, abs=0.02)
    (remedy,) = of(found, "backends")
    assert (remedy.places, remedy.backends) == (("p",), 1)


def test_nothing_is_short(tmp_path: Path) -> None:
    """Then nothing is explained."""
    sites = [replace(P, existing=3), replace(Q, existing=3)]
    assert explain(situation(tmp_path, sites)) == ()


def test_the_law_that_falls(tmp_path: Path) -> None:
    """Without the decision on Virginia, 9 backends there no longer count for France."""
    sites = [P, Q, Site("v", 0.05, existing=9, country="US")]
    foresees = {"contingencies": [{"id": "dpf-falls", "without": ["dpf"], "reason": "a test"}]}
    given = {"latency": 200, "losses": [], "policy": foresees}
    small_worlds.write(tmp_path, sites, **given)
    mechanism = {
        "id": "dpf", "declares": ["recipient:dpf"], "subjects": ["FR"], "to": ["US"],
        "from": "2024-01-01", "evidence": "invented for a test",
    }  # fmt: skip
    (tmp_path / "policies/mechanisms.yaml").write_text(json.dumps({"mechanisms": [mechanism]}))
    world = small_worlds.situation(tmp_path, Counts.EXISTING)
    # 120 are asked for, 3 x 45 = 135 stand in France: one backend less, and 30 are missing
    assert explain(world) == ()
    small_worlds.write(tmp_path, [replace(P, existing=1), Q, sites[2]], **given)
    found = only(explain(small_worlds.situation(tmp_path, Counts.EXISTING)))
    assert (found.contingency[0], found.missing, found.binding) == ("dpf-falls", 30, ("p", "q"))
    (spare,) = found.spare
    assert (spare.why, spare.because) == (
        "unlawful",
        "the law that let it go there has fallen",
    )


def test_the_law_that_falls_for_one_of_two_services(tmp_path: Path) -> None:
    """What is supposed of one service is judged with that service's loads alone."""
    sites = [replace(P, existing=1), Q, Site("g", 0.05, existing=9, country="GB")]
    foresees = {"contingencies": [{"id": "falls", "without": ["EU:GB"], "reason": "a test"}]}
    world = situation(tmp_path, sites, services=("chat", "voice"), losses=[], policy=foresees)
    found = explain(world)
    assert [(each.service, each.contingency[0], each.missing) for each in found] == [
        ("chat", "falls", 30),
        ("voice", "falls", 30),
    ]
    for each in found:
        (backend,) = of(each, "backends")
        assert (backend.places, backend.backends, backend.cost) == (("p",), 1, 0.10)


@pytest.mark.parametrize(
    ("country", "says"),
    [
        (
            "US",
            "270 calls stand free elsewhere: 270 near enough, but not lawful",
        ),
        (
            "DE",
            "270 calls stand free elsewhere: 270 lawful, but too far",
        ),
    ],
)
def test_in_words(tmp_path: Path, country: str, says: str) -> None:
    """Who is short of how much and when, what binds, and what stands elsewhere."""
    far = country == "DE"
    sites = [P, Q, Site("v", 0.05, existing=9, country=country)]
    found = only(explain(situation(tmp_path, sites, latency=3.4 if far else 200)))
    assert shortage_text.headline(found) == (
        "`voice` is 10 calls short for FR (communications), who ask for 100, while nothing is "
        "lost, and so in 2 other contingencies: most, 75, in datacenter:p and surge:1.2"
    )
    assert shortage_text.binding(found) == (
        "all that they may use then is `p` (Paris, FR), `q` (Paris, FR), and these are full"
    )
    assert shortage_text.elsewhere(found) == says
    town = "Berlin, DE" if far else "Ashburn, US"
    why = "lawful for FR communications, but too far: 6.6 ms" if far else "not lawful for FR"
    assert shortage_text.spare(found, found.spare[0]).startswith(
        f"270 calls at `v` ({town}), {why}"
    )
