"""Small laws, worked by hand: what a quantifier, a bound, a grade or a date comes to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domicile.residency import Law, Place, lawful, verdict

EU = """
- jurisdiction: EU
  territory: [EEA, MQ]
  rules:
    - {id: gdpr-44, regime: [personal], in: home, unless: [{list: EU}, {needs: [scc, assessment]}]}
  lists:
    - {id: "EU:US:DPF", to: [US], needs: ["recipient:dpf"], from: 2023-07-10}
    - {id: "EU:JP", to: [JP], from: 2019-01-23}
"""


def judge(
    law: Law,
    question: str,
    day: date = date(2026, 11, 23),
    **more: Any,  # noqa: ANN401 - passed on
) -> str:
    """`FR health store US`, judged one by one and in an array: both must say the same."""
    subject, classes, activity, place = question.split()
    at = more.pop("at", place)
    data = frozenset(classes.split("+"))
    judged = verdict(law, subject, data, activity, at, as_of=day, **more)
    if "recipient" not in more:
        cell = lawful(law, [subject], [data], [activity], [at], day, **more).matrix
        assert cell.tolist() == [[[[judged.verdict.rank]]]]
    return str(judged.verdict)


@pytest.mark.parametrize(
    ("question", "declared", "expected"),
    [
        ("FR personal store FR", [], "permitted"),
        ("FR personal store DE", [], "permitted"),
        ("FR personal store MQ", [], "permitted"),
        ("FR personal store PF", [], "conditional"),
        ("MQ personal store DE", [], "permitted"),
        ("FR personal store JP", [], "permitted"),
        ("FR personal store US", [], "conditional"),
        ("FR personal store US", ["recipient:dpf"], "permitted-with-mechanism"),
        ("FR personal store US", ["scc"], "conditional"),
        ("FR personal store US", ["scc", "assessment"], "permitted-with-mechanism"),
        ("FR health keys US", [], "conditional"),
        ("FR non-personal store US", [], "undetermined"),
        ("FR non-personal store FR", [], "permitted"),
        ("ZZ personal store FR", ["scc"], "undetermined"),
        ("ZZ personal store ZZ", [], "permitted"),
        # A territory without a file lives by its country's law, so the country is its home.
        ("ZZ-9 personal store ZZ", [], "permitted"),
    ],
)
def test_a_regime_and_its_ways(
    law_of: Callable[[str], Law], question: str, declared: list[str], expected: str
) -> None:
    """Ways are alternatives, needs are joint; without a regime nothing abroad is known."""
    assert judge(law_of(EU), question, declared=declared) == expected


@pytest.mark.parametrize(
    ("keep", "activity", "placed", "expected"),
    [
        ("all", "store", None, "prohibited"),
        ("all", "store", ["KE"], "prohibited"),
        ("one", "store", None, "permitted"),
        ("one", "store", [], "conditional"),
        ("one", "store", ["US"], "conditional"),
        ("one", "store", ["US", "KE"], "permitted-with-mechanism"),
        ("first", "store", None, "permitted"),
        ("first", "store", [], "prohibited"),
        ("first", "store", ["KE"], "permitted-with-mechanism"),
        ("first", "replicate", [], "conditional"),
        ("first", "replicate", ["KE"], "permitted-with-mechanism"),
    ],
)
def test_which_copies_a_rule_binds(
    law_of: Callable[[str], Law],
    keep: str,
    activity: str,
    placed: list[str] | None,
    expected: str,
) -> None:
    """`all` binds every copy; `one` and `first` are duties that another planned copy fulfils."""
    law = law_of(f"""
- jurisdiction: KE
  rules:
    - {{id: regime, regime: [personal], in: world}}
    - {{id: keep, data: [personal], does: [store], keep: {keep}, in: home}}
""")
    assert judge(law, f"KE personal {activity} US", placed=placed) == expected
    assert judge(law, f"KE personal {activity} KE", placed=placed) == "permitted"


@pytest.mark.parametrize(
    ("of", "place", "operator", "expected"),
    [
        ("place", "CN", "", "prohibited"),
        ("place", "US", "CN", "permitted"),
        ("operator", "CN", "US", "permitted"),
        ("operator", "CN", "", "prohibited"),
        ("operator", "US", "US CN", "prohibited"),
        ("either", "CN", "US", "prohibited"),
        ("either", "US", "CN", "prohibited"),
        ("either", "US", "US CA", "permitted"),
    ],
)
def test_whose_country_counts(
    law_of: Callable[[str], Law], of: str, place: str, operator: str, expected: str
) -> None:
    """Operators count with all their owners; without any, as an ordinary company of the place."""
    law = law_of(f"""
- jurisdiction: US
  rules:
    - {{id: free, regime: [personal], in: world}}
    - {{id: vendor, data: [personal], in: world, not_in: [CN], of: {of}}}
""")
    at = Place(place, operator=frozenset(operator.split()))
    assert judge(law, f"US personal store {place}", at=at) == expected


@pytest.mark.parametrize(
    ("grade", "outside", "way", "free"),
    [
        ("official text", "prohibited", "permitted", "permitted"),
        ("reproduced", "prohibited", "permitted", "permitted"),
        ("secondary", "prohibited", "conditional", "conditional"),
        ("unverified", "undetermined", "prohibited", "undetermined"),
    ],
)
def test_evidence_has_teeth(
    law_of: Callable[[str], Law], grade: str, outside: str, way: str, free: str
) -> None:
    """A summary prohibits, yet permits only what someone confirms; hearsay does neither."""
    restricting = f"""
- jurisdiction: AA
  rules:
    - {{id: regime, regime: [personal], in: world}}
    - {{id: home, data: [personal], in: home, evidence: {grade}}}
"""
    assert judge(law_of(restricting), "AA personal store BB") == outside
    assert judge(law_of(restricting), "AA personal store AA") == "permitted"
    permitting = f"""
- jurisdiction: AA
  rules: [{{id: regime, regime: [personal], in: home, unless: [{{to: [BB], evidence: {grade}}}]}}]
"""
    assert judge(law_of(permitting), "AA personal store BB") == way
    regime = f"""
- jurisdiction: AA
  rules: [{{id: regime, regime: [personal], in: world, evidence: {grade}}}]
"""
    assert judge(law_of(regime), "AA personal store BB") == free
    assert judge(law_of(regime), "AA personal store AA") == "permitted"


def test_the_ways_of_an_unverified_rule_are_ignored(law_of: Callable[[str], Law]) -> None:
    """Outside its region the answer is exactly undetermined, whatever is declared."""
    law = law_of("""
- jurisdiction: AA
  rules:
    - {id: regime, regime: [personal], in: world}
    - {id: home, data: [personal], in: home, evidence: unverified,
       unless: [{needs: [scc], evidence: official text}]}
""")
    assert judge(law, "AA personal store BB", declared=["scc"]) == "undetermined"


def test_a_way_over_a_group_is_as_good_as_the_group(law_of: Callable[[str], Law]) -> None:
    """Who belongs to a group is a fact too: from a summary it permits at most conditionally."""
    law = law_of("""
- jurisdiction: AA
  rules: [{id: regime, regime: [personal], in: home, unless: [{to: [CLUB, KR]}, {to: [NZ]}]}]
""")
    assert judge(law, "AA personal store JP") == "conditional"
    assert judge(law, "AA personal store NZ") == "permitted"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), "prohibited"),
        (date(2026, 1, 1), "permitted"),
        (date(2026, 5, 31), "permitted"),
        (date(2026, 6, 1), "prohibited"),
    ],
)
def test_a_way_without_a_start_is_open_from_when_it_was_checked(
    law_of: Callable[[str], Law], day: date, expected: str
) -> None:
    """A rule without a start restricts always; what permits does so from `checked`; ends count."""
    law = law_of("""
- jurisdiction: AA
  rules:
    - {id: regime, regime: [personal], in: world}
    - {id: home, data: [personal], in: home, from: absent, unless: [{to: [BB], until: 2026-05-31}]}
""")
    assert judge(law, "AA personal store BB", day) == expected


def test_a_regime_without_a_start_is_none_before_it_was_checked(
    law_of: Callable[[str], Law],
) -> None:
    """A free regime is a permission; after its last day there is none."""
    law = law_of("""
- jurisdiction: IN
  rules:
    - {id: before, regime: [personal], in: world, from: absent, until: 2027-05-12}
    - {id: after, regime: [personal], in: world, not_in: [CN], from: 2027-05-13}
""")
    assert judge(law, "IN personal store CN", date(2025, 12, 31)) == "undetermined"
    assert judge(law, "IN personal store CN", date(2027, 5, 12)) == "permitted"
    assert judge(law, "IN personal store CN", date(2027, 5, 13)) == "prohibited"


def test_membership_of_a_group_has_dates(law_of: Callable[[str], Law]) -> None:
    """The United Kingdom was inside until 2020-12-31: as a place, and as a subject."""
    law = law_of(EU)
    last, after = date(2020, 12, 31), date(2021, 1, 1)
    assert judge(law, "FR personal store GB", last) == "permitted"
    assert judge(law, "FR personal store GB", after) == "conditional"
    assert judge(law, "GB personal store DE", last) == "permitted"
    assert judge(law, "GB personal store DE", after) == "undetermined"
    assert judge(law, "HR personal store DE", date(2013, 6, 30)) == "undetermined"


def test_what_is_under_inherits_and_replaces(law_of: Callable[[str], Law]) -> None:
    """AE-DIFC has the Emirates' rules, less the one that it replaces; `home` stays each one's."""
    law = law_of("""
- jurisdiction: AE
  rules:
    - {id: transfer, regime: [personal], in: home}
    - {id: ict, data: [health], in: home}
- jurisdiction: AE-DIFC
  under: [AE]
  rules: [{id: law5, regime: [personal], in: home, unless: [{to: [GB]}], replaces: ["AE:transfer"]}]
""")
    assert judge(law, "AE personal store GB") == "prohibited"
    assert judge(law, "AE-DIFC personal store GB") == "permitted"
    assert judge(law, "AE-DIFC health store GB") == "prohibited"
    # The mainland is outside DIFC, and a place known only as AE may be either.
    assert judge(law, "AE-DIFC personal store AE") == "conditional"
    mainland = Place("AE", subdivision="AE-DU")
    assert judge(law, "AE-DIFC personal store AE", at=mainland) == "prohibited"
    assert judge(law, "AE-DIFC personal store AE-DIFC") == "permitted"
    assert judge(law, "AE health store AE-DIFC") == "permitted"


@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        ("official text", "permitted"),
        ("secondary", "conditional"),
        ("unverified", "prohibited"),
    ],
)
def test_taking_a_rule_out_needs_the_evidence_of_a_permission(
    law_of: Callable[[str], Law], grade: str, expected: str
) -> None:
    """From a summary the inherited rule may be gone; from hearsay it stands."""
    law = law_of(f"""
- jurisdiction: AE
  rules: [{{id: transfer, regime: [personal], in: home}}]
- jurisdiction: AE-DIFC
  under: [AE]
  rules:
    - {{id: law5, data: [personal], in: world, replaces: ["AE:transfer"], evidence: {grade}}}
    - {{id: regime, regime: [personal], in: world, evidence: official text, from: 2020-01-01}}
""")
    assert judge(law, "AE-DIFC personal store GB") == expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ([], "conditional"),
        (["actor:bank"], "prohibited"),
        (["not:actor:bank"], "permitted"),
        (["actor:bank", "not:actor:bank"], "prohibited"),
    ],
)
def test_whom_a_rule_binds(
    law_of: Callable[[str], Law], declared: list[str], expected: str
) -> None:
    """Undeclared, it makes a verdict conditional; a contradiction binds."""
    law = law_of("""
- jurisdiction: AA
  rules:
    - {id: regime, regime: [personal], in: world}
    - {id: banks, data: [personal], in: home, when: ["actor:bank"]}
""")
    assert judge(law, "AA personal store BB", declared=declared) == expected


def test_government_data_makes_its_holder_a_public_body(law_of: Callable[[str], Law]) -> None:
    """True for the whole set that it travels with."""
    law = law_of("""
- jurisdiction: AA
  rules:
    - {id: regime, regime: [personal, government], in: world}
    - {id: public, data: [personal], in: home, when: ["actor:public-body"]}
""")
    assert judge(law, "AA personal store BB") == "conditional"
    assert judge(law, "AA government store BB") == "permitted"
    assert judge(law, "AA government+personal store BB") == "prohibited"


def test_a_place_known_only_by_country(law_of: Callable[[str], Law]) -> None:
    """Where a part of the country decides: as outside, but not worse than conditional."""
    law = law_of("""
- jurisdiction: US
  rules:
    - {id: free, regime: [personal], in: world}
    - {id: texas, data: [health], in: [US-TX]}
    - {id: not-ohio, data: [payment], in: [US], not_in: [US-OH]}
""")
    assert judge(law, "US health store US") == "conditional"
    assert judge(law, "US health store US", at=Place("US", subdivision="US-TX")) == "permitted"
    assert judge(law, "US health store US", at=Place("US", subdivision="US-OH")) == "prohibited"
    assert judge(law, "US payment store US") == "conditional"
    assert judge(law, "US payment store US", at=Place("US", subdivision="US-TX")) == "permitted"


def test_certificates_meet_needs(law_of: Callable[[str], Law]) -> None:
    """`HDS` meets `host:HDS`, `dpf` meets `recipient:dpf`; nothing else does."""
    law = law_of(
        EU
        + """
- jurisdiction: FR
  under: [EU]
  rules:
    - {id: hds-eea, data: [health], does: [store], in: [EU]}
    - {id: hds-cert, data: [health], does: [store], in: nowhere, unless: [{needs: ["host:HDS"]}]}
"""
    )
    certified = Place("DE", certifications=frozenset({"HDS"}))
    assert judge(law, "FR health store DE") == "conditional"
    assert judge(law, "FR health backup DE", at=certified) == "permitted-with-mechanism"
    assert judge(law, "FR health process DE") == "permitted"
    assert judge(law, "FR health store US", declared=["scc", "assessment"]) == "prohibited"
    american = Place("US", certifications=frozenset({"dpf"}))
    assert judge(law, "FR personal store US", at=american) == "permitted-with-mechanism"


def test_rbi_keeps_all_at_home_and_processing_with_a_way(law_of: Callable[[str], Law]) -> None:
    """A rule that covers `store` covers its copies; processing has rules of its own."""
    law = law_of("""
- jurisdiction: IN
  rules:
    - {id: dpdp, regime: [personal], in: world}
    - {id: rbi, data: [payment], does: [store], in: home}
    - {id: rbi-processing, data: [payment], does: [process], in: home,
       unless: [{needs: [erased-in-24h]}]}
""")
    for copy in ("store", "replicate", "backup", "log"):
        assert judge(law, f"IN payment {copy} SG", declared=["erased-in-24h"]) == "prohibited"
    assert judge(law, "IN payment process SG") == "conditional"
    said = judge(law, "IN payment keys SG", declared=["erased-in-24h"])
    assert said == "permitted-with-mechanism"
    assert judge(law, "IN payment transit SG") == "permitted"


def test_a_recipient_elsewhere_has_access_from_there(law_of: Callable[[str], Law]) -> None:
    """Stored in the EEA, received by a company in the US: access from the US is judged too."""
    law = law_of(
        EU
        + """
- jurisdiction: IN
  rules:
    - {id: dpdp, regime: [personal], in: world}
    - {id: rbi, data: [payment], does: [store], in: home}
"""
    )
    assert judge(law, "FR personal store DE", recipient="DE") == "permitted"
    assert judge(law, "FR personal store DE", recipient="US") == "conditional"
    assert judge(law, "FR personal store DE", recipient="JP") == "permitted"
    # A rule about storing is not broken by who receives what is stored at home.
    assert judge(law, "IN payment store IN", recipient="US") == "permitted"
    # The certificate is the operator's: it serves where the operator is who receives.
    own = Place("DE", operator=frozenset({"US"}), certifications=frozenset({"dpf"}))
    other = Place("DE", certifications=frozenset({"dpf"}))
    asked = "FR personal store DE"
    assert judge(law, asked, at=own, recipient="US") == "permitted-with-mechanism"
    assert judge(law, asked, at=other, recipient="US") == "conditional"
