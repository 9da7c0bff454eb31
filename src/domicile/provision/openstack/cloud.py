"""The adapter of OpenStack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi

from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.machines import Wishes, entry
from domicile.provision.openstack.balancer import make_balancer
from domicile.provision.openstack.hoster import Hoster
from domicile.provision.openstack.machines import make_machines
from domicile.provision.openstack.network import Network, make_network
from domicile.provision.undirected import Undirected


def plain(place: Place) -> Hoster:
    """A hoster of which nothing is known but the region; the stack's user says the rest."""
    return Hoster(pulumi.Config("openstack").get("region") or place.region)


class OpenStack(Undirected):
    """Pools at a hoster."""

    provider = "OpenStack"

    def __init__(self, hoster: Callable[[Place], Hoster] = plain) -> None:
        self._hoster_of = hoster
        self._ground: tuple[Hoster, Network] | None = None

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Make a pool's machines and their balancer."""
        pool.needs()
        if self._ground is None:
            hoster = wished(self._hoster_of(pool.place))
            self._ground = hoster, make_network(world, pool.place, hoster)
        hoster, network = self._ground
        machines = make_machines(world, pool, hoster, network, parent)
        address = make_balancer(world, pool, hoster, network, machines, parent)
        return [entry(pool, address)]


def wished(hoster: Hoster) -> Hoster:
    """A hoster with what the stack's user wants otherwise."""
    zones = Wishes.of_stack().zones or hoster.zones
    outside = pulumi.Config("network").get("outside") or hoster.outside
    volume = pulumi.Config("machine").get("volumeType") or hoster.volume
    return Hoster(hoster.region, zones, outside, volume)
