"""Shortfalls that no single remedy closes: the fewest that do together, solved by hand.

A backend does 50 calls, 30 nominally (60 %), 45 after a loss (90 %).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_worlds
from small_worlds import Site

from domicile.model.tokens import Counts
from domicile.report import shortage_text
from domicile.shortage import Remedy, explain

P = Site("p", 0.10, existing=2, maximum=2, quota=2)
"""60 of 100 calls nominally, and no room for more."""
QUIET: dict[str, Any] = {"losses": [], "surge": 1.0}


def providing(folder: Path, sites: list[Site], **given: Any) -> list[Remedy]:  # noqa: ANN401
    """What closes the one shortage of a world without asking less."""
    small_worlds.write(folder, sites, **given)
    (found,) = explain(small_worlds.situation(folder, Counts.EXISTING))
    return [each for each in found.remedies or () if not each.asks_less]


def short(folder: Path, sites: list[Site], **given: Any) -> bool:  # noqa: ANN401
    """Whether anything is short where these sites stand."""
    small_worlds.write(folder, sites, **given)
    strains = small_worlds.situation(folder, Counts.EXISTING).strains
    return any(strain.shortfall.any() for strain in strains.values())


def further(*prices: float, quota: int = 1) -> list[Site]:
    """Places of the catalogue, each with room for so many backends."""
    return [
        Site(f"s{index}", price, pooled=False, quota=quota) for index, price in enumerate(prices)
    ]


def test_a_maximum_alone(tmp_path: Path) -> None:
    """40 are missing: two more backends at p, which may have four then."""
    (remedy,) = providing(tmp_path, [replace(P, quota=None)], **QUIET)
    assert (remedy.kind, remedy.backends, remedy.cost, remedy.proved) == ("maximum", 2, 0.2, True)
    assert remedy.says == (
        "raise the maximum of `voice` to 4 at `p`, from 2, and add 2 backends of `voice` "
        "(2 at p), at 0.2 EUR/h"
    )


def test_two_places_of_one_backend_each(tmp_path: Path) -> None:
    """One place gives 30 of the 40, two give 60, for 0.05 + 0.07; p would take 0.20."""
    sites = [P, *further(0.05, 0.07)]
    (remedy,) = providing(tmp_path, sites, **QUIET)
    assert (remedy.kind, remedy.places, remedy.cost, remedy.proved) == (
        "together", ("s0", "s1"), 0.12, True,
    )  # fmt: skip
    assert remedy.says.startswith(
        "open a pool of `voice` at `s0` (Paris, FR) and open a pool of `voice` at `s1` (Paris, FR)"
    )
    opened = [replace(site, pooled=True, existing=1) for site in sites[1:]]
    assert not short(tmp_path, [P, *opened], **QUIET)
    assert short(tmp_path, [P, opened[0]], **QUIET)


def test_the_cheapest_of_equally_few(tmp_path: Path) -> None:
    """Where further places cost 0.2 each, p's maximum and its quota are both raised to four."""
    (remedy,) = providing(tmp_path, [P, *further(0.2, 0.2)], **QUIET)
    assert (remedy.kind, remedy.places, remedy.cost, remedy.proved) == (
        "together", ("p",), 0.2, True,
    )  # fmt: skip
    assert remedy.says.startswith(
        "raise the maximum of `voice` to 4 at `p`, from 2 and raise the quota that is left to "
        "`voice` to 4 at `p`, from 2, and add 2 backends"
    )
    assert not short(tmp_path, [replace(P, maximum=4, quota=4, existing=4)], **QUIET)


def test_fewer_things_come_before_cheaper_ones(tmp_path: Path) -> None:
    """130 calls need three further places (0.03), or p's maximum and quota (0.30): two things."""
    sites = [P, *further(0.01, 0.01, 0.01)]
    (remedy,) = providing(tmp_path, sites, demand={"FR": 130}, **QUIET)
    assert (remedy.places, remedy.cost) == (("p",), 0.3)


def test_three_together(tmp_path: Path) -> None:
    """Each of three places is needed where p cannot grow: France is lost to it by its loss.

    Without p, 100 calls need 2.2 backends of 45; what p could have more of is lost with it.
    """
    sites = [replace(P, existing=9, maximum=9, quota=None), *further(0.05, 0.06, 0.07)]
    given: dict[str, Any] = {"surge": 1.0}
    (remedy,) = providing(tmp_path, sites, **given)
    assert (remedy.kind, remedy.places, remedy.cost, remedy.proved) == (
        "together", ("s0", "s1", "s2"), 0.18, True,
    )  # fmt: skip


def test_where_time_ends_the_smallest_is_not_proved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It closes all the same, each step being needed, and says so."""
    monkeypatch.setattr("domicile.shortage.together.MOST_TRIED", 4)
    sites = [P, *further(0.01, 0.01, 0.01)]
    (remedy,) = providing(tmp_path, sites, demand={"FR": 130}, **QUIET)
    assert not remedy.proved
    assert "not proved to be the least" in shortage_text.remedy(remedy)
    assert (remedy.kind, remedy.cost) in {("together", 0.3), ("together", 0.03)}


def test_nothing_together_closes_it(tmp_path: Path) -> None:
    """One place, lost: nowhere else may the calls go, whatever is raised."""
    assert providing(tmp_path, [replace(P, existing=9, maximum=9)], surge=1.0) == []


def test_asking_less_of_two_things(tmp_path: Path) -> None:
    """Without p, 50 calls have a backend in Berlin alone: 6.6 ms away, and only at 100 % enough."""
    sites = [
        replace(P, existing=9, maximum=9, quota=9),
        Site("r", 0.2, country="DE", existing=1, maximum=1, quota=1),
    ]
    given: dict[str, Any] = {"demand": {"FR": 50}, "surge": 1.0, "latency": 3.4}
    small_worlds.write(tmp_path, sites, **given)
    (found,) = explain(small_worlds.situation(tmp_path, Counts.EXISTING))
    (remedy,) = (each for each in found.remedies or () if each.kind == "together")
    assert remedy.asks_less
    assert remedy.cost == 0
    assert remedy.says == ("let traffic go 6.6 ms, instead of 3.4 ms and let backends be used 100%")
    assert not short(tmp_path, sites, **given | {"latency": 6.6, "nominal": 100, "after": 100})
    assert short(tmp_path, sites, **given | {"latency": 6.5, "nominal": 100, "after": 100})
    assert short(tmp_path, sites, **given | {"latency": 6.6, "nominal": 99, "after": 99})
