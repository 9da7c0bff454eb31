"""Hetzner Cloud: servers in spread placement groups, behind a balancer over a private network.

Everything stands in the location of the place. Hetzner has no keys of its customers and encrypts no
disks; it makes backups only where asked, and here it is not. `docs/adapters.md` says what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_hcloud as hcloud

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.cloud import Cloud
from domicile.provision.labels import DOTTED, labels
from domicile.provision.machines import Wishes, entry, protocol, user_data

_NETWORK_ZONES = {
    "fsn1": "eu-central",
    "nbg1": "eu-central",
    "hel1": "eu-central",
    "ash": "us-east",
    "hil": "us-west",
    "sin": "ap-southeast",
}
"""Location → the zone in which its private networks lie (docs.hetzner.com, "Locations")."""
_GROUP = 5
"""Servers of a spread placement group, half of what it takes: each may be made anew beside the
old."""
_BALANCERS = {"lb11": 12, "lb21": 37, "lb31": 75}
"""Type of balancer → servers behind it: half of what it takes, for the same reason."""
_BLOCK = "10.64.0.0/20"


@dataclass(frozen=True, slots=True)
class _Ground:
    """The private network of a stack."""

    network: pulumi.Output[int]
    subnet: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """What must stand before anything joins the network."""


def adapter() -> Cloud[_Ground]:
    """What puts pools into Hetzner Cloud."""
    return Cloud("Hetzner", _make_ground, _make_pool)


def _make_pool(world: World, pool: PoolSpec, ground: _Ground, parent: pulumi.Resource) -> list[Any]:
    """Make a pool's servers and their balancer."""
    said = {**labels(pool, world.digest, DOTTED), DOTTED.key("environment"): world.scope}
    servers = _servers(pool, ground, said, parent)
    balancer = _balancer(pool, ground, servers, said, parent)
    return [entry(pool, balancer.ipv4, address6=balancer.ipv6)]


def _make_ground(world: World, place: Place) -> _Ground:
    """The network that the stack's user names, else one of the stack's own."""
    if place.region not in _NETWORK_ZONES:
        raise SourceError(f"Hetzner has no location `{place.region}` that this version knows")
    wishes = Wishes.of_stack()
    if wishes.vpc:
        within = wishes.subnets[0] if wishes.subnets else ""
        return _Ground(
            pulumi.Output.from_input(int(wishes.vpc)), pulumi.Output.from_input(within), ()
        )
    said = {DOTTED.key("environment"): world.scope, DOTTED.key("place"): place.datacenter}
    made = pulumi.ResourceOptions(parent=world.under)
    network = hcloud.Network(world.name("network"), ip_range=_BLOCK, labels=said, opts=made)
    subnet = hcloud.NetworkSubnet(
        world.name("network"),
        network_id=network.id.apply(int),
        type="cloud",
        ip_range=_BLOCK,
        network_zone=_NETWORK_ZONES[place.region],
        opts=made,
    )
    return _Ground(network.id.apply(int), subnet.id, (subnet,))


def _servers(
    pool: PoolSpec, ground: _Ground, said: dict[str, str], parent: pulumi.Resource
) -> list[hcloud.Server]:
    """The pool's servers: no two of a group share a host, and nobody reaches them from outside."""
    made = pulumi.ResourceOptions(parent=parent)
    # without rules a firewall lets nothing in; the balancer comes by the private network
    firewall = hcloud.Firewall(pool.name, labels=said, rules=[], opts=made)
    groups = [
        hcloud.PlacementGroup(f"{pool.name}-{number}", type="spread", labels=said, opts=made)
        for number in range(-(-pool.backends // _GROUP))
    ]
    machine = pulumi.Config("machine")
    return [
        hcloud.Server(
            f"{pool.name}-{number}",
            server_type=pool.machine,
            image=pool.image,
            location=pool.place.region,
            placement_group_id=groups[number // _GROUP].id.apply(int),
            firewall_ids=[firewall.id.apply(int)],
            networks=[
                hcloud.ServerNetworkArgs(
                    network_id=ground.network, subnet_id=ground.subnet or None, alias_ips=[]
                )
            ],
            public_nets=[hcloud.ServerPublicNetArgs(ipv4_enabled=True, ipv6_enabled=True)],
            ssh_keys=machine.get_object("sshKeys"),
            user_data=user_data(),
            backups=False,
            keep_disk=True,
            shutdown_before_deletion=True,
            labels=said,
            opts=pulumi.ResourceOptions(
                parent=parent,
                depends_on=list(ground.ready),
                replace_on_changes=["serverType"],  # in place, all would be off at once
            ),
        )
        for number in range(pool.backends)
    ]


def _balancer(
    pool: PoolSpec,
    ground: _Ground,
    servers: Sequence[hcloud.Server],
    said: dict[str, str],
    parent: pulumi.Resource,
) -> hcloud.LoadBalancer:
    """The balancer in the same location, that passes bytes on and ends no TLS."""
    kind = next((name for name, most in _BALANCERS.items() if len(servers) <= most), None)
    if kind is None:
        raise SourceError(
            f"pool `{pool.service}` at `{pool.place.datacenter}` has {len(servers)} backends, and"
            f" a balancer of Hetzner's takes {max(_BALANCERS.values())}, and as many new ones",
            help="set a `maximum` for the pool, or use a larger backend type",
        )
    made = pulumi.ResourceOptions(parent=parent)
    balancer = hcloud.LoadBalancer(
        pool.name,
        load_balancer_type=kind,
        location=pool.place.region,
        algorithm=hcloud.LoadBalancerAlgorithmArgs(type="least_connections"),
        labels=said,
        opts=made,
    )
    number = balancer.id.apply(int)
    joined = hcloud.LoadBalancerNetwork(
        pool.name,
        load_balancer_id=number,
        subnet_id=ground.subnet if ground.ready else None,
        network_id=None if ground.ready else ground.network,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(ground.ready)),
    )
    for order, server in enumerate(servers):
        hcloud.LoadBalancerTarget(
            f"{pool.name}-{order}",
            load_balancer_id=number,
            type="server",
            server_id=server.id.apply(int),
            use_private_ip=True,
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[joined]),
        )
    hcloud.LoadBalancerService(
        pool.name,
        load_balancer_id=balancer.id,
        protocol="tcp",
        listen_port=pool.port,
        destination_port=pool.port,
        health_check=_health(pool),
        opts=made,
    )
    return balancer


def _health(pool: PoolSpec) -> hcloud.LoadBalancerServiceHealthCheckArgs:
    asked = protocol(pool)
    http = None
    if asked != "TCP":
        http = hcloud.LoadBalancerServiceHealthCheckHttpArgs(
            path=pool.health, tls=asked == "HTTPS", status_codes=["2??", "3??"]
        )
    return hcloud.LoadBalancerServiceHealthCheckArgs(
        protocol="tcp" if http is None else "http",
        port=pool.port,
        interval=5,
        timeout=3,
        retries=3,
        http=http,
    )
