"""Something is named that is declared nowhere.

A pool of an unknown service, a demand on one, a flow to an unknown datacenter: whatever it meant
to say is missing from every computation, so nothing that rests on it can be believed.

Bad:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voise, data_classes: [communications], rate: 90 calls}

Good:

    # infra/demand.yaml
    demand:
      - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 90 calls}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from domicile.model.finding import Observation, Route
from domicile.model.tokens import Severity
from domicile.model.words import did_you_mean
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM101", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Look up every name that one declaration uses for another."""
    for what, name, known, at in _references(situation):
        if name not in known:
            yield Observation(
                f"{what} `{name}` is not declared",
                at,
                help=did_you_mean(name, known) or "declare it, or remove the line that names it",
            )


def _references(situation: Situation) -> Iterator[tuple[str, str, Collection[str], Route]]:
    """What is named, its name, where such things are declared, and the place that names it."""
    workspace, route = situation.workspace, situation.workspace.route
    services, datacenters = workspace.services, workspace.datacenters
    for service in services.values():
        for index, dependency in enumerate(service.depends_on):
            at = route(service, "depends_on", index, "service")
            yield "service", dependency.service, services, at
    for backend in workspace.backends.values():
        yield "provider", backend.provider, workspace.providers, route(backend, "provider")
        for name in backend.capacity:
            yield "service", name, services, route(backend, "capacity", name)
    for pool in situation.pools:
        yield "service", pool.service, services, route(pool, "service")
        yield "datacenter", pool.datacenter, datacenters, route(pool, "datacenter")
        yield "backend type", pool.backend, workspace.backends, route(pool, "backend")
    for demand in situation.demand:
        yield "service", demand.service, services, route(demand, "service")
    for flow in situation.flows:
        yield "service", flow.service, services, route(flow, "service")
        for index, target in enumerate(flow.to):
            if not target.isupper():
                yield "datacenter", target, datacenters, route(flow, "to", index)
    for policy in workspace.headroom:
        for index, name in enumerate(policy.services):
            yield "service", name, services, route(policy, "services", index)
    for mechanism in workspace.mechanisms:
        for index, name in enumerate(mechanism.providers):
            yield "provider", name, workspace.providers, route(mechanism, "providers", index)
    for holder in (*datacenters.values(), *workspace.links):
        for index, name in enumerate(holder.failure_domains):
            at = route(holder, "failure_domains", index)
            yield "failure domain", name, workspace.failure_domains, at
