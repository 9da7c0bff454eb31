"""Plans of pools whose capacity is a table by whole number of backends, as Erlang's is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from domicile.headroom import (
    Blocked,
    Contingency,
    FleetPlan,
    Need,
    erlang_table,
    least_cost,
    shortfalls,
)


def contingency(lost: list[bool], utilisation: float = 1.0, factor: float = 1.0) -> Contingency:
    """A loss of these places."""
    return Contingency(("some",), np.array(lost), factor, utilisation)


def need(table: Any, demand: float, rows: list[Contingency], **given: Any) -> Need:  # noqa: ANN401
    """One load that may go anywhere; backends of 10 at cost 1, up to 4 in each place."""
    places = len(table)
    figures: dict[str, Any] = {
        "unit_capacity": [10.0] * places, "unit_cost": [1.0] * places, "minimum": [0] * places,
        "maximum": [4] * places, "now": [0] * places,
    }  # fmt: skip
    admissible = [[True] * places]
    return Need(admissible, [demand], rows, **{**figures, **given}, capacity_table=table)


def missing(service: Need, row: Contingency, counts: np.ndarray) -> np.ndarray:
    """What is short in one contingency, for each of [cases, places] counts, by `Need`'s words."""
    unit, table = np.asarray(service.unit_capacity), np.asarray(service.capacity_table)
    taken = table[np.arange(len(unit)), counts]
    kept = 1.0 if row.kept is None else row.kept
    room = np.where(row.lost, 0.0, kept * np.minimum(row.utilisation * unit * counts, taken))
    most = room.max(axis=0)
    kept = np.divide(room, most, out=np.zeros_like(room), where=most > 0)
    demand = np.asarray(service.demand) * row.demand_factor
    return shortfalls(row.open(np.asarray(service.admissible)), demand, most, 1 - kept)


def survives(service: Need, counts: np.ndarray) -> np.ndarray:
    """Whether nothing is short in any contingency, for each of [cases, places] counts."""
    short = [missing(service, row, counts) > 0 for row in service.contingencies]
    return ~np.any(short, axis=0)


def test_pooling_is_rated_as_it_is() -> None:
    """Two places of 10, 25, 40, 40: 25 asked, either place lost: two backends in each, not three.

    In proportion to the first backend (10 each) three would be asked for, in proportion to the
    channels (12.5) two would already hold 25 alone.
    """
    rows = [contingency([False, False]), contingency([True, False]), contingency([False, True])]
    table = [[0, 10, 25, 40, 40]] * 2
    plan = least_cost([need(table, 25, rows, unit_capacity=[12.5] * 2)])
    assert plan.counts.tolist() == [[2, 2]]
    assert plan.proved


def test_one_large_pool_beats_two_small_ones() -> None:
    """Table 0, 2, 8, 18, 28 and 20 asked: four at one place (28), since 3 and 1 hold 20: 3 + 1.

    Both cost 4; the order of places decides for all four at the first.
    """
    plan = least_cost([need([[0, 2, 8, 18, 28]] * 2, 20, [contingency([False, False])])])
    assert plan.counts.tolist() == [[4, 0]]
    assert plan.cost == 4


def test_erlang_binds_small_pools_and_utilisation_large_ones() -> None:
    """Ten channels each, 1 in 1,000 lost: 3.09, 9.41, 16.7 E; at 80 % 8 E each.

    9 E fit two backends (9.41); after a loss of the other, at 80 %, just the same two. At 40 %
    utilisation binds: 4 E each, so three.
    """
    table = erlang_table([10, 10], 4, Blocked(0.001))
    nothing, lost = contingency([False, False], 0.8), contingency([True, False], 0.8)
    assert least_cost([need(table, 9, [nothing])]).counts.tolist() == [[2, 0]]
    assert least_cost([need(table, 9, [nothing, lost])]).counts.tolist() == [[0, 2]]
    strained = contingency([True, False], 0.4)
    assert least_cost([need(table, 9, [nothing, strained])]).counts.tolist() == [[0, 3]]


def test_reasons_count_what_one_backend_fewer_can_take() -> None:
    """9 E on two backends of 10 channels: one would take 3.09 E, so both are needed."""
    table = erlang_table([10], 4, Blocked(0.001))
    plan = least_cost([need(table, 9, [contingency([False], 0.8)])])
    (reason,) = plan.reasons[0, 0]
    assert reason.cut is not None
    assert reason.cut.demand == 9


def test_too_small_a_maximum_is_named_with_what_is_missing() -> None:
    """Four backends of 10 channels take 24.44 E at 1 in 1,000, of 30: 5.56 E are missing."""
    table = erlang_table([10], 4, Blocked(0.001))
    plan = least_cost([need(table, 30, [contingency([False])])])
    assert (plan.feasible, plan.proved) == (False, True)
    assert plan.conflicts[0].missing == pytest.approx(5.56, abs=0.005)


def test_quota_conflict() -> None:
    """Two services of 9 E need two backends each; the quota is 3: one is missing."""
    table = erlang_table([10], 4, Blocked(0.001))
    service = need(table, 9, [contingency([False], 0.8)])
    plan = least_cost([service, service], quota=[3])
    assert (plan.feasible, plan.proved) == (False, True)
    (conflict,) = plan.conflicts
    assert conflict.missing == 1
    assert sorted(cut.service for cut in conflict.cuts) == [0, 1]


def random_table(random: np.random.Generator, unit: np.ndarray, most: int) -> np.ndarray:
    """Erlang's, or any that never falls: convex, with steps of nothing, or beyond what is there."""
    if random.random() < 0.4:
        return erlang_table(unit, most, Blocked(float(random.choice([0.001, 0.01, 0.2]))))
    gains = random.choice([0.0, 2.0, 5.5, 9.0, 14.0], (len(unit), most))
    return np.hstack([np.zeros((len(unit), 1)), np.cumsum(gains, axis=1)])


def random_fleet(random: np.random.Generator) -> tuple[list[Need], np.ndarray]:
    """Two small services over two or three places, with different utilisations."""
    places = int(random.integers(2, 4))
    services = []
    for _ in range(2):
        admissible = random.random((3, places)) < 0.7
        rows = [contingency([False] * places, 0.7)] + [
            contingency((np.arange(places) == place).tolist(), 0.9, 1.2)
            for place in random.permutation(places)[: random.integers(0, places)]
        ]
        if random.random() < 0.4:
            # The same place congested, at another utilisation; and a law that falls.
            rows.append(replace(rows[0], utilisation=0.95, kept=random.choice([0.5, 1.0], places)))
            gone = np.arange(places) == random.integers(0, places)
            rows.append(replace(rows[0], withdrawn=np.broadcast_to(gone, admissible.shape)))
        unit = random.choice([7.0, 10.0, 2.5, 0.0], places, p=[0.4, 0.4, 0.1, 0.1])
        services.append(
            Need(
                admissible=admissible, demand=random.integers(0, 6, 3) * admissible.any(axis=1),
                contingencies=rows, unit_capacity=unit,
                unit_cost=random.choice([0.0, 0.5, 0.84, 1.3], places),
                minimum=random.integers(0, 2, places), maximum=random.integers(2, 5, places),
                now=random.integers(0, 3, places),
                capacity_table=random_table(random, unit, 4 + int(random.integers(0, 3))),
            )
        )  # fmt: skip
    return services, random.integers(3, 9, places).astype(float)


def possible(service: Need) -> list[tuple[float, int, np.ndarray]]:
    """Every count that survives: cost, changes, counts."""
    bounds = zip(np.asarray(service.minimum), np.asarray(service.maximum), strict=True)
    counts = np.array(list(itertools.product(*(range(low, high + 1) for low, high in bounds))))
    cost, now = np.asarray(service.unit_cost), np.asarray(service.now)
    return [
        (float(cost @ its), int(np.abs(its - now).sum()), its)
        for its in counts[survives(service, counts)]
    ]


def best(services: list[Need], quota: np.ndarray) -> tuple[float, float]:
    """Least cost, then fewest changes, by trying every count of every service."""
    found = (np.inf, np.inf)
    for chosen in itertools.product(*(possible(service) for service in services)):
        if (sum(counts for _, _, counts in chosen) <= quota).all():
            cost = round(sum(cost for cost, _, _ in chosen), 9)
            found = min(found, (cost, sum(changes for _, changes, _ in chosen)))
    return found


def checked(plan: FleetPlan, services: list[Need]) -> None:
    """It survives; one backend fewer anywhere breaks just what its reasons say."""
    for index, (service, counts) in enumerate(zip(services, plan.counts, strict=True)):
        assert survives(service, counts[None]).all()
        for place in np.flatnonzero(counts):
            fewer = counts - (np.arange(len(counts)) == place)
            broken = {
                number
                for number, row in enumerate(service.contingencies)
                if missing(service, row, fewer[None])[0] > missing(service, row, counts[None])[0]
            }
            reasons = plan.reasons[index, int(place)]
            assert {reason.cut.contingency for reason in reasons if reason.cut} == broken


def test_agrees_with_trying_everything() -> None:
    """Random pairs of services under quotas: same cost and changes, right reasons, or none."""
    random = np.random.default_rng(71)
    feasible = 0
    for _ in range(120):
        services, quota = random_fleet(random)
        plan = least_cost(services, quota)
        cost, changes = best(services, quota)
        assert plan.proved
        assert plan.feasible == (cost < np.inf)
        if plan.feasible:
            feasible += 1
            assert plan.cost == pytest.approx(cost)
            now = np.array([service.now for service in services])
            assert np.abs(plan.counts - now).sum() == changes
            checked(plan, services)
        else:
            assert plan.conflicts
    assert feasible > 25, "too few cases that can be met"


def test_a_table_that_binds_nowhere_changes_nothing() -> None:
    """Where utilisation is always lower, the plan is that without a table, bit for bit."""
    random = np.random.default_rng(72)
    for _ in range(30):
        services, quota = random_fleet(random)
        loose = [
            replace(its, capacity_table=np.outer(np.asarray(its.unit_capacity), np.arange(9)))
            for its in services
        ]
        without = [replace(its, capacity_table=None) for its in services]
        plan, same = least_cost(loose, quota), least_cost(without, quota)
        assert plan.feasible == same.feasible
        assert (plan.counts == same.counts).all()


@pytest.mark.parametrize(
    "table", [[[1, 2, 3, 4, 5]], [[0, 5, 4, 6, 7]], [[0, 1, 2]], [[0, 1, 2, 3, np.nan]], [[]], [0]]
)
def test_wrong_tables_are_named(table: Any) -> None:  # noqa: ANN401
    """A table that begins with more than 0, falls, ends too early or is none raises, by name."""
    with pytest.raises(ValueError, match=r"`services\[0\]\.capacity_table`"):
        least_cost([need(table, 1, [contingency([False] * len(table))])])
