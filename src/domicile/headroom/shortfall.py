"""How much demand cannot be served lawfully, in each scenario."""

from __future__ import annotations

import numpy.typing as npt

from domicile.headroom.arrays import Floats
from domicile.headroom.examination import examine


def shortfalls(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    failures: npt.ArrayLike,
) -> Floats:
    """Compute total demand minus the largest flow that serves it, for each scenario.

    The fastest exact method is chosen; `examine` says which it was.

    Args:
        admissible: bool [demands, places]: lawful and within latency.
        demand: float [demands], or [scenarios, demands] under surge.
        capacity: float [places], usable after the policy's utilisation.
        failures: bool [scenarios, places] lost, or float: the share lost.

    Returns:
        float [scenarios], in the unit of `demand`; exact up to 1e-12 of the demand.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    return examine(admissible, demand, capacity, failures).shortfall
