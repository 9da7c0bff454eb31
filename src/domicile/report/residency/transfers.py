"""The register of transfers: all data in use that is anywhere but in its subject's own country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from domicile.admissible import COPIES, expand
from domicile.model.service import Flow
from domicile.model.tokens import Evidence, Verdict
from domicile.report.residency.dossiers import hosting_country, named
from domicile.report.residency.reading import Read, Reader
from domicile.report.residency.records import (
    Dossier,
    Placement,
    Recipient,
    Reliance,
    Transfer,
)
from domicile.residency import Place
from domicile.residency.region import Inside

GRADES = tuple(Evidence)


def transfers(reader: Reader, found: Iterable[Dossier]) -> tuple[Transfer, ...]:
    """Backends that serve abroad, by subject and place; then flows, as they are declared."""
    dossiers = tuple(found)
    rows = [*_serving(reader, dossiers), *_flows(reader, dossiers)]
    return tuple(row.numbered(number) for number, row in enumerate(rows, start=1))


@dataclass
class _Row:
    """A transfer in the making: what is the same for several subjects or services is one row."""

    reader: Reader
    read: Read
    to: str
    classes: tuple[str, ...]
    activities: tuple[str, ...]
    flow: Flow | None = None
    subjects: dict[str, None] = field(default_factory=dict)
    leaves: dict[str, None] = field(default_factory=dict)
    what: dict[str, None] = field(default_factory=dict)
    uses: set[str] = field(default_factory=set)
    exporters: tuple[tuple[str, Verdict, str], ...] = ()

    def numbered(self, number: int) -> Transfer:
        reader, flow = self.reader, self.flow
        relied = tuple(
            dict.fromkeys(each for ground in self.read.deciding for each in ground.relies_on)
        )
        return Transfer(
            number=number,
            subjects=tuple(named(reader, code) for code in self.subjects),
            leaves=tuple(self.leaves),
            to=self.to,
            country=named(reader, _country(reader, self.to)),
            what=tuple(self.what),
            flow="" if flow is None else flow.id,
            purpose="" if flow is None else flow.purpose,
            data_classes=self.classes,
            activities=self.activities,
            recipient=_recipient(reader, self.to, None if flow is None else flow.recipient),
            use=" and ".join(sorted(self.uses)),
            verdict=self.read.verdict,
            grounds=self.read.deciding,
            evidence=self._evidence(relied),
            until=min([*reader.ends(relied), *self._rules_end()], default=None),
            exporters=self.exporters,
        )

    def _evidence(self, relied: Iterable[Reliance]) -> Evidence | None:
        grades = [each.instrument.evidence for each in relied]
        grades += [
            step.evidence
            for ground in self.read.deciding
            if (step := self.reader.steps.get(ground.rule)) and step.evidence
        ]
        return max(grades, key=GRADES.index, default=None)

    def _rules_end(self) -> Iterator[date]:
        for ground in self.read.deciding:
            step = self.reader.steps.get(ground.rule)
            if step is not None and step.until is not None:
                yield step.until


def _serving(reader: Reader, dossiers: Iterable[Dossier]) -> Iterator[_Row]:
    for dossier in dossiers:
        rows: dict[tuple[object, ...], _Row] = {}
        for placement in _in_use(dossier):
            if _at_home(reader, dossier.subject.code, placement.place):
                continue
            _subject, service, classes = placement.load.split("/")
            does = tuple(str(each) for each in reader.workspace.services[service].activities)
            data = tuple(classes.split("+"))
            read = reader.load(dossier.subject.code, data, does, service, placement.place)
            key = (placement.place, read.verdict, tuple(each.rule for each in read.deciding))
            row = rows.setdefault(key, _Row(reader, read, placement.place, (), ()))
            row.subjects[dossier.subject.code] = None
            row.leaves[dossier.subject.name] = None
            row.what[service] = None
            row.uses.add(str(placement.use))
            row.classes = tuple(sorted({*row.classes, *data}))
            row.activities = tuple(dict.fromkeys((*row.activities, *does)))
        yield from (rows[key] for key in sorted(rows, key=lambda key: str(key[0])))


def _in_use(dossier: Dossier) -> Iterator[Placement]:
    for group in dossier.groups:
        for part in group.groups:
            yield from (each for each in part.placements if each.use.in_use)


def _at_home(reader: Reader, subject: str, at: str) -> bool:
    return reader.day.subject(subject).home.holds(reader.place(at).point) is Inside.YES


def _flows(reader: Reader, dossiers: tuple[Dossier, ...]) -> Iterator[_Row]:
    served: dict[tuple[str, str], set[str]] = {}
    for dossier in dossiers:
        for each in _in_use(dossier):
            served.setdefault((each.service, dossier.subject.code), set()).add(each.place)
    flows = {flow.id: flow for flow in reader.situation.flows}
    for flow in sorted(flows.values(), key=lambda each: each.id):
        if flow.service in reader.workspace.services:
            yield from _flow(reader, flow, flows, served)


def _flow(
    reader: Reader,
    flow: Flow,
    flows: dict[str, Flow],
    served: dict[tuple[str, str], set[str]],
) -> Iterator[_Row]:
    moved = _moved(reader, flow)
    rows: dict[tuple[object, ...], _Row] = {}
    for to in flow.to:
        if to not in reader.workspace.datacenters and not to.isupper():
            continue
        for subject, classes in moved.items():
            kept = (
                reader.situation.placed(subject, flow.service) if flow.activity in COPIES else None
            )
            activity = str(flow.activity)
            read = reader.read(
                subject, classes, (activity,), to, placed=kept, recipient=flow.recipient
            )
            leaves = _leaves(flow, flows, served.get((flow.service, subject), set()))
            exporters = _exporters(reader, subject, classes, flow, to, leaves)
            key = (to, classes, read, exporters)
            row = rows.setdefault(key, _Row(reader, read, to, classes, (activity,), flow))
            row.subjects[subject] = None
            row.leaves |= dict.fromkeys(leaves)
            row.what[flow.service] = None
            row.uses.add("declared")
            row.exporters = exporters
    yield from rows.values()


def _moved(reader: Reader, flow: Flow) -> dict[str, tuple[str, ...]]:
    """Subject → the data classes that a flow moves, as `domicile check` judges them."""
    wanted = set(expand(reader.workspace, flow.subjects, reader.situation.as_of))
    brought: dict[str, set[str]] = {}
    for load in reader.situation.loads:
        if load.service == flow.service and (not wanted or load.subject in wanted):
            brought.setdefault(load.subject, set()).update(load.data_classes)
    return {
        subject: tuple(sorted(classes & set(flow.data_classes or classes) or flow.data_classes))
        for subject, classes in sorted(brought.items())
    }


def _leaves(flow: Flow, flows: dict[str, Flow], served: set[str]) -> tuple[str, ...]:
    """Where a flow takes data from: the copies that it carries on, or where backends run."""
    if not flow.after:
        return tuple(sorted(served))
    before = (flows[name].to for name in flow.after if name in flows)
    return tuple(sorted({place for places in before for place in places}))


def _exporters(
    reader: Reader,
    subject: str,
    classes: tuple[str, ...],
    flow: Flow,
    to: str,
    leaves: Iterable[str],
) -> tuple[tuple[str, Verdict, str], ...]:
    """What the law of the places that data leaves says of it: the least of each union's states."""
    day = reader.day
    own = set(day.chain(subject))
    found: dict[tuple[str, Verdict, str], None] = {}
    for code in dict.fromkeys(_jurisdiction(reader, place) for place in leaves):
        chain = day.chain(code)
        stays = day.subject(code).home.holds(reader.place(to).point) is Inside.YES
        if stays or own.issuperset(chain):
            continue
        read = reader.read(
            code, classes, (str(flow.activity),), to, placed=None, recipient=flow.recipient
        )
        rule = next((each.rule for each in read.deciding), "")
        owner = rule.partition(":")[0]
        found[owner if owner in chain else code, read.verdict, rule] = None
    return tuple(sorted(found, key=lambda each: (each[1].rank, each[0])))


def _jurisdiction(reader: Reader, place: str) -> str:
    return reader.place(place).jurisdiction


def _country(reader: Reader, to: str) -> str:
    return hosting_country(reader, to) if to in reader.workspace.datacenters else to


def _recipient(reader: Reader, to: str, country: str | None) -> Recipient:
    if to not in reader.workspace.datacenters:
        return Recipient("a company there", country or to, ())
    provider = reader.workspace.providers[reader.workspace.provider_of[to]]
    owners = tuple(
        f"{owner.name} ({owner.country})"
        for owner in provider.owners
        if owner.name != provider.operator.name
    )
    here: Place = reader.place(to)
    if country is None or country in here.operator:
        return Recipient(provider.operator.name, country or provider.operator.country, owners)
    return Recipient(f"a company in {country}, at {provider.operator.name}", country, owners)
