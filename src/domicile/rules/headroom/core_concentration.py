"""More than half of a core service's capacity stands in one datacenter.

Congestion there takes the core with it, however many servers stand elsewhere.

Bad:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
      - {service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends, existing: 8 backends}
      - {service: directory, datacenter: beta-berlin, backend: beta.small, maximum: 9 backends, existing: 2 backends}

Good:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
      - {service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends, existing: 4 backends}
      - {service: directory, datacenter: beta-berlin, backend: beta.small, maximum: 9 backends, existing: 4 backends}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Enforcement, Severity
from domicile.model.words import number
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM305", severity=Severity.MEDIUM, enforcement=Enforcement.ADVISORY)

MOST = 0.5
"""The largest part of a core service that one datacenter may hold without a word."""


def check(situation: Situation) -> Iterator[Observation]:
    """Compare the largest pool of each core service with all of them."""
    workspace = situation.workspace
    for service in workspace.services.values():
        capacities = {
            place: situation.unit_capacity(pool) * situation.backends[name, place]
            for (name, place), pool in situation.known_pools.items()
            if name == service.id
        }
        total = sum(capacities.values())
        if not service.core or total <= 0:
            continue
        largest = max(capacities, key=lambda place: capacities[place])
        part = capacities[largest] / total
        if part > MOST:
            yield Observation(
                f"{number(round(part * 100))} % of core service `{service.id}` stands in one datacenter, `{largest}`",
                workspace.route(situation.known_pools[service.id, largest]),
                witness={"capacity": capacities, "part": round(part, 4)},
                help="spread it: the loss or congestion of that place takes the core with it",
            )
