"""Which set of losses has which number, so that a piece of a sweep is two numbers and no list."""

from __future__ import annotations

import math

import numpy as np

from domicile.headroom.arrays import Integers

MOST = 1 << 62
"""Sets of one size that can be numbered; no sweep examines as many."""


def count(length: int, size: int) -> int:
    """How many sets of `size` there are among `length`.

    Raises:
        ValueError: naming the argument: negative, or more sets than can be numbered.
    """
    for name, given in (("length", length), ("size", size)):
        if given < 0:
            raise ValueError(f"`{name}` must be at least 0, not `{given}`")
    found = math.comb(length, size)
    if found > MOST:
        raise ValueError(f"`size` asks for {found:.1e} sets of {size} among {length}: too many")
    return found


def unrank(length: int, size: int, first: int, many: int) -> Integers:
    """The sets numbered from `first`, as `itertools.combinations` lists them.

    Counted from the end, the list is that of the combinatorial number system (Lehmer 1964): a
    number is a sum of binomials, the largest first, and each gives the next member.

    Args:
        length: how many there are to choose from.
        size: how many are chosen.
        first: number of the first set, from 0.
        many: how many sets follow it, itself included.

    Returns:
        int [many, size], ascending in each row.

    Raises:
        ValueError: naming the argument.
    """
    every = count(length, size)
    if not 0 <= first <= first + many <= every:
        raise ValueError(f"`first` and `many` must lie within {every} sets")
    left = every - 1 - np.arange(first, first + many, dtype=np.int64)
    chosen = np.empty((many, size), dtype=np.int64)
    for column, members in enumerate(range(size, 0, -1)):
        table = np.array([min(math.comb(n, members), MOST) for n in range(length)], dtype=np.int64)
        found = np.searchsorted(table, left, side="right") - 1
        left -= table[found]
        chosen[:, column] = length - 1 - found
    return chosen
