"""The network of a region's pools: the user's own subnet, else one of the stack's with a way out.

A subnet spans all zones. Machines and balancers stand in the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from domicile.model.errors import SourceError
from domicile.provision.adapters import World
from domicile.provision.huawei.sdk import huaweicloud
from domicile.provision.machines import Wishes

_BLOCK, _MACHINES, _GATE = "10.64.0.0/16", "10.64.0.0/18", "10.64.0.1"
_ABROAD = frozenset({"8.8.8.8", "114.114.114.114"})
"""Resolvers that the provider enters where it does not learn the region's own."""
_SMALL = "1"
"""Up to 10,000 connections out at once."""
EIP, PER = "5_bgp", "PER"
MOST_BY_TRAFFIC = 300
"""Mbit/s: the widest way that is billed by what goes over it."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where machines and balancers stand."""

    vpc: pulumi.Input[str]
    subnet: pulumi.Input[str]
    """The subnet as machines name it."""
    addresses: pulumi.Input[str]
    """The same subnet as balancers name it: by its addresses of version 4."""
    ready: Sequence[pulumi.Resource]
    """What must stand before a machine can reach out."""


def make_network(
    world: World, wishes: Wishes, tags: dict[str, str], made: pulumi.ResourceOptions
) -> Network:
    """The network that the stack's user names, else one of the stack's own.

    Raises:
        SourceError: a network is named without the one subnet in it.
    """
    if not wishes.vpc:
        return _own(world, tags, made)
    if len(wishes.subnets) != 1:
        raise SourceError(
            "`network:vpc` needs one subnet, which spans all zones of the region",
            help="set `network:subnets` in this stack's `config:`",
        )
    (subnet,) = wishes.subnets
    found = huaweicloud.vpc.get_subnet_output(
        id=subnet, opts=pulumi.InvokeOutputOptions(provider=made.provider)
    )
    return Network(wishes.vpc, subnet, found.ipv4_subnet_id, ())


def _own(world: World, tags: dict[str, str], made: pulumi.ResourceOptions) -> Network:
    """Machines reach out by one gateway, and nothing reaches them but balancers."""
    vpc = huaweicloud.vpc.Vpc(world.name("network"), cidr=_BLOCK, tags=tags, opts=made)
    resolvers = pulumi.Config("network").get_object("dns")
    subnet = huaweicloud.vpc.Subnet(
        world.name("machines"),
        vpc_id=vpc.id,
        cidr=_MACHINES,
        gateway_ip=_GATE,
        dns_lists=resolvers,
        tags=tags,
        opts=made,
    )
    gateway = huaweicloud.nat.Gateway(
        world.name("out"), vpc_id=vpc.id, subnet_id=subnet.id, spec=_SMALL, tags=tags, opts=made
    )
    address = make_address(world.name("out"), MOST_BY_TRAFFIC, tags, made)
    way = huaweicloud.nat.SnatRule(
        world.name("out"),
        nat_gateway_id=gateway.id,
        floating_ip_id=address.id,
        subnet_id=subnet.id,
        opts=made,
    )
    # machines wait for it, so none asks a resolver of which nobody knew
    asked = pulumi.Output.all(subnet.id, subnet.dns_lists)
    checked = subnet.id if resolvers else asked.apply(lambda each: _at_home(*each))
    return Network(vpc.id, checked, subnet.ipv4_subnet_id, (way,))


def make_address(
    name: str, width: int, tags: dict[str, str], made: pulumi.ResourceOptions
) -> huaweicloud.vpc.Eip:
    """A public address, up to so many Mbit/s wide."""
    return huaweicloud.vpc.Eip(
        name,
        publicip=huaweicloud.vpc.EipPublicipArgs(type=EIP),
        bandwidth=huaweicloud.vpc.EipBandwidthArgs(
            name=name,
            share_type=PER,
            size=width,
            charge_mode="traffic" if width <= MOST_BY_TRAFFIC else "bandwidth",
        ),
        tags=tags,
        opts=made,
    )


def _at_home(subnet: str, resolvers: Sequence[str] | None) -> str:
    """The subnet, unless its machines would ask resolvers outside the region.

    Raises:
        RunError: they would.
    """
    if _ABROAD & set(resolvers or ()):
        raise pulumi.RunError(
            "the region's own resolvers are not known, and the subnet got public ones: name the"
            " region's in `network:dns` of this stack's `config:`, then run `up` again"
        )
    return subnet
