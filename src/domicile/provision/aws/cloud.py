"""The adapter of Amazon Web Services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.aws.ground import Ground, make_ground
from domicile.provision.aws.pools import make_pool
from domicile.provision.aws.records import make_names


class Aws:
    """Pools and names in one partition."""

    def __init__(self, partition: str) -> None:
        self._partition = partition
        self._ground: Ground | None = None

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Make an auto scaling group and its balancer."""
        pool.needs()
        return make_pool(world, pool, self._at(world, pool.place), parent)

    def traffic(
        self, world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource
    ) -> pulumi.Input[Any]:
        """Make the names of every service."""
        return make_names(world, pools, parent, self._partition)

    def _at(self, world: World, place: Place) -> Ground:
        """What the pools of the stack share, made with the first of them."""
        if self._ground is None:
            self._ground = make_ground(world, place, self._partition)
        return self._ground
