"""The adapter of Google Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.gcp.ground import Ground, make_ground
from domicile.provision.gcp.pools import make_pool
from domicile.provision.gcp.records import make_names


class Gcp:
    """Pools and names in one project."""

    def __init__(self) -> None:
        self._ground: Ground | None = None

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Make a managed instance group and its balancer."""
        pool.needs()
        if self._ground is None:  # what the pools of the stack share, made with the first of them
            self._ground = make_ground(world, pool.place)
        return make_pool(world, pool, self._ground, parent)

    def traffic(
        self, world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource
    ) -> pulumi.Input[Any]:
        """Make the names of every service."""
        return make_names(world, pools, parent)
