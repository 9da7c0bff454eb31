"""Remedies of a place of the catalogue where the service has no pool yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from domicile.admissible import Admissible, admissible, entry_of
from domicile.legal import Load
from domicile.model.geography import one_way_latency
from domicile.model.quantity import Quantity
from domicile.model.service import BackendType, Pool
from domicile.model.words import number, several
from domicile.onward import Onward
from domicile.shortage.closing import Question
from domicile.shortage.records import Remedy
from domicile.situation import Situation

MOST = 3
"""Further places that are tried as remedies, each of another provider."""
_ALONE = 20
"""Times what a new pool needs nominally, had it no losses and no grade to survive."""


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
    for place, kind in tried(question, found):
        made = _at(question, place, kind)
        if made is not None:
            yield made


def tried(question: Question, found: Elsewhere) -> Iterator[tuple[str, BackendType]]:
    """The first place of each of the first providers."""
    providers: set[str] = set()
    for place, kind in found.priced:
        provider = question.situation.workspace.provider_of[place]
        if provider in providers:
            continue
        providers.add(provider)
        if len(providers) > MOST:
            return
        yield place, kind


def _at(question: Question, place: str, kind: BackendType) -> Remedy | None:
    service = question.strain.service
    workspace = question.situation.workspace
    supposed = question.suppose(pools=pool_at(question, question.situation, place, kind))
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


def pool_at(
    question: Question, situation: Situation, place: str, kind: BackendType
) -> dict[str, tuple[Pool, ...]]:
    """All pools by environment, with one more of the question's service."""
    service = question.strain.service
    capacity = kind.capacity[service].value
    # As many as would do alone; the solver takes what it needs.
    most = _ALONE * int(np.ceil(float(question.strain.rate.sum()) / capacity) + 1)
    pool = Pool(
        service=service,
        datacenter=place,
        backend=kind.id,
        maximum=Quantity(float(most), "backends", f"{most} backends"),
    )
    return {**situation.workspace.pools, situation.environment: (*situation.pools, pool)}
