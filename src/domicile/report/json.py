"""Results → the records that `--format json` answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.model.answer import (
    AuditAnswer,
    CheckAnswer,
    ConflictAnswer,
    ErrorAnswer,
    ErrorItem,
    FindingAnswer,
    PlanAnswer,
    RelatedSpot,
    Spot,
)
from domicile.model.base import Record
from domicile.model.errors import DomicileError
from domicile.model.finding import Finding, Location
from domicile.report import shortage_json

if TYPE_CHECKING:
    # Only for types: what shows an answer does not need what computed it.
    from domicile.checker import Report
    from domicile.planner import Outcome
    from domicile.rollout import Rollout
    from domicile.shortage import Remedy, Shortage
    from domicile.standing import Audit


def text(answer: Record) -> str:
    """An answer as JSON text, its keys in the order of the schema."""
    return answer.model_dump_json(by_alias=True, indent=2, exclude_none=True)


def check(report: Report) -> CheckAnswer:
    """Answer of `check`."""
    return CheckAnswer(
        findings=tuple(finding(each) for each in report.findings), summary=report.summary()
    )


def audit(found: Audit) -> AuditAnswer:
    """Answer of `audit`."""
    return AuditAnswer(
        findings=tuple(finding(each) for each in found.findings), summary=found.summary()
    )


def plan(
    environment: str,
    outcome: Outcome,
    gives: tuple[Shortage, ...] = (),
    quota_gives: tuple[Remedy, ...] = (),
    way: Rollout | None = None,
) -> PlanAnswer:
    """Answer of `plan`; with what would have to give, where there is none, and the steps to it."""
    return PlanAnswer(
        environment=environment,
        feasible=outcome.feasible,
        optimal=outcome.optimal,
        cost=outcome.cost,
        pools=outcome.pools,
        warm_up_ms=None if outcome.warm_up is None else outcome.warm_up.value,
        conflicts=tuple(
            ConflictAnswer(
                service=each.service,
                contingency=each.contingency,
                subjects=each.subjects,
                data_classes=each.data_classes,
                places=each.places,
                missing=each.missing,
                unit=each.unit,
                reason=each.reason,
            )
            for each in outcome.conflicts
        ),
        findings=tuple(finding(each) for each in outcome.refused),
        needed=tuple(map(shortage_json.needed, outcome.needed)),
        gives=tuple(map(shortage_json.shortage, gives)),
        quota_gives=tuple(map(shortage_json.remedy, quota_gives)),
        networks=tuple(map(shortage_json.narrow, outcome.networks)),
        steps=() if way is None else way.steps,
        steps_refused=None if way is None or way.refused is None else way.refused.reason,
    )


def finding(found: Finding) -> FindingAnswer:
    """One finding."""
    return FindingAnswer(
        code=found.code,
        name=found.name,
        severity=found.severity,
        enforcement=found.enforcement,
        message=found.message,
        location=spot(found.location),
        related=tuple(
            RelatedSpot(location=spot(each.location), note=each.note) for each in found.related
        ),
        citation=found.citation,
        witness=found.witness,
        help=found.help,
        waived=found.waived,
    )


def errors(found: list[DomicileError]) -> ErrorAnswer:
    """What a command answers when it cannot."""
    return ErrorAnswer(
        exit_code=max(each.exit_code for each in found),
        errors=tuple(
            ErrorItem(
                message=each.message,
                location=None if each.location is None else spot(each.location),
                help=each.help,
            )
            for each in found
        ),
    )


def spot(location: Location) -> Spot:
    """A place in a file."""
    return Spot(file=location.file, line=location.line, column=location.column)
