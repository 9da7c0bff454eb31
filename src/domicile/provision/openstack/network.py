"""The network of a region's pools: the user's own, else a small one behind a router."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_openstack as openstack

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, World
from domicile.provision.labels import place_words
from domicile.provision.machines import Wishes
from domicile.provision.openstack.hoster import Hoster

_BLOCK = "10.64.0.0/20"


@dataclass(frozen=True, slots=True)
class Network:
    """Where machines and balancers stand."""

    id: pulumi.Input[str]
    subnet: pulumi.Input[str]
    block: pulumi.Input[str]
    """The addresses of the subnet."""
    outside: pulumi.Input[str]
    """The name of the network whose addresses the world can reach."""
    ready: Sequence[pulumi.Resource]
    """What must stand before anything can reach out."""


def make_network(world: World, place: Place, hoster: Hoster) -> Network:
    """The network that the stack's user names, else one of the stack's own.

    Raises:
        SourceError: a network is named without the subnet in it.
    """
    made = pulumi.ResourceOptions(parent=world.under)
    asking = pulumi.InvokeOutputOptions(parent=world.under)
    outside = openstack.networking.get_network_output(
        external=True, name=hoster.outside or None, region=hoster.region, opts=asking
    )
    wishes = Wishes.of_stack()
    if wishes.vpc:
        if not wishes.subnets:
            raise SourceError(
                "`network:vpc` needs `network:subnets` with the subnet in it",
                help="set it in this stack's `config:`",
            )
        block = openstack.networking.get_subnet_output(
            subnet_id=wishes.subnets[0], region=hoster.region, opts=asking
        ).cidr
        return Network(wishes.vpc, wishes.subnets[0], block, outside.name, ())
    said = place_words(world.scope, place.datacenter)
    network = openstack.networking.Network(
        world.name("network"), region=hoster.region, tags=said, opts=made
    )
    subnet = openstack.networking.Subnet(
        world.name("network"),
        region=hoster.region,
        network_id=network.id,
        cidr=_BLOCK,
        ip_version=4,
        tags=said,
        opts=made,
    )
    router = openstack.networking.Router(
        world.name("out"),
        region=hoster.region,
        external_network_id=outside.id,
        tags=said,
        opts=made,
    )
    joined = openstack.networking.RouterInterface(
        world.name("out"), region=hoster.region, router_id=router.id, subnet_id=subnet.id, opts=made
    )
    return Network(network.id, subnet.id, _BLOCK, outside.name, (joined,))
