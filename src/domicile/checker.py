"""Runs the rules over a situation and makes findings of what they observe. Fails closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from domicile.model.errors import SourceError
from domicile.model.finding import Finding, Location, Observation, Related, Route, RuleRun
from domicile.model.policy import Waiver
from domicile.model.tokens import Enforcement, Severity
from domicile.rules import Rule, all_rules
from domicile.situation import Situation

FAILED = "DOM000"
"""Code of the finding that a rule which could not run leaves behind. It cannot be waived."""

_STRICTNESS = (Enforcement.DISABLED, Enforcement.ADVISORY, Enforcement.MANDATORY)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found."""

    environment: str
    as_of: str
    counts: str
    findings: tuple[Finding, ...]
    judged_by: tuple[RuleRun, ...]
    """Every rule in order of its code, those that are disabled here too."""
    examined: dict[str, int]
    """How much there was to check, by kind: an empty check is no pass."""

    @property
    def rules(self) -> int:
        """How many rules ran."""
        return sum(each.enforcement is not Enforcement.DISABLED for each in self.judged_by)

    def blocking(self, fail_on: Enforcement = Enforcement.MANDATORY) -> tuple[Finding, ...]:
        """The findings at or above an enforcement level."""
        level = _STRICTNESS.index(fail_on)
        return tuple(f for f in self.findings if _STRICTNESS.index(f.enforcement) >= level)

    def summary(self) -> dict[str, object]:
        """Counts by enforcement and severity, and what was examined."""
        return {
            "environment": self.environment,
            "as_of": self.as_of,
            "counts": self.counts,
            "rules": self.rules,
            "examined": self.examined,
            "findings": len(self.findings),
            "enforcement": dict(Counter(str(f.enforcement) for f in self.findings)),
            "severity": dict(Counter(str(f.severity) for f in self.findings)),
        }


def check(situation: Situation, rules: Iterable[Rule] | None = None) -> Report:
    """Judge a situation by every rule.

    Args:
        situation: one environment on one day.
        rules: the rules to run; absent: all of them.

    Returns:
        The findings, ordered by file, line and code. A rule that raised is a finding itself.

    Raises:
        SourceError: no pool or no demand is declared, so nothing could be checked.
    """
    _require_something(situation)
    judged_by: list[RuleRun] = []
    findings: list[Finding] = []
    for rule in all_rules() if rules is None else rules:
        run, found = _run(situation, rule)
        judged_by.append(run)
        findings += found
    try:
        examined = situation.examined()
    except Exception as error:  # noqa: BLE001 - what cannot be counted may not have been checked
        examined = {}
        findings.append(_failed("what was examined cannot be counted", error))
    findings.sort(key=_order)
    return Report(
        environment=situation.environment,
        as_of=situation.as_of.isoformat(),
        counts=str(situation.counts),
        findings=tuple(findings),
        judged_by=tuple(sorted(judged_by, key=lambda each: each.code)),
        examined=examined,
    )


def _require_something(situation: Situation) -> None:
    for kind, declared in (("pool", situation.pools), ("demand", situation.demand)):
        if not declared:
            raise SourceError(
                f"nothing to check: environment `{situation.environment}` declares no {kind}",
                help=f"declare one in `infra/{kind if kind == 'demand' else 'pools'}.yaml`, "
                "or name another environment with `--environment`",
            )


def _run(situation: Situation, rule: Rule) -> tuple[RuleRun, list[Finding]]:
    setting = situation.workspace.setting(rule.facts.code, rule.name)
    default = rule.facts.enforcement
    run = RuleRun(
        code=rule.facts.code,
        name=rule.name,
        severity=rule.facts.severity,
        default=default,
        enforcement=default if setting is None else setting.enforcement,
        reason=None if setting is None else setting.reason,
    )
    if run.enforcement is Enforcement.DISABLED:
        return run, []
    try:
        observed = list(rule.check(situation))
        return run, [_finding(situation, rule, run.enforcement, each) for each in observed]
    except Exception as error:  # noqa: BLE001 - whatever a rule raises must block, never pass
        what = f"rule `{rule.name}` could not run, so what it guards is not known"
        failure = _failed(what, error)
        return replace(run, failure=failure), [failure]


def _failed(what: str, error: Exception) -> Finding:
    return Finding(
        code=FAILED,
        name="checker/rule-failed",
        severity=Severity.CRITICAL,
        enforcement=Enforcement.MANDATORY,
        message=f"{what}: {type(error).__name__}: {error}",
        location=Location("", 0, 0),
        help="report this as a bug; until it is mended nothing that was to be checked can pass",
    )


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    at = finding.location
    return at.file, at.line, at.column, finding.code, finding.message


def _finding(
    situation: Situation, rule: Rule, enforcement: Enforcement, observation: Observation
) -> Finding:
    locate = situation.workspace.locate
    finding = Finding(
        code=rule.facts.code,
        name=rule.name,
        severity=rule.facts.severity,
        enforcement=enforcement,
        message=observation.message,
        location=locate(observation.at),
        related=tuple(Related(locate(route), note) for route, note in observation.related),
        citation=observation.citation,
        witness=observation.witness,
        help=observation.help,
    )
    waiver = _waiver(situation, finding, observation.at)
    if waiver is None:
        return finding
    return replace(finding, enforcement=Enforcement.ADVISORY, waiver=waiver)


def never_waived(rule: str) -> bool:
    """Whether findings of a rule cannot be waived: those about waivers, and that a rule failed."""
    return rule.startswith(("policy/waiver", "checker/"))


def _waiver(situation: Situation, finding: Finding, at: Route) -> Waiver | None:
    """The waiver that accepts a finding today, if any."""
    if never_waived(finding.name):
        return None
    called = (finding.code, finding.name)
    for waiver in situation.workspace.waivers:
        if waiver.accepts(called, (at.file,), finding.message, situation.as_of):
            return waiver
    return None
