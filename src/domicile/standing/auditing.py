"""The findings of a file's resources: the same judge, the same rules as in a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from domicile.model.finding import Finding, Location, RuleRun
from domicile.model.tokens import Enforcement
from domicile.residency import Law
from domicile.resources import RULES, Assumed, Judge, ResourceRule
from domicile.standing.reading import Standing
from domicile.workspace import Workspace

_STRICTNESS = (Enforcement.DISABLED, Enforcement.ADVISORY, Enforcement.MANDATORY)


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found."""

    file: str
    kind: str
    """What the file is."""
    as_of: str
    findings: tuple[Finding, ...]
    judged_by: tuple[RuleRun, ...]
    """Every rule in order of its code, those that are disabled here too."""
    examined: dict[str, int]
    """How much there was to judge, by kind: an empty audit is no pass."""

    def blocking(self, fail_on: Enforcement = Enforcement.MANDATORY) -> tuple[Finding, ...]:
        """The findings at or above an enforcement level."""
        level = _STRICTNESS.index(fail_on)
        return tuple(f for f in self.findings if _STRICTNESS.index(f.enforcement) >= level)

    def summary(self) -> dict[str, object]:
        """Counts by enforcement and severity, and what was examined."""
        return {
            "file": self.file,
            "kind": self.kind,
            "as_of": self.as_of,
            "examined": self.examined,
            "findings": len(self.findings),
            "enforcement": dict(Counter(str(f.enforcement) for f in self.findings)),
            "severity": dict(Counter(str(f.severity) for f in self.findings)),
        }


def audit(
    standing: Standing,
    workspace: Workspace,
    law: Law,
    as_of: date,
    assumed: Assumed | None = None,
    variables: Mapping[str, str] | None = None,
) -> Audit:
    """Judge every resource of a file.

    Args:
        standing: the file.
        workspace: what is declared of the law's conditions, of placements and waivers.
        law: the law to apply.
        as_of: the day.
        assumed: what resources hold that say nothing of it; absent: nothing is assumed.
        variables: of the environment, that may name a region.
    """
    judge = Judge(workspace, law, as_of, variables or {})
    judge.know(standing.resources)
    tags = (assumed or Assumed()).tags()
    findings: list[Finding] = []
    counts = Counter[str](resources=0, judged=0)
    unknown: list[str] = []
    for resource in standing.resources:
        row = judge.placer.row(resource)
        if row is None:
            continue
        counts["resources"] += 1
        judged = judge.judge(resource, tags)
        held = judge.held(resource, tags)
        counts["judged"] += bool(held.data)
        if not judged.known:
            unknown.append(resource.type)
        at = standing.locate(resource) if judged.findings else None
        findings += [replace(each, location=at or each.location) for each in judged.findings]
    findings += [
        replace(each, location=Location(standing.file, 1, 1))
        for each in judge.unknown_types(unknown)
    ]
    findings.sort(key=_order)
    return Audit(
        file=standing.file,
        kind=standing.kind,
        as_of=as_of.isoformat(),
        findings=tuple(findings),
        judged_by=tuple(_run(judge, rule) for rule in RULES),
        examined=dict(counts),
    )


def _run(judge: Judge, rule: ResourceRule) -> RuleRun:
    setting = judge.workspace.setting(rule.code, rule.name)
    return RuleRun(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        default=rule.enforcement,
        enforcement=judge.enforcement(rule),
        reason=None if setting is None else setting.reason,
    )


def _order(finding: Finding) -> tuple[int, int, str, str]:
    at = finding.location
    return at.line, at.column, finding.code, finding.message
