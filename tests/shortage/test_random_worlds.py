"""Whatever the world: what is offered closes what is explained, and nothing cheaper does."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest
import small_worlds
from small_worlds import Site

from domicile.model.tokens import Counts
from domicile.shortage import explain
from domicile.situation import Situation

MOST = 3
"""Backends that a pool may have, so that every choice can be tried."""


def drawn(seed: int) -> tuple[list[Site], dict[str, object]]:
    """A world of up to three sites, with a few backends each."""
    choose = random.Random(seed)
    sites = [
        Site(
            f"site-{index}",
            choose.choice([0.1, 0.12, 0.2]),
            country=choose.choice(["FR", "DE"]),
            maximum=MOST,
            existing=choose.randint(0, 2),
            quota=choose.choice([None, None, 2]),
        )
        for index in range(choose.randint(1, 3))
    ]
    return sites, {
        "demand": {
            name: choose.choice([17.3, 40, 90])
            for name in choose.choice([("FR",), ("FR", "DE")])
        },
        "losses": choose.choice([[], ["datacenter"]]),
        "surge": choose.choice([1.0, 1.3]),
        "latency": choose.choice([60, 3.4]),
    }  # fmt: skip


def missing(folder: Path, sites: list[Site], given: dict[str, object]) -> dict[object, float]:
    """Contingency → what is short where these backends exist."""
    world = small_worlds.write(folder, sites, **given)  # type: ignore[arg-type]
    strain = small_worlds.situation(world, Counts.EXISTING).strains["voice"]
    cases = zip(strain.contingencies, strain.shortfall, strict=True)
    return {case.ids: float(short) for case, short in cases}


def world(folder: Path, seed: int) -> tuple[Situation, list[Site], dict[str, object]]:
    """Load it."""
    sites, given = drawn(seed)
    written = small_worlds.write(folder, sites, **given)  # type: ignore[arg-type]
    return small_worlds.situation(written, Counts.EXISTING), sites, given


@pytest.mark.parametrize("seed", range(14))
def test_backends_close_it_at_least_cost(tmp_path: Path, seed: int) -> None:
    """With one shortage: its backends leave nothing short, and no cheaper choice within limits.

    With several, each shortfall falls by at least what its own explains, whatever else stays.
    """
    situation, sites, given = world(tmp_path, seed)
    found = explain(situation)
    before = missing(tmp_path, sites, given)
    assert bool(found) == any(before.values())
    for shortage in found:
        offered = [each for each in shortage.remedies or () if each.kind == "backends"]
        costs = []
        for added in itertools.product(range(MOST + 1), repeat=len(sites)):
            grown = [
                replace(site, existing=site.existing + more)
                for site, more in zip(sites, added, strict=True)
            ]
            if any(site.existing > (site.quota or MOST) for site in grown):
                continue
            after = missing_of(situation, grown)
            closed = after[shortage.worst] <= before[shortage.worst] - shortage.worst_missing + 1e-3
            if closed and (len(found) > 1 or not any(after.values())):
                costs.append(sum(n * site.price for n, site in zip(added, sites, strict=True)))
        if len(found) == 1:
            assert [each.cost for each in offered] == [
                pytest.approx(cost) for cost in sorted(costs)[:1]
            ]
        elif offered:
            assert costs
            assert offered[0].cost is not None
            assert offered[0].cost >= min(costs) - 1e-9


def missing_of(situation: Situation, sites: list[Site]) -> dict[tuple[str, ...], float]:
    """The same where other backends stand: demand minus the largest flow, set by set of loads."""
    strain = situation.strains["voice"]
    standing = {site.id: site.existing * site.unit for site in sites}
    found = {}
    for case in strain.contingencies:
        demand = case.demand(strain.rate)
        room = [standing[p] * left for p, left in zip(strain.places, case.left, strict=True)]
        worst = 0.0
        for chosen in itertools.product([False, True], repeat=len(strain.loads)):
            rows = [row for row, yes in enumerate(chosen) if yes]
            usable = strain.admissible[rows].any(axis=0)
            over = float(demand[rows].sum()) - sum(
                r for r, yes in zip(room, usable, strict=True) if yes
            )
            worst = max(worst, over)
        found[case.ids] = worst if worst > 1e-3 else 0.0
    return found
