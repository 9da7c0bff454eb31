"""The register of transfers: all data in use that is anywhere but in its subject's own country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from domicile.legal import COPIES, Load
from domicile.model.place import SidePath
from domicile.model.tokens import Evidence, Verdict
from domicile.onward import Handover
from domicile.outflow import Outflow, outflows
from domicile.report.residency.dossiers import hosting_country, named
from domicile.report.residency.reading import Read, Reader
from domicile.report.residency.records import (
    Dossier,
    Placement,
    Recipient,
    Reliance,
    Step,
    Transfer,
    TransferKind,
)
from domicile.residency.region import Inside

GRADES = tuple(Evidence)
Exported = tuple[tuple[str, Verdict, str], ...]


def transfers(reader: Reader, found: Iterable[Dossier]) -> tuple[Transfer, ...]:
    """Backends that serve abroad, by subject and place; then flows, then side paths in effect."""
    dossiers = tuple(found)
    rows = [*_serving(reader, dossiers), *_outflows(reader, dossiers)]
    return tuple(row.numbered(number) for number, row in enumerate(rows, start=1))


def steps(reader: Reader) -> tuple[Step, ...]:
    """Steps between services that the law of the place where data is does not allow."""
    found: dict[tuple[str, str, str], list[Handover]] = {}
    for each in reader.situation.barred_handovers():
        found.setdefault((each.service, each.dependency, each.exporter), []).append(each)
    return tuple(
        Step(
            service=service,
            dependency=dependency,
            law=law,
            subjects=tuple(sorted({each.subject for each in these})),
            places=tuple(sorted({place for each in these for place in each.places})),
            to=tuple(sorted({each.target for each in these})),
            data_classes=tuple(sorted({name for each in these for name in each.data_classes})),
            activities=tuple(sorted({each.activity for each in these})),
            count=len(these),
        )
        for (service, dependency, law), these in sorted(found.items())
    )


@dataclass
class _Row:
    """A transfer in the making: what is the same for several subjects or services is one row."""

    reader: Reader
    kind: TransferKind
    read: Read
    recipient: Recipient
    name: str = ""
    purpose: str = ""
    to: dict[str, None] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    activities: dict[str, None] = field(default_factory=dict)
    subjects: dict[str, None] = field(default_factory=dict)
    leaves: set[str] = field(default_factory=set)
    what: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    exporters: Exported = ()

    def numbered(self, number: int) -> Transfer:
        """The row as it stands in the register."""
        reader = self.reader
        relied = tuple(
            dict.fromkeys(each for ground in self.read.deciding for each in ground.relies_on)
        )
        countries = dict.fromkeys(_country(reader, each) for each in self.to)
        return Transfer(
            number=number,
            kind=self.kind,
            subjects=tuple(named(reader, code) for code in sorted(self.subjects)),
            leaves=tuple(sorted(self.leaves)),
            to=tuple(self.to),
            countries=tuple(named(reader, code) for code in countries),
            what=tuple(sorted(self.what)),
            flow=self.name,
            purpose=self.purpose,
            data_classes=tuple(sorted(self.classes)),
            activities=tuple(self.activities),
            recipient=self.recipient,
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
    loads = {load.key: load for load in reader.situation.loads}
    for dossier in dossiers:
        subject = dossier.subject.code
        rows: dict[tuple[str, Read], _Row] = {}
        for placement in in_use(dossier):
            if _at_home(reader, subject, placement.place):
                continue
            load = loads[placement.load]
            does = tuple(str(e) for e in reader.workspace.services[load.service].activities)
            read = reader.load(subject, load.data_classes, does, load.service, placement.place)
            row = rows.setdefault(
                (placement.place, read),
                _Row(reader, TransferKind.SERVING, read, _operator(reader, placement.place, None)),
            )
            row.to[placement.place] = None
            row.subjects[subject] = None
            row.leaves.add(dossier.subject.name)
            row.what.add(load.service)
            row.uses.add(str(placement.use))
            row.classes.update(load.data_classes)
            row.activities |= dict.fromkeys(does)
        yield from sorted(rows.values(), key=lambda row: (*row.to, sorted(row.what)))


def in_use(dossier: Dossier) -> Iterator[Placement]:
    """The placements of a subject to which data goes."""
    for group in dossier.groups:
        for part in group.groups:
            yield from (each for each in part.placements if each.use.in_use)


def _at_home(reader: Reader, subject: str, at: str) -> bool:
    return reader.day.subject(subject).home.holds(reader.place(at).point) is Inside.YES


def _outflows(reader: Reader, dossiers: Iterable[Dossier]) -> Iterator[_Row]:
    situation, workspace = reader.situation, reader.workspace
    served: dict[tuple[str, str], set[str]] = {}
    for dossier in dossiers:
        for each in in_use(dossier):
            served.setdefault((each.service, dossier.subject.code), set()).add(each.place)
    activities = {
        (service, place): frozenset(str(e) for e in workspace.services[service].activities)
        for service, place in situation.known_pools
    }
    every = [
        (outflow.side_path, outflow.name, service, outflow)
        for service, found in outflows(
            workspace, situation.environment, situation.as_of, activities
        ).items()
        for outflow in found
    ]
    targets = {flow.id: flow.to for flow in situation.flows}
    rows: dict[tuple[object, ...], _Row] = {}
    for _, _, service, outflow in sorted(every, key=lambda each: (*each[:3], each[3].to)):
        for load in situation.loads:
            if load.service == service:
                _outflow(reader, rows, outflow, load, served, targets)
    yield from rows.values()


def _outflow(
    reader: Reader,
    rows: dict[tuple[object, ...], _Row],
    outflow: Outflow,
    load: Load,
    served: dict[tuple[str, str], set[str]],
    targets: dict[str, tuple[str, ...]],
) -> None:
    """What a flow, or a side path, takes along of one load."""
    moved = outflow.carries(load)
    leaves = _leaves(outflow, targets, served.get((load.service, load.subject), set()))
    if not moved or (outflow.side_path and not leaves):
        return
    activity = str(outflow.activity)
    for to in outflow.to:
        if to not in reader.workspace.datacenters and not to.isupper():
            continue
        read = reader.read(
            load.subject,
            moved,
            (activity,),
            to,
            placed=reader.situation.placed(load.subject, load.service)
            if outflow.activity in COPIES and not outflow.side_path
            else None,
            recipient=outflow.recipient,
            operator=outflow.operator,
        )
        exporters = _exporters(reader, load.subject, moved, outflow, to, leaves)
        target = "" if outflow.side_path else to
        key = (outflow.name, load.service, target, read, exporters)
        if key not in rows:
            rows[key] = _new(reader, outflow, read, to, exporters)
        row = rows[key]
        row.to[to] = None
        row.classes.update(moved)
        row.subjects[load.subject] = None
        row.leaves.update(leaves)
        row.what.add(load.service)
        row.activities[activity] = None


def _new(reader: Reader, outflow: Outflow, read: Read, to: str, exporters: Exported) -> _Row:
    record = outflow.record
    if isinstance(record, SidePath):
        provider = reader.workspace.providers[outflow.name.partition(":")[0]]
        row = _Row(
            reader,
            TransferKind.SIDE_PATH,
            read,
            Recipient(
                provider.operator.name,
                provider.operator.country,
                tuple(f"{owner.name} ({owner.country})" for owner in provider.owners),
            ),
            outflow.name,
            f"{record.feature}: {record.does}",
        )
        row.uses.add("by default, unless the workspace says that it is off")
    else:
        row = _Row(
            reader,
            TransferKind.FLOW,
            read,
            _operator(reader, to, outflow.recipient),
            outflow.name,
            record.purpose,
        )
        row.uses.add("declared")
    row.exporters = exporters
    return row


def _leaves(
    outflow: Outflow, targets: dict[str, tuple[str, ...]], served: set[str]
) -> tuple[str, ...]:
    """Where data leaves from: the copies that a flow carries on, or where backends run."""
    if outflow.after:
        before = (targets[name] for name in outflow.after if name in targets)
        return tuple(sorted({place for places in before for place in places}))
    return tuple(sorted(served if outflow.leaves is None else served & outflow.leaves))


def _exporters(
    reader: Reader,
    subject: str,
    classes: tuple[str, ...],
    outflow: Outflow,
    to: str,
    leaves: Iterable[str],
) -> Exported:
    """What the law of the places that data leaves says of it, each law once."""
    day = reader.day
    own = set(day.chain(subject))
    found: dict[tuple[str, Verdict, str], None] = {}
    onward = reader.situation.onward
    for code in dict.fromkeys(onward.jurisdiction(place) for place in leaves):
        chain = day.chain(code)
        stays = day.subject(code).home.holds(reader.place(to).point) is Inside.YES
        if stays or own.issuperset(chain):
            continue
        read = reader.read(
            code,
            classes,
            (str(outflow.activity),),
            to,
            placed=None,
            recipient=outflow.recipient,
            operator=outflow.operator,
        )
        rule = next((each.rule for each in read.deciding), "")
        owner = rule.partition(":")[0]
        found[owner if owner in chain else code, read.verdict, rule] = None
    return tuple(sorted(found, key=lambda each: (each[1].rank, each[0], each[2])))


def _country(reader: Reader, to: str) -> str:
    return hosting_country(reader, to) if to in reader.workspace.datacenters else to


def _operator(reader: Reader, to: str, country: str | None) -> Recipient:
    if to not in reader.workspace.datacenters:
        return Recipient("a company there", country or to, ())
    provider = reader.workspace.providers[reader.workspace.provider_of[to]]
    owners = tuple(
        f"{owner.name} ({owner.country})"
        for owner in provider.owners
        if owner.name != provider.operator.name
    )
    if country is None or country in reader.place(to).operator:
        return Recipient(provider.operator.name, country or provider.operator.country, owners)
    return Recipient(f"a company in {country}, at {provider.operator.name}", country, owners)
