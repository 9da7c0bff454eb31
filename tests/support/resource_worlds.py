"""Resources as a preview shows them, and a judge over the shipped catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from domicile.model.policy import Placement, RuleSetting, Waiver
from domicile.resources import Judge, Provider, Resource
from domicile.workspace import Workspace, load_law, load_shipped

DAY = date(2026, 11, 23)


@cache
def shipped() -> Workspace:
    """The shipped catalogue."""
    return load_shipped()


def judge(
    *,
    placements: tuple[Placement, ...] = (),
    waivers: tuple[Waiver, ...] = (),
    enforcement: tuple[RuleSetting, ...] = (),
    variables: Mapping[str, str] | None = None,
) -> Judge:
    """A judge by the shipped law, with what a workspace says."""
    workspace = replace(shipped(), placements=placements, waivers=waivers, enforcement=enforcement)
    return Judge(workspace, _law(), DAY, variables or {})


@cache
def _law() -> Any:  # noqa: ANN401
    return load_law(shipped())


def resource(
    kind: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    provider: Mapping[str, Any] | None = None,
    name: str = "it",
    **more: Any,  # noqa: ANN401
) -> Resource:
    """A resource of a program; its provider is the default one unless it is configured here."""
    package = kind.partition("_" if more.get("terraform") else ":")[0]
    return Resource(
        urn=more.pop("urn", f"urn:pulumi:dev::shop::{kind}::{name}"),
        type=kind,
        name=name,
        inputs=inputs or {},
        provider=Provider(package, name="default", inputs=provider or {}),
        **more,
    )


def places(one: Resource, *others: Resource, **world: Any) -> dict[str, Any]:  # noqa: ANN401
    """Activity → the places where it happens, by name; else why that is not known."""
    made = judge(**world)
    made.know((*others, one))
    found: dict[str, Any] = {}
    for placed in made.places(one):
        at = {str(target) for target in placed.found.targets}
        if placed.found.unknown:
            found[placed.activity] = (
                f"later: {placed.found.unknown}" if placed.found.later else (placed.found.unknown)
            )
        elif isinstance(found.get(placed.activity, set()), set):
            found[placed.activity] = found.get(placed.activity, set()) | at
    return found
