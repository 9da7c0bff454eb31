"""Erlang's formulas against published tables, against exact sums, and what must always hold."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domicile.headroom import (
    Blocked,
    Delayed,
    erlang_b,
    erlang_c,
    erlang_table,
    largest_load,
    usable,
)
from domicile.headroom.grade import Grade

FROM_ONE_CHANNEL_ON = {
    0.001: "0.001 0.046 0.194 0.439 0.762 1.1 1.6 2.1 2.6 3.1 3.7 4.2 4.8 5.4 6.1 6.7 7.4 8.0 8.7 "
    "9.4 10.1 10.8 11.5 12.2 13.0 13.7 14.4 15.2 15.9 16.7 17.4 18.2 19.0 19.7 20.5 21.3 22.1",
    0.01: "0.010 0.153 0.455 0.869 1.361 1.9 2.5 3.1 3.8 4.5 5.2 5.9 6.6 7.4 8.1 8.9 9.7 10.4 11.2 "
    "12.0 12.8 13.7 14.5 15.3 16.1 17.0 17.8 18.6 19.5 20.3 21.2 22.0 22.9 23.8 24.6 25.5 26.4",
    0.2: "0.250 1.000 1.930 2.950 4.010 5.1 6.2 7.4 8.5 9.7 10.9 12.0 13.2 14.4 15.6 16.8 18.0 "
    "19.2 20.4 21.6 22.8 24.1 25.3 26.5 27.7 28.9 30.2 31.4 32.6 33.8 35.1 36.3 37.5 38.8 40.0",
}

LUCENT = {
    1: 0.020, 3: 0.602, 5: 1.657, 7: 2.935, 9: 4.345, 11: 5.842, 13: 7.402, 15: 9.010, 17: 10.656,
    19: 12.333, 21: 14.036, 23: 15.761, 25: 17.505, 27: 19.265, 29: 21.039, 31: 22.827, 35: 26.435,
    37: 28.254, 39: 30.081, 43: 33.758, 47: 37.462, 49: 39.323, 51: 41.189, 53: 43.060, 57: 46.816,
    59: 48.700, 65: 54.376, 67: 56.275, 71: 60.082, 73: 61.990, 75: 63.900, 77: 65.814, 79: 67.729,
    81: 69.647, 83: 71.568, 85: 73.490, 87: 75.415, 89: 77.342,
}  # fmt: skip

Number = TypeVar("Number", Fraction, Decimal)

SHARES = st.floats(1e-6, 0.5)
COUNTS = st.integers(1, 150)


@st.composite
def grades(draw: st.DrawFn) -> Grade:
    """Draw either kind."""
    share = draw(SHARES)
    if draw(st.booleans()):
        return Blocked(share)
    return Delayed(share, draw(st.floats(0, 1000)), draw(st.floats(0.1, 1000)))


def worse(servers: Any, load: Any, grade: Grade) -> np.ndarray:  # noqa: ANN401
    """The share of calls that the grade is about."""
    if isinstance(grade, Blocked):
        return erlang_b(servers, load)
    patience = (np.asarray(servers) - load) * grade.wait / grade.holding
    return erlang_c(servers, load) * np.exp(-patience)


def exact_b(servers: int, load: Number) -> Number:
    """Erlang's formula as he wrote it: the last term of the exponential series, over its sum."""
    term = total = load / load
    for channels in range(1, servers + 1):
        term = term * load / channels
        total += term
    return term / total


def exact_c(servers: int, load: Fraction) -> Fraction:
    """Waiting: the same, with the last term multiplied by n / (n - load)."""
    term, total = Fraction(1), Fraction(1)
    for channels in range(1, servers):
        term = term * load / channels
        total += term
    last = term * load / servers * servers / (servers - load)
    return last / (total + last)


def test_published_loads_from_one_channel_on() -> None:
    """The Erlang B table of cellular courses: three decimals, from six channels on one.

    Two of its entries end in a 0 where rounding gives 1.930 (1.9299) and 2.950 (2.9452).
    """
    for share, row in FROM_ONE_CHANNEL_ON.items():
        loads = np.array(row.split(), dtype=float)
        found = largest_load(np.arange(1, len(loads) + 1), Blocked(share))
        rounding = np.where(np.arange(len(loads)) < 5, 0.0051, 0.0501)
        assert (np.abs(found - loads) <= rounding).all()


def test_published_loads_at_two_percent() -> None:
    """Lucent's Erlang B capacity table for 2 % blocking (garywagoner.tripod.com/traffic).

    Without the rows for 33, 41, 45, 55, 61, 63 and 69 channels: a digit of each is misprinted,
    as the differences between rows show (45 channels are there said to carry 1.7 E more than 43).
    """
    found = largest_load(list(LUCENT), Blocked(0.02))
    np.testing.assert_allclose(found, list(LUCENT.values()), atol=0.00051)


def test_published_single_values() -> None:
    """15 lines at 1 %: 8.108 E (erlang.com); 30 lines offered 25 E: 0.05 (Wolfram, ErlangB)."""
    assert round(float(largest_load(15, Blocked(0.01))), 3) == 8.108
    assert round(float(erlang_b(30, 25)), 2) == 0.05


def test_published_call_centre() -> None:
    """360 calls of 4 minutes in half an hour, 55 agents: 48 E, 23.9 % wait (T. Mitrovic, mitan)."""
    assert round(float(erlang_c(55, 48)), 3) == 0.239
    # 84.6 % are answered within 15 s: 48 E just keep that grade.
    within = 1 - 0.239 * np.exp(-7 * 15 / 240)
    assert float(largest_load(55, Delayed(1 - within, 15, 240))) == pytest.approx(48, abs=0.01)


def test_equals_exact_sums() -> None:
    """Fractions give both formulas without any rounding."""
    for servers in (1, 2, 3, 7, 30, 120):
        for load in (Fraction(1, 1000), Fraction(1, 2), Fraction(29, 10), Fraction(servers * 9, 8)):
            found = float(erlang_b(servers, float(load)))
            assert found == pytest.approx(float(exact_b(servers, load)), rel=1e-13)
            if load < servers:
                found = float(erlang_c(servers, float(load)))
                assert found == pytest.approx(float(exact_c(servers, load)), rel=1e-12)


def test_thousands_of_channels() -> None:
    """Sixty digits decide at 3,000 channels: 2,900 E lose this share, and it comes back."""
    for channels, load in ((100, 84), (3000, 2900)):
        with localcontext(prec=60):
            share = float(exact_b(channels, Decimal(load)))
        assert float(erlang_b(channels, load)) == pytest.approx(share, rel=1e-12)
        assert float(largest_load(channels, Blocked(share))) == pytest.approx(load, rel=1e-12)


def test_edges() -> None:
    """No channel takes nothing; no load loses nothing; a full queue never ends."""
    assert erlang_b([0, 0, 3], [0, 2, 0]).tolist() == [1, 1, 0]
    assert erlang_c([0, 2, 2, 3], [0, 2, 5, 0]).tolist() == [1, 1, 1, 0]
    assert largest_load([0, 0], Blocked(0.01)).tolist() == [0, 0]
    assert erlang_b(np.zeros((2, 0)), 1.0).shape == (2, 0)
    # One channel: B = load / (1 + load) and C = load, so by hand:
    assert float(largest_load(1, Blocked(0.2))) == pytest.approx(0.25, rel=1e-12)
    assert float(largest_load(1, Delayed(0.2, 0, 1))) == pytest.approx(0.2, rel=1e-12)


@settings(deadline=None, max_examples=50)
@given(COUNTS, grades())
@example(servers=29, grade=Delayed(share=1e-06, wait=0.1, holding=0.1))
def test_the_largest_load_is_tight(servers: int, grade: Grade) -> None:
    """The grade holds at the load, and no longer at a billionth more."""
    load = float(largest_load(servers, grade))
    assert worse(servers, load, grade) <= grade.share
    assert worse(servers, load * (1 + 1e-9), grade) > grade.share


@settings(deadline=None, max_examples=50)
@given(COUNTS, COUNTS, grades())
def test_pooling_gains(one: int, other: int, grade: Grade) -> None:
    """Two groups of channels together take at least what they take apart."""
    apart, apart_too, together = largest_load([one, other, one + other], grade)
    assert together >= (apart + apart_too) * (1 - 1e-12)


@settings(deadline=None, max_examples=50)
@given(COUNTS, st.floats(0, 500))
def test_more_channels_block_less_and_waiting_exceeds_blocking(servers: int, load: float) -> None:
    """Blocking falls with channels; those who would be lost are among those who would wait."""
    less, more = erlang_b([servers, servers + 1], load)
    assert more <= less
    assert erlang_c(servers, load) >= less * (1 - 1e-12)


def test_small_pools_are_bound_by_erlang_and_large_ones_by_utilisation() -> None:
    """Ten channels each, 70 %, 1 in 1,000 lost: 3.09, 9.41 and 16.7 E, then 28 (Erlang 24.5)."""
    table = usable([10], 0.7, 40, Blocked(0.001))[0]
    assert table[:5].round(2).tolist() == [0, 3.09, 9.41, 16.68, 24.44]
    assert table[40] == pytest.approx(280)
    limits = np.minimum(largest_load(10 * np.arange(41), Blocked(0.001)), 7.0 * np.arange(41))
    np.testing.assert_allclose(table, limits, rtol=1e-12)


def test_parts_of_channels_count_once_they_are_whole() -> None:
    """Backends of 2.5 channels: 2 in one, 5 in two; ten of 0.1 are one channel."""
    grade = Blocked(0.01)
    whole = largest_load([0, 2, 5, 7], grade)
    np.testing.assert_array_equal(erlang_table([2.5], 3, grade)[0], whole)
    table = erlang_table([0.1, 0.0], 10, grade)
    assert np.flatnonzero(table[0]).tolist() == [10]
    assert not table[1].any()


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: erlang_b(1.5, 1), "servers"),
        (lambda: erlang_b(2, -1), "offered"),
        (lambda: erlang_c(2, np.nan), "offered"),
        (lambda: largest_load(2, Blocked(0)), "grade.share"),
        (lambda: largest_load(2, Blocked(1)), "grade.share"),
        (lambda: largest_load(2, Delayed(0.1, -1, 1)), "grade.wait"),
        (lambda: largest_load(2, Delayed(0.1, 1, 0)), "grade.holding"),
        (lambda: largest_load(2, Delayed(0.1, 1e300, 1e-300)), "grade.holding"),
        (lambda: usable([2], 1.5, 1, Blocked(0.1)), "utilisation"),
        (lambda: usable([np.inf], 0.5, 1, Blocked(0.1)), "unit_capacity"),
        (lambda: usable([1], 0.5, -1, Blocked(0.1)), "most"),
    ],
)
def test_wrong_input_is_named(call: Any, argument: str) -> None:  # noqa: ANN401
    """What cannot be a number of channels, a load or a share raises, by name."""
    with pytest.raises(ValueError, match=f"`{argument}`"):
        call()
