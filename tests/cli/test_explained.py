"""Shortfalls explained, rules priced and reasons given: as text that is read, and as JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest
import small_worlds
from commanding import Asker
from small_worlds import PRICED, Site

STANDING = (Site("p", 0.10, existing=2), Site("q", 0.12, existing=1))
VIRGINIA = Site("v", 0.05, existing=9, country="US")


@pytest.fixture
def short(ask: Asker) -> Asker:
    """10 of 100 calls missing nominally, 75 of 120 at worst; 270 stand idle in Virginia."""
    small_worlds.write(ask.root, [*STANDING, VIRGINIA], latency=200)
    return ask


def test_headroom_reads_well(short: Asker) -> None:
    """The table first, then one paragraph for each shortage."""
    answer = short("headroom", "--counts", "existing")
    assert answer.code == 1
    _, _, told = answer.out.partition("2 rows of 2 short\n")
    lines = told.strip().splitlines()
    law, untried, accept = lines.pop(3), lines.pop(), lines.pop()
    assert untried.startswith("  not tried: ")
    assert law.startswith("  270 calls at `v` (Ashburn, US), not lawful for FR communications: ")
    assert "`EU:gdpr-44`: v (US) is outside; conditional: declare `recipient:dpf`" in law
    assert lines == [
        (
            "`voice` is 10 calls short for FR (communications), who ask for 100, while nothing is "
            "lost, and so in 2 other contingencies: most, 75, in datacenter:p and surge:1.2"
        ),
        "  all that they may use then is `p` (Paris, FR), `q` (Paris, FR), and these are full",
        "  270 calls stand free elsewhere: 270 near enough, but not lawful",
        "    law: Regulation (EU) 2016/679 (GDPR), 44-46",
        "  what closes it, any one:",
        "    declare `recipient:dpf` as met for FR to US (0.34 EUR/h less than backends alone)",
        "    add 3 backends of `voice` (1 at p, 2 at q), at 0.34 EUR/h",
        "  what closes nothing:",
    ]
    assert accept.startswith(
        "    accept it: a waiver of `headroom/shortfall` lets `domicile check`"
    )
    assert "It spares no cost" in accept


def test_headroom_as_json(short: Asker) -> None:
    """The same, with the citation; nothing of it where rows were filtered."""
    (found,) = short("headroom", "--counts", "existing", "--format", "json").json["shortages"]
    assert (found["missing"], found["worst_missing"], found["explained"]) == (10, 75, 3)
    assert found["spare"][0]["citation"]["instrument"] == "Regulation (EU) 2016/679 (GDPR)"
    assert [(each["kind"], each["cost"]) for each in found["remedies"]] == [
        ("mechanism", 0.0),
        ("backends", 0.34),
        ("waiver", 0.0),
    ]
    offered = found["remedies"][-1]["waiver"]
    assert offered["rule"] == "headroom/shortfall"
    assert offered["matches"].startswith("`voice` is 75 calls short for FR in")
    for filtered in (("--matrix",), ("--contingency", "nominal")):
        answer = short("headroom", "--counts", "existing", "--format", "json", *filtered)
        assert answer.json["shortages"] == []


def test_remedies_are_looked_for_as_often_as_asked(short: Asker) -> None:
    """With none asked for, it is said that none was looked for."""
    answer = short("headroom", "--counts", "existing", "--remedies", "0")
    assert answer.out.splitlines()[-2:] == [
        "1 shortage not looked into; `--remedies` looks into more:",
        "  FR while nothing is lost: `voice` 10 calls",
    ]
    (found,) = short(
        "headroom", "--counts", "existing", "--remedies", "0", "--format", "json"
    ).json["shortages"]
    assert "remedies" not in found


def test_prices(short: Asker) -> None:
    """3 and 3 cost 0.66 EUR/h; with Virginia 0.42."""
    told = short("headroom", "--counts", "existing", "--prices").out
    assert "the price of rules: the least plan under all of them costs 0.66 EUR/h" in told
    assert "0.24  EU:gdpr-44  FR     1 pool  declare `recipient:dpf` as met for FR to US" in told
    assert told.splitlines()[-1] == "  priced: 1 of 1 rule that decide somewhere"
    answer = short("headroom", "--counts", "existing", "--prices", "--format", "json")
    (rule,) = answer.json["prices"]["priced"]
    assert (rule["rule"], rule["price"], rule["cost"]) == ("EU:gdpr-44", 0.24, 0.42)


def test_plan_says_why(short: Asker) -> None:
    """All of it for the law's sake, each half for the loss of the other."""
    told = short("plan", "--counts", "existing").out
    assert (
        "law: the law keeps them from cheaper pools (EU:gdpr-44)         6   0.66      2  "
        "datacenter:p and surge:1.2, datacenter:q and surge:1.2" in told
    )
    needed = short("plan", "--format", "json").json["needed"]
    assert [(each["because"], each["instead"]) for each in needed] == [("law", ["v"])] * 2


def test_no_plan_says_what_would_give(ask: Asker) -> None:
    """2 at most at each site: one conflict for both losses, and any one thing would do."""
    small_worlds.write(ask.root, [replace(site, maximum=2) for site in PRICED[:2]])
    lines = ask("plan").out.splitlines()
    untried = lines.pop()
    assert untried.startswith("  not tried: ")
    assert "lawful and near enough, of providers without a backend type that runs it" in untried
    assert lines == [
        "no plan for production is feasible",
        "",
        (
            "`voice` is 30 calls short for FR (communications), who ask for 120, in datacenter:p "
            "and surge:1.2, and so in 1 other contingency"
        ),
        "  all that they may use then is `q` (Paris, FR), and it is full",
        "  what would have to give, any one:",
        "    raise the maximum of `voice` to 3 at p, from 2, 3 at q, from 2; at 0.22 EUR/h more",
        "    asks less: serve 75 calls nominally for FR, instead of 100",
        "    asks less: foresee `datacenter:p`, `datacenter:q` no more",
    ]
    (found,) = ask("plan", "--format", "json").json["gives"]
    assert [each["kind"] for each in found["remedies"]] == ["maximum", "demand", "contingency"]


def test_quotas_that_give(ask: Asker) -> None:
    """Each service alone could be planned: only the quotas are in the way."""
    sites = [replace(site, quota=5) for site in PRICED[:2]]
    small_worlds.write(ask.root, sites, services=("chat", "voice"))
    answer = ask("plan", "--format", "json").json
    assert answer["gives"] == []
    assert [each["kind"] for each in answer["quota_gives"]] == ["quota", "demand", "demand"]
    assert "raise the quota: that of `p` by 1 backend, to 6" in ask("plan").out
