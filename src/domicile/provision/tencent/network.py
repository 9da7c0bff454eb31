"""The network of a region's pools: the user's own, else a small one with one way out."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import tencentcloud_iac_pulumi as tencent

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, World
from domicile.provision.machines import Wishes, short
from domicile.provision.tencent.zones import zones_of

_OUT = 100
"""Mbit/s of the gateway's one address."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where machines and balancers stand."""

    id: pulumi.Input[str]
    subnets: tuple[tuple[str, pulumi.Input[str]], ...]
    """Zone and subnet of machines, for each zone."""
    ready: tuple[pulumi.Resource, ...] = ()
    """What must stand before a machine can reach out."""


def make_network(
    world: World, place: Place, wishes: Wishes, tags: dict[str, str], made: pulumi.ResourceOptions
) -> Network:
    """The network that the stack's user names, else one of the stack's own.

    Raises:
        SourceError: a network is named without subnets in it, each with its zone; or a zone is of
            another region.
    """
    if wishes.vpc and not 0 < len(wishes.subnets) == len(wishes.zones):
        raise SourceError(
            "`network:vpc` needs one subnet or more, each with its zone",
            help="set `network:subnets` and `network:zones`, in the same order, in this"
            " stack's `config:`",
        )
    zones = zones_of(place, wishes.zones, made.provider)
    if wishes.vpc:
        return Network(wishes.vpc, tuple(zip(zones, wishes.subnets, strict=True)))
    return _own(world, zones, tags, made)


def _own(
    world: World, zones: tuple[str, ...], tags: dict[str, str], made: pulumi.ResourceOptions
) -> Network:
    """Machines reach out by one gateway, and nothing reaches them but balancers."""
    name, out = short(world.scope, 40), world.name("out")
    vpc = tencent.vpc.Instance(
        world.name("network"), name=name, cidr_block="172.16.0.0/16", tags=tags, opts=made
    )
    routes = tencent.route.Table(out, name=name, vpc_id=vpc.id, tags=tags, opts=made)
    subnets = tuple(
        (
            zone,
            tencent.subnet.Instance(
                world.name(f"machines-{zone}"),
                name=f"{name}-{zone}",
                vpc_id=vpc.id,
                availability_zone=zone,
                cidr_block=f"172.16.{16 * number}.0/20",
                route_table_id=routes.id,
                tags=tags,
                opts=made,
            ).id,
        )
        for number, zone in enumerate(zones)
    )
    address = tencent.eip.Instance(
        out,
        name=name,
        internet_charge_type="TRAFFIC_POSTPAID_BY_HOUR",
        internet_max_bandwidth_out=_OUT,
        type="EIP",
        tags=tags,
        opts=made,
    )
    gateway = tencent.nat.Gateway(
        out,
        name=name,
        vpc_id=vpc.id,
        assigned_eip_sets=[address.public_ip],
        bandwidth=_OUT,
        tags=tags,
        opts=made,
    )
    way = tencent.route.TableEntry(
        out,
        route_table_id=routes.id,
        destination_cidr_block="0.0.0.0/0",
        next_type="NAT",
        next_hub=gateway.id,
        opts=made,
    )
    return Network(vpc.id, subnets, (way,))
