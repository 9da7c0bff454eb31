"""Figures of risk from a few scenarios, worked out by hand and by a linear program's definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.sweep.risk import availability, expected, sampled, worst_mean
from domicile.sweep.tally import binned

WHOLE = 1000


def tail(losses: list[tuple[float, int]]) -> dict[int, tuple[int, int]]:
    """A tail of parts of demand and their probabilities in thousandths."""
    part = np.array([its for its, _ in losses])
    mass = np.array([its for _, its in losses], dtype=np.int64)
    return binned(part, mass, np.rint(part * mass).astype(np.int64))


def test_the_mean_of_the_worst_by_hand() -> None:
    """The mean of the worst of four scenarios.

    1 with .010, .5 with .030, .1 with .100, nothing with .860. The worst .010 lose 1; the worst
    .04: (.01 + .015) / .04; of the worst .05, .01 lose a tenth: (.01 + .015 + .001) / .05; all:
    the plain mean .01 + .015 + .01.
    """
    losses = tail([(1.0, 10), (0.5, 30), (0.1, 100)])
    for confidence, mean in ((0.99, 1.0), (0.96, 0.625), (0.95, 0.52), (0.0, 0.035)):
        assert worst_mean(losses, confidence, WHOLE, WHOLE) == pytest.approx((mean, mean))


def test_what_is_unknown_may_lose_everything_or_nothing() -> None:
    """With .02 unknown, the worst .05 lose (.02 + .01 + half of .02) / .05 at most."""
    losses = tail([(1.0, 10), (0.5, 30), (0.1, 100)])
    bounds = worst_mean(losses, 0.95, 980, WHOLE)
    assert bounds == pytest.approx((0.52, 0.8))


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 50)), min_size=1, max_size=12),
    st.sampled_from([0.0, 0.5, 0.9, 0.99]),
)
def test_is_the_least_of_teavars_program(given_: list[tuple[int, int]], confidence: float) -> None:
    """Rockafellar and Uryasev's program, which TEAVAR minimizes, has the same least value.

    The least over `a` of `a + E[(loss - a)+] / (1 - confidence)`; it lies at one of the losses,
    where the function's slope changes.
    """
    whole = 100 * sum(mass for _, mass in given_)
    losses = [(part / 100, 100 * mass) for part, mass in given_]
    part = np.array([its for its, _ in losses])
    chance = np.array([mass for _, mass in losses]) / whole
    program = min(
        a + float(chance @ np.maximum(part - a, 0.0)) / (1 - confidence) for a in (0.0, *part)
    )
    found = worst_mean(tail([(p, m) for p, m in losses]), confidence, whole, whole)
    assert found.least == pytest.approx(program, abs=1e-6)


def test_no_share_is_refused() -> None:
    """All of the time leaves no worst cases."""
    for confidence in (1.0, 1.5, -0.1, float("nan")):
        with pytest.raises(ValueError, match="`confidence`"):
            worst_mean({}, confidence, WHOLE, WHOLE)


def test_bounds_of_what_was_not_examined() -> None:
    """900 of 1000 examined, 880 served, 5 missing on average."""
    assert availability(880, 900, WHOLE) == pytest.approx((0.88, 0.98))
    assert expected(5, 900, WHOLE) == pytest.approx((0.005, 0.105))


def test_intervals_of_samples() -> None:
    """Wilson's: with none of n short, one bound is 1 and the other n / (n + z²); half of 100."""
    square = 2.5758293035489004**2
    assert sampled(50, 50) == pytest.approx((50 / (50 + square), 1.0))
    assert sampled(0, 50) == pytest.approx((0.0, square / (50 + square)))
    assert sampled(0, 0) == (0.0, 1.0)
    least, most = sampled(50, 100)
    assert least + most == pytest.approx(1.0)
    assert 0.37 < least < 0.5 < most < 0.63
