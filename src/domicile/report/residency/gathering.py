"""From a situation to everything that the report says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from domicile.model.policy import Mechanism
from domicile.model.tokens import Verdict
from domicile.report.page.report import head, require_something
from domicile.report.residency import jurisdictions
from domicile.report.residency.dossiers import dossiers, load_name
from domicile.report.residency.matrix import dots, hosting, matrix
from domicile.report.residency.questions import questions
from domicile.report.residency.reading import Reader
from domicile.report.residency.records import (
    Dossier,
    Ending,
    LoadName,
    MechanismEntry,
    Placement,
    Question,
    ResidencyReport,
    Summary,
    Transfer,
)
from domicile.report.residency.transfers import steps, transfers
from domicile.report.residency.upcoming import endings, relied_on, shifts, years_after
from domicile.situation import Situation

AHEAD = 2
"""Years that coming changes are looked for."""


def gather(situation: Situation, without: tuple[str, ...] = ()) -> ResidencyReport:
    """Everything that the report says of one environment on one day.

    Args:
        situation: what is reported on; what was withdrawn is withdrawn from it already.
        without: ids of what was withdrawn, to be named.

    Raises:
        SourceError: nothing is declared that could be reported on.
    """
    require_something(situation)
    reader = Reader(situation)
    found = dossiers(reader)
    register = transfers(reader, found)
    barred = steps(reader)
    asked = questions(reader, found, register)
    roles = jurisdictions.involved(reader)
    law = jurisdictions.law(reader, roles)
    last = years_after(situation.as_of, AHEAD)
    dates = endings(reader, roles, relied_on(found, register), last)
    return ResidencyReport(
        **head(situation, without),
        summary=_summary(
            situation, found, register, asked, dates, sum(each.count for each in barred)
        ),
        dots=dots(reader),
        hosting=hosting(reader, found),
        matrix=matrix(reader, found),
        dossiers=found,
        transfers=register,
        steps=barred,
        mechanisms=tuple(_mechanism(each, situation.as_of) for each in reader.workspace.mechanisms),
        endings=dates,
        shifts=shifts(situation, last),
        until=last,
        questions=asked,
        unknowns=jurisdictions.unknowns(reader, law, found),
        law=law,
        services=_services(reader),
        glossary=_glossary(reader, asked),
    )


def _placements(found: Iterable[Dossier]) -> Iterator[Placement]:
    for dossier in found:
        for group in dossier.groups:
            for part in group.groups:
                yield from part.placements


def _summary(
    situation: Situation,
    found: tuple[Dossier, ...],
    register: tuple[Transfer, ...],
    asked: tuple[Question, ...],
    dates: tuple[Ending, ...],
    barred: int,
) -> Summary:
    every = list(_placements(found))
    used = [each for each in every if each.use.in_use]
    lawful = {each.load for each in every if each.verdict.lets_through}
    of_subjects = {code for dossier in found for code in dossier.law}
    year = years_after(situation.as_of, 1)
    return Summary(
        counts=_counted(every),
        placements=len(every),
        used=len(used),
        used_counts=_counted(used),
        used_unlawful=tuple(
            sorted(f"{each.load} at {each.place}" for each in used if not each.verdict.lets_through)
        ),
        homeless=tuple(sorted({each.load for each in every} - lawful)),
        steps=barred,
        transfers=len(register),
        transfers_unlawful=sum(not each.verdict.lets_through for each in register),
        questions=len(asked),
        examples=sum(each.example for each in situation.workspace.mechanisms),
        ends=tuple(
            each
            for each in dates
            if each.day <= year and (each.relied or each.id.partition(":")[0] in of_subjects)
        ),
    )


def _counted(placements: Iterable[Placement]) -> tuple[tuple[Verdict, int], ...]:
    counted = Counter(each.verdict for each in placements)
    return tuple((verdict, counted[verdict]) for verdict in reversed(Verdict))


def _mechanism(each: Mechanism, as_of: date) -> MechanismEntry:
    covers = [
        f"{what} {', '.join(names)}"
        for what, names in (
            ("data of", each.subjects),
            ("to", each.to),
            ("with", each.providers),
        )
        if names
    ]
    return MechanismEntry(
        id=each.id,
        declares=each.declares,
        covers="; ".join(covers) or "everything",
        from_=each.from_,
        until=each.until,
        evidence=each.evidence,
        example=each.example,
        in_force=each.from_ <= as_of and (each.until is None or as_of <= each.until),
    )


def _services(reader: Reader) -> tuple[LoadName, ...]:
    """Each service once, with the data classes that reach it here."""
    found: dict[str, LoadName] = {}
    for load in reader.situation.loads:
        name = load_name(reader, load)
        known = found.setdefault(name.service, name)
        found[name.service] = LoadName(
            known.service,
            known.service,
            known.service_name,
            tuple(sorted({*known.data_classes, *name.data_classes})),
            known.activities,
        )
    return tuple(found[service] for service in sorted(found))


def _glossary(reader: Reader, asked: Iterable[Question]) -> tuple[tuple[str, str], ...]:
    """What the tokens mean that would settle a question, each once."""
    named = {
        token.removeprefix("not:")
        for question in asked
        for way in question.settled_by
        for token in way.declare
    }
    known = reader.workspace.conditions
    return tuple((token, known[token].means) for token in sorted(named) if token in known)
