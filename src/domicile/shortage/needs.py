"""A service's question to the solver, over a situation's places."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Need
from domicile.model.service import Pool
from domicile.situation import Situation
from domicile.strain import Strain


def need_of(situation: Situation, strain: Strain) -> Need:
    """One service's question to the solver, over the situation's places."""
    pools = [situation.known_pools.get((strain.service, place)) for place in situation.places]

    def of_each(value: Callable[[Pool], float]) -> NDArray[np.float64]:
        return np.array([0.0 if pool is None else value(pool) for pool in pools])

    return Need(
        admissible=strain.admissible,
        demand=strain.rate,
        contingencies=strain.contingencies,
        unit_capacity=of_each(situation.unit_capacity),
        unit_cost=of_each(situation.unit_price),
        minimum=of_each(lambda pool: 0.0 if pool.minimum is None else pool.minimum.value),
        maximum=of_each(lambda pool: pool.maximum.value),
        now=of_each(lambda pool: situation.backends[pool.service, pool.datacenter]),
    )


def place_quotas(situation: Situation) -> NDArray[np.float64]:
    """[places]: most backends of all services together; infinite where none is declared."""
    found = (situation.workspace.datacenters[place].quota for place in situation.places)
    return np.array([np.inf if quota is None else quota.value for quota in found])


def room(situation: Situation, service: str) -> NDArray[np.float64]:
    """[places]: the quota that other services' standing backends leave to this one."""
    others = np.zeros(len(situation.places))
    column = {place: index for index, place in enumerate(situation.places)}
    for (name, place), count in situation.backends.items():
        if name != service:
            others[column[place]] += count
    return np.maximum(place_quotas(situation) - others, 0.0)
