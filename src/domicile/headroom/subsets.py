"""Tables with one entry for every subset of up to about 22 things, by bit mask.

An entry's index says which things are in: bit *i* stands for thing *i*. Both transforms visit
each bit once (Yates 1937), so a table of 2^n entries takes n·2^n steps, not 4^n. Integers of
64 bits hold sums of 4,096 amounts of the grid (2^50) exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from domicile.headroom.arrays import Bools, Integers

Number = TypeVar("Number", np.int64, np.float64)

MOST = 24
"""Most things of a table: 2^24 entries are 128 MiB."""

_DIRECT = 10
_SETS_AT_ONCE = 1 << 8
_STRIDED = 3


def masks(members: Bools) -> Integers:
    """Read sets, bool [sets, things], as bit masks: int [sets]."""
    weights = np.left_shift(np.int64(1), np.arange(members.shape[1], dtype=np.int64))
    return members.astype(np.int64) @ weights


def members(sets: Integers, things: int) -> Bools:
    """Read bit masks, int [sets], as bool [sets, things]."""
    return (sets[:, None] >> np.arange(things) & 1).astype(np.bool_)


def sums(amounts: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Sum amounts, [things], over each subset: [2**things]."""
    table = np.zeros(1 << len(amounts), dtype=amounts.dtype)
    for thing, amount in enumerate(amounts):
        size = 1 << thing
        np.add(table[:size], amount, out=table[size : 2 * size])
    return table


def add_sums(table: npt.NDArray[Number], amounts: npt.NDArray[Number]) -> None:
    """Add to each entry, in place, the amounts of its subset; [2**things] and [things]."""
    half = len(amounts) // 2
    by_high = table.reshape(-1, 1 << half)
    by_high += sums(amounts[:half])
    by_high += sums(amounts[half:])[:, None]


def within(sets: Integers, amounts: npt.NDArray[Number], things: int) -> npt.NDArray[Number]:
    """Sum the amounts of all sets that lie within each subset.

    Args:
        sets: int [sets], bit masks.
        amounts: [sets].
        things: how many.

    Returns:
        [2**things].
    """
    low = min(things, _DIRECT)
    table = np.zeros((1 << things - low, 1 << low), dtype=amounts.dtype)
    # Sets are few beside the subsets: the lowest bits, slow to visit, are written directly.
    lowest = np.arange(1 << low)
    for start in range(0, len(sets), _SETS_AT_ONCE):
        some = sets[start : start + _SETS_AT_ONCE]
        part = (some & (1 << low) - 1)[:, None]
        given = amounts[start : start + _SETS_AT_ONCE, None]
        added = np.where(lowest & part == part, given, given.dtype.type(0))
        for high, row in zip((some >> low).tolist(), added, strict=True):
            table[high] += row
    flat = table.reshape(-1)
    for bit in range(low, things):
        for without, with_ in _halves(flat, bit):
            np.add(with_, without, out=with_)
    return flat


def best_superset(table: npt.NDArray[Number]) -> None:
    """Replace each entry by the largest of all that contain its subset, in place."""
    for bit in range(len(table).bit_length() - 1):
        for without, with_ in _halves(table, bit):
            np.maximum(without, with_, out=without)


def attained(best: Integers, sets: Integers) -> Integers:
    """Find a superset of each set that attains its best: the largest such, bit by bit.

    Args:
        best: int [2**things], as `best_superset` leaves it.
        sets: int [sets], bit masks.
    """
    found = sets.copy()
    value = best[found]
    for bit in range(len(best).bit_length() - 1):
        larger = found | 1 << bit
        found = np.where(best[larger] == value, larger, found)
    return found


def _halves(
    table: npt.NDArray[Number], bit: int
) -> Iterator[tuple[npt.NDArray[Number], npt.NDArray[Number]]]:
    """Views of a table's entries without a bit, and with it, in the same order."""
    step = 1 << bit
    if bit < _STRIDED:
        # Runs of one to four entries: numpy is faster on a few long strided views.
        for first in range(step):
            yield table[first :: 2 * step], table[first + step :: 2 * step]
    else:
        pairs = table.reshape(-1, 2, step)
        yield pairs[:, 0], pairs[:, 1]
