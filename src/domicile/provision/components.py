"""The components of a stack: one pool of backends, and the traffic of an environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from domicile.provision.adapters import Adapter, PoolSpec, World


class Pool(pulumi.ComponentResource):
    """A service's backends in one datacenter."""

    service: pulumi.Output[str]
    """The service."""
    datacenter: pulumi.Output[str]
    """Where they stand."""
    backends: pulumi.Output[list[Any]]
    """Each backend: `backend`, `address` and what its adapter adds."""

    def __init__(self, adapter: Adapter, world: World, pool: PoolSpec) -> None:
        super().__init__("domicile:provision:Pool", pool.service)
        self.service = pulumi.Output.from_input(pool.service)
        self.datacenter = pulumi.Output.from_input(pool.place.datacenter)
        self.backends = pulumi.Output.from_input(adapter.pool(world, pool, self))
        self.register_outputs(
            {"service": self.service, "datacenter": self.datacenter, "backends": self.backends}
        )


class Traffic(pulumi.ComponentResource):
    """The fronts of an environment and what keeps their routing as planned."""

    fronts: pulumi.Output[Any]
    """Service → the addresses at which its requests enter."""

    def __init__(
        self, adapter: Adapter, world: World, pools: Mapping[str, pulumi.Output[Any]]
    ) -> None:
        super().__init__("domicile:provision:Traffic", world.environment)
        self.fronts = pulumi.Output.from_input(adapter.traffic(world, pools, self))
        self.register_outputs({"fronts": self.fronts})
