"""Every load at every datacenter with a pool for it: the verdict, why, and what it is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from domicile.legal import Load
from domicile.model.tokens import Counts, Verdict
from domicile.report.page.report import Named
from domicile.report.residency.reading import Read, Reader, is_of_law
from domicile.report.residency.records import (
    Dossier,
    Ground,
    LoadGroup,
    LoadName,
    PlaceGroup,
    Placement,
    Provision,
    Reasoning,
    Use,
)
from domicile.residency import Step
from domicile.situation import Situation


def dossiers(reader: Reader) -> tuple[Dossier, ...]:
    """One for each subject, by code."""
    situation = reader.situation
    subjects = sorted({load.subject for load in situation.loads})
    routing = Routing(situation)
    return tuple(_dossier(reader, routing, subject) for subject in subjects)


class Routing:
    """Where loads go: as the plan proved it, or wherever existing backends may serve them."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        plan = situation.plan if situation.counts is Counts.EMITTED else None
        self.nominal = {} if plan is None else plan.nominal
        self.planned = plan is not None
        self._after: set[tuple[str, str]] = set()
        for case in () if plan is None else plan.contingencies:
            for key, shares in case.changes.items():
                self._after.update((key, place) for place, share in shares.items() if share)

    def share(self, load: Load, place: str) -> float | None:
        """The part of a load that goes to a place while nothing is lost."""
        if not self.planned:
            return None
        return self.nominal.get(load.key, {}).get(place, 0.0)

    def use(self, row: int, column: int) -> Use:
        """What the placement of a load (by index) at a place (by index) is for."""
        situation = self._situation
        load, place = situation.loads[row], situation.places[column]
        table = situation.admissible
        if self.share(load, place):
            return Use.NOMINAL
        if (load.key, place) in self._after:
            return Use.CONTINGENCY
        if not table.lawful[row, column]:
            return Use.BLOCKED
        if not table.open[row, column]:
            return Use.KEPT
        if table.latency[row, column] > table.limit[row]:
            return Use.FAR
        standing = not self.planned and situation.backends.get((load.service, place))
        return Use.NOMINAL if standing else Use.OPEN


def named(reader: Reader, code: str) -> Named:
    """A country or territory with its name."""
    return Named(code, reader.workspace.country_name(code))


def hosting_country(reader: Reader, place: str) -> str:
    """The country, or territory with its own law, in which a datacenter stands."""
    datacenter = reader.workspace.datacenters[place]
    return datacenter.law or datacenter.country


def load_name(reader: Reader, load: Load) -> LoadName:
    """A load as people name it."""
    service = reader.workspace.services[load.service]
    return LoadName(
        load.key,
        service.id,
        service.name,
        load.data_classes,
        tuple(str(each) for each in service.activities),
    )


def provision(step: Step) -> Provision:
    """The rule of a step, as it is cited."""
    return Provision(
        id=step.rule,
        says=step.says or step.effect,
        citation=step.citation,
        evidence=step.evidence,
        from_=step.from_,
        until=step.until,
        checked=step.checked,
        review=step.review or "",
    )


def _dossier(reader: Reader, routing: Routing, subject: str) -> Dossier:
    rows = [row for row, load in enumerate(reader.situation.loads) if load.subject == subject]
    alike: dict[tuple[tuple[int, Read], ...], list[int]] = {}
    for row in rows:
        alike.setdefault(_vector(reader, row), []).append(row)
    numbered = _Numbering(subject)
    groups = tuple(
        _load_group(reader, routing, numbered, vector, members)
        for vector, members in sorted(alike.items(), key=lambda item: item[1][0])
    )
    placements = [each for group in groups for part in group.groups for each in part.placements]
    counted = Counter(each.verdict for each in placements)
    used = [each for each in placements if each.use.in_use]
    rules = sorted({ground.rule for ground in _grounds(groups)})
    return Dossier(
        named(reader, subject),
        reader.day.chain(subject),
        {each: counted[each] for each in reversed(Verdict)},
        len(used),
        sum(not each.verdict.lets_through for each in used),
        groups,
        tuple(provision(reader.steps[rule]) for rule in rules if is_of_law(rule)),
    )


def _grounds(groups: Iterable[LoadGroup]) -> Iterator[Ground]:
    for group in groups:
        for part in group.groups:
            yield from part.reasoning.deciding


def _vector(reader: Reader, row: int) -> tuple[tuple[int, Read], ...]:
    """What the law says of a load at each place with a pool for it."""
    situation = reader.situation
    load = situation.loads[row]
    activities = tuple(str(each) for each in reader.workspace.services[load.service].activities)
    return tuple(
        (
            column,
            _with_onward(
                reader,
                row,
                column,
                reader.load(
                    load.subject,
                    load.data_classes,
                    activities,
                    load.service,
                    situation.places[column],
                ),
            ),
        )
        for column in situation.columns(load.service)
    )


def _with_onward(reader: Reader, row: int, column: int, read: Read) -> Read:
    """The same; or, where data may go on from there less well than be there, why that is."""
    situation = reader.situation
    onward = Verdict.of_rank(int(situation.admissible.onward[row, column]))
    if not read.verdict.lets_through or onward.rank >= read.verdict.rank:
        return read
    grounds = reader.onward(situation.loads[row], situation.places[column], onward)
    # what it relies on to be there is still relied on, where it may go on at all
    kept = tuple(each for each in read.deciding if onward.lets_through and each.relies_on)
    beside = {each.rule for each in read.deciding if each not in kept} | set(read.beside)
    return Read(onward, (*kept, *grounds), tuple(sorted(beside)))


class _Numbering:
    """Gives each different reasoning of a subject a number, in the order of appearance."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._known: dict[Read, Reasoning] = {}

    def __call__(self, read: Read) -> Reasoning:
        if read not in self._known:
            number = f"{self._subject}-{len(self._known) + 1}"
            self._known[read] = Reasoning(number, read.verdict, read.deciding, read.beside)
        return self._known[read]


def _load_group(
    reader: Reader,
    routing: Routing,
    numbered: _Numbering,
    vector: tuple[tuple[int, Read], ...],
    rows: list[int],
) -> LoadGroup:
    columns: dict[Read, list[int]] = {}
    for column, read in vector:
        columns.setdefault(read, []).append(column)
    groups = [
        _place_group(reader, routing, numbered(read), rows, members)
        for read, members in sorted(columns.items(), key=lambda item: -item[0].verdict.rank)
    ]
    return LoadGroup(
        tuple(load_name(reader, reader.situation.loads[row]) for row in rows),
        tuple(sorted(groups, key=_order)),
    )


def _order(group: PlaceGroup) -> tuple[int, int, str]:
    """Best verdict first, then where most data goes."""
    used = sum(each.use.in_use for each in group.placements)
    return -group.reasoning.verdict.rank, -used, group.placements[0].place


def _place_group(
    reader: Reader, routing: Routing, reasoning: Reasoning, rows: list[int], columns: list[int]
) -> PlaceGroup:
    situation = reader.situation
    countries = {hosting_country(reader, situation.places[column]) for column in columns}
    return PlaceGroup(
        reasoning,
        tuple(named(reader, code) for code in sorted(countries)),
        tuple(
            Placement(
                situation.loads[row].key,
                situation.loads[row].service,
                situation.places[column],
                reasoning.verdict,
                routing.use(row, column),
                routing.share(situation.loads[row], situation.places[column]),
                float(situation.admissible.latency[row, column]),
                reasoning.number,
            )
            for column in columns
            for row in rows
        ),
    )
