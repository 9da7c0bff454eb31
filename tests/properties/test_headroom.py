"""What must always be true of headroom, whatever the numbers."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.headroom import expand, least_cost, shortfalls, solve
from domicile.headroom.contingency import Contingency
from domicile.headroom.fleet import Need

AMOUNT = st.one_of(
    st.integers(0, 50).map(float),
    st.floats(1e-200, 1e9),
    st.sampled_from([0.0, 1e-6, 0.1, 1e12]),
)


@st.composite
def networks(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draw admissible places, demand, capacity and failures."""
    demands, places = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    scenarios = draw(st.integers(1, 4))

    def filled(element: st.SearchStrategy[float], *shape: int) -> np.ndarray:
        size = int(np.prod(shape))
        return np.array(draw(st.lists(element, min_size=size, max_size=size))).reshape(shape)

    admissible = filled(st.booleans(), demands, places).astype(bool)
    lost = filled(st.sampled_from([0.0, 0.25, 1.0]), scenarios, places)
    return admissible, filled(AMOUNT, demands), filled(AMOUNT, places), lost


def every_set(
    admissible: np.ndarray, demand: np.ndarray, capacity: np.ndarray, lost: np.ndarray
) -> np.ndarray:
    """Gale's condition, spelled out: the worst over all sets of demands."""
    members = itertools.product([False, True], repeat=len(demand))
    sets = np.array(list(members), dtype=bool)
    usable = np.array([admissible[chosen].any(axis=0) for chosen in sets])
    room = (1 - lost) * capacity
    over = (sets @ demand)[None, :] - room @ usable.T.astype(float)
    return np.maximum(over.max(axis=1), 0)


@settings(deadline=None)
@given(networks())
def test_is_the_worst_over_all_sets(network: tuple[np.ndarray, ...]) -> None:
    """The shortfall is the largest demand of a set beyond what the set may use."""
    _, demand, _, _ = network
    expected = every_set(*network)
    np.testing.assert_allclose(
        shortfalls(*network), expected, rtol=1e-9, atol=1e-11 * max(demand.sum(), 1e-3)
    )


@settings(deadline=None)
@given(networks(), st.integers(0, 4), AMOUNT)
def test_more_capacity_never_adds_a_shortfall(
    network: tuple[np.ndarray, ...], place: int, more: float
) -> None:
    """With more capacity anywhere, no scenario that was served is short."""
    admissible, demand, capacity, lost = network
    before = shortfalls(admissible, demand, capacity, lost)
    larger = capacity.copy()
    larger[place % len(capacity)] += more
    after = shortfalls(admissible, demand, larger, lost)
    assert not (after[before == 0] > 0).any()
    assert (after <= before + 1e-11 * demand.sum()).all()


@settings(deadline=None)
@given(networks())
def test_one_more_contingency_changes_no_other(network: tuple[np.ndarray, ...]) -> None:
    """Each scenario has the answer that it has alone, so one more never removes a shortfall."""
    admissible, demand, capacity, lost = network
    together = shortfalls(admissible, demand, capacity, lost)
    alone = [shortfalls(admissible, demand, capacity, row[None])[0] for row in lost]
    np.testing.assert_allclose(together, alone, rtol=1e-9, atol=1e-12 * demand.sum())
    assert ((together > 0) == (np.array(alone) > 0)).all()


@settings(deadline=None)
@given(networks())
def test_routing_serves_just_what_can_be_served(network: tuple[np.ndarray, ...]) -> None:
    """A routing is lawful, within capacity, and as short as `shortfalls` says."""
    admissible, demand, capacity, lost = network
    room = (1 - lost[0]) * capacity
    nominal = solve(admissible, demand, capacity)
    routing = solve(admissible, demand, room, prefer=nominal.flow)
    slack = 1e-11 * max(demand.sum(), 1e-300)
    short = shortfalls(admissible, demand, capacity, lost[:1])[0]
    assert abs(routing.shortfall - short) <= slack
    assert abs(demand.sum() - routing.served.sum() - short) <= slack
    assert not routing.flow[~admissible].any()
    assert (routing.flow.sum(axis=0) <= room + slack).all()


@settings(max_examples=40, deadline=None)
@given(networks(), st.lists(st.integers(0, 6), min_size=5, max_size=5))
def test_an_expansion_leaves_nothing_short(
    network: tuple[np.ndarray, ...], limits: list[int]
) -> None:
    """A feasible expansion survives all; an infeasible one fails at its limit too."""
    admissible, demand, capacity, lost = network
    limit = np.array(limits[: len(capacity)])
    unit = np.full(len(capacity), max(demand.max(), 1.0) / 3)
    answer = expand(admissible, demand, capacity, lost, unit, np.ones(len(capacity)), limit)
    added = answer.added if answer.feasible else limit
    short = shortfalls(admissible, demand, capacity + unit * added, lost)
    # Both round at 1e-12 of the demand, each in its own sums: what lies at that edge is either.
    assert short.max(initial=0.0) <= 2e-12 * demand.sum() if answer.feasible else short.any()


@settings(max_examples=30, deadline=None)
@given(networks())
def test_one_more_contingency_never_makes_a_fleet_cheaper(
    network: tuple[np.ndarray, ...],
) -> None:
    """What must survive more costs at least as much; and the same question, the same answer."""
    admissible, demand, _, lost = network
    places = admissible.shape[1]
    demand = np.minimum(demand, 60.0)
    rows = [Contingency((str(index),), row > 0.5, 1.0, 0.8) for index, row in enumerate(lost)]

    def plan(count: int) -> float:
        need = Need(
            admissible=admissible, demand=demand, contingencies=rows[:count],
            unit_capacity=np.full(places, 9.0), unit_cost=np.arange(1, places + 1) / 7,
            minimum=np.zeros(places), maximum=np.full(places, 50), now=np.zeros(places),
        )  # fmt: skip
        first, second = least_cost([need]), least_cost([need])
        assert (first.counts == second.counts).all()
        assert first.proved
        return first.cost

    costs = [plan(count) for count in range(1, len(rows) + 1)]
    assert all(one <= other * (1 + 1e-9) for one, other in itertools.pairwise(costs))
