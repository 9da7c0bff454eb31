"""The rules, one file each, found by their path: `rules/<category>/<name>.py`.

A rule module holds a docstring (what goes wrong in one sentence, a bad and a good example that
are tested), `RULE` (its facts) and `check(situation)`, which yields an `Observation` for each
thing that is wrong. A rule never decides what a finding does: the checker and the workspace's
settings do.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from domicile.model.finding import Observation
from domicile.model.tokens import Enforcement, Severity
from domicile.situation import Situation


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule module says of itself in `RULE`."""

    code: str
    """Stable code, as findings and waivers name it: `DOM101`."""
    severity: Severity
    """How bad its findings are."""
    enforcement: Enforcement = Enforcement.MANDATORY
    """What its findings do unless the workspace says otherwise."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, with the name that its path gives it."""

    name: str
    """`<category>/<name>`."""
    facts: Facts
    check: Callable[[Situation], Iterable[Observation]]
    documentation: str
    """The module's docstring."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in order of its code."""
    rules = [
        _rule(import_module(f"{category.__name__}.{info.name}"))
        for category in _categories()
        for info in pkgutil.iter_modules(category.__path__)
    ]
    return tuple(sorted(rules, key=lambda rule: rule.facts.code))


def category_purpose(category: str) -> str:
    """The question that a category's rules answer, or what they ask for, in a few words."""
    return (import_module(f"{__name__}.{category}").__doc__ or "").strip()


def _categories() -> list[ModuleType]:
    return [
        import_module(f"{__name__}.{info.name}")
        for info in pkgutil.iter_modules(__path__)
        if info.ispkg
    ]


def _rule(module: ModuleType) -> Rule:
    category, name = module.__name__.split(".")[-2:]
    return Rule(
        name=f"{category}/{name.replace('_', '-')}",
        facts=module.RULE,
        check=module.check,
        documentation=module.__doc__ or "",
    )
