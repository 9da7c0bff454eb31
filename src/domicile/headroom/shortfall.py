"""How much demand cannot be served lawfully, in each scenario."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays, cuts
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.network import Network

_SCENARIOS_AT_ONCE = 1 << 13


def shortfalls(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    failures: npt.ArrayLike,
) -> Floats:
    """Compute total demand minus the largest flow that serves it, for each scenario.

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
    allowed, needed, room, lost = read(admissible, demand, capacity, failures)
    network = Network.of(allowed)
    answer = np.zeros(len(lost))
    for start in range(0, len(lost), _SCENARIOS_AT_ONCE):
        rows = slice(start, start + _SCENARIOS_AT_ONCE)
        rates = needed if needed.ndim == 1 else needed[rows]
        rates = np.broadcast_to(rates, (len(lost[rows]), len(allowed)))
        classes = network.of_demands(rates)
        groups = network.of_places(surviving(room, lost[rows]))
        short = cuts.worst(network, classes, groups)
        answer[rows] = cuts.excess(network, short, classes, groups)
        answer[rows] += rates[:, network.homeless].sum(axis=1)
    return answer


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
