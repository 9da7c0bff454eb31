"""What is emitted is held to what was declared and proved, whoever edited it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from judging import TODAY, WORLD, judge, lay, of, situation

from domicile.checker import Report, check
from domicile.model.tokens import Counts

PLAN = "stacks/plan.production.yaml"


@dataclass(frozen=True)
class Emitted:
    """A world with a plan emitted for it."""

    folder: Path

    def edit(self, path: str, old: str, new: str) -> None:
        """Change a file as an editor would."""
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")

    def judge(self, counts: Counts = Counts.EMITTED, as_of: date = TODAY) -> Report:
        """The report on it."""
        return check(situation(self.folder, counts, as_of))


@pytest.fixture
def emitted(tmp_path: Path) -> Emitted:
    """The world as it is planned; by hand below: 90 calls, 3 backends at either place suffice."""
    situation(lay(tmp_path, {}), emits=True)
    return Emitted(tmp_path)


def codes(report: Report) -> set[str]:
    """The codes of a report's findings."""
    return {finding.code for finding in report.findings}


def test_an_emitted_plan_is_clean_on_any_later_day(emitted: Emitted) -> None:
    """A plan is stale by changed inputs or verdicts, never by the date alone."""
    assert emitted.judge().findings == ()
    assert emitted.judge(as_of=date(2027, 6, 1)).findings == ()


def test_a_comment_makes_no_plan_stale(emitted: Emitted) -> None:
    """What is declared is what counts, not how it is written."""
    emitted.edit("infra/demand.yaml", "demand:\n", "# the same as before\ndemand:\n")
    assert emitted.judge().findings == ()


def test_changed_demand_makes_a_plan_stale(emitted: Emitted) -> None:
    """One call more is another input."""
    emitted.edit("infra/demand.yaml", "90 calls", "91 calls")
    (found,) = of(emitted.judge(), "DOM402")
    assert found.message == (
        "the plan of `production` is stale: what it rests on was changed since"
    )
    assert found.location.file == PLAN
    assert found.location.text.startswith('  "inputs": "sha256:')


def test_existing_counts_are_judged_without_the_plan(emitted: Emitted) -> None:
    """`--counts existing` judges what stands: no finding speaks of a plan."""
    emitted.edit("infra/demand.yaml", "90 calls", "91 calls")
    assert emitted.judge(Counts.EXISTING).findings == ()


def test_without_a_plan_the_existing_counts_are_judged_and_that_is_told(tmp_path: Path) -> None:
    """The finding stands at the environment that has no plan, and names both ways on."""
    (found,) = judge(tmp_path, counts=Counts.EMITTED).findings
    assert found.code == "DOM401"
    assert found.location.file == "infra/environments.yaml"
    assert found.help == (
        "run `domicile emit --environment production`, or judge what stands with "
        "`--counts existing`"
    )


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda plan: plan.replace('"after": 3', '"after": 2'), "DOM405"),
        (lambda plan: plan.replace('"after": 3', '"after": 10'), "DOM403"),
        (lambda plan: plan.replace('"alpha-paris": 1.0', '"alpha-berlin": 1.0'), "DOM203"),
        (lambda plan: plan.replace('"lost": ["alpha-paris"]', '"lost": ["beta-berlin"]'), "DOM406"),
        (lambda plan: plan.replace('["nominal"]', '["usual"]'), "DOM406"),
        (lambda plan: plan.replace('"alpha-paris": 1.0', '"alpha-paris": 0.9'), "DOM404"),
        (lambda plan: plan.replace('"alpha-paris": 1.0', '"alpha-paris": 1.1'), "DOM404"),
        (
            lambda plan: (
                plan[: plan.index('"contingencies"')] + '"contingencies": [], "order": {}}'
            ),
            "DOM405",
        ),
    ],
    ids=[
        "fewer",
        "more",
        "elsewhere",
        "other-loss",
        "other-name",
        "too-little",
        "too-much",
        "no-contingencies",
    ],
)
def test_a_plan_that_was_edited_by_hand_is_found_out(
    edit: Callable[[str], str], code: str, emitted: Emitted
) -> None:
    """The digests still agree, so only its own proof can tell: and it does, and blocks."""
    plan = (emitted.folder / PLAN).read_text(encoding="utf-8")
    assert edit(plan) != plan
    (emitted.folder / PLAN).write_text(edit(plan), encoding="utf-8")
    report = emitted.judge()
    assert "DOM402" not in codes(report)
    assert code in {finding.code for finding in report.blocking()}


def test_a_routing_that_the_law_no_longer_lets_through_is_one_finding_for_each_load(
    emitted: Emitted,
) -> None:
    """Paris is given to Iran: each load is told once, with every case in which it goes there."""
    emitted.edit("regions/alpha.yaml", "country: FR\n    city", "country: IR\n    city")
    found = of(emitted.judge(), "DOM203")
    assert sorted(each.witness["load"] for each in found if each.witness) == [
        "FR/directory/communications",
        "FR/voice/communications",
    ]
    assert all("`alpha-paris`" in each.message for each in found)
    assert all(each.location.file == PLAN for each in found)


def test_a_changed_verdict_alone_makes_a_plan_stale(tmp_path: Path) -> None:
    """Clauses that end later: the same files, judged after that day, let fewer places through."""
    mumbai = (
        (WORLD / "regions/beta.yaml")
        .read_text(encoding="utf-8")
        .replace("country: DE\n    city: Berlin", "country: IN\n    city: Mumbai")
    )
    clauses = (
        "mechanisms:\n  - {id: clauses, declares: [scc, assessment], from: 2021-06-27, "
        "until: 2027-12-31, evidence: the contract file}\n"
    )
    files = {"regions/beta.yaml": mumbai, "policies/mechanisms.yaml": clauses}
    situation(lay(tmp_path, files), emits=True)
    assert of(Emitted(tmp_path).judge(), "DOM402") == []
    (found,) = of(Emitted(tmp_path).judge(as_of=date(2028, 1, 1)), "DOM402")
    assert found.message == (
        "the plan of `production` is stale: the law lets other places through on 2028-01-01 "
        "than on 2026-11-23"
    )
    assert found.location.text.startswith('  "verdicts": "sha256:')
