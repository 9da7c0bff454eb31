"""The adapter of Microsoft Azure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.azure.ground import Ground, make_ground
from domicile.provision.azure.pools import make_pool
from domicile.provision.azure.profiles import make_names


class Azure:
    """Pools and names in one of its clouds."""

    def __init__(self, cloud: str) -> None:
        self._cloud = cloud
        self._ground: Ground | None = None

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Make a scale set and its balancer."""
        pool.needs()
        if self._ground is None:  # what the pools of the stack share, made with the first of them
            self._ground = make_ground(world, pool.place, self._cloud)
        return make_pool(world, pool, self._ground, parent)

    def traffic(
        self, world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource
    ) -> pulumi.Input[Any]:
        """Make the names of every service."""
        return make_names(world, pools, parent, self._cloud)
