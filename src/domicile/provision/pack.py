"""The policy pack: the engine hands over resources of any program, the judge says what is wrong.

Besides `policies/__main__.py` this is the only place that knows Pulumi's policies. The engine
starts a program when it knows the policies, so these are told at once, and the law is read while
the program starts: nothing that takes long to import stands here.
"""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as PulumiSeverity

from domicile.model.errors import SourceError
from domicile.model.finding import Finding
from domicile.model.tokens import Enforcement
from domicile.resources.rules import (
    FRAMEWORK,
    KNOWN_LATER,
    UNKNOWN_PLACE,
    UNLAWFUL_PLACE,
    UNREADABLE_DATA,
    ResourceRule,
)

if TYPE_CHECKING:
    from domicile.provision.asked import Asked

ALONE = (UNLAWFUL_PLACE, UNKNOWN_PLACE, UNREADABLE_DATA, KNOWN_LATER)
"""The rules that are asked of each resource as it is declared."""
Answer = TypeVar("Answer")
_CONFIG = PolicyConfigSchema(
    properties={
        "subjects": {
            "type": "array",
            "items": {"type": "string"},
            "description": "whose data resources hold that say nothing of it",
            "default": [],
        },
        "dataClasses": {
            "type": "array",
            "items": {"type": "string"},
            "description": "what that data is",
            "default": [],
        },
    }
)


def run(root: Path | None = None, name: str = "domicile") -> None:
    """Serve the pack until the engine ends it.

    Args:
        root: the workspace; absent: the folder above the pack's own.
        name: the pack's name.
    """
    pack = Pack((root or Path.cwd().parent).resolve(), date.today())  # noqa: DTZ011 - the law of the user's own day
    try:
        policies = pack.policies()
    except SourceError as error:
        raise SystemExit(_unread(error)) from None
    PolicyPack(name=name, policies=policies, enforcement_level=EnforcementLevel.MANDATORY)


class Pack:
    """The policies, with one judge behind all of them."""

    def __init__(
        self, root: Path, as_of: date, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._asked = ThreadPoolExecutor(1).submit(_ready, root, as_of, environment)
        self._levels_differ = _may_set_levels(root)
        self._one_at_a_time = Lock()
        self._told: set[Hashable] = set()

    def policies(self) -> list[Policy]:
        """Rules for each resource as it is declared, and for the whole stack."""
        return [
            *(self._alone(rule) for rule in ALONE),
            self._together(
                "resource/whole-stack",
                "what only the whole stack shows, or what was made, is as lawful as the rest",
                Enforcement.MANDATORY,
            ),
            self._together(
                "resource/advice",
                "what resources hold is said, and their types are known",
                Enforcement.ADVISORY,
            ),
        ]

    def _alone(self, rule: ResourceRule) -> Policy:
        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            judged = self._guarded(lambda asked: asked.resource(args, rule))
            if judged is None:
                args.not_applicable("the table of resource types says nothing of its provider")
                return
            for finding in judged.findings:
                if finding.code == rule.code and finding.waived is None:
                    self._told.add(_what(finding))
                    report(said(finding), None)

        return ResourceValidationPolicy(
            name=policy_name(rule.name),
            description=f"{rule.code}: {rule.says}",
            validate=validate,
            remediate=self._mend if rule is UNLAWFUL_PLACE else None,
            enforcement_level=EnforcementLevel(str(self._level(rule))),
            config_schema=_CONFIG,
            severity=PulumiSeverity(str(rule.severity)),
            framework=PolicyComplianceFramework(name=FRAMEWORK, specification=rule.code),
            remediation_steps=rule.steps,
        )

    def _together(self, name: str, says: str, level: Enforcement) -> Policy:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            found = self._guarded(lambda asked: asked.whole(args, level))
            for finding, urn in found:
                if _what(finding) not in self._told:
                    report(f"{finding.code} {finding.name}: {said(finding)}", urn)

        return StackValidationPolicy(
            name=policy_name(name),
            description=says,
            validate=validate,
            enforcement_level=EnforcementLevel(str(level)),
            config_schema=_CONFIG,
            severity=PulumiSeverity.CRITICAL
            if level is Enforcement.MANDATORY
            else PulumiSeverity.LOW,
            framework=PolicyComplianceFramework(name=FRAMEWORK),
            remediation_steps="what the finding says",
        )

    def _mend(self, args: ResourceValidationArgs) -> Any:  # noqa: ANN401 - Pulumi's own signature is narrower
        return self._guarded(lambda asked: asked.mended(args))

    def _level(self, rule: ResourceRule) -> Enforcement:
        return self._asked.result().enforcement(rule) if self._levels_differ else rule.enforcement

    def _guarded(self, what: Callable[[Asked], Answer]) -> Answer:
        """One thing at a time; whatever fails blocks: what was to be judged is not known."""
        with self._one_at_a_time:
            try:
                return what(self._asked.result())
            except SourceError as error:
                raise RuntimeError(_unread(error)) from None
            except Exception as error:  # noqa: BLE001 - whatever is raised must block, never pass
                where = traceback.extract_tb(error.__traceback__)[-1]
                # What the error says may hold a resource's values: it is not repeated.
                raise RuntimeError(
                    f"DOM000 resource/rule-failed: domicile's policy could not run "
                    f"({type(error).__name__} in {Path(where.filename).name}:{where.lineno}), so "
                    "what it guards is not known; report this as a bug"
                ) from None


def _ready(root: Path, as_of: date, environment: Mapping[str, str]) -> Asked:
    gc.disable()  # what is loaded stays: looking through it for cycles, again and again, finds none
    try:
        from domicile.provision.asked import Asked

        return Asked(root, as_of, environment)
    finally:
        gc.freeze()
        gc.enable()


def _unread(error: SourceError) -> str:
    at = f"{error.location}: " if error.location else ""
    help_ = f"; {error.help}" if error.help else ""
    return f"domicile cannot read its workspace: {at}{error.message}{help_}"


def _may_set_levels(root: Path) -> bool:
    """Whether the workspace may set levels of rules, as far as a look at its file tells."""
    try:
        said = yaml.load((root / "policies" / "waivers.yaml").read_bytes(), yaml.CSafeLoader)
    except FileNotFoundError:
        return False
    except (OSError, yaml.YAMLError):
        return True
    return not isinstance(said, dict) or bool(said.get("enforcement"))


def policy_name(rule: str) -> str:
    """A rule's name as Pulumi's policies have names."""
    return rule.replace("/", "-")


def said(finding: Finding) -> str:
    """A finding in a few lines, as Pulumi shows a violation."""
    lines = [finding.message]
    if finding.waived is not None:
        lines[0] += f" (waived by {finding.waived})"
    if finding.citation is not None:
        article = f", {finding.citation.article}" if finding.citation.article else ""
        lines.append(f"  law: {finding.citation.instrument}{article}")
    if finding.help:
        lines.append(f"  help: {finding.help}")
    return "\n".join(lines)


def _what(finding: Finding) -> Hashable:
    """What a finding is about, whether it is told of a resource or of the whole stack."""
    witness = finding.witness or {}
    return (
        finding.code,
        finding.waived,
        *(str(witness.get(key)) for key in ("resource", "activity", "places", "subjects", "types")),
    )
