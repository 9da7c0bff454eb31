"""The policy pack: the engine hands over resources of any program, the judge says what is wrong.

Besides `policies/__main__.py` this is the only place that knows Pulumi's policies.
"""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

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

from domicile.model.finding import Finding
from domicile.model.tokens import Enforcement
from domicile.provision.seen import resource_of, resources_of
from domicile.resources import Assumed, Judge, Judged, ResourceRule
from domicile.resources.mending import mend
from domicile.resources.rules import (
    FRAMEWORK,
    KNOWN_LATER,
    UNKNOWN_PLACE,
    UNLAWFUL_PLACE,
    UNREADABLE_DATA,
)
from domicile.workspace import load_law, load_places

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
    # What was loaded stays: looking through it for cycles, again and again, finds none.
    gc.freeze()
    PolicyPack(name=name, policies=pack.policies(), enforcement_level=EnforcementLevel.MANDATORY)


class Pack:
    """The policies, with one judge behind all of them."""

    def __init__(
        self, root: Path, as_of: date, environment: Mapping[str, str] = os.environ
    ) -> None:
        workspace = load_places(root)
        self._judge = Judge(workspace, load_law(workspace), as_of, environment)
        self._one_at_a_time = Lock()
        self._shared: dict[Hashable, tuple[Any, set[str]]] = {}
        """What was judged last, and which policies have asked for it."""
        self._inputs: dict[str, Mapping[str, Any]] = {}
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
            judged = self._guarded(self._judged, args, rule)
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
            enforcement_level=EnforcementLevel(str(self._judge.enforcement(rule))),
            config_schema=_CONFIG,
            severity=PulumiSeverity(str(rule.severity)),
            framework=PolicyComplianceFramework(name=FRAMEWORK, specification=rule.code),
            remediation_steps=rule.steps,
        )

    def _together(self, name: str, says: str, level: Enforcement) -> Policy:
        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            for finding, urn in self._guarded(self._whole, args, level):
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

    def _judged(self, args: ResourceValidationArgs, rule: ResourceRule) -> Judged | None:
        """One resource, judged once for all policies; None where there is nothing to judge."""
        tags = {**_assumed(args.get_config()), **args.stack_tags}

        def judge() -> Judged | None:
            resource = resource_of(args)
            if self._judge.placer.row(resource) is None:
                return None
            self._judge.neighbours.add(resource)
            self._inputs[resource.urn] = resource.inputs
            return self._judge.judge(resource, tags, alone=True)

        return self._once((args.urn, tuple(sorted(tags.items()))), rule.code, judge)

    def _once(self, key: Hashable, asker: str, judge: Callable[[], Answer]) -> Answer:
        """What the first policy that asks has judged is given to the others.

        The engine asks every policy about a resource in turn, and may ask all of them again about
        one that has changed: whoever asks a second time is no longer answered from the first.
        """
        known = self._shared.get(key)
        if known is None or asker in known[1]:
            known = self._shared[key] = (judge(), set())
        known[1].add(asker)
        return cast("Answer", known[0])

    def _mend(self, args: ResourceValidationArgs) -> Any:  # noqa: ANN401 - Pulumi's own signature is narrower
        return self._guarded(self._mended, args)

    def _mended(self, args: ResourceValidationArgs) -> Mapping[str, Any] | None:
        resource = resource_of(args)
        if self._judge.placer.row(resource) is None:
            return None
        tags = {**_assumed(args.get_config()), **args.stack_tags}
        judged = self._judge.judge(resource, tags, alone=True)
        if any(each.waived for each in judged.findings):
            return None
        barred = {each.target for each in judged.barred}

        def bars(code: str) -> bool:
            return bool(barred.intersection(self._judge.coded(resource, code)))

        return args.props if mend(cast("Any", args.props), judged.barred, bars) else None

    def _whole(
        self, args: StackValidationArgs, level: Enforcement
    ) -> list[tuple[Finding, str | None]]:
        """What is wrong with a stack, as far as it is of one level."""
        tags = {**_assumed(args.get_config()), **args.stack_tags}

        def judge() -> list[tuple[Finding, str | None]]:
            resources = resources_of(args.resources, self._inputs)
            self._judge.know(resources)
            judged = [(each, self._judge.judge(each, tags)) for each in resources]
            found: list[tuple[Finding, str | None]] = [
                (finding, each.urn) for each, its in judged for finding in its.findings
            ]
            types = [each.type for each, its in judged if not its.known]
            found += [(finding, None) for finding in self._judge.unknown_types(types)]
            return found

        found = self._once(tuple(sorted(tags.items())), str(level), judge)
        return [(finding, urn) for finding, urn in found if finding.enforcement is level]

    def _guarded(self, what: Callable[..., Answer], *arguments: object) -> Answer:
        """One thing at a time; whatever fails blocks: what was to be judged is not known."""
        with self._one_at_a_time:
            try:
                return what(*arguments)
            except Exception as error:  # noqa: BLE001 - whatever is raised must block, never pass
                where = traceback.extract_tb(error.__traceback__)[-1]
                # What the error says may hold a resource's values: it is not repeated.
                raise RuntimeError(
                    f"DOM000 resource/rule-failed: domicile's policy could not run "
                    f"({type(error).__name__} in {Path(where.filename).name}:{where.lineno}), so "
                    "what it guards is not known; report this as a bug"
                ) from None


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


def _assumed(config: Mapping[str, Any]) -> dict[str, str]:
    return Assumed(
        tuple(config.get("subjects") or ()), tuple(config.get("dataClasses") or ())
    ).tags()
