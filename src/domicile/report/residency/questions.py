"""Open questions: what is conditional or undetermined, with what would settle it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from domicile.model.tokens import Verdict
from domicile.report.page.report import Named
from domicile.report.residency.reading import Reader
from domicile.report.residency.records import (
    Dossier,
    Ground,
    PlaceGroup,
    Question,
    Settling,
    Transfer,
    Use,
)

OPEN = (Verdict.CONDITIONAL, Verdict.UNDETERMINED)
_Key = tuple[str, Verdict, str, tuple[Settling, ...]]


@dataclass
class _Asked:
    subjects: dict[str, Named] = field(default_factory=dict)
    countries: set[str] = field(default_factory=set)
    placements: int = 0
    alone: int = 0
    flows: set[str] = field(default_factory=set)


def questions(
    reader: Reader, dossiers: Iterable[Dossier], register: Iterable[Transfer]
) -> tuple[Question, ...]:
    """Every open question once: flows that wait for it first, then by how much waits for it."""
    asked: dict[_Key, _Asked] = {}
    for dossier, part in _parts(dossiers):
        open_, count = _open(part), _waiting(part)
        for ground in open_:
            entry = asked.setdefault(_key(ground), _Asked())
            entry.subjects[dossier.subject.code] = dossier.subject
            entry.countries.update(each.code for each in part.countries)
            entry.placements += count
            entry.alone += count if len(open_) == 1 else 0
    for row, ground in _waiting_flows(register):
        entry = asked.setdefault(_key(ground), _Asked())
        entry.subjects |= {each.code: each for each in row.subjects}
        entry.countries.update(each.code for each in row.countries)
        entry.flows.add(row.flow)
    found = [_question(reader, key, entry) for key, entry in asked.items()]
    return tuple(
        sorted(
            found,
            key=lambda each: (
                not each.flows,
                -each.placements,
                each.rule,
                each.outcome,
                each.subjects[0].code,
            ),
        )
    )


def _key(ground: Ground) -> _Key:
    return ground.rule, ground.verdict, ground.outcome, ground.settled_by


def _parts(dossiers: Iterable[Dossier]) -> Iterator[tuple[Dossier, PlaceGroup]]:
    for dossier in dossiers:
        for group in dossier.groups:
            for part in group.groups:
                if part.reasoning.verdict in OPEN and _waiting(part):
                    yield dossier, part


def _waiting(part: PlaceGroup) -> int:
    return sum(each.use is not Use.KEPT for each in part.placements)


def _open(part: PlaceGroup) -> tuple[Ground, ...]:
    return tuple(each for each in part.reasoning.deciding if each.verdict in OPEN)


def _waiting_flows(register: Iterable[Transfer]) -> Iterator[tuple[Transfer, Ground]]:
    for row in register:
        if row.flow and row.verdict in OPEN:
            yield from ((row, each) for each in row.grounds if each.verdict in OPEN)


def _question(reader: Reader, key: _Key, entry: _Asked) -> Question:
    rule, verdict, outcome, settled_by = key
    step = reader.steps.get(rule)
    return Question(
        subjects=tuple(entry.subjects[code] for code in sorted(entry.subjects)),
        rule=rule,
        verdict=verdict,
        outcome=outcome,
        settled_by=settled_by,
        countries=tuple(sorted(entry.countries)),
        placements=entry.placements,
        alone=entry.alone,
        flows=tuple(sorted(entry.flows)),
        evidence=None if step is None else step.evidence,
    )
