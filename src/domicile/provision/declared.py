"""What `stacks/` declares for an environment, and what a run hands to a stack instead of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from domicile.model.errors import SourceError
from domicile.model.stack import TRAFFIC, stack_name

POOLS = "DOMICILE_POOLS"
"""The stack's pools on the way, as JSON, instead of those that it declares.

A rollout takes several steps, and in each a pool has the number of backends that was proved for it.
"""
ROUTING = "DOMICILE_ROUTING"
"""Path of a plan by which traffic is routed on the way, instead of the emitted one."""
_NAMESPACE = "domicile:"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Config = Mapping[str, Any]


def configs(root: Path, environment: str) -> dict[str, Config]:
    """The configuration of every stack, by its part: datacenters in order, then `traffic`.

    Raises:
        SourceError: nothing was emitted, or a stack file cannot be read.
    """
    prefix = f"Pulumi.{stack_name(environment, '')}"
    found: dict[str, Config] = {}
    for path in sorted((root / "stacks").glob(f"{prefix}*.yaml")):
        part = path.name.removeprefix(prefix).removesuffix(".yaml")
        try:
            text = yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506 - a safe loader
            settings = (text or {}).get("config") or {}
            found[part] = {
                key.removeprefix(_NAMESPACE): value
                for key, value in settings.items()
                if key.startswith(_NAMESPACE)
            }
        except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
            raise SourceError(f"`stacks/{path.name}` cannot be read") from error
    if not found:
        raise SourceError(
            f"no stacks were emitted for environment `{environment}`",
            help="run `domicile plan` and `domicile emit` first",
        )
    traffic = found.pop(TRAFFIC, None)
    return found if traffic is None else {**found, TRAFFIC: traffic}
