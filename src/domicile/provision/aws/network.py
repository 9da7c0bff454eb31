"""The network of a region's pools: the user's own, else a small one over two zones or three."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from domicile.model.errors import SourceError
from domicile.provision.adapters import World
from domicile.provision.machines import Wishes

_ZONES = 3
"""Most zones that a network of ours spreads over."""
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Network:
    """Where machines and balancers stand."""

    vpc: pulumi.Input[str]
    machines: tuple[pulumi.Input[str], ...]
    """Subnets without a way in from outside, each in another zone."""
    entries: tuple[pulumi.Input[str], ...]
    """Subnets that are reached from outside, each in another zone."""


def make_network(
    world: World, wishes: Wishes, tags: dict[str, str], made: pulumi.ResourceOptions
) -> Network:
    """The network that the stack's user names, else one of the stack's own.

    Raises:
        SourceError: what is named is not all that is needed, or the region has too few zones.
    """
    if wishes.vpc:
        if min(len(wishes.subnets), len(wishes.public_subnets)) < _FEWEST:
            raise SourceError(
                "`network:vpc` needs `network:subnets` and `network:publicSubnets`, each in two"
                " zones or more",
                help="set them in this stack's `config:`",
            )
        return Network(wishes.vpc, wishes.subnets, wishes.public_subnets)
    zones = wishes.zones or _zones(made)
    if len(zones) < _FEWEST:
        raise SourceError(f"a pool needs two zones, and there is {', '.join(zones) or 'none'}")
    return _own(world, zones[:_ZONES], tags, made)


def _zones(made: pulumi.ResourceOptions) -> tuple[str, ...]:
    found = aws.get_availability_zones(
        state="available",
        filters=[
            aws.GetAvailabilityZonesFilterArgs(name="zone-type", values=["availability-zone"])
        ],
        opts=pulumi.InvokeOptions(provider=made.provider),
    )
    return tuple(sorted(found.names))


def _own(
    world: World, zones: tuple[str, ...], tags: dict[str, str], made: pulumi.ResourceOptions
) -> Network:
    """Machines reach out by a gateway of their zone, and nothing reaches them but balancers."""
    vpc = aws.ec2.Vpc(
        world.name("network"),
        cidr_block="10.64.0.0/16",
        enable_dns_hostnames=True,
        enable_dns_support=True,
        tags=tags,
        opts=made,
    )
    gateway = aws.ec2.InternetGateway(world.name("gateway"), vpc_id=vpc.id, tags=tags, opts=made)
    outside = aws.ec2.RouteTable(
        world.name("entries"),
        vpc_id=vpc.id,
        routes=[aws.ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", gateway_id=gateway.id)],
        tags=tags,
        opts=made,
    )
    machines, entries = [], []
    for number, zone in enumerate(zones):
        public = _subnet(
            world.name(f"entries-{zone}"), vpc, zone, f"10.64.{number}.0/24", tags, made
        )
        aws.ec2.RouteTableAssociation(
            world.name(f"entries-{zone}"), subnet_id=public.id, route_table_id=outside.id, opts=made
        )
        address = aws.ec2.Eip(world.name(f"out-{zone}"), domain="vpc", tags=tags, opts=made)
        out = aws.ec2.NatGateway(
            world.name(f"out-{zone}"),
            subnet_id=public.id,
            allocation_id=address.allocation_id,
            tags=tags,
            opts=pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(depends_on=[gateway])),
        )
        inside = aws.ec2.RouteTable(
            world.name(f"machines-{zone}"),
            vpc_id=vpc.id,
            routes=[aws.ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", nat_gateway_id=out.id)],
            tags=tags,
            opts=made,
        )
        block = f"10.64.{16 * (number + 1)}.0/20"
        private = _subnet(world.name(f"machines-{zone}"), vpc, zone, block, tags, made)
        aws.ec2.RouteTableAssociation(
            world.name(f"machines-{zone}"),
            subnet_id=private.id,
            route_table_id=inside.id,
            opts=made,
        )
        machines.append(private.id)
        entries.append(public.id)
    return Network(vpc.id, tuple(machines), tuple(entries))


def _subnet(
    name: str,
    vpc: aws.ec2.Vpc,
    zone: str,
    block: str,
    tags: dict[str, str],
    made: pulumi.ResourceOptions,
) -> aws.ec2.Subnet:
    return aws.ec2.Subnet(
        name,
        vpc_id=vpc.id,
        availability_zone=zone,
        cidr_block=block,
        map_public_ip_on_launch=False,
        tags=tags,
        opts=made,
    )
