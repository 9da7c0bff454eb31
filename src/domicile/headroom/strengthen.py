"""Rows that say more about whole backends, and about fractions of them nothing wrong."""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Floats

_MEASURE = 1e-12
"""Part by which what a place gives may differ from a multiple of what another gives."""


def strengthened(factors: Floats) -> Floats:
    """Make rows factors · x ≥ 1 as strong as whole numbers x allow.

    Where what every place gives is a multiple of what the least gives, only multiples of that
    can be had: 3.2 of it are 4 (Gomory 1958). And one backend that gives more than all that is
    lacking helps no more than that.

    Args:
        factors: float [rows, columns], what one more gives, in parts of what is lacking.

    Returns:
        float [rows, columns]: whole numbers keep such a row just where they keep the given one.
    """
    given = factors > 0
    least = np.where(given, factors, np.inf).min(axis=1, initial=np.inf, keepdims=True)
    measure = np.where(np.isfinite(least), least, 1.0)
    times = factors / measure
    whole = np.rint(times)
    alike = (np.abs(times - whole) <= _MEASURE * times).all(axis=1, keepdims=True)
    asked = np.ceil(1.0 / measure)
    return np.where(alike, np.minimum(whole, asked) / asked, np.minimum(factors, 1.0))
