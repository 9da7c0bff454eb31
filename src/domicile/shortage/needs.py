"""A service's question to the solver, over a situation's places."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Need, erlang_table
from domicile.model.service import Pool
from domicile.situation import Situation
from domicile.strain import Strain

_LIMIT = 20_000.0
"""Beyond this no table of what so many backends carry is made."""


def need_of(situation: Situation, strain: Strain, most: NDArray[np.float64] | None = None) -> Need:
    """One service's question to the solver, over the situation's places.

    Args:
        situation: what is declared.
        strain: the service in it.
        most: float [places]: backends that a pool may have, instead of its maximum.
    """
    pools = [situation.known_pools.get((strain.service, place)) for place in situation.places]

    def of_each(value: Callable[[Pool], float]) -> NDArray[np.float64]:
        return np.array([0.0 if pool is None else value(pool) for pool in pools])

    unit = of_each(situation.unit_capacity)
    maximum = of_each(lambda pool: pool.maximum.value) if most is None else most
    now = of_each(lambda pool: situation.backends[pool.service, pool.datacenter])
    largest = np.maximum(maximum, now)
    return Need(
        admissible=strain.admissible,
        demand=strain.rate,
        contingencies=strain.contingencies,
        unit_capacity=unit,
        unit_cost=of_each(situation.unit_price),
        minimum=of_each(lambda pool: 0.0 if pool.minimum is None else pool.minimum.value),
        maximum=maximum,
        now=now,
        capacity_table=_table(situation, strain.service, unit, largest),
    )


def _table(
    situation: Situation, service: str, unit: NDArray[np.float64], maximum: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """[places, counts]: what so many backends may carry at the service's grade; None without."""
    grade = situation.grade(service)
    return None if grade is None else erlang_table(unit, int(maximum.max(initial=0)), grade)


def enough(need: Need) -> float:
    """More backends than any one place can need, whatever is lost: a limit for the solver."""
    unit = np.asarray(need.unit_capacity)
    least = min(
        (case.left[case.left > 0].min(initial=1.0) for case in need.contingencies), default=1
    )
    factor = max((case.demand_factor for case in need.contingencies), default=1.0)
    surge = max(
        (case.surges.max(initial=1.0) for case in need.contingencies if case.surges is not None),
        default=1.0,
    )
    total = float(np.asarray(need.demand).sum()) * factor * max(surge, 1.0)
    given = float(unit[unit > 0].min(initial=np.inf)) * float(least)
    # Where calls must find a channel, small pools carry little of what they could do.
    return min(_LIMIT, float(np.ceil(4 * total / given)) + 100)


def place_quotas(situation: Situation) -> NDArray[np.float64]:
    """[places]: most backends of all services together; infinite where none is declared."""
    found = (situation.workspace.datacenters[place].quota for place in situation.places)
    return np.array([np.inf if quota is None else quota.value for quota in found])


def capacity_of(
    situation: Situation, strain: Strain, counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[places]: what these backends can do, and the most of it that the grade lets be used."""
    backends = {
        (strain.service, place): int(count)
        for place, count in zip(situation.places, counts, strict=True)
    }
    return situation.capacity(strain.service, backends)


def room(situation: Situation, service: str) -> NDArray[np.float64]:
    """[places]: the quota that other services' standing backends leave to this one."""
    others = np.zeros(len(situation.places))
    column = {place: index for index, place in enumerate(situation.places)}
    for (name, place), count in situation.backends.items():
        if name != service:
            others[column[place]] += count
    return np.maximum(place_quotas(situation) - others, 0.0)
