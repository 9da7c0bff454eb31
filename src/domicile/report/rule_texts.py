"""What is told of each rule, of workspaces and of resources alike, wherever it is told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from domicile.model.tokens import Enforcement, Severity
from domicile.resources import RULES
from domicile.resources.rule_documentation import DOCUMENTATION
from domicile.rules import all_rules
from domicile.rules.documentation import Documentation, documentation


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule, as readers are told of it."""

    code: str
    name: str
    """`<category>/<name>`."""
    severity: Severity
    enforcement: Enforcement
    """What its findings do unless the workspace says otherwise."""
    said: Documentation
    source: str
    """The file that it is written from, within the repository."""
    steps: str | None = None
    """What to do where it finds something; None where each finding works that out itself."""

    @property
    def category(self) -> str:
        """The part of the name before the slash."""
        return self.name.partition("/")[0]

    @property
    def page(self) -> str:
        """Its page within `docs/rules/`."""
        return f"{self.name}.md"

    @property
    def of_resources(self) -> bool:
        """Whether it judges resources of any program, rather than a workspace."""
        return self.steps is not None


@cache
def rule_texts() -> tuple[RuleText, ...]:
    """Every rule, in order of its code."""
    of_workspaces = [
        RuleText(
            code=rule.facts.code,
            name=rule.name,
            severity=rule.facts.severity,
            enforcement=rule.facts.enforcement,
            said=documentation(rule.documentation),
            source=f"src/domicile/rules/{rule.name.replace('-', '_')}.py",
        )
        for rule in all_rules()
    ]
    of_resources = [
        RuleText(
            code=rule.code,
            name=rule.name,
            severity=rule.severity,
            enforcement=rule.enforcement,
            said=documentation(DOCUMENTATION[rule.code]),
            source="src/domicile/resources/rule_documentation.py",
            steps=rule.steps,
        )
        for rule in RULES
    ]
    return tuple(sorted((*of_workspaces, *of_resources), key=lambda each: each.code))
