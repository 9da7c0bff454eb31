"""What reviewers decided counts from its day to its end, and makes no permission of the unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from domicile.model.policy import Confirmation
from domicile.residency import Law, verdict

LAW = """
- jurisdiction: AA
  rules:
    - {id: regime, regime: [personal], in: home, evidence: secondary,
       unless: [{list: AA}, {needs: [scc]}]}
    - {id: bank, data: [payment], in: home, evidence: unverified}
  lists:
    - {id: "AA:BB", to: [BB], evidence: secondary}
"""
START, END = date(2026, 1, 1), date(2026, 12, 31)


def decide(rule: str, decision: str) -> Confirmation:
    """A decision that counts in 2026."""
    return Confirmation.model_validate(
        {
            "rule": rule,
            "decision": decision,
            "reason": "read in the gazette",
            "name": "A. Person",
            "date": START,
            "until": END,
        }
    )


def judged(law: Law, place: str, on: date, data: str = "personal", *declared: str) -> str:
    """What the law says of storing data of AA at a place."""
    return str(verdict(law, "AA", data, "store", place, declared=declared, as_of=on).verdict)


@pytest.mark.parametrize(
    ("decisions", "place", "data", "declared", "expected"),
    [
        ([], "CC", "personal", ["scc"], "conditional"),
        (["AA:regime confirmed"], "CC", "personal", ["scc"], "mechanism"),
        (["AA:regime confirmed"], "CC", "personal", [], "conditional"),
        # the regime's text says that there is a list; the list itself was not read
        (["AA:regime confirmed"], "BB", "personal", [], "conditional"),
        (["AA:regime confirmed", "AA:BB confirmed"], "BB", "personal", [], "permitted"),
        # a way stands in the rule's own text, yet can be doubted alone
        (["AA:regime confirmed", "AA:regime#2 not-relied-on"], "CC", "personal", ["scc"],
         "prohibited"),
        (["AA:regime not-relied-on"], "CC", "personal", ["scc"], "prohibited"),
        # without the regime nothing is known, and what is not known is never permitted
        (["AA:regime set-aside"], "CC", "personal", ["scc"], "undetermined"),
        # a restriction of which nobody saw a text is undetermined; confirmed it prohibits
        (["AA:regime confirmed"], "CC", "payment", ["scc"], "undetermined"),
        (["AA:regime confirmed", "AA:bank confirmed"], "CC", "payment", ["scc"], "prohibited"),
        (["AA:regime confirmed", "AA:bank set-aside"], "CC", "payment", ["scc"], "mechanism"),
    ],
)  # fmt: skip
def test_a_decision_changes_what_a_fact_weighs(
    law_of: Callable[[str], Law],
    decisions: list[str],
    place: str,
    data: str,
    declared: list[str],
    expected: str,
) -> None:
    """Confirmed facts decide, facts not relied on permit nothing, facts set aside are out."""
    law = law_of(LAW).reviewed(decide(*each.split()) for each in decisions)
    said = judged(law, place, END, data, *declared)
    assert said.removeprefix("permitted-with-") == expected


def test_it_counts_from_its_day_to_its_end(law_of: Callable[[str], Law]) -> None:
    """The day before, and the day after the last, the catalogue's own grade holds."""
    law = law_of(LAW).reviewed([decide("AA:regime", "confirmed")])
    around = [START - timedelta(days=1), START, END, END + timedelta(days=1)]
    assert [judged(law, "CC", day, "personal", "scc") for day in around] == [
        "conditional",
        "permitted-with-mechanism",
        "permitted-with-mechanism",
        "conditional",
    ]


def test_the_trace_names_who_decided_and_keeps_the_grade(law_of: Callable[[str], Law]) -> None:
    """Whoever reads the answer sees that it rests on a person, not on a text in the catalogue."""
    law = law_of(LAW).reviewed([decide("AA:regime", "confirmed"), decide("AA:bank", "set-aside")])
    steps = {s.rule: s for s in verdict(law, "AA", "payment", "store", "CC", as_of=END).trace}
    said = "by A. Person on 2026-01-01, until 2026-12-31: read in the gazette"
    assert steps["AA:regime"].review == f"confirmed {said}"
    assert steps["AA:regime"].evidence == "secondary"
    assert steps["AA:bank"].outcome == f"out: set-aside {said}"
    assert not steps["AA:bank"].decides


def test_the_last_decision_of_a_fact_holds(law_of: Callable[[str], Law]) -> None:
    """Who decided later had read what was decided before."""
    first = decide("AA:regime", "confirmed")
    later = first.model_copy(update={"date_": date(2026, 6, 1), "decision": "not-relied-on"})
    for order in ([first, later], [later, first]):
        law = law_of(LAW).reviewed(order)
        assert judged(law, "CC", date(2026, 5, 31), "personal", "scc") == "permitted-with-mechanism"
        assert judged(law, "CC", date(2026, 6, 1), "personal", "scc") == "prohibited"
