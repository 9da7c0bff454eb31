"""Remedies that provide for a shortfall: backends, a further place, a link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from domicile.admissible import Admissible, admissible, entry_of
from domicile.legal import Load
from domicile.model.geography import one_way_latency
from domicile.model.place import Link
from domicile.model.quantity import Quantity
from domicile.model.service import BackendType, Pool
from domicile.model.words import number, quoted, several
from domicile.onward import Onward
from domicile.shortage.closing import Added, Question
from domicile.shortage.records import Remedy
from domicile.situation import Situation

_ALONE = 20
"""Times what a new pool needs nominally, had it no losses and no grade to survive."""
MOST = 3
"""Further places, and links, that are tried as remedies."""


def backends(question: Question) -> Remedy | None:
    """Backends in pools that are declared, within their limits and quotas."""
    added = question.add(question.situation, question.strain)
    return None if added is None else remedy_of(question, added)


def remedy_of(question: Question, added: Added) -> Remedy:
    """Added backends in words."""
    return Remedy(
        kind="backends",
        says=f"add {several(added.total, 'backend')} of `{question.strain.service}` "
        f"({added.words}), at {number(added.cost)} EUR/h",
        cost=added.cost,
        places=added.places,
        backends=added.total,
        proved=added.proved,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """Places of the catalogue without a pool of the service that those who are short might use."""

    priced: tuple[tuple[str, BackendType], ...]
    """Place and the cheapest type of its provider for the service; cheapest by work first."""
    unpriced: tuple[str, ...]
    """Lawful and near enough, but no type of the provider is declared that runs the service."""


def elsewhere(question: Question) -> Elsewhere:
    """Judge every place of the catalogue by the law and by distance."""
    situation, service = question.situation, question.strain.service
    workspace = situation.workspace
    loads = [
        load for load, yes in zip(question.strain.loads, question.group.loads, strict=True) if yes
    ]
    policy = situation.policy(service)
    limit = 0.0 if policy is None else policy.latency.value
    taken = {pool.datacenter for pool in situation.pools if pool.service == service}
    places = [p for p in _near(situation, loads, limit) if p not in taken]
    activities = {
        (service, place): frozenset(map(str, workspace.services[service].activities))
        for place in places
    }
    onward = Onward(workspace, situation.law, situation.environment, situation.as_of, activities)
    found: Admissible = admissible(
        workspace,
        situation.law,
        loads,
        places,
        lambda _: limit,
        situation.placed,
        {},
        onward,
        situation.as_of,
    )
    # A place that some of them cannot use may help them still, by making room for others.
    usable = found.matrix.sum(axis=0)
    priced, unpriced = [], []
    for column in np.flatnonzero(usable).tolist():
        kind = _type_of(situation, service, places[column])
        if kind is None:
            unpriced.append((-int(usable[column]), places[column]))
        else:
            work = kind.price.value / kind.capacity[service].value
            priced.append((-int(usable[column]), work, places[column], kind))
    priced.sort(key=lambda each: each[:3])
    return Elsewhere(
        tuple((place, kind) for _, _, place, kind in priced),
        tuple(place for _, place in sorted(unpriced)),
    )


def _near(situation: Situation, loads: Sequence[Load], limit: float) -> list[str]:
    """Places of the catalogue that are within the limit of somebody's entry."""
    workspace = situation.workspace
    entries = {load.subject: entry_of(workspace, load.subject) for load in loads}
    return [
        name
        for name, place in workspace.datacenters.items()
        if any(
            entry is not None and one_way_latency(entry, place.coordinates) <= limit * (1 + 1e-9)
            for entry in entries.values()
        )
    ]


def _type_of(situation: Situation, service: str, place: str) -> BackendType | None:
    """The cheapest backend of a place's provider for the service, by work."""
    provider = situation.workspace.provider_of[place]
    types = [
        kind
        for kind in situation.workspace.backends.values()
        if kind.provider == provider and service in kind.capacity and kind.capacity[service].value
    ]
    return min(
        types,
        key=lambda kind: (kind.price.value / kind.capacity[service].value, kind.id),
        default=None,
    )


def places(question: Question, found: Elsewhere) -> Iterator[Remedy]:
    """A pool at one further place each, which closes it with backends there."""
    tried: set[str] = set()
    for place, kind in found.priced:
        provider = question.situation.workspace.provider_of[place]
        if provider in tried:
            continue
        tried.add(provider)
        if len(tried) > MOST:
            return
        made = _at(question, place, kind)
        if made is not None:
            yield made


def _at(question: Question, place: str, kind: BackendType) -> Remedy | None:
    situation, service = question.situation, question.strain.service
    workspace = situation.workspace
    capacity = kind.capacity[service].value
    # As many as would do alone; the solver takes what it needs.
    most = _ALONE * int(np.ceil(float(question.strain.rate.sum()) / capacity) + 1)
    pool = Pool(
        service=service,
        datacenter=place,
        backend=kind.id,
        maximum=Quantity(float(most), "backends", f"{most} backends"),
    )
    pools = {**workspace.pools, situation.environment: (*situation.pools, pool)}
    supposed = question.suppose(pools=pools)
    strain = supposed.strain(service)
    if strain is None:
        return None
    added = question.add(supposed, strain)
    if added is None or place not in added.places:
        return None
    where = workspace.datacenters[place]
    provider = workspace.providers[workspace.provider_of[place]].name
    return Remedy(
        kind="place",
        says=f"open a pool of `{service}` at `{place}` ({where.city}, {where.country}; {provider}) "
        f"and add {several(added.total, 'backend')} ({added.words}), "
        f"at {number(added.cost)} EUR/h",
        cost=added.cost,
        places=added.places,
        backends=added.total,
        proved=added.proved,
    )


def unpriced_words(found: Elsewhere) -> str:
    """Where a place would be lawful, but nobody said what a backend costs there."""
    return (
        f"also lawful and near enough: {quoted(found.unpriced, 4)}, where no backend type of "
        "the provider is declared that runs it"
    )


def links(question: Question) -> Iterator[Remedy]:
    """A second way to places that a contingency cuts off without losing them."""
    situation = question.situation
    for place, others in _cut_off(question):
        near = min(others, key=lambda other: (_latency(situation, place, other), other))
        workspace = situation.workspace
        capacity = max(
            (link.capacity for link in workspace.links if place in link.between),
            key=lambda rate: rate.value,
        )
        link = Link(id=f"supposed-{len(workspace.links)}", between=(place, near), capacity=capacity)
        supposed = question.suppose(links=(*workspace.links, link))
        strain = supposed.strain(question.strain.service)
        if strain is None or not question.closed(supposed, strain, question.standing_in(supposed)):
            continue
        yield Remedy(
            kind="link",
            says=f"a link of its own from `{place}` to `{near}` keeps `{place}` within reach; "
            "what a link costs is not declared",
            cost=None,
        )


def _cut_off(question: Question) -> Iterator[tuple[str, list[str]]]:
    """Places with backends that some explained contingency cuts off, and those that stay."""
    situation, strain = question.situation, question.strain
    linked = {end for link in situation.workspace.links for end in link.between}
    lost_itself: dict[str, set[int]] = {}
    seen: set[str] = set()
    for index in question.group.contingencies:
        case = strain.contingencies[index]
        own = _named_places(situation, case.ids)
        stay = [p for p, gone in zip(strain.places, case.lost, strict=True) if not gone]
        for column, place in enumerate(strain.places):
            cut = case.lost[column] and place not in own and question.standing[column]
            if cut and stay and place in linked and place not in seen:
                seen.add(place)
                lost_itself.setdefault(place, set()).add(index)
                if len(seen) > MOST:
                    return
                yield place, stay


def _named_places(situation: Situation, ids: tuple[str, ...]) -> frozenset[str]:
    """Places that a contingency loses by name, by provider or by failure domain."""
    workspace = situation.workspace
    return frozenset(
        place
        for place, record in workspace.datacenters.items()
        if f"datacenter:{place}" in ids
        or f"provider:{workspace.provider_of[place]}" in ids
        or any(f"failure-domain:{name}" in ids for name in record.failure_domains)
    )


def _latency(situation: Situation, one: str, other: str) -> float:
    datacenters = situation.workspace.datacenters
    return one_way_latency(datacenters[one].coordinates, datacenters[other].coordinates)
