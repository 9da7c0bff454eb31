"""A pool: machines in the region's zones, behind a dedicated balancer in the same zones.

The balancer hands connections through: TLS ends at the machine.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.huawei.ground import Ground
from domicile.provision.huawei.machines import make_machines
from domicile.provision.huawei.network import MOST_BY_TRAFFIC, make_address
from domicile.provision.huawei.sdk import huaweicloud
from domicile.provision.huawei.site import tags_of
from domicile.provision.machines import entry, protocol

_ELASTIC = "L4_elastic_max"
"""Balancers of layer 4 that grow with what goes through them, and are billed by it."""


def make_pool(
    world: World, pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> list[dict[str, object]]:
    """Make it.

    Returns:
        Where its requests enter: the balancer's address, which outlasts it.
    """
    tags = tags_of(world, pool)
    made = ground.options(parent)
    machines = make_machines(pool, ground, tags, parent)
    width = pulumi.Config("balancer").get_int("bandwidth") or MOST_BY_TRAFFIC
    address = make_address(pool.name, width, tags, made)
    balancer = _balancer(pool, ground, address, tags, made)
    _behind(pool, ground, balancer, machines, tags, made)
    return [entry(pool, address.address)]


def _balancer(
    pool: PoolSpec,
    ground: Ground,
    address: huaweicloud.vpc.Eip,
    tags: dict[str, str],
    made: pulumi.ResourceOptions,
) -> huaweicloud.dedicatedelb.Loadbalancer:
    chosen = pulumi.Config("balancer").get("type")
    # what the region answers may change, and is no reason to change a balancer that stands
    answers = {"availabilityZones": ground.named, "l4FlavorId": bool(chosen)}
    return huaweicloud.dedicatedelb.Loadbalancer(
        pool.name,
        availability_zones=list(ground.zones),
        vpc_id=ground.network.vpc,
        ipv4_subnet_id=ground.network.addresses,
        backend_subnets=[ground.network.subnet],
        ipv4_eip_id=address.id,
        l4_flavor_id=chosen or _flavor(ground),
        tags=tags,
        opts=pulumi.ResourceOptions.merge(
            made,
            pulumi.ResourceOptions(
                ignore_changes=[name for name, said in answers.items() if not said],
                delete_before_replace=True,  # two cannot have the one address
            ),
        ),
    )


def _flavor(ground: Ground) -> pulumi.Output[str]:
    """The region's flavor of elastic balancers."""
    found = huaweicloud.dedicatedelb.get_flavors_output(
        type=_ELASTIC, opts=pulumi.InvokeOutputOptions(provider=ground.provider)
    )

    def first(flavors: Sequence[huaweicloud.dedicatedelb.outputs.GetFlavorsFlavorResult]) -> str:
        sold = sorted(str(each.id) for each in flavors if not each.flavor_sold_out)
        if not sold:
            raise pulumi.RunError(
                "the region sells no elastic balancer of layer 4 now: set `balancer:type` in this"
                " stack's `config:` to the id of a flavor of another type"
            )
        return sold[0]

    flavor: pulumi.Output[str] = found.flavors.apply(first)
    return flavor


def _behind(
    pool: PoolSpec,
    ground: Ground,
    balancer: huaweicloud.dedicatedelb.Loadbalancer,
    machines: Sequence[huaweicloud.ecs.Instance],
    tags: dict[str, str],
    made: pulumi.ResourceOptions,
) -> None:
    """Where the balancer leads, and how it asks who is healthy."""
    listener = huaweicloud.dedicatedelb.Listener(
        pool.name,
        loadbalancer_id=balancer.id,
        protocol="TCP",
        protocol_port=pool.port,
        tags=tags,
        opts=made,
    )
    group = huaweicloud.dedicatedelb.Pool(
        pool.name,
        listener_id=listener.id,
        protocol="TCP",
        lb_method="ROUND_ROBIN",
        connection_drain_enabled=True,
        connection_drain_timeout=120,
        opts=made,
    )
    asked = protocol(pool)
    huaweicloud.dedicatedelb.Monitor(
        pool.name,
        pool_id=group.id,
        protocol=asked,
        port=pool.port,
        interval=10,
        timeout=5,
        max_retries=2,
        max_retries_down=3,
        url_path=pool.health if asked != "TCP" else None,
        status_code="200-299" if asked != "TCP" else None,
        opts=made,
    )
    for number, machine in enumerate(machines):
        huaweicloud.dedicatedelb.Member(
            f"{pool.name}-{number}",
            pool_id=group.id,
            address=machine.access_ip_v4,
            protocol_port=pool.port,
            subnet_id=ground.network.addresses,
            weight=100,
            opts=made,
        )
