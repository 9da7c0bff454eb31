"""What the pack's policies ask: each resource, and each whole stack, judged once for all of them.

Everything that takes long to import or to read is behind this module.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

from pulumi_policy import ResourceValidationArgs, StackValidationArgs

from domicile.model.finding import Finding
from domicile.model.tokens import Enforcement
from domicile.provision.seen import resource_of, resources_of
from domicile.resources.judging import Assumed, Judge, Judged
from domicile.resources.mending import mend
from domicile.resources.rules import ResourceRule
from domicile.workspace import load_law, load_places

Answer = TypeVar("Answer")


class Asked:
    """One judge behind all policies."""

    def __init__(self, root: Path, as_of: date, environment: Mapping[str, str]) -> None:
        workspace = load_places(root)
        self._judge = Judge(workspace, load_law(workspace), as_of, environment)
        self._shared: dict[Hashable, tuple[Any, set[str]]] = {}
        """What was judged last, and which policies have asked for it."""
        self._inputs: dict[str, Mapping[str, Any]] = {}

    def enforcement(self, rule: ResourceRule) -> Enforcement:
        """What a rule's findings do in this workspace."""
        return self._judge.enforcement(rule)

    def resource(self, args: ResourceValidationArgs, rule: ResourceRule) -> Judged | None:
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

    def mended(self, args: ResourceValidationArgs) -> Mapping[str, Any] | None:
        """A resource's inputs without what may not be; None where nothing can be mended."""
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

    def whole(
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


def _assumed(config: Mapping[str, Any]) -> dict[str, str]:
    return Assumed(
        tuple(config.get("subjects") or ()), tuple(config.get("dataClasses") or ())
    ).tags()
