"""Demand reaches a service that has no pool anywhere in the environment.

Bad:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
      - {service: voice, datacenter: beta-berlin, backend: beta.small, maximum: 9 backends}

Good:

    # infra/pools.yaml
    pools:
      - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
      - {service: voice, datacenter: beta-berlin, backend: beta.small, maximum: 9 backends}
      - {service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends}
      - {service: directory, datacenter: beta-berlin, backend: beta.small, maximum: 9 backends}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.tokens import Severity
from domicile.model.words import amount, quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM111", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Look for a pool of each service that demand reaches."""
    workspace = situation.workspace
    pooled = {service for service, _ in situation.known_pools}
    for name in sorted({load.service for load in situation.loads} - pooled):
        service = workspace.services[name]
        loads = [load for load in situation.loads if load.service == name]
        rate = amount(sum(load.rate for load in loads), service.unit)
        callers = sorted(
            other.id
            for other in workspace.services.values()
            if name in {dependency.service for dependency in other.depends_on}
        )
        yield Observation(
            f"service `{name}` is asked for {rate} but has no pool in `{situation.environment}`",
            workspace.route(service),
            witness={"rate": rate, "subjects": sorted({load.subject for load in loads})},
            help="declare a pool of it"
            + (f"; {quoted(callers)} cannot serve without it" if callers else ""),
        )
