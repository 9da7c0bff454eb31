"""Data that leaves a place again: along declared flows, and along side paths of providers.

The flows of a service form a graph. What they carry starts where a backend runs, and goes from
flow to flow (`after`). At each leg the laws of all places that the data passed count, beside that
of its subject: so where it may go on to decides where it may be in the first place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.legal import Load, declarations, legal_place
from domicile.model.tokens import Activity, Verdict
from domicile.outflow import Outflow, outflows
from domicile.residency import Declaration, Judgement, Law, Place, lawful, rank, verdict
from domicile.workspace import Workspace

_ACTIVITIES = [str(each) for each in Activity]
_LEAST = Verdict.WITH_MECHANISM.rank


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of data on its way."""

    outflow: Outflow
    target: str
    passed: tuple[str, ...]
    """The jurisdictions of the places where it was before, in order."""


@dataclass(frozen=True, slots=True)
class Barred:
    """A leg that one law does not let data take."""

    leg: Leg
    exporter: str
    """Whose law: a jurisdiction that was passed, or the subject's."""
    data_classes: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Handover:
    """A step from a service at some places to one that it depends on at another."""

    subject: str
    service: str
    places: tuple[str, ...]
    """Where the service has the data; all of one jurisdiction."""
    exporter: str
    """That jurisdiction."""
    dependency: str
    target: str
    """The dependency's datacenter."""
    data_classes: tuple[str, ...]
    activity: str
    """What the dependency does there that may not be."""


class Onward:
    """What leaves each place, and what the law says of it; each question is judged once."""

    def __init__(
        self,
        workspace: Workspace,
        law: Law,
        environment: str,
        as_of: date,
        activities: Mapping[tuple[str, str], frozenset[str]],
    ) -> None:
        """Of one environment on one day.

        Args:
            workspace: the declared world.
            law: the law to apply.
            environment: which of its environments.
            as_of: the day.
            activities: (service, datacenter) of each pool → what the service does there.
        """
        self.workspace = workspace
        self.law = law
        self.as_of = as_of
        self._outflows = outflows(workspace, environment, as_of, activities)
        self._starts = sorted({place for _, place in activities})
        self._subjects = {demand.subject for demand in workspace.demand.get(environment, ())}
        self._legs: dict[tuple[str, str], tuple[Leg, ...]] = {}
        self._ranks: dict[tuple[object, ...], int] = {}
        self._tables: dict[tuple[str, ...], NDArray[np.uint8]] = {}
        self._jurisdictions: dict[str, str] = {}

    def ranks(self, load: Load, places: Iterable[str]) -> list[int]:
        """How well a load's data may go on from each place: the least rank of all legs, 0 to 4."""
        carried = self._carried(load)
        if not carried:
            return [Verdict.PERMITTED.rank for _ in places]
        return [
            min(
                (
                    self._rank(exporter, moved, leg)
                    for leg, moved, exporters in self._ways(load, carried, place)
                    for exporter in exporters
                ),
                default=Verdict.PERMITTED.rank,
            )
            for place in places
        ]

    def barred(self, load: Load, place: str) -> Iterator[Barred]:
        """The legs that a law does not let a load's data take from a place."""
        for leg, exporter, moved, said in self.legs(load, place):
            if not said.lets_through:
                yield Barred(leg, exporter, moved, said)

    def legs(self, load: Load, place: str) -> Iterator[tuple[Leg, str, tuple[str, ...], Verdict]]:
        """Each leg of a load's data from a place, by whose law, with what data, and the verdict."""
        for leg, moved, exporters in self._ways(load, self._carried(load), place):
            for exporter in exporters:
                yield leg, exporter, moved, Verdict.of_rank(self._rank(exporter, moved, leg))

    def moves(self, exporter: str, data_classes: tuple[str, ...]) -> NDArray[np.uint8]:
        """[activities, datacenters]: whether a jurisdiction that data has passed lets it go on.

        Activities are in the order of `Activity`, datacenters those of pools, sorted.
        """
        row: NDArray[np.uint8] = self._table(data_classes)[self._rows[exporter]]
        return row[:, : len(self._starts)]

    def jurisdiction(self, place: str) -> str:
        """Whose law holds at a datacenter or country: a territory's, where that has its own."""
        if place not in self._jurisdictions:
            found = self._place(place, frozenset()).jurisdiction
            self._jurisdictions[place] = self.law.on(self.as_of).holder(found)
        return self._jurisdictions[place]

    @property
    def starts(self) -> list[str]:
        """The datacenters of pools, sorted."""
        return self._starts

    @cached_property
    def _rows(self) -> dict[str, int]:
        """Whose laws are asked: of subjects, of places, and of targets of flows."""
        targets = {target for target, _ in self._columns}
        codes = self._subjects | {self.jurisdiction(each) for each in (*self._starts, *targets)}
        return {code: number for number, code in enumerate(sorted(codes))}

    @cached_property
    def _columns(self) -> dict[tuple[str, frozenset[str]], int]:
        """Where data may go: datacenters of pools first, then targets of flows."""
        nobody = frozenset[str]()
        found = dict.fromkeys((place, nobody) for place in self._starts)
        found |= dict.fromkeys(
            (target, outflow.operator)
            for flows in self._outflows.values()
            for outflow in flows
            for target in outflow.to
            if self._known(target)
        )
        return {key: number for number, key in enumerate(found)}

    def _table(self, data_classes: tuple[str, ...]) -> NDArray[np.uint8]:
        """[rows, activities, columns]: every question about data of these classes, at once."""
        if data_classes not in self._tables:
            self._tables[data_classes] = lawful(
                self.law,
                list(self._rows),
                [data_classes],
                _ACTIVITIES,
                [self._place(*key) for key in self._columns],
                self.as_of,
                declared=self._declarations,
            ).matrix[:, 0]
        return self._tables[data_classes]

    def _carried(self, load: Load) -> dict[str, tuple[str, ...]]:
        """The outflows that take a load's data along, and what of it."""
        flows = self._outflows.get(load.service, ())
        return {flow.name: moved for flow in flows if (moved := flow.carries(load))}

    def _ways(
        self, load: Load, carried: Mapping[str, tuple[str, ...]], place: str
    ) -> Iterator[tuple[Leg, tuple[str, ...], tuple[str, ...]]]:
        """Each leg, what it carries, and whose laws it is judged by."""
        for leg in self._legs_from(load.service, place):
            moved = carried.get(leg.outflow.name)
            if moved is None:
                continue
            exporters = tuple(each for each in leg.passed if each != load.subject)
            # The subject's own law judges a declared flow wherever it starts: a rule does that.
            yield leg, moved, ((load.subject, *exporters) if leg.outflow.side_path else exporters)

    def _legs_from(self, service: str, place: str) -> tuple[Leg, ...]:
        key = (service, place)
        if key not in self._legs:
            start = self.jurisdiction(place)
            self._legs[key] = tuple(
                leg
                for outflow in self._outflows.get(service, ())
                if not outflow.after and (outflow.leaves is None or place in outflow.leaves)
                for leg in self._follow(service, outflow, place, (start,), ())
            )
        return self._legs[key]

    def _follow(
        self,
        service: str,
        outflow: Outflow,
        at: str,
        passed: tuple[str, ...],
        path: tuple[str, ...],
    ) -> Iterator[Leg]:
        for target in outflow.to:
            if not self._known(target):
                continue
            if target != at:
                yield Leg(outflow, target, passed)
            there = self.jurisdiction(target)
            further = passed if there in passed else (*passed, there)
            for each in self._outflows[service]:
                if outflow.name in each.after and each.name not in (*path, outflow.name):
                    yield from self._follow(service, each, target, further, (*path, outflow.name))

    def _known(self, target: str) -> bool:
        return target.isupper() or target in self.workspace.datacenters

    def _place(self, target: str, operator: frozenset[str]) -> Place:
        if target in self.workspace.datacenters:
            return legal_place(self.workspace, target, self.as_of)
        return Place(target, operator=operator)

    @cached_property
    def _declarations(self) -> tuple[Declaration, ...]:
        return declarations(self.workspace)

    def _rank(self, exporter: str, moved: tuple[str, ...], leg: Leg) -> int:
        outflow = leg.outflow
        if outflow.recipient is None:
            column = self._columns[leg.target, outflow.operator]
            activity = _ACTIVITIES.index(str(outflow.activity))
            return int(self._table(moved)[self._rows[exporter], activity, column])
        key = (exporter, moved, outflow.name, leg.target)
        if key not in self._ranks:
            self._ranks[key] = rank(
                self.law,
                exporter,
                moved,
                str(outflow.activity),
                self._place(leg.target, outflow.operator),
                recipient=outflow.recipient,
                declared=self._declarations,
                as_of=self.as_of,
            )
        return self._ranks[key]

    def judge(self, barred: Barred) -> Judgement:
        """Why a leg is barred, rule by rule."""
        leg = barred.leg
        return verdict(
            self.law,
            barred.exporter,
            barred.data_classes,
            str(leg.outflow.activity),
            self._place(leg.target, leg.outflow.operator),
            recipient=leg.outflow.recipient,
            declared=self._declarations,
            as_of=self.as_of,
        )


def barred_handovers(
    onward: Onward,
    loads: Iterable[Load],
    dependencies: Mapping[str, tuple[tuple[str, float], ...]],
    allowed: Mapping[str, frozenset[str]],
    backends: Mapping[tuple[str, str], int],
) -> Iterator[Handover]:
    """Steps between services that the law of the place where data is does not allow.

    Args:
        onward: what judges them.
        loads: every load.
        dependencies: service → the services that it depends on, with fan-out.
        allowed: load → the places that may serve it.
        backends: (service, datacenter) → how many stand there; where none stands nothing runs.
    """
    every = tuple(loads)
    of: dict[tuple[str, str], list[Load]] = {}
    for load in every:
        of.setdefault((load.service, load.subject), []).append(load)

    def standing(load: Load) -> list[str]:
        return sorted(p for p in allowed[load.key] if backends.get((load.service, p), 0))

    columns = {place: number for number, place in enumerate(onward.starts)}
    for load in every:
        exporters: dict[str, list[str]] = {}
        for place in standing(load):
            exporters.setdefault(onward.jurisdiction(place), []).append(place)
        exporters.pop(load.subject, None)
        for dependency, _ in dependencies.get(load.service, ()):
            does = [str(each) for each in onward.workspace.services[dependency].activities]
            asked = [_ACTIVITIES.index(each) for each in does]
            for other in of.get((dependency, load.subject), ()):
                targets = standing(other)
                there = [columns[target] for target in targets]
                for exporter, places in exporters.items():
                    ranks = onward.moves(exporter, other.data_classes)[asked][:, there]
                    for number in np.flatnonzero((ranks < _LEAST).any(axis=0)).tolist():
                        yield Handover(
                            load.subject,
                            load.service,
                            tuple(places),
                            exporter,
                            dependency,
                            targets[number],
                            other.data_classes,
                            does[int(ranks[:, number].argmin())],
                        )
