"""Sets of losses are numbered as `itertools.combinations` lists them."""

from __future__ import annotations

import itertools
import math

import pytest

from domicile.sweep import count, unrank


@pytest.mark.parametrize("length", range(9))
def test_numbers_are_positions_in_the_list(length: int) -> None:
    """Of every length and size, all at once and from any place on."""
    for size in range(length + 1):
        listed = [list(each) for each in itertools.combinations(range(length), size)]
        assert count(length, size) == len(listed)
        assert unrank(length, size, 0, len(listed)).tolist() == listed
        for first in range(0, len(listed), 3):
            assert unrank(length, size, first, 1).tolist() == [listed[first]]


@pytest.mark.parametrize(("length", "size"), [(5000, 3), (60, 58), (200, 8)])
def test_far_into_a_long_list(length: int, size: int) -> None:
    """The last set holds the last ones; a set in between is found by counting those before it."""
    every = math.comb(length, size)
    assert unrank(length, size, every - 1, 1).tolist() == [list(range(length - size, length))]
    chosen = unrank(length, size, every // 3, 1)[0].tolist()
    before, start = 0, 0
    for left, member in zip(range(size, 0, -1), chosen, strict=True):
        before += sum(math.comb(length - other - 1, left - 1) for other in range(start, member))
        start = member + 1
    assert before == every // 3


def test_what_cannot_be_numbered() -> None:
    """Too many sets, a negative size and sets beyond the last are errors that name the argument."""
    with pytest.raises(ValueError, match="`size` asks for"):
        count(1000, 12)
    with pytest.raises(ValueError, match="`size` must be at least 0"):
        count(3, -1)
    with pytest.raises(ValueError, match="`first` and `many`"):
        unrank(4, 2, 5, 2)
    with pytest.raises(ValueError, match="`first` and `many`"):
        unrank(4, 2, -1, 1)
