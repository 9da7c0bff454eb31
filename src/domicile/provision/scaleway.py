"""Scaleway: instances in one zone on hosts of their own, behind a balancer by a private network.

Zone and region of everything are the place's; nothing is left to the defaults of an account. The
region holds a key for what services encrypt, and the place of their logs: Cockpit's would be Paris.
Scaleway encrypts volumes by keys of its own alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumiverse_scaleway as scaleway

from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.cloud import Cloud
from domicile.provision.labels import place_words, words
from domicile.provision.machines import Wishes, entry, protocol, user_data

_GROUP = 10
"""Instances of a placement group, half of what it takes: each may be made anew beside the old."""
_BLOCK = "10.64.0.0/20"
_VOLUME = 30
"""GB of an instance's own volume."""
_ROTATION = "8760h"
_RETENTION = 90
"""Days that logs are kept."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What pools of a zone share."""

    network: pulumi.Input[str]
    key: scaleway.keymanager.Key
    logs: scaleway.observability.Source
    ready: Sequence[pulumi.Resource]
    """What must stand before an instance can reach out."""


def adapter() -> Cloud[_Ground]:
    """What puts pools at Scaleway."""
    return Cloud("Scaleway", _make_ground, _make_pool)


def _make_pool(world: World, pool: PoolSpec, ground: _Ground, parent: pulumi.Resource) -> list[Any]:
    """Make a pool's instances and their balancer."""
    said = words(pool, world.digest, world.scope)
    servers = _servers(pool, ground, said, parent)
    address = _balancer(pool, ground, servers, said, parent)
    return [entry(pool, address)]


def region_of(zone: str) -> str:
    """`fr-par` of `fr-par-1`."""
    return zone.rpartition("-")[0]


def _make_ground(world: World, place: Place) -> _Ground:
    """Key and logs in the region, and the user's private network or one of the stack's own."""
    region = region_of(place.region)
    said = place_words(world.scope, place.datacenter)
    made = pulumi.ResourceOptions(parent=world.under)
    kept = pulumi.ResourceOptions(parent=world.under, retain_on_delete=True)
    key = scaleway.keymanager.Key(
        world.name("key"),
        region=region,
        description=f"data of {world.scope} at {place.datacenter}",
        usage="symmetric_encryption",
        algorithm="aes_256_gcm",
        rotation_policy=scaleway.keymanager.KeyRotationPolicyArgs(rotation_period=_ROTATION),
        unprotected=False,
        tags=said,
        opts=kept,
    )
    logs = scaleway.observability.Source(
        world.name("logs"), region=region, type="logs", retention_days=_RETENTION, opts=kept
    )
    subnets = Wishes.of_stack().subnets
    if subnets:
        return _Ground(subnets[0], key, logs, ())
    vpc = scaleway.network.Vpc(world.name("network"), region=region, tags=said, opts=made)
    network = scaleway.network.PrivateNetwork(
        world.name("network"),
        region=region,
        vpc_id=vpc.id,
        ipv4_subnet=scaleway.network.PrivateNetworkIpv4SubnetArgs(subnet=_BLOCK),
        tags=said,
        opts=made,
    )
    address = scaleway.network.PublicGatewayIp(
        world.name("out"), zone=place.region, tags=said, opts=made
    )
    gateway = scaleway.network.PublicGateway(
        world.name("out"),
        zone=place.region,
        type="VPC-GW-S",
        ip_id=address.id,
        bastion_enabled=False,
        tags=said,
        opts=made,
    )
    out = scaleway.network.GatewayNetwork(
        world.name("out"),
        zone=place.region,
        gateway_id=gateway.id,
        private_network_id=network.id,
        enable_masquerade=True,
        ipam_configs=[scaleway.network.GatewayNetworkIpamConfigArgs(push_default_route=True)],
        opts=made,
    )
    return _Ground(network.id, key, logs, (out,))


def _servers(
    pool: PoolSpec, ground: _Ground, said: list[str], parent: pulumi.Resource
) -> list[scaleway.instance.Server]:
    """Instances without public addresses; no two of a group share a host."""
    zone = pool.place.region
    made = pulumi.ResourceOptions(parent=parent)
    closed = scaleway.instance.SecurityGroup(
        pool.name,
        zone=zone,
        description=f"machines of {pool.service}: nobody comes in from outside",
        inbound_default_policy="drop",
        outbound_default_policy="accept",
        stateful=True,
        tags=said,
        opts=made,
    )
    groups = [
        scaleway.instance.PlacementGroup(
            f"{pool.name}-{number}",
            zone=zone,
            policy_type="max_availability",
            policy_mode="enforced",
            tags=said,
            opts=made,
        )
        for number in range(-(-pool.backends // _GROUP))
    ]
    told = {"domicile-key": ground.key.id, "domicile-logs": ground.logs.push_url}
    return [
        scaleway.instance.Server(
            f"{pool.name}-{number}",
            zone=zone,
            type=pool.machine,
            image=pool.image,
            placement_group_id=groups[number // _GROUP].id,
            security_group_id=closed.id,
            enable_dynamic_ip=False,
            root_volume=scaleway.instance.ServerRootVolumeArgs(
                volume_type="sbs_volume",
                size_in_gb=_VOLUME,
                delete_on_termination=True,
            ),
            private_networks=[
                scaleway.instance.ServerPrivateNetworkArgs(pn_id=ground.network, zone=zone)
            ],
            cloud_init=user_data(),
            user_data=told,
            tags=said,
            opts=pulumi.ResourceOptions(
                parent=parent,
                depends_on=list(ground.ready),
                replace_on_changes=["type"],  # in place, all would be off at once
            ),
        )
        for number in range(pool.backends)
    ]


def _balancer(
    pool: PoolSpec,
    ground: _Ground,
    servers: Sequence[scaleway.instance.Server],
    said: list[str],
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    """A balancer in the zone that ends no TLS and logs no requests; returns its address."""
    zone = pool.place.region
    made = pulumi.ResourceOptions(parent=parent)
    address = scaleway.loadbalancers.Ip(pool.name, zone=zone, tags=said, opts=made)
    balancer = scaleway.loadbalancers.LoadBalancer(
        pool.name,
        zone=zone,
        type=pulumi.Config("balancer").get("type") or "LB-S",
        ip_ids=[address.id],
        private_networks=[
            scaleway.loadbalancers.LoadBalancerPrivateNetworkArgs(private_network_id=ground.network)
        ],
        tags=said,
        opts=made,
    )
    backend = scaleway.loadbalancers.Backend(
        pool.name,
        lb_id=balancer.id,
        forward_protocol="tcp",
        forward_port=pool.port,
        forward_port_algorithm="leastconn",
        server_ips=[server.private_ips.apply(_inside) for server in servers],
        health_check_port=pool.port,
        health_check_delay="5s",
        health_check_timeout="3s",
        health_check_max_retries=3,
        on_marked_down_action="shutdown_sessions",
        opts=made,
        **_health(pool),
    )
    scaleway.loadbalancers.Frontend(
        pool.name,
        lb_id=balancer.id,
        backend_id=backend.id,
        inbound_port=pool.port,
        enable_access_logs=False,
        opts=made,
    )
    return address.ip_address


def _inside(addresses: Sequence[scaleway.instance.outputs.ServerPrivateIp] | None) -> str:
    """The address of version 4 in the private network."""
    for each in addresses or ():
        if each.address and ":" not in each.address:
            return each.address
    raise pulumi.RunError("an instance has no address in its private network yet: run `up` again")


def _health(pool: PoolSpec) -> dict[str, Any]:
    asked = protocol(pool)
    if asked == "HTTPS":
        https = scaleway.loadbalancers.BackendHealthCheckHttpsArgs(uri=pool.health, method="GET")
        return {"health_check_https": https}
    if asked == "HTTP":
        http = scaleway.loadbalancers.BackendHealthCheckHttpArgs(uri=pool.health, method="GET")
        return {"health_check_http": http}
    return {"health_check_tcp": scaleway.loadbalancers.BackendHealthCheckTcpArgsDict()}
