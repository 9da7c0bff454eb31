"""UpCloud: servers in one zone on hosts of their own, behind a balancer over a private network.

Zone of everything is the place's. Disks are encrypted by keys of UpCloud alone; backups are made
only where asked, and here they are not. `docs/adapters.md` says what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_upcloud as upcloud

from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.cloud import Cloud
from domicile.provision.labels import TAGS, labels
from domicile.provision.machines import Wishes, entry, protocol, user_data

_GROUP = 5
"""Servers of a group that share no host; each may be made anew beside the old, on a tenth host."""
_BLOCK, _GATE = "10.64.0.0/20", "10.64.0.1"
_VOLUME = 50
"""GB of a server's own disk."""
_SESSIONS = 50_000
"""Connections of one server, as many as one node of a balancer takes."""
_PUBLIC, _PRIVATE = "public", "private"


@dataclass(frozen=True, slots=True)
class _Ground:
    """What pools of a zone share."""

    network: pulumi.Input[str]
    ready: Sequence[pulumi.Resource]
    """What must stand before a server can reach out."""


def adapter() -> Cloud[_Ground]:
    """What puts pools at UpCloud."""
    return Cloud("UpCloud", _make_ground, _make_pool)


def _make_pool(world: World, pool: PoolSpec, ground: _Ground, parent: pulumi.Resource) -> list[Any]:
    """Make a pool's servers and their balancer."""
    said = {**labels(pool, world.digest, TAGS), TAGS.key("environment"): world.scope}
    servers = _servers(world, pool, ground, said, parent)
    return [entry(pool, _balancer(pool, ground, servers, said, parent))]


def zone_of(place: Place) -> str:
    """`de-fra1` of `DE-FRA1`."""
    return place.region.lower()


def _make_ground(world: World, place: Place) -> _Ground:
    """The private network that the stack's user names, else one of the stack's own."""
    subnets = Wishes.of_stack().subnets
    if subnets:
        return _Ground(subnets[0], ())
    said = {TAGS.key("environment"): world.scope, TAGS.key("place"): place.datacenter}
    made = pulumi.ResourceOptions(parent=world.under)
    router = upcloud.Router(world.name("out"), labels=said, opts=made)
    out = upcloud.Gateway(
        world.name("out"),
        zone=zone_of(place),
        plan="production",
        features=["nat"],
        router=upcloud.GatewayRouterArgs(id=router.id),
        configured_status="started",
        labels=said,
        opts=made,
    )
    network = upcloud.Network(
        world.name("network"),
        zone=zone_of(place),
        router=router.id,
        ip_network=upcloud.NetworkIpNetworkArgs(
            family="IPv4", address=_BLOCK, gateway=_GATE, dhcp=True, dhcp_default_route=True
        ),
        labels=said,
        opts=made,
    )
    return _Ground(network.id, (out,))


def _servers(
    world: World, pool: PoolSpec, ground: _Ground, said: dict[str, str], parent: pulumi.Resource
) -> list[upcloud.Server]:
    """Servers without public addresses; no two of a group share a host."""
    made = pulumi.ResourceOptions(parent=parent)
    groups = [
        upcloud.ServerGroup(
            f"{pool.name}-{number}",
            title=f"{pool.name}-{number} of {world.scope}",
            anti_affinity_policy="strict",
            track_members=False,
            labels=said,
            opts=made,
        )
        for number in range(-(-pool.backends // _GROUP))
    ]
    machine = pulumi.Config("machine")
    keys = machine.get_object("sshKeys")
    return [
        upcloud.Server(
            f"{pool.name}-{number}",
            hostname=f"{pool.name}-{number}",
            title=f"{pool.name}-{number} of {world.scope}",
            zone=zone_of(pool.place),
            plan=pool.machine,
            server_group=groups[number // _GROUP].id,
            template=upcloud.ServerTemplateArgs(
                storage=pool.image, size=_VOLUME, tier="maxiops", encrypt=True
            ),
            network_interfaces=[
                upcloud.ServerNetworkInterfaceArgs(type=_PRIVATE, network=ground.network)
            ],
            login=upcloud.ServerLoginArgs(keys=keys, create_password=False) if keys else None,
            metadata=True,
            user_data=user_data(),
            labels=said,
            opts=pulumi.ResourceOptions(
                parent=parent,
                depends_on=list(ground.ready),
                replace_on_changes=["plan", "template.storage"],  # in place, all would be off
            ),
        )
        for number in range(pool.backends)
    ]


def _balancer(
    pool: PoolSpec,
    ground: _Ground,
    servers: Sequence[upcloud.Server],
    said: dict[str, str],
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    """A balancer of two nodes in the zone that ends no TLS; returns its name or its address."""
    made = pulumi.ResourceOptions(parent=parent)
    fixed = None
    if Wishes.of_stack().fixed_addresses:
        fixed = upcloud.FloatingIpAddress(
            pool.name,
            zone=zone_of(pool.place),
            family="IPv4",
            access=_PUBLIC,
            release_policy="keep",
            opts=made,
        )
    balancer = upcloud.Loadbalancer(
        pool.name,
        zone=zone_of(pool.place),
        plan=pulumi.Config("balancer").get("type") or "production-small",
        configured_status="started",
        networks=[
            upcloud.LoadbalancerNetworkArgs(name=_PUBLIC, type=_PUBLIC, family="IPv4"),
            upcloud.LoadbalancerNetworkArgs(
                name=_PRIVATE, type=_PRIVATE, family="IPv4", network=ground.network
            ),
        ],
        ip_addresses=[
            upcloud.LoadbalancerIpAddressArgs(address=fixed.ip_address, network_name=_PUBLIC)
        ]
        if fixed
        else None,
        labels=said,
        opts=made,
    )
    behind = upcloud.LoadbalancerBackend(
        pool.name, loadbalancer=balancer.id, properties=_health(pool), opts=made
    )
    for number, server in enumerate(servers):
        upcloud.LoadbalancerStaticBackendMember(
            f"{pool.name}-{number}",
            backend=behind.id,
            ip=server.network_interfaces.apply(_inside),
            port=pool.port,
            weight=100,
            max_sessions=_SESSIONS,
            enabled=True,
            opts=made,
        )
    upcloud.LoadbalancerFrontend(
        pool.name,
        loadbalancer=balancer.id,
        mode="tcp",
        port=pool.port,
        default_backend_name=behind.name,
        networks=[upcloud.LoadbalancerFrontendNetworkArgs(name=_PUBLIC)],
        opts=made,
    )
    return fixed.ip_address if fixed else balancer.networks.apply(_outside)


def _inside(interfaces: Sequence[upcloud.outputs.ServerNetworkInterface] | None) -> str:
    """The address in the private network."""
    for each in interfaces or ():
        if each.type == _PRIVATE and each.ip_address:
            return each.ip_address
    raise pulumi.RunError("a server has no address in its private network yet: run `up` again")


def _outside(networks: Sequence[upcloud.outputs.LoadbalancerNetwork] | None) -> str:
    """The name by which the world reaches a balancer."""
    for each in networks or ():
        if each.type == _PUBLIC and each.dns_name:
            return each.dns_name
    raise pulumi.RunError("a balancer has no public name yet: run `up` again")


def _health(pool: PoolSpec) -> upcloud.LoadbalancerBackendPropertiesArgs:
    """It is asked by HTTP or TCP; where the path is behind TLS it is enough that it listens."""
    by_http = protocol(pool) == "HTTP"
    return upcloud.LoadbalancerBackendPropertiesArgs(
        health_check_type="http" if by_http else "tcp",
        health_check_url=pool.health if by_http else None,
        health_check_expected_status=200 if by_http else None,
        health_check_interval=5,
        health_check_rise=2,
        health_check_fall=3,
    )
