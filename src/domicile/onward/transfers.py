"""What leaves each place, and what the laws of all places that the data passed say of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.legal import Load, declarations, legal_place
from domicile.model.tokens import Activity, Verdict
from domicile.onward.asking import NOBODY, Asked, Leg, Questions, questions
from domicile.outflow import Outflow, outflows
from domicile.residency import Declaration, Judgement, Law, Place, lawful, rank, verdict
from domicile.workspace import Workspace

_ACTIVITIES = [str(each) for each in Activity]


@dataclass(frozen=True, slots=True)
class Barred:
    """A leg that one law does not let data take."""

    leg: Leg
    exporter: str
    """Whose law: a jurisdiction that was passed, or the subject's."""
    data_classes: tuple[str, ...]
    verdict: Verdict


class Onward:
    """What leaves each place, and what the law says of it; each question is judged once."""

    def __init__(
        self,
        workspace: Workspace,
        law: Law,
        environment: str,
        as_of: date,
        activities: Mapping[tuple[str, str], frozenset[str]],
        *,
        before: Onward | None = None,
    ) -> None:
        """Of one environment on one day.

        Args:
            workspace: the declared world.
            law: the law to apply.
            environment: which of its environments.
            as_of: the day.
            activities: (service, datacenter) of each pool → what the service does there.
            before: the same places by other law: where data goes is taken from there, if it still
                goes the same ways.
        """
        self.workspace = workspace
        self.law = law
        self.as_of = as_of
        self._outflows = outflows(workspace, environment, as_of, activities)
        self._starts = sorted({place for _, place in activities})
        self._subjects = {demand.subject for demand in workspace.demand.get(environment, ())}
        self._legs: dict[tuple[str, str], tuple[Leg, ...]] = {}
        self._numbers = {place: number for number, place in enumerate(self._starts)}
        self._ranks: dict[tuple[object, ...], int] = {}
        self._asked: dict[tuple[object, ...], list[Questions]] = {}
        self._of_outflows: dict[str, dict[str, Asked]] = {}
        self._tables: dict[tuple[str, ...], NDArray[np.uint8]] = {}
        self._jurisdictions: dict[str, str] = {}
        if before is not None:
            self._take_over(before)

    def ranks(self, load: Load, places: Sequence[str]) -> list[int]:
        """How well a load's data may go on from each place: the least rank of all legs, 0 to 4.

        Args:
            load: whose data.
            places: datacenters of pools.
        """
        carried = self._carried(load)
        if not carried or not places:
            return [Verdict.PERMITTED.rank for _ in places]
        numbers = [self._numbers[place] for place in places]
        wanted = np.zeros(len(self._starts), dtype=np.bool_)
        wanted[numbers] = True
        found = np.full(len(self._starts), Verdict.PERMITTED.rank, dtype=np.uint8)
        subject = self._rows.get(load.subject, NOBODY)
        for each in self._questions(load.service, carried):
            if each.recipient:
                self._ask_singly(load, each, wanted, found)
            elif (asked := each.asked(subject, wanted)).any():
                each.least(self._table(each.moved), subject, asked, found)
        ranks: list[int] = found[numbers].tolist()
        return ranks

    def _questions(self, service: str, carried: Mapping[str, tuple[str, ...]]) -> list[Questions]:
        """What is asked of a service's data from every place, where outflows carry so much."""
        key = (service, *carried.items())
        if key not in self._asked:
            self._asked[key] = questions(carried, self._of_each_outflow(service))
        return self._asked[key]

    def _of_each_outflow(self, service: str) -> dict[str, Asked]:
        """Outflow → what is asked of it."""
        if service not in self._of_outflows:
            legs: dict[str, list[tuple[int, Leg]]] = {}
            for number, place in enumerate(self._starts):
                for leg in self._legs_from(service, place):
                    legs.setdefault(leg.outflow.name, []).append((number, leg))
            self._of_outflows[service] = {
                name: Asked.of(each, self._rows, self._cell) for name, each in legs.items()
            }
        return self._of_outflows[service]

    def _ask_singly(
        self, load: Load, asked: Questions, wanted: NDArray[np.bool_], found: NDArray[np.uint8]
    ) -> None:
        """Lower `found` by legs to another company, which no table holds."""
        for number, leg in asked.legs:
            if wanted[number]:
                for exporter in _exporters(load, leg):
                    found[number] = min(found[number], self._rank(exporter, asked.moved, leg))

    def _cell(self, leg: Leg) -> tuple[int, int]:
        """The activity and the column at which a table holds what is said of a leg."""
        column = self._columns[leg.target, leg.outflow.operator]
        return _ACTIVITIES.index(str(leg.outflow.activity)), column

    def _take_over(self, before: Onward) -> None:
        """Where data goes, if everything leaves to the same places, under the same laws.

        Where nothing was asked before there is nothing to take.
        """
        if (
            "_rows" in before.__dict__
            and self._outflows == before._outflows
            and self._rows == before._rows
            and self._columns == before._columns
            and self._jurisdictions == before._jurisdictions
        ):
            self._legs, self._asked = before._legs, before._asked

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

    def moves(self, data_classes: tuple[str, ...], activities: Sequence[str]) -> NDArray[np.uint8]:
        """[exporters, activities, datacenters]: how well data that was somewhere may go on.

        Exporters are numbered by `row`; datacenters are those of pools, sorted.
        """
        asked = [_ACTIVITIES.index(each) for each in activities]
        return self._table(data_classes)[:, asked, : len(self._starts)]

    def row(self, exporter: str) -> int:
        """The number of a jurisdiction where pools are, or of a subject."""
        return self._rows[exporter]

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

    @cached_property
    def _places(self) -> list[Place]:
        """What stands behind each column."""
        return [self._place(*key) for key in self._columns]

    def _table(self, data_classes: tuple[str, ...]) -> NDArray[np.uint8]:
        """[rows, activities, columns]: every question about data of these classes, at once."""
        if data_classes not in self._tables:
            self._tables[data_classes] = lawful(
                self.law,
                list(self._rows),
                [data_classes],
                _ACTIVITIES,
                self._places,
                self.as_of,
                declared=self.declared,
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
            yield leg, moved, _exporters(load, leg)

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
    def declared(self) -> tuple[Declaration, ...]:
        """What the workspace declares, as the law engine reads it."""
        return declarations(self.workspace)

    def _rank(self, exporter: str, moved: tuple[str, ...], leg: Leg) -> int:
        outflow = leg.outflow
        if outflow.recipient is None:
            activity, column = self._cell(leg)
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
                declared=self.declared,
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
            declared=self.declared,
            as_of=self.as_of,
        )


def _exporters(load: Load, leg: Leg) -> tuple[str, ...]:
    """Whose laws a leg of a load's data is judged by."""
    passed = tuple(each for each in leg.passed if each != load.subject)
    # The subject's own law judges a declared flow wherever it starts: a rule does that.
    return (load.subject, *passed) if leg.outflow.side_path else passed
