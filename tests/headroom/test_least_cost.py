"""What `least_cost` must plan, and why it says no."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from domicile.headroom import Contingency, Duty, FleetPlan, Need, as_arrays, least_cost, shortfalls


def rows(
    places: int, *lost: int, factor: float = 1.0, utilisation: float = 1.0
) -> list[Contingency]:
    """Nominal, and the loss of each of these places."""
    nothing = np.zeros(places, dtype=bool)
    return [
        Contingency(("nominal",), nothing, 1.0, utilisation),
        *(
            Contingency((f"datacenter:{place}",), np.arange(places) == place, factor, utilisation)
            for place in lost
        ),
    ]


def need(admissible: Any, demand: Any, contingencies: list[Contingency], **given: Any) -> Need:  # noqa: ANN401
    """A need with backends of 10 at cost 1, up to 20 in each place."""
    places = np.asarray(admissible).shape[1]
    figures: dict[str, Any] = {
        "unit_capacity": [10.0] * places, "unit_cost": [1.0] * places, "minimum": [0] * places,
        "maximum": [20] * places, "now": [0] * places,
    }  # fmt: skip
    return Need(admissible, demand, contingencies, **{**figures, **given})


def survives(service: Need, counts: np.ndarray) -> bool:
    """Whether nothing is short in any contingency, by `shortfalls`, and duties are kept."""
    demand, failures = as_arrays(list(service.contingencies), service.demand)
    capacity = np.asarray(service.unit_capacity) * counts
    kept = all(counts[duty.places].sum() >= duty.least for duty in service.duties)
    return kept and not shortfalls(service.admissible, demand, capacity, failures).any()


def test_spare_is_bought_where_the_law_lets_it_help() -> None:
    """20 of French data may go to places 0 and 1 only; each lost once: two in both, none at 2."""
    plan = least_cost([need([[True, True, False]], [20], rows(3, 0, 1))])
    assert plan.counts.tolist() == [[2, 2, 0]]
    assert (plan.cost, plan.feasible, plan.proved) == (4, True, True)


def test_utilisation_and_surge() -> None:
    """20 at 80 % of 10 each are 2.5 backends, so 3; after the loss 24 at 80 %: 3 at the other."""
    plan = least_cost([need([[True, True]], [20], rows(2, 0, factor=1.2, utilisation=0.8))])
    assert plan.counts.tolist() == [[0, 3]]


def test_reasons_name_what_one_backend_fewer_breaks() -> None:
    """Place 1 holds for the loss of 0 alone; nominal alone would do with less there."""
    plan = least_cost([need([[True, True]], [20], rows(2, 0, 1))])
    assert [reason.cut.contingency for reason in plan.reasons[0, 1] if reason.cut] == [1]
    assert [reason.cut.contingency for reason in plan.reasons[0, 0] if reason.cut] == [2]


def test_minimum_and_duty_are_reasons() -> None:
    """Two at place 0 by the pool's minimum, one at place 1 by a duty; demand needs neither."""
    home = Duty(np.array([False, True]))
    service = need([[True, True]], [1], rows(2), minimum=[2, 0], duties=[home])
    plan = least_cost([service])
    assert plan.counts.tolist() == [[2, 1]]
    assert [reason.kind for reason in plan.reasons[0, 0]] == ["minimum"]
    assert [reason.kind for reason in plan.reasons[0, 1]] == ["duty"]


def test_ties_go_to_fewest_changes() -> None:
    """Either place would do; two stand at place 1 already."""
    plan = least_cost([need([[True, True]], [20], rows(2), now=[0, 2])])
    assert plan.counts.tolist() == [[0, 2]]


def test_then_to_order() -> None:
    """Nothing stands, either place would do: the first."""
    plan = least_cost([need([[True, True, True]], [20], rows(3))])
    assert plan.counts.tolist() == [[2, 0, 0]]


def test_cost_goes_before_changes() -> None:
    """Two stand at the dear place; the cheap one is taken all the same."""
    plan = least_cost([need([[True, True]], [20], rows(2), now=[0, 2], unit_cost=[1.0, 1.01])])
    assert plan.counts.tolist() == [[2, 0]]


def test_services_share_a_quota() -> None:
    """Place 0 is cheapest for both and holds 3: the one that saves more gets it."""
    services = [
        need([[True, True]], [20], rows(2), unit_cost=[1.0, 2.0]),
        need([[True, True]], [20], rows(2), unit_cost=[1.0, 5.0]),
    ]
    plan = least_cost(services, quota=[3, np.inf])
    assert plan.counts.tolist() == [[1, 1], [2, 0]]
    assert plan.cost == 1 + 2 + 2
    assert plan.proved


def test_too_small_a_maximum_is_named() -> None:
    """40 with at most 3 of 10 at the one lawful place: 10 are missing, in both contingencies."""
    service = need([[True, False], [False, True]], [40, 5], rows(2, 1), maximum=[3, 20])
    plan = least_cost([service])
    assert (plan.feasible, plan.proved, plan.cost) == (False, True, np.inf)
    first = plan.conflicts[0]
    assert first.missing == 10
    assert first.cuts[0].loads.tolist() == [True, False]
    assert first.cuts[0].places.tolist() == [True, False]
    assert {conflict.cuts[0].contingency for conflict in plan.conflicts} == {0, 1}


def test_a_load_without_a_place_is_named() -> None:
    """No maximum helps a load that may go nowhere."""
    plan = least_cost([need([[False, False]], [7], rows(2))])
    assert plan.conflicts[0].missing == 7
    assert not plan.conflicts[0].cuts[0].places.any()


def test_an_unmet_duty_is_named() -> None:
    """A duty at a place where no pool is declared cannot be met."""
    duty = Duty(np.array([False, True]))
    plan = least_cost([need([[True, True]], [7], rows(2), maximum=[5, 0], duties=[duty])])
    assert plan.conflicts[0].duties == ((0, 0),)


def test_quota_conflict_is_irreducible() -> None:
    """Two services need 2 each at place 0, which holds 3; the third service is not to blame."""
    services = [
        need([[True, False]], [20], rows(2)),
        need([[False, True]], [20], rows(2)),
        need([[True, False]], [20], rows(2)),
    ]
    plan = least_cost(services, quota=[3, 9])
    assert not plan.feasible
    assert plan.proved
    (conflict,) = plan.conflicts
    assert sorted(cut.service for cut in conflict.cuts) == [0, 2]
    assert conflict.quotas.tolist() == [True, False]
    assert conflict.missing == 1


def test_minima_over_quota_are_named() -> None:
    """Minima of 2 and 2 where 3 may stand: 1 too many."""
    service = need([[True]], [1], rows(1), minimum=[2])
    plan = least_cost([service, service], quota=[3])
    assert not plan.feasible
    assert plan.conflicts[0].quotas.tolist() == [True]
    assert plan.conflicts[0].missing == 1


def test_no_service_no_cost() -> None:
    """An empty fleet is feasible and free."""
    assert least_cost([]).feasible


def brute(services: list[Need], quota: np.ndarray) -> float:
    """Try every count of every service."""
    options = []
    for service in services:
        bounds = zip(np.asarray(service.minimum), np.asarray(service.maximum), strict=True)
        spans = [range(low, high + 1) for low, high in bounds]
        options.append(
            [
                (float(np.asarray(service.unit_cost) @ counts), np.array(counts))
                for counts in itertools.product(*spans)
                if survives(service, np.array(counts))
            ]
        )
    best = np.inf
    for chosen in itertools.product(*options):
        if (sum(counts for _, counts in chosen) <= quota).all():
            best = min(best, sum(cost for cost, _ in chosen))
    return best


def random_fleet(random: np.random.Generator) -> tuple[list[Need], np.ndarray]:
    """Two small services over two or three places."""
    places = int(random.integers(2, 4))
    services = []
    for _ in range(2):
        admissible = random.random((3, places)) < 0.7
        lost = random.permutation(places)[: random.integers(0, places)].tolist()
        services.append(
            need(
                admissible, random.integers(0, 12, 3) * admissible.any(axis=1),
                rows(places, *lost, factor=1.2, utilisation=0.9),
                unit_capacity=random.choice([7.0, 10.0, 0.0], places, p=[0.45, 0.45, 0.1]),
                unit_cost=random.choice([0.0, 0.5, 0.84, 1.3], places),
                maximum=random.integers(1, 5, places), now=random.integers(0, 3, places),
            )
        )  # fmt: skip
    return services, random.integers(1, 7, places).astype(float)


def checked(plan: FleetPlan, services: list[Need]) -> None:
    """A feasible plan survives; one backend fewer anywhere breaks just what its reasons say."""
    for index, (service, counts) in enumerate(zip(services, plan.counts, strict=True)):
        assert survives(service, counts)
        for place in np.flatnonzero(counts):
            fewer = counts - (np.arange(len(counts)) == place)
            bound = any(reason.kind != "minimum" for reason in plan.reasons[index, int(place)])
            assert bound != survives(service, fewer)


def test_agrees_with_trying_everything() -> None:
    """Random pairs of services under quotas: same cost, same feasibility, right reasons."""
    random = np.random.default_rng(8)
    feasible = 0
    for _ in range(150):
        services, quota = random_fleet(random)
        plan = least_cost(services, quota)
        best = brute(services, quota)
        assert plan.proved
        assert plan.feasible == (best < np.inf)
        if plan.feasible:
            feasible += 1
            assert plan.cost == pytest.approx(best)
            checked(plan, services)
        else:
            assert plan.conflicts
    assert feasible > 25, "too few cases that can be met"


def test_order_of_loads_and_contingencies_does_not_matter() -> None:
    """The tie-breaking leaves one plan, so the way to it leaves no trace."""
    random = np.random.default_rng(12)
    for _ in range(15):
        admissible = random.random((6, 5)) < 0.6
        demand = random.integers(1, 30, 6) * admissible.any(axis=1)
        contingencies = rows(5, 0, 1, 2, 3, 4)
        first = least_cost([need(admissible, demand, contingencies)])
        order = random.permutation(6)
        again = least_cost([need(admissible[order], demand[order], contingencies[::-1])])
        assert (first.counts == again.counts).all()


@pytest.mark.parametrize(
    "argument", ["demand", "unit_capacity", "unit_cost", "minimum", "maximum", "now"]
)
def test_wrong_input_is_named(argument: str) -> None:
    """Wrong lengths raise an error with the service's index and the argument."""
    with pytest.raises(ValueError, match=rf"`services\[0\]\.{argument}`"):
        least_cost([need([[True]], **{"demand": [1], "contingencies": rows(1), argument: [1, 2]})])


def test_a_gap_allows_a_little_more_and_survives_all_the_same() -> None:
    """Never dearer than the least by more than the gap; where nothing suffices, it says so too."""
    random = np.random.default_rng(11)
    for _ in range(60):
        services, quota = random_fleet(random)
        exact, near = least_cost(services, quota), least_cost(services, quota, gap=0.1)
        assert near.feasible is exact.feasible
        if exact.feasible:
            assert exact.cost - 1e-9 <= near.cost <= exact.cost / (1 - 0.1) + 1e-9
            assert near.least <= exact.cost * (1 + 1e-9)
            assert exact.least == pytest.approx(exact.cost)
            for service, counts in zip(services, near.counts, strict=True):
                assert survives(service, counts)


def test_a_short_search_closes_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fleets this small are then proved to be least; without one node, bounds still hold."""
    random = np.random.default_rng(13)
    fleets = [random_fleet(random) for _ in range(30)]
    exact = [least_cost(services, quota) for services, quota in fleets]
    near = [least_cost(services, quota, gap=0.2) for services, quota in fleets]
    for one, other in zip(exact, near, strict=True):
        if one.feasible:
            assert other.cost == pytest.approx(one.cost)
            assert other.least == pytest.approx(one.cost)
    monkeypatch.setattr("domicile.headroom.joint._NODES", 0)
    hasty = [least_cost(services, quota, gap=0.2) for services, quota in fleets]
    for one, other in zip(exact, hasty, strict=True):
        if one.feasible:
            assert other.least <= one.cost * (1 + 1e-9) <= other.cost * (1 + 2e-9)


def test_sets_known_before_change_no_answer() -> None:
    """The sets that one proof needed, given to the next, lead to the same plan."""
    random = np.random.default_rng(12)
    for _ in range(40):
        services, quota = random_fleet(random)
        first = least_cost(services, quota)
        if first.feasible:
            again = least_cost(services, quota, known=first.cuts)
            assert again.counts.tolist() == first.counts.tolist()
