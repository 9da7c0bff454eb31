"""Worked cases of the law of the Americas and Africa, reasoned out from the sources by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from domicile import load_law
from domicile.model.tokens import Evidence, Verdict
from domicile.residency import Law, Place, verdict

TODAY = date(2026, 11, 23)
DEEP = (
    *("US", "CA", "CA-QC", "BR", "MX", "AR", "CL", "CO", "UY"),
    *("KE", "RW", "ZA", "NG", "EG", "MA"),
)


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    subject: str
    data: tuple[str, ...]
    activity: str
    place: Place
    placed: tuple[str, ...] | None
    day: date
    declared: tuple[str, ...]
    verdict: Verdict
    rule: str


def _several(cell: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in cell.split(",") if each.strip())


def _read(row: str) -> Case:
    subject, data, activity, place, day, declared, expected, rule = (
        cell.strip() for cell in row.split("|")
    )
    held, _, placed = place.partition(" with ")
    territory, _, operator = held.partition(" by ")
    return Case(
        subject=subject,
        data=_several(data),
        activity=activity,
        place=Place(territory, operator=frozenset(_several(operator))),
        placed=_several(placed) or None,
        day=date.fromisoformat(day) if day else TODAY,
        declared=_several(declared),
        verdict=Verdict(expected),
        rule=rule,
    )


ROWS = [
    row
    for row in Path(__file__).with_name("americas_africa.txt").read_text("utf-8").splitlines()
    if row and not row.startswith(("#", "subject |"))
]


@pytest.fixture(scope="module")
def law() -> Law:
    """The shipped law."""
    return load_law()


@pytest.mark.parametrize("row", ROWS)
def test_a_worked_case_comes_to_the_verdict_that_the_sources_give(law: Law, row: str) -> None:
    """The verdict, and the rule it comes from, are those worked out by hand."""
    case = _read(row)
    judgement = verdict(
        law,
        case.subject,
        case.data,
        case.activity,
        case.place,
        placed=case.placed,
        declared=case.declared,
        as_of=case.day,
    )
    assert judgement.verdict is case.verdict
    assert case.rule in {step.rule for step in judgement.deciding}


@pytest.mark.parametrize(
    ("subject", "place", "entry"),
    [
        ("BR", "DE", "BR:EEA"),
        ("AR", "UY", "AR:UY"),
        ("CO", "US", "CO:US"),
        ("UY", "KR", "UY:KR"),
        ("UY", "GB", "UY:GB"),
    ],
)
def test_a_fallen_decision_leaves_only_the_mechanisms(
    law: Law, subject: str, place: str, entry: str
) -> None:
    """A place on a list is permitted by that entry alone: without it, conditional."""
    before = verdict(law, subject, "personal", "store", place, as_of=TODAY)
    after = verdict(law.without([entry]), subject, "personal", "store", place, as_of=TODAY)
    assert before.verdict is Verdict.PERMITTED
    assert after.verdict is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    "subject",
    [*DEEP, "PE", "GH", "TN", "SN", "UG", "ZM"],
)
def test_one_regime_holds_on_each_day_of_these_years(law: Law, subject: str) -> None:
    """On every day from the check on, exactly one regime for personal data surely binds."""
    changes = {TODAY, date(2026, 12, 1), date(2027, 1, 1), date(2027, 4, 1), date(2027, 11, 27)}
    for day in sorted(changes):
        known = law.on(day).subject(subject)
        taken = {
            name for index in known.regimes["personal"] for name in known.rules[index].rule.replaces
        }
        regimes = [
            known.rules[index].rule
            for index in known.regimes["personal"]
            if known.rules[index].rule.id not in taken
        ]
        assert len(regimes) == 1, day
        assert not regimes[0].when


def test_what_decides_can_be_looked_up(law: Law) -> None:
    """Whatever is graded official or reproduced names a page or a source, and quotes it."""
    seen = {Evidence.OFFICIAL, Evidence.REPRODUCED}
    for subject in DEEP:
        for rule in law.jurisdictions[subject].rules:
            if rule.evidence in seen:
                assert rule.citation.url or rule.citation.seen, rule.id
                assert rule.citation.quote, rule.id
        for entry in law.jurisdictions[subject].lists:
            if entry.evidence in seen:
                assert entry.citation.url or entry.citation.seen, entry.id
                assert entry.citation.quote, entry.id
