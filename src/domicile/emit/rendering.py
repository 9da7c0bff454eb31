"""Records → YAML text: deterministic, one line for each leaf mapping, keys in a fixed order."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import yaml

from domicile.model.plan import Plan

WRITTEN = "# written by `domicile emit`; do not edit by hand\n"
Nodes = Iterable[tuple[yaml.Node, yaml.Node]]
"""Keys and values of a YAML mapping, as they were read."""
_WIDTH = 100
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def plan_text(plan: Plan) -> str:
    """The plan as `stacks/plan.<environment>.yaml` holds it."""
    return WRITTEN + _dump(plan.model_dump(mode="json"))


def stack_text(config: dict[str, Any], others: Nodes = (), kept: Nodes = ()) -> str:
    """A Pulumi stack file.

    Args:
        config: our part of its `config:`.
        others: its settings beside `config:`, as they were read.
        kept: the user's part of its `config:`, as it was read.

    Returns:
        Its text, in which what was read is spelt as it was: a version `1.10` stays `1.10`.
    """
    ours = _represented(config)
    ours.value.extend(kept)
    whole = yaml.MappingNode(ours.tag, [*others, (_represented("config"), ours)], flow_style=False)
    text: str = yaml.serialize(whole, Dumper=_DUMPER, width=_WIDTH, allow_unicode=True)
    return WRITTEN + text


def _represented(data: object) -> yaml.Node:
    dumper = yaml.SafeDumper(io.StringIO(), default_flow_style=None, sort_keys=False)
    node = dumper.represent_data(data)
    if isinstance(node, yaml.MappingNode):
        node.flow_style = False
    return node


def _dump(data: object) -> str:
    text: str = yaml.dump(
        data,
        Dumper=_DUMPER,
        default_flow_style=None,
        sort_keys=False,
        width=_WIDTH,
        allow_unicode=True,
    )
    return text
