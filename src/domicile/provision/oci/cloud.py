"""The adapter of Oracle Cloud."""

from __future__ import annotations

from typing import Any

import pulumi

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.oci.ground import Ground, make_ground
from domicile.provision.oci.pools import make_pool
from domicile.provision.undirected import Undirected


class Oci(Undirected):
    """Pools in one compartment."""

    provider = "Oracle Cloud"

    def __init__(self) -> None:
        self._ground: Ground | None = None

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Make an instance pool and its balancer."""
        pool.needs()
        if self._ground is None:  # what the pools of the stack share, made with the first of them
            self._ground = make_ground(world, pool.place)
        return make_pool(world, pool, self._ground, parent)
