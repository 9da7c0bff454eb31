"""What `stacks/` declares for an environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from domicile.model.errors import SourceError
from domicile.model.stack import TRAFFIC, stack_name

_NAMESPACE = "domicile:"
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
            text = yaml.safe_load(path.read_text(encoding="utf-8"))
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
