"""What Pulumi's state says of an environment's stacks: read as files where it is in files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domicile.model.stack import stack_name
from domicile.provision.backend import files
from domicile.provision.pulumi_cli import Cli

PROJECT = "domicile"


@dataclass(frozen=True, slots=True)
class State:
    """One stack's state."""

    resources: tuple[Mapping[str, Any], ...]
    """As Pulumi has them, the stack itself and components included."""
    interrupted: bool
    """Whether a run ended without finishing: operations pending, or Pulumi's lock left."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of what an adapter made."""
        return tuple(str(each["id"]) for each in self.made)

    @property
    def made(self) -> tuple[Mapping[str, Any], ...]:
        """Resources that an adapter made."""
        return tuple(
            each
            for each in self.resources
            if each.get("custom") and not str(each["type"]).startswith("pulumi:")
        )

    @property
    def pools(self) -> Mapping[str, Any]:
        """Service → where its requests go, as the stack exports them."""
        return self._exported("pools")

    @property
    def standing(self) -> Mapping[str, Mapping[str, Any]]:
        """Service → its backends and what they are, as its stack declared them last."""
        said = self._exported("declared")
        if said:
            return said
        return {  # made before stacks said so, of one record for each backend
            service: {
                "backends": len(backends),
                "capacity": backends[0].get("capacity"),
                "unit": backends[0].get("unit"),
            }
            for service, backends in self.pools.items()
            if backends
        }

    def _exported(self, name: str) -> Mapping[str, Any]:
        for each in self.resources:
            if each["type"] == "pulumi:pulumi:Stack":
                found = (each.get("outputs") or {}).get(name)
                return found if isinstance(found, dict) else {}
        return {}


def read(cli: Cli, environment: str) -> dict[str, State]:
    """Every stack of an environment that Pulumi knows, by its part: a datacenter or `traffic`."""
    settings = cli.settings()
    prefix = stack_name(environment, "")
    folder = files(settings["PULUMI_BACKEND_URL"], settings)
    if folder is not None:
        return _files(folder, prefix)
    found = {}
    for stack in cli.stacks():
        name = str(stack["name"]).rpartition("/")[2]
        if name.startswith(prefix):
            exported = json.loads(cli.run(name, "stack", "export"))["deployment"]
            found[name.removeprefix(prefix)] = _state(
                exported, locked=bool(stack.get("updateInProgress"))
            )
    return found


def _files(folder: Path, prefix: str) -> dict[str, State]:
    found = {}
    for file in sorted((folder / ".pulumi" / "stacks" / PROJECT).glob(f"{prefix}*.json")):
        name = file.name.removesuffix(".json")
        locks = folder / ".pulumi" / "locks" / "organization" / PROJECT / name
        locked = locks.is_dir() and any(locks.iterdir())
        checkpoint = json.loads(file.read_text(encoding="utf-8")).get("checkpoint") or {}
        found[name.removeprefix(prefix)] = _state(checkpoint.get("latest"), locked=locked)
    return found


def _state(deployment: Mapping[str, Any] | None, *, locked: bool) -> State:
    known = deployment or {}
    resources = tuple(known.get("resources") or ())
    pending = bool(known.get("pending_operations")) or any(
        each.get("delete") or each.get("pendingReplacement") for each in resources
    )
    return State(resources, interrupted=locked or pending)
