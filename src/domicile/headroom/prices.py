"""Prices as whole numbers, where they are: a solver that knows the smallest step proves sooner."""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Floats

_MOST_DECIMALS = 6
_LARGEST = 1e9


def whole(prices: Floats) -> Floats:
    """Scale prices to whole numbers without common divisor, or (failing that) to at most 1."""
    for decimals in range(_MOST_DECIMALS + 1):
        multiple = prices * 10.0**decimals
        rounded = np.rint(multiple)
        if rounded.max(initial=0.0) > _LARGEST:
            break
        if np.allclose(multiple, rounded, rtol=1e-12, atol=1e-9 * 10.0**-decimals):
            divisor = np.gcd.reduce(rounded.astype(np.int64), initial=0)
            return rounded / max(int(divisor), 1)
    return scaled(prices)


def scaled(prices: Floats) -> Floats:
    """Scale prices to at most 1."""
    return prices / (prices.max(initial=0.0) or 1.0)
