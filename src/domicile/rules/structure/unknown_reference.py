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

import re
from collections.abc import Collection, Iterator

from domicile.foreseen import EVERYONE
from domicile.model.base import Record
from domicile.model.finding import Observation
from domicile.model.place import Datacenter, Link
from domicile.model.policy import HeadroomPolicy, Mechanism, Placement
from domicile.model.service import Flow, Pool
from domicile.model.tokens import Severity
from domicile.model.words import did_you_mean
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM101", severity=Severity.CRITICAL)

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6})?")

Place = tuple[Record, *tuple[str | int, ...]]
"""The record that names it, and the keys that lead to the name."""
Reference = tuple[str, str, Collection[str], Place]
"""What is named, its name, the names that are declared, and where it is named."""


def check(situation: Situation) -> Iterator[Observation]:
    """Look up every name that one declaration uses for another."""
    for references in (_of_services, _of_pools, _of_flows, _of_policies, _of_places):
        for what, name, known, at in references(situation):
            if name not in known:
                yield Observation(
                    f"{what} `{name}` is not declared",
                    situation.workspace.route(*at),
                    help=did_you_mean(name, known)
                    or "declare it, or remove the line that names it",
                )


def _of_services(situation: Situation) -> Iterator[Reference]:
    workspace = situation.workspace
    for service in workspace.services.values():
        for index, dependency in enumerate(service.depends_on):
            at = (service, "depends_on", index, "service")
            yield "service", dependency.service, workspace.services, at
    for backend in workspace.backends.values():
        yield "provider", backend.provider, workspace.providers, (backend, "provider")
        for name in backend.capacity:
            yield "service", name, workspace.services, (backend, "capacity", name)


def _of_pools(situation: Situation) -> Iterator[Reference]:
    workspace = situation.workspace
    for pool in situation.pools:
        yield "service", pool.service, workspace.services, (pool, "service")
        yield "datacenter", pool.datacenter, workspace.datacenters, (pool, "datacenter")
        yield "backend type", pool.backend, workspace.backends, (pool, "backend")
        yield from _of_groups(situation, pool, "subjects", pool.subjects)
    for demand in situation.demand:
        yield "service", demand.service, workspace.services, (demand, "service")


def _of_flows(situation: Situation) -> Iterator[Reference]:
    workspace = situation.workspace
    for flow in situation.flows:
        yield "service", flow.service, workspace.services, (flow, "service")
        yield from _of_groups(situation, flow, "subjects", flow.subjects)
        for index, target in enumerate(flow.to):
            if not target.isupper():
                yield "datacenter", target, workspace.datacenters, (flow, "to", index)
        same = {each.id for each in situation.flows if each.service == flow.service}
        for index, name in enumerate(flow.after):
            yield f"flow of `{flow.service}`", name, same, (flow, "after", index)
    for use in workspace.side_path_uses.get(situation.environment, ()):
        yield "side path", use.path, workspace.side_paths, (use, "path")
        for index, name in enumerate(use.services):
            yield "service", name, workspace.services, (use, "services", index)
        for index, name in enumerate(use.datacenters):
            yield "datacenter", name, workspace.datacenters, (use, "datacenters", index)
        for index, target in enumerate(use.to):
            if not target.isupper():
                yield "datacenter", target, workspace.datacenters, (use, "to", index)


def _of_policies(situation: Situation) -> Iterator[Reference]:
    workspace = situation.workspace
    for policy in workspace.headroom:
        for index, name in enumerate(policy.services):
            yield "service", name, workspace.services, (policy, "services", index)
        yield from _of_groups(situation, policy, "subjects", policy.subjects)
        yield from _of_contingencies(situation, policy)
    for mechanism in workspace.mechanisms:
        yield from _of_groups(situation, mechanism, "subjects", mechanism.subjects)
        yield from _of_groups(situation, mechanism, "to", mechanism.to)
        for index, name in enumerate(mechanism.providers):
            yield "provider", name, workspace.providers, (mechanism, "providers", index)
    for placement in workspace.placements:
        yield from _of_groups(situation, placement, "subjects", placement.subjects)
        if placement.datacenter is not None:
            at = (placement, "datacenter")
            yield "datacenter", placement.datacenter, workspace.datacenters, at


def _of_contingencies(situation: Situation, policy: HeadroomPolicy) -> Iterator[Reference]:
    workspace, losses = situation.workspace, situation.foreseen.losses
    groups = {*workspace.groups, *workspace.jurisdictions}
    for number, case in enumerate(policy.contingencies):
        at = (policy, "contingencies", number)
        for index, name in enumerate(case.lost):
            yield "what is lost", name, losses, (*at, "lost", index)
        for name in case.congested:
            yield "what is congested", name, losses, (*at, "congested", name)
        for name in case.surge:
            if name != EVERYONE and not _CODE.fullmatch(name):
                yield "country or group", name, groups, (*at, "surge", name)
        for index, name in enumerate(case.without):
            if not situation.can_fall(name):
                yield "what falls", name, (), (*at, "without", index)


def _of_groups(
    situation: Situation,
    holder: Flow | HeadroomPolicy | Mechanism | Placement | Pool,
    key: str,
    names: tuple[str, ...],
) -> Iterator[Reference]:
    """Groups and unions; countries and territories were looked up when the file was read."""
    workspace = situation.workspace
    for index, name in enumerate(names):
        if not _CODE.fullmatch(name):
            known = {*workspace.groups, *workspace.jurisdictions}
            yield "country or group", name, known, (holder, key, index)


def _of_places(situation: Situation) -> Iterator[Reference]:
    workspace = situation.workspace
    holders: tuple[Datacenter | Link, ...] = (*workspace.datacenters.values(), *workspace.links)
    for holder in holders:
        for index, name in enumerate(holder.failure_domains):
            # A workspace's own links.yaml covers the shipped one, and with it names that shipped
            # places use: nothing that its author could mend.
            if name not in workspace.failure_domains and not situation.is_shipped(holder):
                at = (holder, "failure_domains", index)
                yield "failure domain", name, workspace.failure_domains, at
