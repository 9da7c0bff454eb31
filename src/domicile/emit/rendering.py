"""Records → YAML text: deterministic, one line for each leaf mapping, keys in a fixed order."""

from __future__ import annotations

from typing import Any

import yaml

from domicile.model.plan import Plan

WRITTEN = "# written by `domicile emit`; do not edit by hand\n"


def plan_text(plan: Plan) -> str:
    """The plan as `stacks/plan.<environment>.yaml` holds it."""
    return WRITTEN + _dump(plan.model_dump(mode="json"))


def stack_text(settings: dict[str, Any]) -> str:
    """A Pulumi stack file: its settings in the order given."""
    return WRITTEN + _dump(settings)


def _dump(data: object) -> str:
    text: str = yaml.dump(
        data,
        Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper),
        default_flow_style=None,
        sort_keys=False,
        width=100,
        allow_unicode=True,
    )
    return text
