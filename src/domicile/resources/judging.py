"""What is wrong with resources: each is placed, what it holds is found, and the law is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from domicile.legal import declarations
from domicile.model.finding import Finding, Location
from domicile.model.law import Citation
from domicile.model.tokens import Enforcement, Verdict
from domicile.model.words import listed, quoted
from domicile.residency import Judgement, Law, rank, verdict
from domicile.resources import rules
from domicile.resources.catalogue import Catalogue, Target
from domicile.resources.holding import Held, Holder
from domicile.resources.neighbours import Neighbours
from domicile.resources.placing import Found, Placed, Placer
from domicile.resources.resource import Resource
from domicile.resources.rows import Row, Rows
from domicile.resources.rules import ResourceRule
from domicile.resources.stacks import StackPools
from domicile.workspace import Workspace

_STRICT = {Enforcement.DISABLED: 0, Enforcement.ADVISORY: 1, Enforcement.MANDATORY: 2}


@dataclass(frozen=True, slots=True)
class Barred:
    """One place where data of a resource may not be."""

    placed: Placed
    target: Target
    subjects: tuple[str, ...]
    """Whose data may not be there."""
    worst: str
    """The one for whom it is worst."""
    data_classes: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out about one resource."""

    findings: tuple[Finding, ...] = ()
    barred: tuple[Barred, ...] = ()
    """The places where its data may not be."""
    later: bool = False
    """Whether some of it is known only when it is made."""
    known: bool = True
    """Whether the table has its type, or its package is none of the table's."""


@dataclass(slots=True)
class Assumed:
    """What a resource that says nothing is taken to hold."""

    subjects: tuple[str, ...] = ()
    data_classes: tuple[str, ...] = ()

    def tags(self) -> dict[str, str]:
        """As tags of a whole stack would say it."""
        said = {
            "domicile:subjects": " ".join(self.subjects),
            "domicile:data-classes": " ".join(self.data_classes),
        }
        return {key: value for key, value in said.items() if value}


@dataclass
class Judge:
    """Judges resources one by one, with what is known of the others."""

    workspace: Workspace
    law: Law
    as_of: date
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that may name a region."""
    neighbours: Neighbours = field(init=False)
    placer: Placer = field(init=False)

    def __post_init__(self) -> None:
        self._rows = Rows()
        self._declared = declarations(self.workspace)
        self._pools = StackPools(self.workspace.root)
        self._catalogue = Catalogue(self.workspace, self._rows.areas, self.as_of)
        self._ranks: dict[tuple[Target, str, tuple[str, ...], str], int] = {}
        self._judgements: dict[tuple[Target, str, tuple[str, ...], str], Judgement] = {}
        self.know(())

    def know(self, resources: Iterable[Resource]) -> None:
        """Forget the resources that are known, and know these."""
        rows = Placer(self._rows, self._catalogue, Neighbours(), {})
        self.neighbours = Neighbours(resources, rows.refers)
        self.placer = Placer(self._rows, self._catalogue, self.neighbours, self.environment)
        self._holder = Holder(
            self.workspace, self._pools, self.neighbours, self.placer.row, self.as_of
        )

    def judge(
        self, resource: Resource, tags: Mapping[str, str] | None = None, *, alone: bool = False
    ) -> Judged:
        """What is wrong with one resource.

        Args:
            resource: it; others that it names must be known.
            tags: of its whole stack; they hold where it says nothing itself.
            alone: others may still come: what they could say is not asked of it.
        """
        row = self.placer.row(resource)
        if row is None:
            return Judged()
        held = self._holder.held(resource, row, tags or {})
        found: list[Finding] = []
        if held.unread:
            found.append(self._unreadable(resource, held))
        if not held.said and not held.later:
            if row.holds and not alone:
                found.append(self._undeclared(resource))
            return Judged(tuple(self._settled(found, resource)), known=row.known)
        places = list(self._places(resource, row, held)) if held.data or held.later else []
        barred = list(self._barred(places, held))
        found += [self._unlawful(resource, each) for each in _worst(barred)]
        later = held.later
        for placed in _unknown(places):
            if alone and placed.found.whole:
                continue
            later |= placed.found.later
            found.append(self._unknown(resource, placed))
        if held.later:
            found.append(self._said_later(resource))
        return Judged(tuple(self._settled(found, resource)), tuple(barred), later, row.known)

    def places(self, resource: Resource) -> list[Placed]:
        """Everywhere that data of a resource is, whatever it holds."""
        row = self.placer.row(resource)
        if row is None:
            return []
        placement = self._holder.placement(resource)
        return list(self._places(resource, row, Held(placement=placement)))

    def held(self, resource: Resource, tags: Mapping[str, str] | None = None) -> Held:
        """What a resource holds; `tags` are those of its whole stack."""
        row = self.placer.row(resource)
        return Held() if row is None else self._holder.held(resource, row, tags or {})

    def coded(self, resource: Resource, code: str) -> tuple[Target, ...]:
        """The places that a code of a resource's provider stands for."""
        row = self.placer.row(resource)
        return () if row is None else self.placer.codes(resource, row, code)

    def unknown_types(self, types: Sequence[str]) -> list[Finding]:
        """What is said of types that the table does not have."""
        if not types:
            return []
        finding = self._finding(
            rules.UNKNOWN_TYPE,
            f"the table of resource types does not have {quoted(sorted(set(types)))}: "
            "such a resource is judged only where tags or placements say what it holds",
            None,
            {"types": sorted(set(types))},
        )
        return list(self._settled([finding], None))

    def _places(self, resource: Resource, row: Row, held: Held) -> Iterator[Placed]:
        placement = held.placement
        own = self.placer.own(resource, row)
        if placement is not None and placement.datacenter is not None:
            target = self._catalogue.datacenter(placement.datacenter)
            own = (
                Found((target,), f"`{placement.id}` of `policies/placements.yaml`")
                if target
                else Found(unknown=f"`{placement.id}` names no datacenter of the catalogue")
            )
        said = str(placement.activity) if placement and placement.activity else ""
        does = (said,) if said else row.does
        if not does and not row.copies:
            does = ("store",)  # somebody says that it holds data: it is at least kept there
        yield from self.placer.every(resource, replace(row, does=does), own)

    def _barred(self, places: Iterable[Placed], held: Held) -> Iterator[Barred]:
        for placed in places:
            for target in placed.found.targets:
                for subjects, classes in held.data:
                    ranks = {
                        subject: self._rank(target, subject, classes, placed.activity)
                        for subject in subjects
                    }
                    worst = min(ranks.values())
                    verdict_ = Verdict.of_rank(worst)
                    if verdict_.lets_through:
                        continue
                    short = tuple(
                        subject
                        for subject, its in ranks.items()
                        if not Verdict.of_rank(its).lets_through
                    )
                    first = next(subject for subject in short if ranks[subject] == worst)
                    yield Barred(placed, target, short, first, classes, verdict_)

    def _rank(self, target: Target, subject: str, classes: tuple[str, ...], does: str) -> int:
        key = (target, subject, classes, does)
        known = self._ranks.get(key)
        if known is None:
            known = self._ranks[key] = rank(
                self.law,
                subject,
                classes,
                does,
                self._catalogue.place(target),
                declared=self._declared,
                as_of=self.as_of,
            )
        return known

    def _judgement(self, barred: Barred) -> Judgement:
        key = (barred.target, barred.worst, barred.data_classes, barred.placed.activity)
        if key not in self._judgements:
            self._judgements[key] = verdict(
                self.law,
                barred.worst,
                barred.data_classes,
                barred.placed.activity,
                self._catalogue.place(barred.target),
                declared=self._declared,
                as_of=self.as_of,
            )
        return self._judgements[key]

    def _unlawful(self, resource: Resource, cases: list[Barred]) -> Finding:
        worst = min(cases, key=lambda each: each.verdict.rank)
        step = self._judgement(worst).deciding[0]
        places = {str(each.target): each.verdict for each in sorted(cases, key=_by_rank)}
        subjects = sorted({subject for each in cases for subject in each.subjects})
        cited = step.citation
        return self._finding(
            rules.UNLAWFUL_PLACE,
            f"`{resource.name}` ({resource.type}) has {quoted(worst.data_classes)} data of "
            f"{listed(subjects)} at {_places(places)} ({worst.placed.activity}, by "
            f"{worst.placed.found.how}), which is {worst.verdict} for {worst.worst}",
            resource,
            {
                "resource": resource.urn,
                "activity": worst.placed.activity,
                "places": {place: str(its) for place, its in places.items()},
                "subjects": subjects,
                "rule": step.rule,
            },
            help=f"`{step.rule}`: {step.outcome}",
            citation=None
            if cited is None
            else Citation(
                instrument=cited.instrument,
                article=cited.article,
                url=cited.url,
                language=cited.language,
                quote=cited.quote,
                seen=cited.seen,
            ),
        )

    def _unknown(self, resource: Resource, placed: Placed) -> Finding:
        rule = rules.KNOWN_LATER if placed.found.later else rules.UNKNOWN_PLACE
        when = "is not known yet" if placed.found.later else "is not known"
        return self._finding(
            rule,
            f"where `{resource.name}` ({resource.type}) has its data ({placed.activity}) {when}: "
            f"{placed.found.unknown}",
            resource,
            {"resource": resource.urn, "activity": placed.activity},
            help=rule.steps,
        )

    def _said_later(self, resource: Resource) -> Finding:
        return self._finding(
            rules.KNOWN_LATER,
            f"what `{resource.name}` ({resource.type}) holds is not known yet: its tags are not "
            "known before it is made",
            resource,
            {"resource": resource.urn},
            help=rules.KNOWN_LATER.steps,
        )

    def _undeclared(self, resource: Resource) -> Finding:
        return self._finding(
            rules.UNDECLARED_DATA,
            f"`{resource.name}` ({resource.type}) may hold data, and nothing says whose and what",
            resource,
            {"resource": resource.urn},
            help=rules.UNDECLARED_DATA.steps,
        )

    def _unreadable(self, resource: Resource, held: Held) -> Finding:
        return self._finding(
            rules.UNREADABLE_DATA,
            f"what `{resource.name}` ({resource.type}) holds cannot be read: {listed(held.unread)}",
            resource,
            {"resource": resource.urn},
            help=rules.UNREADABLE_DATA.steps,
        )

    def _finding(
        self,
        rule: ResourceRule,
        message: str,
        resource: Resource | None,
        witness: dict[str, Any],
        *,
        help: str | None = None,
        citation: Citation | None = None,
    ) -> Finding:
        return Finding(
            code=rule.code,
            name=rule.name,
            severity=rule.severity,
            enforcement=self.enforcement(rule),
            message=message,
            location=Location(resource.urn if resource else "", 0, 0),
            citation=citation,
            witness=witness,
            help=help or rule.steps,
        )

    def enforcement(self, rule: ResourceRule) -> Enforcement:
        """What a rule's findings do in this workspace."""
        setting = self.workspace.setting(rule.code, rule.name)
        return rule.enforcement if setting is None else setting.enforcement

    def _settled(self, found: Iterable[Finding], resource: Resource | None) -> Iterator[Finding]:
        """Findings whose rules are not off; those that are waived say so."""
        places = (resource.urn, resource.type, resource.name) if resource else ("",)
        for finding in found:
            if finding.enforcement is Enforcement.DISABLED:
                continue
            called = (finding.code, finding.name)
            for waiver in self.workspace.waivers:
                if waiver.accepts(called, places, finding.message, self.as_of):
                    yield replace(finding, enforcement=Enforcement.ADVISORY, waiver=waiver)
                    break
            else:
                yield finding


def _by_rank(barred: Barred) -> tuple[int, str]:
    return barred.verdict.rank, str(barred.target)


def _places(places: Mapping[str, Verdict]) -> str:
    """Places by name; where they are not all as bad, how bad each is."""
    if len(set(places.values())) == 1:
        return quoted(places, 4)
    return listed((f"`{place}` ({its})" for place, its in places.items()), 4)


def _worst(barred: Iterable[Barred]) -> Iterator[list[Barred]]:
    """Cases that are told together: of one activity, by one copy."""
    groups: dict[tuple[str, int, str, tuple[str, ...]], list[Barred]] = {}
    for each in barred:
        placed = each.placed
        key = (placed.activity, id(placed.copy), placed.found.how, each.data_classes)
        groups.setdefault(key, []).append(each)
    yield from groups.values()


def _unknown(places: Iterable[Placed]) -> Iterator[Placed]:
    """Places that are not known, each reason once."""
    told: set[str] = set()
    for placed in places:
        if placed.found.unknown and placed.found.unknown not in told:
            told.add(placed.found.unknown)
            yield placed
