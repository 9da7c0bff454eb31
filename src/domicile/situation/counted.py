"""How many backends stand where, and what they can do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Blocked, Delayed, graded
from domicile.model.quantity import CONCURRENT
from domicile.model.service import BackendType, Pool
from domicile.model.tokens import Counts
from domicile.situation.declared import Declared


class Counted(Declared):
    """Backends of pools: counts, capacity, price and grade of service."""

    @cached_property
    def backends(self) -> dict[tuple[str, str], int]:
        """(service, datacenter) → backends, of the emitted plan or existing."""
        if self.counts is Counts.EXISTING or self.plan is None:
            return self.existing
        planned = {(pool.service, pool.datacenter): pool.after for pool in self.plan.pools}
        return {key: planned.get(key, 0) for key in self.known_pools}

    @cached_property
    def existing(self) -> dict[tuple[str, str], int]:
        """(service, datacenter) → backends that stand today."""
        return {
            key: 0 if pool.existing is None else int(pool.existing.value)
            for key, pool in self.known_pools.items()
        }

    def backend_type(self, pool: Pool) -> BackendType:
        """The type of a known pool's backends."""
        return self.workspace.backends[pool.backend]

    def unit_capacity(self, pool: Pool) -> float:
        """What one backend of a known pool can do, in the service's unit; 0 where not said."""
        given = pool.capacity or self.backend_type(pool).capacity.get(pool.service)
        return 0.0 if given is None else given.value

    def unit_price(self, pool: Pool) -> float:
        """What one backend of a known pool costs, in EUR per hour."""
        return (pool.price or self.backend_type(pool).price).value

    def capacity(
        self, service: str, backends: Mapping[tuple[str, str], int]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """[places]: what so many backends can do, and the most of it that the grade lets be used.

        Args:
            service: its id.
            backends: (service, datacenter) → how many.
        """
        count = np.array([backends.get((service, place), 0) for place in self.places])
        unit = np.array([self._unit(service, place) for place in self.places])
        grade = self.grade(service)
        most = np.full(len(count), np.inf)
        return unit * count, most if grade is None else graded(unit, count, grade)

    def _unit(self, service: str, place: str) -> float:
        pool = self.known_pools.get((service, place))
        return 0.0 if pool is None else self.unit_capacity(pool)

    def grade(self, service: str) -> Blocked | Delayed | None:
        """The grade of service that a service's pools must hold, where its policy asks for one."""
        policy = self.policy(service)
        asked = None if policy is None else policy.grade
        if asked is None or self.workspace.services[service].unit not in CONCURRENT:
            return None
        if asked.model == "erlang-b":
            return Blocked(asked.share.value)
        holding = 1.0 if asked.holding is None else asked.holding.value
        return Delayed(asked.share.value, 0.0 if asked.wait is None else asked.wait.value, holding)
