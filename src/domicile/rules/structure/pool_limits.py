"""A pool's minimum, maximum and existing counts contradict each other, or the place's quota.

Bad:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, minimum: 9 backends, maximum: 4 backends}

Good:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, minimum: 2 backends, maximum: 4 backends}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.service import Pool
from domicile.model.tokens import Severity
from domicile.model.words import several
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM107", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Compare each pool's limits with each other and with the quota of its datacenter."""
    for pool in situation.pools:
        yield from _contradictions(situation, pool)


def _contradictions(situation: Situation, pool: Pool) -> Iterator[Observation]:
    route = situation.workspace.route
    name = f"pool of `{pool.service}` at `{pool.datacenter}`"
    maximum = pool.maximum.value
    if pool.minimum is not None and pool.minimum.value > maximum:
        yield Observation(
            f"{name} has a minimum of {pool.minimum} above its maximum of {pool.maximum}",
            route(pool, "minimum"),
            related=((route(pool, "maximum"), "the maximum"),),
            help="lower the minimum or raise the maximum",
        )
    if pool.existing is not None and pool.existing.value > maximum:
        yield Observation(
            f"{name} has {pool.existing}, above its maximum of {pool.maximum}",
            route(pool, "existing"),
            related=((route(pool, "maximum"), "the maximum"),),
            help=f"raise the maximum to {several(int(pool.existing.value), 'backend')}",
        )
    datacenter = situation.workspace.datacenters.get(pool.datacenter)
    if datacenter is None or datacenter.quota is None:
        return
    if pool.minimum is not None and pool.minimum.value > datacenter.quota.value:
        yield Observation(
            f"{name} must have {pool.minimum}, but its datacenter's quota is {datacenter.quota}",
            route(pool, "minimum"),
            related=((route(datacenter, "quota"), "the quota"),),
            help="lower the minimum, or have the quota raised",
        )
