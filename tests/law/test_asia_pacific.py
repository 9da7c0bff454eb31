"""The law of Asia, the Pacific and the Middle East, in cases worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from domicile import load_law
from domicile.residency import Law, verdict

TODAY = date(2026, 11, 23)

SETS = {
    "small-in-cn": (
        "not:threshold:cn-assessment not:threshold:cn-pipl-40 not:actor:critical-infrastructure "
        "not:actor:public-body not:actor:ride-hailing not:actor:online-publisher "
        "not:actor:domain-registry not:actor:payment-system not:actor:vehicle-maker"
    ),
    "cn-contract": "cac-contract assessment notification",
    "kr-hosting": "processor-contract subject-contract disclosure",
    "private-in-id": "not:actor:public-body not:actor:e-commerce",
    "no-carrier": "not:actor:telecom-operator",
    "carrier": "actor:telecom-operator",
}
"""Declarations that several cases share."""

TABLE = Path(__file__).with_name("asia_pacific.txt")

NAMED = [
    "CN",
    "HK",
    "MO",
    "TW",
    "JP",
    "KR",
    "IN",
    "SG",
    "MY",
    "ID",
    "TH",
    "VN",
    "PH",
    "AU",
    "NZ",
    "PK",
    "BD",
    "LK",
    "NP",
    "UZ",
    "SA",
    "AE",
    "AE-DIFC",
    "AE-ADGM",
    "QA",
    "BH",
    "KW",
    "OM",
    "IL",
    "JO",
]
"""Jurisdictions whose law is laid out in some depth."""


@dataclass(frozen=True)
class Worked:
    """One row of the table."""

    subject: str
    data: str
    does: str
    place: str
    declared: frozenset[str]
    placed: tuple[str, ...] | None
    day: date
    verdict: str
    rule: str


def rows() -> Iterator[Worked]:
    """The rows of the table, its head and remarks aside."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    for line in [line for line in lines if not line.startswith("#")][1:]:
        subject, data, does, place, said, placed, day, outcome, rule = (
            cell.strip() for cell in line.split("|")
        )
        tokens = " ".join(SETS.get(word, word) for word in said.split())
        yield Worked(
            subject,
            data,
            does,
            place,
            frozenset(tokens.split()),
            tuple(placed.split()) or None,
            date.fromisoformat(day) if day else TODAY,
            "permitted-with-mechanism" if outcome == "mechanism" else outcome,
            rule,
        )


@pytest.fixture(scope="module")
def law() -> Law:
    """The shipped law."""
    return load_law()


@pytest.mark.parametrize(
    "row",
    list(rows()),
    ids=lambda r: f"{r.subject}-{r.data}-{r.does}-{r.place}-{r.day}-{r.verdict}",
)
def test_worked_case(law: Law, row: Worked) -> None:
    """The catalogue says of each case what its sources say, and for the same rule."""
    judged = verdict(
        law,
        row.subject,
        row.data,
        row.does,
        row.place,
        declared=row.declared,
        placed=row.placed,
        as_of=row.day,
    )
    assert judged.verdict == row.verdict, [(s.rule, s.rank, s.outcome) for s in judged.trace]
    assert row.rule in {step.rule for step in judged.deciding}


@pytest.mark.parametrize("subject", NAMED)
def test_home_is_permitted(law: Law, subject: str) -> None:
    """Nothing in a country's own law drives its people's data out of it."""
    for data in ("personal", "communications", "telecom-metadata", "recordings", "identity"):
        judged = verdict(law, subject, data, "store", subject, placed=(subject,), as_of=TODAY)
        assert judged.verdict == "permitted", [(s.rule, s.rank) for s in judged.trace]


@pytest.mark.parametrize("subject", NAMED)
def test_one_regime_for_personal_data_from_its_first_day(law: Law, subject: str) -> None:
    """From the first regime's first day there is exactly one on every day, without a gap."""
    regimes = [r for r in law.jurisdictions[subject].rules if "personal" in r.regime]
    assert regimes
    starts = [r.from_ or r.checked for r in regimes]
    days = {d for r in regimes for d in (r.from_, r.until) if d} | {TODAY}
    around = {d + timedelta(days=n) for d in days for n in (-1, 0, 1)}
    for day in sorted(d for d in around if d >= min(starts)):
        held = [r.id for r in regimes if r.restricts_on(day)]
        assert len(held) == 1, f"{day}: {held}"


def test_what_is_seen_is_quoted(law: Law) -> None:
    """A fact graded as seen text says where it was seen and gives words of it."""
    for subject in NAMED:
        jurisdiction = law.jurisdictions[subject]
        ways = (way for rule in jurisdiction.rules for way in rule.unless)
        for fact in (*jurisdiction.rules, *jurisdiction.lists, *ways):
            if fact.evidence in ("official text", "reproduced"):
                assert fact.citation.quote, fact.id
                assert fact.citation.url or fact.citation.seen, fact.id


def test_every_rule_is_reached_by_its_own_name(law: Law) -> None:
    """Each rule that a case names stands in the catalogue."""
    known = {rule.id for each in law.jurisdictions.values() for rule in each.rules}
    named = {row.rule for row in rows()}
    assert {name for name in named - known if not name.endswith((":no-regime", ":home"))} == set()
