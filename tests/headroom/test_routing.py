"""What `solve` must answer for one scenario."""

from __future__ import annotations

import numpy as np
import pytest

from domicile.headroom import shortfalls, solve


def test_spread_in_proportion_to_capacity() -> None:
    """30 over places of 20 and 40 fills both to one half."""
    assert solve([[True, True]], [30], [20, 40]).flow.tolist() == [[10, 20]]


def test_fullest_place_is_as_little_full_as_possible() -> None:
    """Demand 0 must stay at place 0 (8 of 10); the free demand of 6 goes to place 1 alone."""
    routing = solve([[True, False], [True, True]], [8, 6], [10, 10])
    np.testing.assert_allclose(routing.flow, [[8, 0], [0, 6]], atol=1e-9)


def test_balance_goes_on_below_the_fullest() -> None:
    """Place 0 is 90 % full whatever happens; places 1 and 2 still share 10 evenly."""
    routing = solve([[True, False, False], [False, True, True]], [9, 10], [10, 20, 20])
    np.testing.assert_allclose(routing.flow, [[9, 0, 0], [0, 5, 5]])


def test_short_demands_are_named_with_the_places_that_bind() -> None:
    """Two demands of 10 share place 0 (15): 5 short, 7.5 each; the third is not concerned."""
    routing = solve(
        [[True, False], [True, False], [False, True]], [10, 10, 4], [15, 8]
    )  # fmt: skip
    assert routing.shortfall == pytest.approx(5)
    np.testing.assert_allclose(routing.served, [7.5, 7.5, 4])
    assert routing.short.tolist() == [True, True, False]
    assert routing.binding.tolist() == [True, False]


def test_without_a_place_nothing_binds() -> None:
    """A demand that may go nowhere is short, and no place is to blame."""
    routing = solve([[False], [True]], [3, 1], [5])
    assert routing.shortfall == 3
    assert routing.short.tolist() == [True, False]
    assert not routing.binding.any()


def test_keeps_what_can_be_kept() -> None:
    """Place 1 is lost: the half that it served moves to places 0 and 2, the rest stays."""
    admissible = [[True, True, True]]
    nominal = solve(admissible, [30], [20, 20, 20])
    after = solve(admissible, [30], [20, 0, 20], prefer=nominal.flow)
    np.testing.assert_allclose(after.flow, [[15, 0, 15]])


def test_demands_untouched_by_a_loss_stay() -> None:
    """Demand 1 used place 2 alone before and does so after place 0 is lost."""
    admissible = [[True, True, False], [False, True, True]]
    before = np.array([[10.0, 0, 0], [0, 0, 10]])
    after = solve(admissible, [10, 10], [0, 10, 10], prefer=before)
    np.testing.assert_allclose(after.flow, [[0, 10, 0], [0, 0, 10]])


def test_displaces_only_to_serve_all() -> None:
    """Demand 0 can only go to place 1 once place 0 is lost, so demand 1 must yield it."""
    admissible = [[True, True, False], [False, True, True]]
    before = np.array([[10.0, 0, 0], [0, 10, 0]])
    after = solve(admissible, [10, 10], [0, 10, 10], prefer=before)
    np.testing.assert_allclose(after.flow, [[0, 10, 0], [0, 0, 10]])


@pytest.mark.parametrize("kept", [False, True])
def test_every_routing_is_a_largest_flow(*, kept: bool) -> None:
    """Random networks: lawful, within capacity, and exactly as short as `shortfalls` says."""
    random = np.random.default_rng(11)
    for _ in range(200):
        demands, places = random.integers(1, 8, 2)
        admissible = random.random((demands, places)) < random.choice([0.2, 0.5, 0.9])
        demand = random.integers(0, 9, demands) * random.choice([0.1, 1.0, 1e6])
        capacity = random.integers(0, 9, places) * random.choice([0.1, 1.0, 1e6])
        prefer = random.random((demands, places)) if kept else None
        routing = solve(admissible, demand, capacity, prefer)
        total = max(demand.sum(), 1e-9)
        short = shortfalls(admissible, demand, capacity, np.zeros((1, places), dtype=bool))[0]
        assert routing.shortfall == pytest.approx(short, abs=1e-9 * total)
        assert routing.served.sum() == pytest.approx(demand.sum() - short, abs=1e-9 * total)
        assert (routing.flow >= 0).all()
        assert not routing.flow[~admissible].any()
        assert (routing.flow.sum(axis=0) <= capacity + 1e-12 * total).all()
        assert (routing.served <= demand + 1e-12 * total).all()
        cut = demand[routing.short].sum() - capacity[routing.binding].sum()
        assert cut == pytest.approx(short, abs=1e-9 * total)


def test_same_input_same_routing() -> None:
    """Two calls give bit by bit the same flow."""
    random = np.random.default_rng(2)
    admissible = random.random((12, 9)) < 0.4
    demand, capacity = random.random(12), random.random(9) * 2
    first, second = (solve(admissible, demand, capacity) for _ in range(2))
    assert (first.flow == second.flow).all()


def test_wrong_preference_is_named() -> None:
    """A preference of another shape is refused by name."""
    with pytest.raises(ValueError, match="`prefer`"):
        solve([[True]], [1], [1], prefer=[[1, 2]])
