"""A service has two pools in one datacenter.

A pool is all of a service's backends in one place; with two, counts would have two homes.

Bad:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 4 backends}
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 8 backends}

Good:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 12 backends}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.service import Pool
from domicile.model.tokens import Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM110", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Report every pool after the first of its service and datacenter."""
    route = situation.workspace.route
    first: dict[tuple[str, str], Pool] = {}
    for pool in situation.pools:
        earlier = first.setdefault((pool.service, pool.datacenter), pool)
        if earlier is not pool:
            yield Observation(
                f"service `{pool.service}` has a second pool at `{pool.datacenter}`",
                route(pool),
                related=((route(earlier), "the first one"),),
                help="join the two in one entry",
            )
