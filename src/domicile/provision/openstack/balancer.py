"""A pool's balancer: Octavia in the same region, passing bytes on, with an address of its own."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_openstack as openstack

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.labels import words
from domicile.provision.machines import protocol
from domicile.provision.openstack.hoster import Hoster
from domicile.provision.openstack.network import Network


def make_balancer(
    world: World,
    pool: PoolSpec,
    hoster: Hoster,
    network: Network,
    machines: Sequence[openstack.compute.Instance],
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    """Make it; returns its address."""
    said = words(pool, world.digest, world.scope)
    made = pulumi.ResourceOptions(parent=parent)
    balancer = openstack.loadbalancer.LoadBalancer(
        pool.name,
        region=hoster.region,
        vip_subnet_id=network.subnet,
        flavor_id=pulumi.Config("balancer").get("type"),
        tags=said,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(network.ready)),
    )
    listener = openstack.loadbalancer.Listener(
        pool.name,
        region=hoster.region,
        loadbalancer_id=balancer.id,
        protocol="TCP",
        protocol_port=pool.port,
        tags=said,
        opts=made,
    )
    group = openstack.loadbalancer.Pool(
        pool.name,
        region=hoster.region,
        listener_id=listener.id,
        protocol="TCP",
        lb_method="LEAST_CONNECTIONS",
        tags=said,
        opts=made,
    )
    openstack.loadbalancer.Members(
        pool.name,
        region=hoster.region,
        pool_id=group.id,
        members=[
            openstack.loadbalancer.MembersMemberArgs(
                address=machine.access_ip_v4, protocol_port=pool.port, subnet_id=network.subnet
            )
            for machine in machines
        ],
        opts=made,
    )
    _monitor(pool, hoster, group, parent)
    address = openstack.networking.FloatingIp(
        pool.name,
        region=hoster.region,
        pool=network.outside,
        port_id=balancer.vip_port_id,
        description=f"{pool.service} of {world.scope}",
        tags=said,
        opts=made,
    )
    return address.address


def _monitor(
    pool: PoolSpec, hoster: Hoster, group: openstack.loadbalancer.Pool, parent: pulumi.Resource
) -> None:
    by_http = protocol(pool) != "TCP"
    openstack.loadbalancer.Monitor(
        pool.name,
        region=hoster.region,
        pool_id=group.id,
        type=protocol(pool),
        delay=5,
        timeout=3,
        max_retries=3,
        url_path=pool.health if by_http else None,
        http_method="GET" if by_http else None,
        expected_codes="200-399" if by_http else None,
        opts=pulumi.ResourceOptions(parent=parent),
    )
