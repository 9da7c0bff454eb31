"""The law of the world, case by case.

Each verdict in `cases/` was worked out from the sources that the rules cite, by reasoning, before
the engine was asked.
"""

from __future__ import annotations

import pytest
from law_cases import TODAY, Case, cases

from domicile.model.tokens import Verdict
from domicile.residency import Law, rank, verdict

LEAST = 600
"""Cases that there are at least."""


def test_there_are_many_cases_and_none_stands_twice() -> None:
    """A case that is written again proves nothing more."""
    seen = [
        (
            c.subject,
            c.classes,
            c.activity,
            c.place,
            c.day,
            frozenset(c.declared),
            c.placed,
            c.confirmed,
        )
        for c in cases()
    ]
    twice = [c.name for c, key in zip(cases(), seen, strict=True) if seen.count(key) > 1]
    assert twice == []
    assert len(seen) >= LEAST


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(law: Law, case: Case) -> None:
    """The verdict is the one that the sources give, and for the reason that they give."""
    judged = case.judge(law)
    assert judged.verdict == case.expected, [(s.rule, s.rank, s.outcome) for s in judged.trace]
    assert case.decides in [step.rule for step in judged.deciding]


def test_cases_name_rules_that_stand(law: Law) -> None:
    """Each rule that a case names is in the catalogue."""
    known = {rule.id for each in law.jurisdictions.values() for rule in each.rules}
    named = {case.decides for case in cases()}
    own = (":no-regime", ":home")
    assert [name for name in sorted(named - known) if not name.endswith(own)] == []


def test_personal_data_move_freely_inside_the_eea(law: Law) -> None:
    """No state of the EEA keeps ordinary personal data at home: the GDPR alone decides."""
    states = [of for of, _, until in law.groups["EEA"].members if until is None]
    held = [
        f"{subject} to {place}"
        for subject in states
        for place in states
        if rank(law, subject, ["personal"], "store", place, as_of=TODAY) < Verdict.PERMITTED.rank
    ]
    assert len(states) == 30
    assert held == []


@pytest.mark.parametrize("data", ["personal", "communications", "telecom-metadata", "recordings"])
def test_home_is_permitted(law: Law, data: str) -> None:
    """Nothing in a country's own law drives its people's data out of it."""
    driven = [
        subject
        for subject, jurisdiction in law.jurisdictions.items()
        if not jurisdiction.territory
        and rank(law, subject, data, "store", subject, placed=(subject,), as_of=TODAY)
        < Verdict.PERMITTED.rank
    ]
    assert driven == []


@pytest.mark.parametrize(
    ("fallen", "subject", "place", "declared", "verdicts"),
    [
        ("EU:GB", "DE", "GB", "", "permitted conditional"),
        ("EU:US:DPF", "DE", "US", "recipient:dpf", "permitted-with-mechanism conditional"),
        ("scc", "DE", "IN", "scc assessment", "permitted-with-mechanism conditional"),
        ("EU:BR", "DE", "BR", "scc assessment", "permitted permitted-with-mechanism"),
        ("BR:EEA", "BR", "DE", "", "permitted conditional"),
        ("AR:UY", "AR", "UY", "", "permitted conditional"),
        ("CO:US", "CO", "US", "", "permitted conditional"),
        ("UY:KR", "UY", "KR", "", "permitted conditional"),
    ],
)
def test_what_falls_is_missed(
    law: Law, fallen: str, subject: str, place: str, declared: str, verdicts: str
) -> None:
    """When a decision or an instrument falls, what rested on it alone no longer stands."""
    judged = [
        verdict(
            known, subject, ["personal"], "store", place, declared=declared.split(), as_of=TODAY
        ).verdict
        for known in (law, law.without([fallen]))
    ]
    assert judged == verdicts.split()
