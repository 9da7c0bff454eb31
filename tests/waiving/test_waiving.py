"""What a waiver does for a shortfall, tried by the check itself; and what waivers in force save."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import small_worlds
from commanding import Asker
from small_worlds import Site

from domicile.checker import check
from domicile.model.tokens import Counts, Enforcement
from domicile.shortage import Remedy, Shortage, explain
from domicile.situation import Situation
from domicile.waiving import accepted, with_waivers

SITES = [Site("p", 0.10, existing=2), Site("q", 0.12, existing=1)]
"""Nominally 90 of 100 calls, 45 of 120 without p; 0.34 EUR/h of backends close all of it."""
FAR = "2099-12-31"


def waivers(folder: Path, *given: dict[str, str], **enforcement: str) -> None:
    """Write the waivers of a world; `enforcement`: of the rule of shortfalls."""
    named = [{"id": f"w{index}", **each} for index, each in enumerate(given)]
    settings = [
        {"rule": "headroom/shortfall", "enforcement": value, "reason": "a test"}
        for value in enforcement.values()
    ]
    text = json.dumps({"waivers": named, "enforcement": settings})
    (folder / "policies/waivers.yaml").write_text(text)


def accepting(rule: str, **more: str) -> dict[str, str]:
    """A waiver, signed."""
    return {"rule": rule, "reason": "a test", "approver": "A. Reviewer", "until": FAR} | more


def situation(folder: Path) -> Situation:
    """The world of which the existing backends count."""
    return small_worlds.situation(folder, Counts.EXISTING)


def explained(world: Situation) -> tuple[Shortage, ...]:
    """Its shortages, with waivers."""
    return with_waivers(world, explain(world))


def offered(folder: Path) -> list[Remedy]:
    """The waivers among the remedies."""
    found = explained(situation(folder))
    return [each for one in found for each in one.remedies or () if each.kind == "waiver"]


def test_it_is_offered_with_what_it_spares_and_what_it_does_not_do(tmp_path: Path) -> None:
    """It comes last, spares the 0.34 EUR/h of the backends, and serves nobody."""
    small_worlds.write(tmp_path, SITES)
    (found,) = explained(situation(tmp_path))
    assert found.remedies is not None
    remedy = found.remedies[-1]
    assert (remedy.kind, remedy.cost, remedy.saves, remedy.asks_less) == ("waiver", 0, 0.34, True)
    assert remedy.says == (
        "accept it: a waiver of `headroom/shortfall` lets `domicile check` pass until its last "
        "day. Nothing more is served: `voice` stays short in all 3 contingencies in which it is "
        "now, by up to 75 calls. It spares 0.34 EUR/h, the least found that closes what is "
        "explained here. It needs a reason, an approver and a last day, and accepts just what "
        "this finding says: `voice` is 75 calls short for FR in `datacenter:p and surge:1.2`, and "
        "in 2 other contingencies"
    )


def test_the_waiver_that_is_offered_passes_the_check_and_serves_nothing(tmp_path: Path) -> None:
    """Written as offered: the finding is advisory, and as much is short as before.

    Once more is short, it accepts nothing any more.
    """
    small_worlds.write(tmp_path, SITES)
    (remedy,) = offered(tmp_path)
    assert remedy.waiver is not None
    rule, matches = remedy.waiver
    before = situation(tmp_path)
    assert "DOM301" in {each.code for each in check(before).blocking()}
    waivers(tmp_path, accepting(rule, matches=matches))
    after = situation(tmp_path)
    (finding,) = (each for each in check(after).findings if each.code == "DOM301")
    assert (finding.enforcement, finding.waived) == (Enforcement.ADVISORY, "w0")
    pairs = zip(before.strains.values(), after.strains.values(), strict=True)
    assert all((one.shortfall == other.shortfall).all() for one, other in pairs)
    small_worlds.write(tmp_path, [SITES[0], replace(SITES[1], existing=0)])
    assert "DOM301" in {each.code for each in check(situation(tmp_path)).blocking()}


def test_it_spares_the_cheapest_that_provides(tmp_path: Path) -> None:
    """A mechanism that needs no backend costs nothing, so accepting spares nothing."""
    sites = [*SITES, Site("v", 0.05, existing=9, country="US")]
    small_worlds.write(tmp_path, sites, latency=200)
    (remedy,) = offered(tmp_path)
    assert remedy.saves == 0
    assert "It spares no cost" in remedy.says


def test_where_nothing_closes_it_what_it_spares_is_not_known(tmp_path: Path) -> None:
    """One site, lost: no backend anywhere serves its calls."""
    small_worlds.write(tmp_path, [Site("p", 0.1, existing=9)])
    (remedy,) = offered(tmp_path)
    assert remedy.saves is None
    assert "What it spares is not known" in remedy.says


def test_it_is_not_offered_for_what_blocks_nothing(tmp_path: Path) -> None:
    """Already waived, or advisory here: a waiver would change nothing."""
    small_worlds.write(tmp_path, SITES)
    waivers(tmp_path, accepting("headroom/shortfall"))
    assert offered(tmp_path) == []
    waivers(tmp_path, level="advisory")
    assert offered(tmp_path) == []
    waivers(tmp_path, accepting("headroom/shortfall", until="2020-01-01"))
    assert len(offered(tmp_path)) == 1


@pytest.mark.parametrize("rule", ["law/no-lawful-place", "law/unlawful-routing", "law/unknown-law"])
def test_waivers_of_law_open_no_place(tmp_path: Path, rule: str) -> None:
    """Whatever is accepted: no verdict, no admissible place, no shortfall changes."""
    sites = [*SITES, Site("v", 0.05, existing=9, country="US")]
    small_worlds.write(tmp_path, sites, latency=200)
    before = situation(tmp_path)
    waivers(tmp_path, accepting(rule))
    after = situation(tmp_path)
    assert (before.admissible.verdicts == after.admissible.verdicts).all()
    assert (before.admissible.matrix == after.admissible.matrix).all()
    assert not after.admissible.matrix[:, after.places.index("v")].any()
    assert (before.strains["voice"].shortfall == after.strains["voice"].shortfall).all()


def test_what_waivers_in_force_save(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The one saves 0.34 EUR/h of backends; the other accepts something else and saves nothing."""
    small_worlds.write(tmp_path, SITES)
    assert accepted(situation(tmp_path)) == ()
    waivers(tmp_path, accepting("DOM301"), accepting("law/lapses-soon"))
    (found,) = accepted(situation(tmp_path))
    assert (found.waiver, found.service, found.saves, found.proved) == ("w0", "voice", 0.34, True)
    assert (found.approver, found.until.isoformat()) == ("A. Reviewer", FAR)
    ask = Asker(tmp_path, capsys)
    out = ask("headroom", "--prices", "--counts", "existing").out
    assert "`w0`, approved by A. Reviewer, until 2099-12-31: 0.34 EUR/h" in out
    assert "1 other waiver accepts no shortfall" in out
    answer = ask("headroom", "--prices", "--counts", "existing", "--format", "json")
    assert answer.code == 1
    (priced,) = answer.json["waivers"]
    assert (priced["waiver"], priced["saves"]) == ("w0", 0.34)


def test_a_waiver_of_what_pools_cannot_close(tmp_path: Path) -> None:
    """One site: its loss cannot be closed by backends there, so no amount is said."""
    small_worlds.write(tmp_path, [Site("p", 0.1, existing=9)])
    waivers(tmp_path, accepting("headroom/shortfall"))
    (found,) = accepted(situation(tmp_path))
    assert found.saves is None
