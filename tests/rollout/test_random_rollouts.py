"""Whatever the world and wherever it stands: each state of a rollout is lawful and has headroom."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import small_worlds
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from small_worlds import Site
from walked import Walk, plan_of

from domicile.rollout import Counts, Key, Proof, Start, rollout
from domicile.situation import Situation

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@dataclass
class Drawn:
    """A random world, and from where to where."""

    world: dict[str, Any]
    seed: int
    spare: int
    """How many backends that nothing needs are left at the start."""
    short: int
    """How many backends are missing at the start."""
    unused: int
    """How many stand at the start that traffic does not count on."""


@st.composite
def drawings(draw: st.DrawFn) -> Drawn:
    """Draw a world of two to four sites and one or two services, some quotas tight."""
    sites = [
        Site(
            f"site-{index}",
            0.1,
            country=draw(st.sampled_from(["FR", "FR", "DE"])),
            maximum=draw(st.integers(2, 6)),
            quota=draw(st.sampled_from([None, 2, 3, 3, 4, 5])),
            unit=draw(st.sampled_from([20, 50, 64.5])),
        )
        for index in range(draw(st.integers(2, 4)))
    ]
    world = {
        "sites": sites,
        "demand": {
            subject: draw(st.sampled_from([17.3, 40, 70]))
            for subject in draw(st.sampled_from([("FR",), ("DE", "FR")]))
        },
        "services": draw(
            st.sampled_from([("voice",), ("chat", "voice"), ("chat", "mail", "voice")])
        ),
        "losses": draw(st.sampled_from([[], ["datacenter"]])),
        "nominal": draw(st.sampled_from([70, 100])),
        "after": draw(st.sampled_from([75, 100])),
        "surge": draw(st.sampled_from([1.0, 1.3])),
    }
    few = st.sampled_from([0, 0, 0, 1, 2])
    return Drawn(world, draw(st.integers(0, 999)), draw(few), draw(few), draw(few))


def some_plan(situation: Situation, chance: random.Random, spare: int = 0) -> dict[Key, int] | None:
    """Counts that hold, with so many to spare: filled at random, then thinned at random."""
    nothing = Proof(situation, Start.of({}))
    counts: dict[Key, int] = dict.fromkeys(situation.known_pools, 0)

    def holds() -> bool:
        return not any(nothing.shortfall(name, counts).any() for name in situation.strains)

    def grow() -> bool:
        open_ = [
            key
            for key, pool in situation.known_pools.items()
            if counts[key] < pool.maximum.value
            and not nothing.over_quota({**counts, key: counts[key] + 1})
        ]
        if open_:
            counts[chance.choice(open_)] += 1
        return bool(open_)

    while not holds():
        if not grow():
            return None
    keys = [key for key, count in counts.items() for _ in range(count)]
    chance.shuffle(keys)
    for key in keys:
        counts[key] -= 1
        if not holds():
            counts[key] += 1
    for _ in range(spare):
        grow()
    return counts


def goes_safely_or_says_why(drawn: Drawn) -> None:
    """Roll out a plan from somewhere else, and walk through."""
    chance = random.Random(drawn.seed)
    with tempfile.TemporaryDirectory() as folder:
        situation = small_worlds.situation(small_worlds.write(Path(folder), **drawn.world))
    before, after = (some_plan(situation, chance, spare) for spare in (drawn.spare, 0))
    if before is None or after is None:
        event("no plan")
        return
    for _ in range(drawn.short):
        key = chance.choice(sorted(before))
        before[key] = max(0, before[key] - 1)
    counted = dict(before)
    for _ in range(drawn.unused):
        key = chance.choice(sorted(before))
        counted[key] = max(0, counted[key] - 1)
    start = Start.of(before, counted)
    found = rollout(situation, plan_of(situation, after), start)
    if found.refused is not None:
        event(f"refused, proved: {found.refused.proved}")
        assert found.refused.quotas
        return
    event(f"{sum(step.kind == 'traffic' for step in found.steps)} traffic steps")
    Walk(situation, start, found, drawn.seed).check()
    assert _some(found.standing[-1]) == _some(after)


def _some(counts: Counts) -> dict[Key, int]:
    return {key: count for key, count in counts.items() if count}


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(drawings())
def test_every_state_is_lawful_and_has_headroom(drawn: Drawn) -> None:
    """A sample of random worlds, starts and plans."""
    goes_safely_or_says_why(drawn)


@pytest.mark.soak
@settings(max_examples=3000, deadline=None, suppress_health_check=SLOW)
@given(drawings())
def test_very_many_states_are_lawful_and_have_headroom(drawn: Drawn) -> None:
    """The same, for many others."""
    goes_safely_or_says_why(drawn)
