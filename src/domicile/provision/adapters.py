"""Adapters: what puts pools and traffic somewhere, one for each provider.

An adapter is a module `domicile.provision.<provider>` with a function `adapter()`, or an entry
point of the group `domicile.adapters` that leads to such a function. `-` in a provider's id is
`_` in the module's name.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from domicile.model.errors import OutsideError
from domicile.model.plan import Plan

if TYPE_CHECKING:
    import pulumi

GROUP = "domicile.adapters"


@dataclass(frozen=True, slots=True)
class World:
    """Where and for what an adapter works."""

    root: Path
    """The workspace."""
    environment: str
    """The environment."""
    plan: Plan
    """The plan that is carried out."""
    rates: Mapping[str, float]
    """Load → nominal rate, in its service's unit."""


@dataclass(frozen=True, slots=True)
class PoolSpec:
    """One pool as its stack declares it."""

    service: str
    """The service."""
    datacenter: str
    """Where it stands."""
    backend: str
    """The backend type."""
    backends: int
    """How many of them."""
    capacity: float
    """What one can do, in `unit`."""
    unit: str
    """The service's unit."""


class Adapter(Protocol):
    """Registers resources of one provider, inside the components that it is given."""

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Backends of a pool, each as a record of outputs with at least `backend`, `address`."""
        ...

    def traffic(
        self,
        world: World,
        pools: Mapping[str, pulumi.Output[Any]],
        parent: pulumi.Resource,
    ) -> pulumi.Input[Any]:
        """Fronts that route as planned.

        Args:
            world: where and for what.
            pools: datacenter → the `pools` output of its stack: service → records of `pool`.
            parent: the component.

        Returns:
            Service → the addresses at which its requests enter.
        """
        ...


def find(name: str) -> Adapter:
    """The adapter of that name.

    Raises:
        OutsideError: there is none.
    """
    for entry in metadata.entry_points(group=GROUP):
        if entry.name == name:
            return cast("Callable[[], Adapter]", entry.load())()
    module = f"{__package__}.{name.replace('-', '_')}"
    if name.replace("-", "_").isidentifier() and importlib.util.find_spec(module) is not None:
        make = getattr(importlib.import_module(module), "adapter", None)
        if make is not None:
            return cast("Callable[[], Adapter]", make)()
    raise OutsideError(
        f"provider `{name}` has no adapter",
        help=f"give the environment the adapter `local`, or install one (entry point of `{GROUP}`)",
    )
