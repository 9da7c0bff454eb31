"""An adapter of a cloud: pools on a ground that they share, and names where its DNS is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pulumi

from domicile.model.errors import OutsideError
from domicile.provision.adapters import Place, PoolSpec, World

Ground = TypeVar("Ground")
"""What pools of a stack share there: network, keys, logs."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A ground of which everything is made by a provider that works in one region alone."""

    provider: pulumi.ProviderResource

    def options(self, parent: pulumi.Resource | None = None) -> pulumi.ResourceOptions:
        """Options by which a resource is made in this region and nowhere else."""
        return pulumi.ResourceOptions(parent=parent, provider=self.provider)


class Cloud(Generic[Ground]):
    """Makes the ground with a stack's first pool, then each pool upon it.

    Args:
        provider: as it is called in words.
        ground: makes what pools share, at the stack's root or under the component of a program.
        pool: makes a pool on it, under the parent; gives what `Adapter.pool` gives.
        names: makes the names of every service, as `Adapter.traffic`; None: its DNS is not used.
    """

    def __init__(
        self,
        provider: str,
        ground: Callable[[World, Place], Ground],
        pool: Callable[[World, PoolSpec, Ground, pulumi.Resource], list[Any]],
        names: Callable[[World, Mapping[str, pulumi.Output[Any]], pulumi.Resource], Any]
        | None = None,
    ) -> None:
        self._provider, self._make_ground, self._make_pool = provider, ground, pool
        self._make_names = names
        self._ground: Ground | None = None

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Make a pool; `Adapter.pool` says more."""
        pool.needs()
        if self._ground is None:
            self._ground = self._make_ground(world, pool.place)
        return self._make_pool(world, pool, self._ground, parent)

    def traffic(
        self, world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource
    ) -> pulumi.Input[Any]:
        """Make the names; `Adapter.traffic` says more.

        Raises:
            OutsideError: this provider's DNS is not used.
        """
        if self._make_names is None:
            raise OutsideError(
                f"{self._provider} directs no traffic here",
                help="give `names` of the environment the adapter `aws`, `azure`, `gcp` or `ovh` in"
                " `infra/environments.yaml`, then emit again",
            )
        return self._make_names(world, pools, parent)
