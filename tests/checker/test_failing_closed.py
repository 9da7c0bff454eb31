"""A check that could not look at something never says that it is well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from judging import judge, lay, of, situation

from domicile.checker import FAILED, Report, check
from domicile.cli.app import run
from domicile.model.errors import SourceError
from domicile.model.finding import Observation, Route
from domicile.model.tokens import Enforcement, Severity
from domicile.rules import Rule, all_rules
from domicile.situation import Situation

WAIVED = f"""\
waivers:
  - {{id: code, rule: {FAILED}, reason: a trial, approver: A. Person, until: 2099-01-31}}
  - {{id: name, rule: checker/rule-failed, reason: a trial, approver: A. Person, until: 2099-01-31}}
"""


def broken(_: Situation) -> Iterator[Observation]:
    """A rule that raises in the middle of its work."""
    yield Observation("the first of several", Route("infra/pools.yaml"))
    raise ZeroDivisionError("division by zero")


def lost(_: Situation) -> Iterator[Observation]:
    """A rule that points at what is no route."""
    yield Observation("somewhere", None)  # type: ignore[arg-type]


def with_broken(index: int, check: Callable[[Situation], Iterator[Observation]]) -> list[Rule]:
    """Every rule, the one at `index` with another check."""
    return [
        replace(rule, check=check) if number == index else rule
        for number, rule in enumerate(all_rules())
    ]


def holds_only_the_failure(report: Report, rule: Rule) -> None:
    """One finding, which blocks, of the rule that failed."""
    (finding,) = report.findings
    assert (finding.code, finding.severity) == (FAILED, Severity.CRITICAL)
    assert finding.enforcement is Enforcement.MANDATORY
    assert finding.waived is None
    assert f"rule `{rule.name}` could not run" in finding.message
    assert report.blocking() == (finding,)


@pytest.mark.parametrize("index", range(len(all_rules())), ids=lambda i: all_rules()[i].name)
@pytest.mark.parametrize("how", [broken, lost])
def test_a_rule_that_raises_blocks(
    index: int, how: Callable[[Situation], Iterator[Observation]], clean: Situation
) -> None:
    """Whichever rule raises, on a world that is otherwise clean: one mandatory finding."""
    holds_only_the_failure(check(clean, with_broken(index, how)), all_rules()[index])


def test_a_rule_that_is_only_advisory_blocks_when_it_raises(clean: Situation) -> None:
    """How bad a rule's findings are says nothing of what was not looked at."""
    index = next(
        number
        for number, rule in enumerate(all_rules())
        if rule.facts.enforcement is Enforcement.ADVISORY
    )
    holds_only_the_failure(check(clean, with_broken(index, broken)), all_rules()[index])


def test_a_failed_rule_cannot_be_waived(tmp_path: Path) -> None:
    """Waivers of the failure, by code or by name, accept nothing, and are findings themselves."""
    world = situation(lay(tmp_path, {"policies/waivers.yaml": WAIVED}))
    report = check(world, with_broken(0, broken))
    (failure,) = of(report, FAILED)
    assert failure.enforcement is Enforcement.MANDATORY
    assert failure.waived is None
    assert [finding.message for finding in of(report, "DOM502")] == [
        f"rule `{FAILED}` does not exist",
        "rule `checker/rule-failed` does not exist",
    ]


def test_a_failed_rule_cannot_be_configured(tmp_path: Path) -> None:
    """An enforcement setting for the failure changes nothing."""
    setting = f"enforcement:\n  - {{rule: {FAILED}, enforcement: disabled, reason: a trial}}\n"
    world = situation(lay(tmp_path, {"policies/waivers.yaml": setting}))
    assert of(check(world, with_broken(0, broken)), FAILED)


@pytest.mark.parametrize("computed", ["loads", "admissible", "strains", "known_pools", "places"])
def test_a_computation_that_raises_blocks(
    computed: str, clean: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What several rules share and `examined` counts: its failure is theirs, and no traceback."""

    def raises(_: Situation) -> object:
        raise RuntimeError("the solver gave up")

    monkeypatch.setattr(Situation, computed, property(raises))
    report = check(clean)
    assert report.blocking()
    assert {finding.code for finding in report.blocking()} == {FAILED}
    assert all("the solver gave up" in finding.message for finding in report.blocking())
    assert any("cannot be counted" in finding.message for finding in report.blocking())


def test_the_command_exits_with_1_when_a_rule_raises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the command line too a rule that failed is no pass, and is told without a traceback."""
    monkeypatch.setattr("domicile.checker.all_rules", lambda: tuple(with_broken(0, broken)))
    folder = lay(tmp_path, {})
    code = run(["check", "-w", str(folder), "--counts", "existing", "--as-of", "2026-11-23"])
    shown = capsys.readouterr()
    assert code == 1
    assert f"critical {FAILED}" in shown.out
    assert "Traceback" not in shown.out + shown.err


@pytest.mark.parametrize(
    ("file", "kind"), [("infra/pools.yaml", "pool"), ("infra/demand.yaml", "demand")]
)
def test_nothing_to_check_is_no_pass(file: str, kind: str, tmp_path: Path) -> None:
    """A workspace without pools, or without demand, is an error of the input: exit code 2."""
    with pytest.raises(SourceError, match=f"nothing to check: .* declares no {kind}") as raised:
        judge(tmp_path, {file: f"{Path(file).stem}: []\n"})
    assert raised.value.exit_code == 2
    assert raised.value.help


def test_an_environment_that_is_not_declared_is_refused(clean: Situation) -> None:
    """A slip in `--environment` is an error, with the name that was meant."""
    with pytest.raises(SourceError, match="`prodction` is not declared") as raised:
        Situation(clean.workspace, clean.law, "prodction", clean.as_of)
    assert raised.value.help == "did you mean `production`?"
