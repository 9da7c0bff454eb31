"""The law as a whole: what is refused, what can fall, and the index that ships."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date

import pytest

from domicile import load_law
from domicile.residency import Declaration, Law, Place, lawful, rank, verdict
from domicile.residency.consistency import overlapping_regimes, unknown_replacements

ONE = """
- jurisdiction: AA
  rules:
    - {id: regime, regime: [personal], in: home,
       unless: [{list: AA}, {needs: [scc, assessment]}, {needs: [bcr]}]}
  lists:
    - {id: "AA:BB", to: [BB]}
    - {id: "AA:CC", to: [CC], needs: [registered]}
"""


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("{id: x, data: [helth], in: home}", "AA:x: `helth` is no data class"),
        (
            "{id: x, in: [EAA]}",
            "AA:x: `EAA` is neither a country, a territory, a group nor a union",
        ),
        ("{id: x, in: world, not_in: [Cuba]}", "AA:x: `Cuba` is neither"),
        ("{id: x, in: home, unless: [{to: [EEE]}]}", "AA:x: `EEE` is neither"),
        ("{id: x, in: home, unless: [{list: BB}]}", "AA:x: `BB` is no jurisdiction"),
    ],
)
def test_names_that_lead_nowhere_are_refused(
    law_of: Callable[[str], Law], rule: str, problem: str
) -> None:
    """A rule that silently never applies would let data out."""
    with pytest.raises(ValueError, match=problem):
        law_of(f"[{{jurisdiction: AA, rules: [{rule}]}}]")


def test_unknown_unions_and_doubles_are_refused(law_of: Callable[[str], Law]) -> None:
    """Being under nothing, standing twice, or lying within oneself is a mistake."""
    with pytest.raises(ValueError, match="AA: its territory leads back to it"):
        law_of("[{jurisdiction: AA, territory: [BB]}, {jurisdiction: BB, territory: [AA]}]")
    with pytest.raises(ValueError, match="AA: `BB` is no jurisdiction to be under"):
        law_of("[{jurisdiction: AA, under: [BB]}]")
    with pytest.raises(ValueError, match="`AA` stands twice"):
        law_of("[{jurisdiction: AA}, {jurisdiction: AA}]")


@pytest.mark.parametrize(
    ("gone", "place", "declared", "expected"),
    [
        ([], "BB", [], 4),
        (["AA:BB"], "BB", [], 2),
        (["AA"], "BB", [], 2),
        (["AA:regime#1"], "BB", [], 2),
        ([], "DD", ["bcr"], 3),
        (["bcr"], "DD", ["bcr"], 2),
        (["AA:regime#3"], "DD", ["bcr"], 2),
        (["AA:regime#2"], "DD", ["bcr"], 3),
        (["scc", "bcr"], "DD", ["bcr", "scc", "assessment"], 0),
        (["AA:regime"], "BB", [], 1),
        (["registered"], "CC", ["registered"], 2),
    ],
)
def test_what_falls(
    law_of: Callable[[str], Law], gone: list[str], place: str, declared: list[str], expected: int
) -> None:
    """Entries, whole lists, ways by number, mechanisms and rules can be withdrawn by name."""
    law = law_of(ONE).without(gone)
    at = date(2026, 11, 23)
    assert rank(law, "AA", ["personal"], "store", place, declared=declared, as_of=at) == expected


def test_what_does_not_exist_cannot_fall(law_of: Callable[[str], Law]) -> None:
    """A misspelt decision would look like one that changes nothing."""
    with pytest.raises(ValueError, match="nothing named `AA:US`"):
        law_of(ONE).without(["AA:BB", "AA:US"])


def test_a_declaration_has_limits(law_of: Callable[[str], Law], today: date) -> None:
    """It covers its subjects, places, providers and destinations, in its time, and nothing else."""
    law = law_of(ONE)

    def at(place: Place, **limits: object) -> int:
        given = Declaration("bcr", **limits)  # type: ignore[arg-type]
        matrix = lawful(law, ["AA"], ["personal"], ["store"], [place], today, [given]).matrix
        found = rank(law, "AA", ["personal"], "store", place, declared=[given], as_of=today)
        assert matrix.item() == found
        return found

    here = Place("FR", id="ovh-gra", provider="ovh")
    assert at(here) == 3
    assert at(here, subjects=frozenset({"AA"})) == 3
    assert at(here, subjects=frozenset({"EEA"})) == 2
    assert at(here, to=frozenset({"EEA"})) == 3
    assert at(here, to=frozenset({"US"})) == 2
    assert at(here, places=frozenset({"ovh-gra"})) == 3
    assert at(Place("FR"), places=frozenset({"ovh-gra"})) == 2
    assert at(here, providers=frozenset({"ovh"})) == 3
    assert at(here, providers=frozenset({"aws"})) == 2
    assert at(here, until=today) == 3
    assert at(here, until=date(2026, 11, 22)) == 2
    assert at(here, from_=date(2026, 11, 24)) == 2


@pytest.mark.parametrize(
    ("question", "named"),
    [
        (("fr", ["personal"], "store", "FR"), "subject"),
        (("FR", [], "store", "FR"), "data_classes"),
        (("FR", ["helth"], "store", "FR"), "data_classes"),
        (("FR", ["personal"], "keep", "FR"), "activity"),
        (("FR", ["personal"], "store", "France"), "place"),
    ],
)
def test_wrong_questions_name_the_argument(
    law_of: Callable[[str], Law], today: date, question: tuple[str, list[str], str, str], named: str
) -> None:
    """Nothing is guessed about a code that is not one."""
    with pytest.raises(ValueError, match=named):
        verdict(law_of(ONE), *question, as_of=today)


def test_the_engine_needs_neither_yaml_nor_pydantic() -> None:
    """What is said of the law rests on plain data, whoever read it."""
    code = (
        "import json, sys, datetime\n"
        "from domicile.residency import Law, verdict\n"
        "law = Law.from_index(json.load(sys.stdin))\n"
        "print(verdict(law, 'FR', ['personal'], 'store', 'DE',"
        " as_of=datetime.date(2026, 11, 23)).verdict)\n"
        "sys.exit(bool({'yaml', 'pydantic'} & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(load_law().to_index()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "permitted\n"), ran.stderr


def test_the_catalogue_has_one_regime_at_a_time() -> None:
    """For each jurisdiction, root class and day; and every `replaces` takes a rule out."""
    law = load_law()
    assert overlapping_regimes(law) == []
    assert unknown_replacements(law) == []


IMMUNE = """
- jurisdiction: AA
  under: [UN]
  rules:
    - {id: free, regime: [personal], in: world}
    - {id: immune, data: [payment], in: world, not_in: [foreign-access], of: operator,
       unless: [{needs: ["host:immune"]}]}
  reaches: [{id: own, says: it reaches abroad, citation: {instrument: an act},
             evidence: official text, checked: 2026-01-01}]
- jurisdiction: BB
  reaches: [{id: cloud, says: it reaches abroad, citation: {instrument: an act}, from: 2020-01-01,
             until: 2026-12-31, evidence: official text, checked: 2026-01-01}]
- jurisdiction: CC
- {jurisdiction: UN, territory: [AA, CC]}
"""


@pytest.mark.parametrize(
    ("operator", "day", "expected"),
    [
        ("BB", date(2026, 11, 23), "conditional"),
        ("BB", date(2027, 1, 1), "permitted"),
        ("CC", date(2026, 11, 23), "permitted"),
        # its own law, and that of its union, is not foreign to it
        ("AA", date(2026, 11, 23), "permitted"),
    ],
)
def test_whose_law_reaches_the_operator_counts(
    law_of: Callable[[str], Law], operator: str, day: date, expected: str
) -> None:
    """A demand for immunity bars operators of countries whose law reaches abroad, while it does."""
    law = law_of(IMMUNE)
    place = Place("CC", operator=frozenset({operator}))
    assert verdict(law, "AA", "payment", "store", place, as_of=day).verdict == expected
    reached = [reach.id for reach in law.reaching(["BB"], day)]
    assert reached == (["BB:cloud"] if day.year == 2026 else [])
