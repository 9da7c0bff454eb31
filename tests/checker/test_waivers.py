"""A waiver accepts a finding for a while and shows it still; a setting changes what findings do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from judging import TODAY, WORLD, judge, of

from domicile.checker import Report
from domicile.model.finding import Finding
from domicile.model.tokens import Enforcement
from domicile.rules import all_rules

OVERLOADED = {
    "infra/pools.yaml": (WORLD / "infra/pools.yaml")
    .read_text(encoding="utf-8")
    .replace("existing: 4", "existing: 3"),
    "infra/demand.yaml": """\
demand:
  - {id: fr-voice, subject: FR, service: voice, data_classes: [communications], rate: 120 calls}
""",
}
"""Voice is 9 calls short without one of its providers: 3 backends x 50 x 90 % < 120 x 1.2."""


def waived(tmp_path: Path, as_of: date = TODAY, **fields: str) -> Finding:
    """The shortfall of the overloaded world, under one waiver."""
    given = {"rule": "DOM301", "reason": "a trial", "approver": "A. Person", "until": "2026-12-31"}
    lines = "".join(f"    {key}: {value}\n" for key, value in (given | fields).items())
    files = {"policies/waivers.yaml": f"waivers:\n  - id: trial\n{lines}"}
    (found,) = of(judge(tmp_path, OVERLOADED | files, as_of=as_of), "DOM301")
    return found


def configured(tmp_path: Path, rule: str, enforcement: str) -> Report:
    """The overloaded world, one rule of it enforced otherwise."""
    setting = f"enforcement:\n  - {{rule: {rule}, enforcement: {enforcement}, reason: a trial}}\n"
    return judge(tmp_path, OVERLOADED | {"policies/waivers.yaml": setting})


@pytest.mark.parametrize("rule", ["DOM301", "headroom/shortfall"])
def test_a_waiver_makes_a_finding_advisory_and_names_itself(rule: str, tmp_path: Path) -> None:
    """By code or by name: the finding stays in sight, blocks no longer, and says what let it."""
    found = waived(tmp_path, rule=rule)
    assert found.enforcement is Enforcement.ADVISORY
    assert found.waived == "trial"


def test_a_waiver_holds_on_its_last_day(tmp_path: Path) -> None:
    """`until` is the last day on which it holds."""
    assert waived(tmp_path, as_of=date(2026, 12, 31)).waived == "trial"


def test_after_its_end_a_waiver_accepts_nothing_and_is_a_finding_itself(tmp_path: Path) -> None:
    """On the day after, the finding counts again, and the end is told beside it."""
    found = waived(tmp_path / "one", as_of=date(2027, 1, 1))
    assert found.waived is None
    assert found.enforcement is Enforcement.MANDATORY
    files = {
        "policies/waivers.yaml": "waivers:\n  - {id: trial, rule: DOM301, reason: a trial, "
        "approver: A. Person, until: 2026-12-31}\n"
    }
    (ended,) = of(judge(tmp_path / "two", files, as_of=date(2027, 1, 1)), "DOM501")
    assert ended.message == (
        "waiver `trial` of `DOM301`, approved by A. Person, ended on 2026-12-31"
    )
    assert ended.enforcement is Enforcement.MANDATORY


@pytest.mark.parametrize(
    ("field", "near", "far"),
    [
        ("where", "infra/services.yaml", "infra/pools.yaml"),
        ("matches", "calls short", "requests/s short"),
        ("rule", "DOM301", "DOM302"),
    ],
)
def test_a_waiver_accepts_only_what_it_names(
    field: str, near: str, far: str, tmp_path: Path
) -> None:
    """By rule, by the place in the files, and by words of the message."""
    assert waived(tmp_path / "near", **{field: near}).waived == "trial"
    assert waived(tmp_path / "far", **{field: far}).waived is None


def test_findings_about_waivers_are_never_waived(tmp_path: Path) -> None:
    """Else a waiver could accept the end of another, and of itself."""
    files = {
        "policies/waivers.yaml": """\
waivers:
  - {id: ended, rule: DOM301, reason: a trial, approver: A. Person, until: 2020-01-31}
  - {id: unknown, rule: DOM999, reason: a trial, approver: A. Person, until: 2099-01-31}
  - {id: first, rule: DOM501, reason: a trial, approver: A. Person, until: 2099-01-31}
  - {id: second, rule: policy/waiver-rule, reason: a trial, approver: A. Person, until: 2099-01-31}
"""
    }
    report = judge(tmp_path, files)
    found = of(report, "DOM501") + of(report, "DOM502")
    assert len(found) == 2
    assert all(each.waived is None for each in found)
    assert all(each.enforcement is Enforcement.MANDATORY for each in found)


@pytest.mark.parametrize("rule", ["DOM301", "headroom/shortfall"])
def test_a_rule_can_be_made_advisory(rule: str, tmp_path: Path) -> None:
    """By code or by name; its findings stay, and block no longer."""
    report = configured(tmp_path, rule, "advisory")
    (found,) = of(report, "DOM301")
    assert found.enforcement is Enforcement.ADVISORY
    assert found.waived is None
    assert report.blocking() == ()
    assert report.blocking(Enforcement.ADVISORY) == report.findings


def test_a_rule_that_is_disabled_does_not_run(tmp_path: Path) -> None:
    """It makes no finding, and the report counts it out."""
    report = configured(tmp_path, "DOM301", "disabled")
    assert of(report, "DOM301") == []
    assert report.rules == len(all_rules()) - 1


def test_an_advisory_rule_can_be_made_to_block(tmp_path: Path) -> None:
    """A workspace may be stricter than the rules are."""
    files = {
        "policies/mechanisms.yaml": "mechanisms:\n  - {id: clauses, declares: [no-such-token], "
        "from: 2021-06-27, evidence: the contract file}\n",
        "policies/waivers.yaml": "enforcement:\n  - {rule: DOM504, enforcement: mandatory, "
        "reason: slips of the pen cost us a week}\n",
    }
    report = judge(tmp_path, files)
    assert report.blocking() == report.findings
    assert [found.code for found in report.findings] == ["DOM504"]
