"""The law of Europe and its neighbours, case by case.

Each verdict in `europe.txt` was worked out from the sources that the rules cite, by reasoning,
before the engine was asked. `today` is the day on which the facts were checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

import domicile
from domicile.model.tokens import Evidence
from domicile.residency import Law, rank, verdict
from domicile.residency.consistency import overlapping_regimes

TODAY = date(2026, 11, 23)
PERMITTED = 4
CODES = """
AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES EU FI FO FR GB GE GG GI GL GR HR HU IE IM IS IT
JE KG KZ LI LT LU LV MC MD ME MK MN MT NL NO PL PT RO RS RU SE SI SK SM TJ TM TR UA UZ XK
"""
EUROPE = frozenset(CODES.split())


@dataclass(frozen=True, slots=True)
class Placement:
    """One line of the table."""

    line: str
    subject: str
    classes: tuple[str, ...]
    activity: str
    place: str
    day: date
    declared: tuple[str, ...]
    placed: tuple[str, ...] | None
    expected: str
    decides: str


def placements() -> Iterator[Placement]:
    """The lines of the table that are no headings."""
    for line in Path(__file__).with_name("europe.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        what, declared, placed, expected = (part.split() for part in line.split("|"))
        subject, classes, activity, place, day = what
        yield Placement(
            line=line,
            subject=subject,
            classes=tuple(classes.split("+")),
            activity=activity,
            place=place,
            day=TODAY if day == "today" else date.fromisoformat(day),
            declared=() if declared == ["-"] else tuple(declared),
            placed=None if placed == ["-"] else tuple(placed),
            expected=expected[0],
            decides=expected[1],
        )


@pytest.fixture(scope="module")
def law() -> Law:
    """The shipped law."""
    return domicile.load_law()


@pytest.mark.parametrize("case", tuple(placements()), ids=lambda case: case.line)
def test_placement(law: Law, case: Placement) -> None:
    """The verdict is the one that the sources give, and for the reason that they give."""
    judged = verdict(
        law,
        case.subject,
        case.classes,
        case.activity,
        case.place,
        placed=case.placed,
        declared=case.declared,
        as_of=case.day,
    )
    assert judged.verdict == case.expected
    assert case.decides in [step.rule for step in judged.deciding]


def test_personal_data_move_freely_inside_the_eea(law: Law) -> None:
    """No state of the EEA keeps ordinary personal data at home: the GDPR alone decides."""
    states = [of for of, _, until in law.groups["EEA"].members if until is None]
    held = [
        f"{subject} to {place}"
        for subject in states
        for place in states
        if rank(law, subject, ["personal"], "store", place, as_of=TODAY) < PERMITTED
    ]
    assert len(states) == 30
    assert held == []


def test_every_regime_for_personal_data_is_known(law: Law) -> None:
    """Whoever is listed says what leaving it needs, itself or through the union it is under."""

    def known(name: str) -> bool:
        own = law.jurisdictions[name]
        return any("personal" in rule.regime for rule in own.rules) or any(map(known, own.under))

    assert [name for name in sorted(EUROPE) if not known(name)] == []


def test_no_two_regimes_stand_on_one_day(law: Law) -> None:
    """On the day on which a new law starts the old one has ended."""
    assert [x for x in overlapping_regimes(law) if x[1:].split(":")[0] in EUROPE] == []


def test_what_is_graded_as_seen_has_words_and_a_place(law: Law) -> None:
    """An official or reproduced fact quotes what was seen, and says where."""
    silent = [
        fact.id
        for name in sorted(EUROPE | {"DE-BY", "KZ-AIFC"})
        for fact in (*law.jurisdictions[name].rules, *law.jurisdictions[name].lists)
        if fact.evidence in {Evidence.OFFICIAL, Evidence.REPRODUCED}
        and not (fact.citation.quote and (fact.citation.url or fact.citation.seen))
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("fallen", "place", "declared", "verdicts"),
    [
        ("EU:GB", "GB", "", "permitted conditional"),
        ("EU:US:DPF", "US", "recipient:dpf", "permitted-with-mechanism conditional"),
        ("scc", "IN", "scc assessment", "permitted-with-mechanism conditional"),
        ("EU:BR", "BR", "scc assessment", "permitted permitted-with-mechanism"),
    ],
)
def test_what_falls_is_missed(
    law: Law, fallen: str, place: str, declared: str, verdicts: str
) -> None:
    """When a decision or an instrument falls, what rested on it alone no longer stands."""
    judged = [
        verdict(
            known, "DE", ["personal"], "store", place, declared=declared.split(), as_of=TODAY
        ).verdict
        for known in (law, law.without([fallen]))
    ]
    assert judged == verdicts.split()
