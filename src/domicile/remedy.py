"""What would close a shortfall: computed, and checked before it is offered."""

from __future__ import annotations

import numpy as np

from domicile.headroom import as_arrays, expand
from domicile.model.service import Pool
from domicile.model.words import listed, number, several
from domicile.situation import Situation
from domicile.strain import ROUNDING, Strain


def remedy(situation: Situation, strain: Strain) -> str | None:
    """Backends that close a service's shortfall, in words; checked. None where none do.

    Cheap rather than cheapest: the relaxed optimum, rounded up to whole backends. What is
    least, with quotas shared by services, is `domicile plan`'s to say.
    """
    pools = [situation.known_pools.get((strain.service, place)) for place in situation.places]
    unit = np.array([0.0 if pool is None else situation.unit_capacity(pool) for pool in pools])
    price = np.array([0.0 if pool is None else situation.unit_price(pool) for pool in pools])
    limit = np.array([_room(situation, pool) for pool in pools])
    wanted, failures = as_arrays(strain.contingencies, strain.rate)
    given = (strain.admissible, wanted, strain.capacity, failures)
    found = expand(*given, unit, price, limit, integral=False)
    if not found.feasible:
        return None
    added = np.ceil(found.added - ROUNDING).clip(0)
    backends = {
        (strain.service, place): situation.backends.get((strain.service, place), 0) + int(count)
        for place, count in zip(situation.places, added, strict=True)
    }
    cases = (strain.service, strain.loads, strain.places, strain.contingencies)
    capacity = situation.capacity(strain.service, backends)
    if (added > limit).any() or Strain.of(*cases, strain.admissible, *capacity).shortfall.any():
        return None
    total = int(added.sum())
    chosen = [
        f"{int(count)} at {place}"
        for place, count in zip(situation.places, added, strict=True)
        if count > 0
    ]
    return (
        f"{several(total, 'more backend')} of `{strain.service}` ({listed(chosen, 4)}) "
        f"{'closes' if total == 1 else 'close'} it, at {number(float(added @ price))} EUR/h; "
        "`domicile plan` finds the least"
    )


def _room(situation: Situation, pool: Pool | None) -> int:
    """How many backends more a pool may have: its maximum, and the quota of its place."""
    if pool is None:
        return 0
    room = pool.maximum.value - situation.backends[pool.service, pool.datacenter]
    quota = situation.workspace.datacenters[pool.datacenter].quota
    if quota is not None:
        standing = sum(n for (_, d), n in situation.backends.items() if d == pool.datacenter)
        room = min(room, quota.value - standing)
    return max(0, int(room))
