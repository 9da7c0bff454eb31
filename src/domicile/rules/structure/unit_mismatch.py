"""A rate or a capacity is given in another unit than the service counts its work in.

Bad:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 90 messages/s}

Good:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 90 calls}
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation, Route
from domicile.model.quantity import Quantity
from domicile.model.tokens import Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM108", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Compare units of demand, pools and backend types with their services'."""
    services = situation.workspace.services
    for name, given, at in _quantities(situation):
        service = services.get(name)
        if service is not None and given.unit != service.unit:
            yield Observation(
                f"`{given}` is not counted in `{service.unit}`, the unit of service `{name}`",
                at,
                related=((situation.workspace.route(service, "unit"), "the service's unit"),),
                help=f"give it in `{service.unit}`",
            )


def _quantities(situation: Situation) -> Iterator[tuple[str, Quantity, Route]]:
    """Service, quantity and place of everything that is counted in a service's unit."""
    route = situation.workspace.route
    for demand in situation.demand:
        yield demand.service, demand.rate, route(demand, "rate")
    for pool in situation.pools:
        if pool.capacity is not None:
            yield pool.service, pool.capacity, route(pool, "capacity")
    for backend in situation.workspace.backends.values():
        for service, capacity in backend.capacity.items():
            yield service, capacity, route(backend, "capacity", service)
