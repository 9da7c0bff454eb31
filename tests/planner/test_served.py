"""Who is served when not all can be, in worlds that are small enough to be solved by hand.

A backend does 50 calls, 45 of them after a loss. France asks for 100 calls; no surge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import small_worlds
from small_worlds import PRICED

from domicile.model.tokens import Counts
from domicile.served import Ledger, Served


def after_losing(
    folder: Path,
    place: str,
    service: str,
    standing: tuple[int, ...],
    demand: Mapping[str, float] | None = None,
    priorities: Mapping[str, str] | None = None,
    depends: Mapping[str, Mapping[str, float]] | None = None,
) -> dict[str, Served]:
    """Subject → how it fares after a site is lost, with so many backends of each service."""
    sites = [replace(s, existing=n) for s, n in zip(PRICED, standing, strict=False)]
    world = small_worlds.write(
        folder,
        sites,
        demand,
        services=("signalling", "voice") if depends else ("voice",),
        surge=1,
        depends=depends,
        priorities=priorities,
    )
    situation = small_worlds.situation(world, Counts.EXISTING)
    cases = situation.strains[service].contingencies
    index = next(at for at, case in enumerate(cases) if case.ids == (f"datacenter:{place}",))
    return {each.subject: each for each in Ledger(situation).of(service, index)}


def test_equal_parts(tmp_path: Path) -> None:
    """90 of 150 can be served: 60 % of each country's calls."""
    found = after_losing(tmp_path, "p", "voice", (2, 2), {"FR": 100, "DE": 50})
    assert found["FR"].served == pytest.approx(60)
    assert found["DE"].served == pytest.approx(30)
    assert found["FR"].shortfall == pytest.approx(40)
    assert found["FR"].limited_by == ()


def test_priority_first(tmp_path: Path) -> None:
    """German emergency calls are all served; France gets the 40 that are left."""
    found = after_losing(tmp_path, "p", "voice", (2, 2), {"FR": 100, "DE": 50}, {"DE": "emergency"})
    assert found["DE"].served == pytest.approx(50)
    assert found["DE"].shortfall == 0
    assert found["FR"].served == pytest.approx(40)


def test_a_loss_of_what_is_needed_is_a_loss(tmp_path: Path) -> None:
    """Voice has 135 calls of room, but each needs 2 of signalling: 135 / 200 = 67.5 % of 100."""
    found = after_losing(tmp_path, "p", "voice", (3, 3), depends={"voice": {"signalling": 2}})
    assert found["FR"].served == pytest.approx(67.5)
    assert found["FR"].shortfall == pytest.approx(32.5)
    assert found["FR"].limited_by == ("signalling",)
    own = after_losing(tmp_path, "p", "signalling", (3, 3), depends={"voice": {"signalling": 2}})
    assert own["FR"].demand == pytest.approx(200)
    assert own["FR"].served == pytest.approx(135)
    assert own["FR"].limited_by == ()


def test_enough_is_enough(tmp_path: Path) -> None:
    """With 3 at each site nothing is short once one is lost."""
    found = after_losing(tmp_path, "q", "voice", (3, 3))
    assert found["FR"].served == found["FR"].demand == 100
    assert found["FR"].shortfall == 0
