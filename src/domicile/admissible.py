"""The one place where law and latency meet: which place may serve which load.

A place is admissible for a load when the law lets every activity of the service through for every
data class of the load, and the place is within the policy's latency limit of the subject's entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from domicile.model.geography import EARTH_RADIUS, FIBRE_SPEED, ROUTE_FACTOR
from domicile.model.place import Coordinates
from domicile.model.service import Flow
from domicile.model.tokens import Activity, Verdict
from domicile.residency import Declaration, Law, Place, lawful
from domicile.workspace import Workspace

Item = TypeVar("Item")

COPIES = (Activity.STORE, Activity.REPLICATE, Activity.BACKUP)
"""Activities of a flow that leave a copy where they happen."""


@dataclass(frozen=True, slots=True)
class Load:
    """Work that one service does for one subject and one set of data classes."""

    subject: str
    service: str
    data_classes: tuple[str, ...]
    rate: float
    """Nominal, in the service's unit."""
    demands: tuple[str, ...]
    """Ids of the demands that it comes from."""

    @property
    def key(self) -> str:
        """`<subject>/<service>/<data classes joined by +>`, as plans name it."""
        return f"{self.subject}/{self.service}/{'+'.join(self.data_classes)}"


@dataclass(frozen=True, eq=False)
class Admissible:
    """Which of some places may serve which of some loads, and why not."""

    loads: tuple[Load, ...]
    places: tuple[str, ...]
    verdicts: NDArray[np.uint8]
    """[loads, places]: rank of the worst verdict over the activities and data classes."""
    latency: NDArray[np.float64]
    """[loads, places]: one-way, in ms; infinite where the subject's entry is not known."""
    limit: NDArray[np.float64]
    """[loads]: the policy's limit in ms; zero where no policy holds for the service."""
    open: NDArray[np.bool_]
    """[loads, places]: False where the service's pool is kept for other subjects."""

    @cached_property
    def lawful(self) -> NDArray[np.bool_]:
        """[loads, places]: the law alone."""
        return self.verdicts >= Verdict.WITH_MECHANISM.rank

    @cached_property
    def matrix(self) -> NDArray[np.bool_]:
        """[loads, places]: lawful, within latency, and open."""
        within: NDArray[np.bool_] = self.latency <= self.limit[:, None]
        return self.lawful & within & self.open


def admissible(
    workspace: Workspace,
    law: Law,
    loads: Sequence[Load],
    places: Sequence[str],
    limits: Callable[[str], float],
    placed: Callable[[str, str], frozenset[str]],
    kept_for: Mapping[tuple[str, str], frozenset[str]],
    as_of: date,
) -> Admissible:
    """Judge loads at places.

    Args:
        workspace: declared places, services and mechanisms.
        law: the law to apply.
        loads: what is to be served.
        places: ids of known datacenters.
        limits: service → largest one-way latency in ms.
        placed: subject, service → countries in which copies of its data are kept, whatever is lost.
        kept_for: (service, place) → the only subjects that its pool may serve, where it says so.
        as_of: the day whose law is applied.
    """
    verdicts = np.full((len(loads), len(places)), Verdict.UNDETERMINED.rank, dtype=np.uint8)
    records = [legal_place(workspace, place, as_of) for place in places]
    declared = declarations(workspace)
    does = {
        name: [str(activity) for activity in workspace.services[name].activities]
        for name in {load.service for load in loads}
    }
    for copies, members in _alike(workspace, law, loads, placed, as_of).items():
        subjects = _numbered(loads[index].subject for index in members)
        sets = _numbered(loads[index].data_classes for index in members)
        activities = _numbered(a for index in members for a in does[loads[index].service])
        judged = lawful(
            law,
            list(subjects),
            list(sets),
            list(activities),
            records,
            as_of,
            declared=declared,
            placed=sorted(copies),
        )
        for index in members:
            load = loads[index]
            cells = judged.matrix[subjects[load.subject], sets[load.data_classes]]
            verdicts[index] = cells[[activities[each] for each in does[load.service]]].min(axis=0)
    limit = np.array([limits(load.service) for load in loads], dtype=np.float64)
    open_ = np.ones(verdicts.shape, dtype=np.bool_)
    for (service, place), only in kept_for.items():
        for row, load in enumerate(loads):
            if load.service == service and load.subject not in only:
                open_[row, places.index(place)] = False
    return Admissible(
        tuple(loads), tuple(places), verdicts, _latencies(workspace, loads, places), limit, open_
    )


def _alike(
    workspace: Workspace,
    law: Law,
    loads: Sequence[Load],
    placed: Callable[[str, str], frozenset[str]],
    as_of: date,
) -> dict[frozenset[str], list[int]]:
    """Loads that can be judged in one go: the countries of their copies → their indices.

    Where no rule asks for a copy at home, it is the same wherever copies are kept. Loads of data
    that no rule can speak of are left out.
    """
    known = {each.id for each in workspace.data_classes.data_classes}
    day = law.on(as_of)
    found: dict[frozenset[str], list[int]] = {}
    for index, load in enumerate(loads):
        if known.issuperset(load.data_classes):
            bound = any(rule.duty for rule in day.subject(load.subject).rules)
            copies = placed(load.subject, load.service) if bound else frozenset[str]()
            found.setdefault(copies, []).append(index)
    return found


def _numbered(items: Iterable[Item]) -> dict[Item, int]:
    return {item: number for number, item in enumerate(dict.fromkeys(items))}


def legal_place(workspace: Workspace, datacenter: str, as_of: date) -> Place:
    """A datacenter as the law sees it: territory, whose law reaches it, certificates in force."""
    place = workspace.datacenters[datacenter]
    provider = workspace.providers[workspace.provider_of[datacenter]]
    in_force = frozenset(
        certificate.id
        for certificate in (*provider.certifications, *place.certifications)
        if (certificate.from_ is None or certificate.from_ <= as_of)
        and (certificate.until is None or as_of <= certificate.until)
        and (certificate.example or certificate.evidence in ("official text", "reproduced"))
    )
    return Place(
        territory=place.country,
        subdivision=place.subdivision,
        law=place.law,
        operator=frozenset(
            (provider.operator.country, *(owner.country for owner in provider.owners))
        ),
        certifications=in_force,
        id=datacenter,
        provider=provider.id,
    )


def declarations(workspace: Workspace) -> tuple[Declaration, ...]:
    """The declared mechanisms, as the law engine reads them."""
    return tuple(
        Declaration(
            token=token,
            subjects=frozenset(mechanism.subjects) or None,
            providers=frozenset(mechanism.providers) or None,
            to=frozenset(mechanism.to) or None,
            from_=mechanism.from_,
            until=mechanism.until,
        )
        for mechanism in workspace.mechanisms
        for token in mechanism.declares
    )


def copies(
    flows: Iterable[Flow], workspace: Workspace, as_of: date
) -> dict[tuple[str, str], set[str]]:
    """Where copies are kept: (subject or `*`, service) → countries, from the declared flows."""
    kept: dict[tuple[str, str], set[str]] = {}
    for flow in flows:
        if flow.activity not in COPIES:
            continue
        countries = {place_country(workspace, target) for target in flow.to}
        for subject in expand(workspace, flow.subjects, as_of) or ("*",):
            kept.setdefault((subject, flow.service), set()).update(countries)
    return kept


def place_country(workspace: Workspace, target: str) -> str:
    """The territory of a flow's target: a datacenter's, or the country itself."""
    datacenter = workspace.datacenters.get(target)
    return target if datacenter is None else datacenter.law or datacenter.country


def expand(workspace: Workspace, names: Iterable[str], as_of: date) -> tuple[str, ...]:
    """Countries and territories that names stand for: groups and unions give their members."""
    found: set[str] = set()
    unread, seen = list(names), set[str]()
    while unread:
        name = unread.pop()
        union = workspace.jurisdictions.get(name)
        if union is not None and union.territory and name not in seen:
            seen.add(name)
            unread += union.territory
            continue
        group = workspace.groups.get(name)
        if group is None:
            found.add(name)
            continue
        for member in group.members:
            if isinstance(member, str):
                found.add(member)
            elif (member.from_ is None or member.from_ <= as_of) and (
                member.until is None or as_of <= member.until
            ):
                found.add(member.of)
    return tuple(sorted(found))


def _latencies(
    workspace: Workspace, loads: Sequence[Load], places: Sequence[str]
) -> NDArray[np.float64]:
    """[loads, places] one-way latency in ms, derived from the distance."""
    standing = np.radians(
        [[c.latitude, c.longitude] for c in (workspace.datacenters[p].coordinates for p in places)]
    ).reshape(len(places), 2)
    table: dict[str, NDArray[np.float64]] = {}
    for subject in {load.subject for load in loads}:
        entry = entry_of(workspace, subject)
        if entry is None:
            table[subject] = np.full(len(places), math.inf)
            continue
        latitude, longitude = np.radians([entry.latitude, entry.longitude])
        half = (
            np.sin((standing[:, 0] - latitude) / 2) ** 2
            + np.cos(latitude)
            * np.cos(standing[:, 0])
            * np.sin((standing[:, 1] - longitude) / 2) ** 2
        )
        distance = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(half))
        table[subject] = distance * ROUTE_FACTOR / FIBRE_SPEED
    if not loads:
        return np.zeros((0, len(places)))
    return np.array([table[load.subject] for load in loads])


def entry_of(workspace: Workspace, subject: str) -> Coordinates | None:
    """Where a subject's people enter; a territory without an entry has its country's."""
    country = subject.split("-", maxsplit=1)[0]
    entry = workspace.entries.get(subject) or workspace.entries.get(country)
    return None if entry is None else entry.coordinates
