"""Pools at a hoster that runs OpenStack: machines behind a balancer, on a network they share."""

from __future__ import annotations

from collections.abc import Callable

import pulumi

from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.machines import Wishes, entry
from domicile.provision.openstack.balancer import make_balancer
from domicile.provision.openstack.hoster import Hoster
from domicile.provision.openstack.machines import make_machines
from domicile.provision.openstack.network import Network, make_network

Ground = tuple[Hoster, Network]


def plain(place: Place) -> Hoster:
    """A hoster of which nothing is known but the region; the stack's user says the rest."""
    return Hoster(pulumi.Config("openstack").get("region") or place.region)


def make_ground(world: World, place: Place, hoster: Callable[[Place], Hoster] = plain) -> Ground:
    """The hoster, with what the stack's user wants otherwise, and a network there."""
    found = _wished(hoster(place))
    return found, make_network(world, place, found)


def make_pool(
    world: World, pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> list[dict[str, object]]:
    """Make a pool's machines and their balancer.

    Returns:
        Where its requests enter: the balancer's address.
    """
    hoster, network = ground
    machines = make_machines(world, pool, hoster, network, parent)
    return [entry(pool, make_balancer(world, pool, hoster, network, machines, parent))]


def _wished(hoster: Hoster) -> Hoster:
    zones = Wishes.of_stack().zones or hoster.zones
    outside = pulumi.Config("network").get("outside") or hoster.outside
    volume = pulumi.Config("machine").get("volumeType") or hoster.volume
    return Hoster(hoster.region, zones, outside, volume)
