"""The four arrays that ask for shortfalls, as they are read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Bools, Floats


def surviving(capacity: Floats, lost: Bools | Floats) -> Floats:
    """Capacity that is left: float [scenarios, places]."""
    left: Floats = (
        np.where(lost, 0.0, capacity) if lost.dtype == np.bool_ else ((1.0 - lost) * capacity)
    )
    return left


def read(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    failures: npt.ArrayLike,
) -> tuple[Bools, Floats, Floats, Bools | Floats]:
    """Read the four arrays that describe scenarios; see `shortfalls`.

    Raises:
        ValueError: naming the argument.
    """
    allowed = arrays.booleans("admissible", admissible, (None, None))
    demands, places = allowed.shape
    room = arrays.amounts("capacity", capacity, (places,))
    lost = arrays.shares("failures", failures, (None, places))
    several = np.ndim(np.asarray(demand)) > 1
    needed = arrays.amounts("demand", demand, (len(lost), demands) if several else (demands,))
    return allowed, needed, room, lost
