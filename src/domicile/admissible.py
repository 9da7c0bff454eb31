"""The one place where law and latency meet: which place may serve which load.

A place is admissible for a load when the law lets every activity of the service through for every
data class of the load, when the data may go on from there wherever its flows take it, and when the
place is within the policy's latency limit of the subject's entry.
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

from domicile.legal import Load, legal_place
from domicile.model.geography import EARTH_RADIUS, FIBRE_SPEED, ROUTE_FACTOR
from domicile.model.place import Coordinates
from domicile.model.tokens import Verdict
from domicile.onward import Onward
from domicile.residency import Law, lawful
from domicile.workspace import Workspace

Item = TypeVar("Item")


@dataclass(frozen=True, eq=False)
class Admissible:
    """Which of some places may serve which of some loads, and why not."""

    loads: tuple[Load, ...]
    places: tuple[str, ...]
    verdicts: NDArray[np.uint8]
    """[loads, places]: rank of the worst verdict over the activities and data classes."""
    onward: NDArray[np.uint8]
    """[loads, places]: rank of the worst verdict on what leaves the place by flows; 4 where nothing
    leaves it, and where the data may not be there in the first place."""
    latency: NDArray[np.float64]
    """[loads, places]: one-way, in ms; infinite where the subject's entry is not known."""
    limit: NDArray[np.float64]
    """[loads]: the policy's limit in ms; zero where no policy holds for the service."""
    open: NDArray[np.bool_]
    """[loads, places]: False where the service's pool is kept for other subjects."""

    @cached_property
    def lawful(self) -> NDArray[np.bool_]:
        """[loads, places]: the law alone, there and onward."""
        stays: NDArray[np.bool_] = self.verdicts >= Verdict.WITH_MECHANISM.rank
        return stays & (self.onward >= Verdict.WITH_MECHANISM.rank)

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
    onward: Onward,
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
        onward: what leaves which place, and what the law says of that.
        as_of: the day whose law is applied.
    """
    verdicts = np.full((len(loads), len(places)), Verdict.UNDETERMINED.rank, dtype=np.uint8)
    records = [legal_place(workspace, place, as_of) for place in places]
    declared = onward.declared
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
        tuple(loads),
        tuple(places),
        verdicts,
        _onward(onward, loads, places, verdicts),
        _latencies(workspace, loads, places),
        limit,
        open_,
    )


def _onward(
    onward: Onward, loads: Sequence[Load], places: Sequence[str], verdicts: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """[loads, places]: how well data may go on from where it may be."""
    ranks = np.full(verdicts.shape, Verdict.PERMITTED.rank, dtype=np.uint8)
    for row, load in enumerate(loads):
        lawful_there = np.flatnonzero(verdicts[row] >= Verdict.WITH_MECHANISM.rank)
        ranks[row, lawful_there] = onward.ranks(load, [places[c] for c in lawful_there.tolist()])
    return ranks


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
