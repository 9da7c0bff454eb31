"""Records → YAML text: deterministic, one line for each leaf mapping, keys in a fixed order.

Plans are written in YAML's flow form, which is JSON: they are large, and read by each check.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable
from typing import Any

import yaml

from domicile.model.plan import Plan

WRITTEN = "# written by `domicile emit`; do not edit by hand\n"
Nodes = Iterable[tuple[yaml.Node, yaml.Node]]
"""Keys and values of a YAML mapping, as they were read."""
_LINED = {"pools": 1, "nominal": 1, "contingencies": 3, "order": 1}
"""Levels of each part of a plan that are written in lines: a change of one load is one line."""


class _AsPulumi(yaml.SafeDumper):
    """Writes as Pulumi does, which writes a stack's file anew when it puts its salt there.

    So a first `up` changes that one line, and not the file.
    """

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indent the items of a list below its key, too."""
        super().increase_indent(flow, indentless=False)


def plan_text(plan: Plan) -> str:
    """The plan as `stacks/plan.<environment>.yaml` holds it."""
    data = plan.model_dump(mode="json")
    parts = (
        f"  {_flow(key)}: {_flow(part, _LINED.get(key, 0), '  ')}" for key, part in data.items()
    )
    return WRITTEN + "{\n" + ",\n".join(parts) + "\n}\n"


def stack_text(
    config: dict[str, Any], above: Nodes = (), kept: Nodes = (), below: Nodes = ()
) -> str:
    """A Pulumi stack file.

    Args:
        config: our part of its `config:`.
        above: its settings before `config:`, as they were read.
        kept: the user's part of its `config:`, as it was read.
        below: its settings after `config:`, as they were read.

    Returns:
        Its text, in which what was read is spelt as it was: a version `1.10` stays `1.10`.
    """
    ours = _represented(config)
    ours.value.extend(kept)
    pairs = [*above, (_represented("config"), ours), *below]
    whole = yaml.MappingNode(ours.tag, pairs, flow_style=False)
    text: str = yaml.serialize(whole, Dumper=_AsPulumi, width=math.inf, allow_unicode=True)
    return WRITTEN + text


def _represented(data: object) -> yaml.Node:
    dumper = yaml.SafeDumper(io.StringIO(), default_flow_style=None, sort_keys=False)
    node = dumper.represent_data(data)
    if isinstance(node, yaml.MappingNode):
        node.flow_style = False
    return node


def _flow(data: Any, lined: int = 0, indent: str = "") -> str:  # noqa: ANN401  (plain data)
    """JSON with a line for each item of the outermost `lined` levels, lists of names excepted."""
    inner = indent + "  "
    if lined and data and isinstance(data, dict):
        items = [f"{_flow(key)}: {_flow(item, lined - 1, inner)}" for key, item in data.items()]
    elif lined and data and isinstance(data, list) and isinstance(data[0], dict):
        items = [_flow(item, lined - 1, inner) for item in data]
    else:
        return json.dumps(data, ensure_ascii=False)
    first, last = "{}" if isinstance(data, dict) else "[]"
    return f"{first}\n{inner}" + f",\n{inner}".join(items) + f"\n{indent}{last}"
