"""A pool: machines over the region's zones, on hosts of their own, behind a balancer of the region.

Its scaling groups cannot encrypt a disk, so each machine is a resource of its own
(docs/decisions/tencent-machines.md). The balancer passes connections on: TLS ends at the machine.
"""

from __future__ import annotations

import pulumi
import tencentcloud_iac_pulumi as tencent

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.labels import labels
from domicile.provision.machines import entry, protocol, short
from domicile.provision.tencent.ground import SPELLING, Ground
from domicile.provision.tencent.machines import make_machines

_THROUGHPUT = 2048
"""Mbit/s of a balancer, the most that one can have; else it would have 10."""
_GOOD = 2 + 4
"""Which answers are healthy: 2xx and 3xx."""


def make_pool(
    world: World, pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> list[dict[str, object]]:
    """Make it.

    Returns:
        Where its requests enter: the balancer's address.
    """
    tags = {**labels(pool, world.digest, SPELLING), SPELLING.key("environment"): world.scope}
    guard = _guard(world, pool, ground, tags, parent)
    balancer, listener = _balancer(world, pool, ground, guard, tags, parent)
    machines = make_machines(world, pool, ground, guard, tags, parent)
    tencent.clb.Attachment(
        pool.name,
        clb_id=balancer.id,
        listener_id=listener.listener_id,
        targets=[
            tencent.clb.AttachmentTargetArgs(instance_id=each.id, port=pool.port, weight=100)
            for each in machines
        ],
        opts=ground.options(parent),
    )
    return [entry(pool, balancer.clb_vips.apply(_address))]


def _address(addresses: list[str] | None) -> str:
    """The one at which the world reaches a balancer."""
    if not addresses:
        raise pulumi.RunError("a balancer has no address yet: run `up` again")
    return addresses[0]


def _guard(
    world: World, pool: PoolSpec, ground: Ground, tags: dict[str, str], parent: pulumi.Resource
) -> tencent.security.Group:
    """Who may come in: anybody, by the one port; the balancer passes on whose request it is."""
    guard = tencent.security.Group(
        pool.name,
        name=short(f"{world.scope}-{pool.name}", 60),
        description=f"machines and balancer of {pool.service}",
        tags=tags,
        opts=ground.options(parent),
    )
    kinds = tencent.security
    kinds.GroupRuleSet(
        pool.name,
        security_group_id=guard.id,
        ingresses=[
            kinds.GroupRuleSetIngressArgs(
                action="ACCEPT", cidr_block="0.0.0.0/0", protocol="TCP", port=str(pool.port)
            )
        ],
        egresses=[
            kinds.GroupRuleSetEgressArgs(
                action="ACCEPT", cidr_block="0.0.0.0/0", protocol="ALL", port="ALL"
            )
        ],
        opts=ground.options(parent),
    )
    return guard


def _balancer(
    world: World,
    pool: PoolSpec,
    ground: Ground,
    guard: tencent.security.Group,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> tuple[tencent.clb.Instance, tencent.clb.Listener]:
    """A balancer with an address of its own."""
    made = ground.options(parent)
    balancer = tencent.clb.Instance(
        pool.name,
        clb_name=short(f"{world.scope}-{pool.name}", 60),
        network_type="OPEN",
        address_ip_version="IPV4",
        vpc_id=ground.network.id,
        security_groups=[guard.id],
        internet_charge_type="TRAFFIC_POSTPAID_BY_HOUR",
        internet_bandwidth_max_out=_THROUGHPUT,
        sla_type=pulumi.Config("balancer").get("type"),
        tags=tags,
        opts=made,
    )
    # it asks by HTTP or TCP; where the path is behind TLS it is enough that a machine listens
    by_http = protocol(pool) == "HTTP"
    listener = tencent.clb.Listener(
        pool.name,
        clb_id=balancer.id,
        listener_name=short(pool.name, 60),
        protocol="TCP",
        port=pool.port,
        scheduler="WRR",
        target_type="NODE",
        health_check_switch=True,
        health_check_type="HTTP" if by_http else "TCP",
        health_check_interval_time=5,
        health_check_time_out=2,
        health_check_health_num=2,
        health_check_unhealth_num=3,
        health_check_http_code=_GOOD if by_http else None,
        health_check_http_method="GET" if by_http else None,
        health_check_http_path=pool.health if by_http else None,
        health_check_http_version="HTTP/1.1" if by_http else None,
        opts=made,
    )
    return balancer, listener
