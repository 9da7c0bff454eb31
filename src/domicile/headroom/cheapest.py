"""What the cheapest fleet costs, and no more: neither its ties nor its reasons are settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom.arrays import Integers
from domicile.headroom.conflict import over_quota, too_small
from domicile.headroom.fleet import Need
from domicile.headroom.joint import Joint
from domicile.headroom.least_cost import read_quota
from domicile.headroom.survival import Survival


@dataclass(frozen=True, slots=True, eq=False)
class Cheapest:
    """A fleet of least cost.

    Attributes:
        counts: int [services, places]; the minima where nothing suffices.
        cost: of all of it; infinite where nothing suffices.
        feasible: whether every contingency of every service is survived.
        proved: whether nothing cheaper would do, or (where infeasible) nothing at all.
    """

    counts: Integers
    cost: float
    feasible: bool
    proved: bool


def cheapest(services: Sequence[Need], quota: npt.ArrayLike | None = None) -> Cheapest:
    """Find a fleet of least cost that survives all: `least_cost` asked for its cost alone.

    To ask for the cheapest additions, let `minimum` be what stands, and subtract its cost.

    Args:
        services: their needs.
        quota: float [places]: most backends of all services together; infinite or None: no
            limit.

    Raises:
        ValueError: naming the service and the argument.
    """
    if not services:
        return Cheapest(np.zeros((0, 0), dtype=np.int64), 0.0, feasible=True, proved=True)
    limits = read_quota(services, quota)
    fleet = [Survival.of(need, index, limits) for index, need in enumerate(services)]
    minima = np.array([survival.minimum for survival in fleet])
    if over_quota(fleet, limits) or any(too_small(survival) for survival in fleet):
        return Cheapest(minima, np.inf, feasible=False, proved=True)
    counts, proved = [], True
    for survival in fleet:
        found, sure = _settled(Joint([survival], limits))
        if found is None:
            return Cheapest(minima, np.inf, feasible=False, proved=False)
        counts.append(found[0])
        proved &= sure
    chosen = np.array(counts)
    if (chosen.sum(axis=0) > limits).any():
        found, proved = _settled(Joint(fleet, limits))
        if found is None:
            return Cheapest(minima, np.inf, feasible=False, proved=proved)
        chosen = found
    cost = sum(float(survival.cost @ row) for survival, row in zip(fleet, chosen, strict=True))
    return Cheapest(chosen, cost, feasible=True, proved=proved)


def _settled(joint: Joint) -> tuple[Integers | None, bool]:
    """Counts int [services, places], None where there are none; whether that is proved."""
    best = joint.lazy.settle_whole()
    if best.values is None:
        return None, best.proved
    counts = np.rint(best.values[: joint.length]).astype(np.int64)
    return counts.reshape(len(joint.fleet), joint.places), best.proved and not joint.lazy.doubtful
