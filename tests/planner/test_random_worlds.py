"""Whatever the world: a plan survives all that was declared, by a second method, at least cost."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import numpy as np
import pytest
import second_opinion
import small_worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_worlds import Site

from domicile.planner import plan
from domicile.situation import Situation

MOST = 4
"""Backends that a pool may have: five counts for each of three sites can be tried out."""


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, object]:
    """Draw the arguments of `small_worlds.write`."""
    count = draw(st.integers(1, 4))
    sites = [
        Site(
            f"site-{index}",
            draw(st.sampled_from([0.1, 0.12, 0.2])),
            country=draw(st.sampled_from(["FR", "DE"])),
            maximum=draw(st.integers(1, MOST)),
            existing=draw(st.integers(0, 3)),
            quota=draw(st.sampled_from([None, None, 3, 6])),
            unit=draw(st.sampled_from([20, 50, 64.5])),
            provider=draw(st.sampled_from(["one", "two"])),
        )
        for index in range(count)
    ]
    return {
        "sites": sites,
        "demand": {
            subject: draw(st.sampled_from([1, 17.3, 40, 90]))
            for subject in draw(st.sampled_from([("FR",), ("DE",), ("DE", "FR"), ("CH", "FR")]))
        },
        "services": draw(st.sampled_from([("voice",), ("chat", "voice")])),
        "losses": draw(st.sampled_from([["datacenter"], ["datacenter", "provider"], ["link"]])),
        "nominal": draw(st.sampled_from([50, 70])),
        "after": draw(st.sampled_from([75, 100])),
        "surge": draw(st.sampled_from([1.0, 1.3])),
        "latency": draw(st.sampled_from([60, 3.4])),
    }


def survives_and_is_least(drawn: dict[str, object]) -> bool:
    """Plan a world, verify the plan, and try out every other; whether there is a plan."""
    with tempfile.TemporaryDirectory() as folder:
        situation = small_worlds.situation(small_worlds.write(Path(folder), **drawn))  # type: ignore[arg-type]
        outcome = plan(situation)
    assert not [f for f in outcome.refused if f.name.startswith("plan/")]
    if outcome.plan is not None:
        second_opinion.verify(situation, outcome.plan)
    if outcome.refused:
        return False
    limit = [situation.workspace.datacenters[place].quota for place in situation.places]
    if len(situation.places) <= 3 and not any(limit):
        least = sum(least_by_trying(situation, service) for service in situation.strains)
        assert outcome.feasible == np.isfinite(least)
        if outcome.feasible:
            assert outcome.optimal
            assert outcome.cost.after == pytest.approx(least, abs=1e-6)
    assert bool(outcome.conflicts) == (not outcome.feasible)
    return outcome.feasible


def least_by_trying(situation: Situation, service: str) -> float:
    """The least cost of one service: every count of every pool, every loss, every set of loads."""
    strain = situation.strains[service]
    pools = [situation.known_pools[service, place] for place in strain.places]
    unit = np.array([situation.unit_capacity(pool) for pool in pools])
    price = np.array([situation.unit_price(pool) for pool in pools])
    sets = [np.array(chosen) for chosen in itertools.product([0, 1], repeat=len(strain.loads))]
    least = np.inf
    for counts in itertools.product(*(range(int(pool.maximum.value) + 1) for pool in pools)):
        cost = float(price @ counts)
        if cost < least and all(
            case.demand_factor * (chosen @ strain.rate)
            <= (unit * counts * ~case.lost * case.utilisation)[
                (strain.admissible[chosen > 0]).any(axis=0)
            ].sum()
            + 1e-9
            for case in strain.contingencies
            for chosen in sets
        ):
            least = cost
    return least


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(worlds())
def test_a_plan_survives_and_is_least(drawn: dict[str, object]) -> None:
    """A sample of random worlds."""
    survives_and_is_least(drawn)


@pytest.mark.soak
@settings(max_examples=1500, deadline=None, suppress_health_check=SLOW)
@given(worlds())
def test_many_plans_survive_and_are_least(drawn: dict[str, object]) -> None:
    """The same, for many others."""
    survives_and_is_least(drawn)
