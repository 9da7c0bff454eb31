"""A grid on which sums of floats are exact.

Amounts are rounded to multiples of the largest total divided by 2^50. Sums and differences
of such multiples below 2^53 are exact in float64, so a flow algorithm on them ends with a
flow and a cut of exactly equal value, as on integers. Amounts that are integers, or have
few binary digits, are not changed at all. Totals below 10^-280 have no such grid in float64,
and are not told apart.
"""

from __future__ import annotations

import math

import numpy as np

from domicile.headroom.arrays import Floats

ROUNDING = 1e-12
"""A shortfall below this part of the demand is rounding, and is reported as 0."""

_DIGITS = 50


def scale(total: float) -> float:
    """Grid steps for one unit, a power of two, so that `total` is about 2^50 steps."""
    if total <= 0:
        return 1.0
    _, exponent = math.frexp(total)
    return math.ldexp(1.0, max(-1000, min(1000, _DIGITS - exponent)))


def steps(amount: Floats, factor: float, most: Floats) -> Floats:
    """Round to the grid, at most `most` (also in steps): capacity beyond it cannot matter."""
    with np.errstate(over="ignore"):
        return np.minimum(np.rint(amount * factor), most)


def plain(amount: Floats, factor: float) -> bool:
    """Whether amounts are so few-digit multiples of the grid that answers on it are exact.

    Multiples of 2^11 steps: the least difference of their sums is then above `ROUNDING`.
    """
    with np.errstate(over="ignore"):
        coarse = amount * (factor / 2048.0)
    return bool((coarse == np.rint(coarse)).all())


def decimal(*amounts: Floats) -> float | None:
    """Find the power of ten by which all amounts become whole, so that their sums are exact.

    None where there is none, or where the least difference of sums could be below `ROUNDING`.
    """
    total = sum(float(amount.sum()) for amount in amounts)
    for digits in range(7):
        factor = 10.0**digits
        if total * factor > 2.0**39:
            return None
        if all((np.rint(amount * factor) / factor == amount).all() for amount in amounts):
            return factor
    return None
