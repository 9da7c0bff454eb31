"""A pool: an instance group over the region's zones, behind a balancer of its own.

The SDK is of before disks could be encrypted with keys of a customer: what stands on them is
encrypted by keys of Yandex alone. Machines may use the region's key for what they store.
"""

from __future__ import annotations

import hashlib
import re

import pulumi

from domicile.model.errors import SourceError
from domicile.provision.adapters import PoolSpec, World
from domicile.provision.labels import LABELS, labels
from domicile.provision.machines import entry, largest, lasting, protocol
from domicile.provision.yandex.balancers import Balancer, make_balancer
from domicile.provision.yandex.ground import Ground
from domicile.provision.yandex.sdk import yandex

_VOLUME = 30
"""GB of a machine's own disk."""
_APART = 5
"""Most machines that a placement group keeps on racks of their own."""
_AT_ONCE = 100
"""Most machines that an instance group may have beyond its size."""
_IMAGES = "standard-images"
"""The folder of Yandex Cloud's own images."""
_ID = re.compile(r"[a-z0-9]{20}")
_MACHINE = re.compile(r"(?P<platform>[a-z][a-z0-9-]*):(?P<cores>\d+):(?P<memory>\d+)")


def make_pool(
    world: World, pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> list[dict[str, object]]:
    """Make it.

    Returns:
        Where its requests enter: the balancer's address.

    Raises:
        SourceError: its machine is not one that Yandex Cloud could have.
    """
    said = labels(pool, world.digest, LABELS)
    said[LABELS.key("environment")] = LABELS.value(world.scope)
    balancer = make_balancer(pool, ground, said, parent)
    group = _machines(pool, ground, balancer, said, parent)
    return [entry(pool, balancer.over(group))]


def _machines(
    pool: PoolSpec,
    ground: Ground,
    balancer: Balancer,
    said: dict[str, str],
    parent: pulumi.Resource,
) -> yandex.ComputeInstanceGroup:
    """As many as planned, never fewer while they are replaced, spread evenly over the zones."""
    made = ground.options(parent)
    return yandex.ComputeInstanceGroup(
        pool.name,
        service_account_id=ground.makes.id,
        instance_template=_template(pool, ground, balancer, said, parent),
        scale_policy=yandex.ComputeInstanceGroupScalePolicyArgs(
            fixed_scale=yandex.ComputeInstanceGroupScalePolicyFixedScaleArgs(size=pool.backends)
        ),
        allocation_policy=yandex.ComputeInstanceGroupAllocationPolicyArgs(
            zones=ground.network.zones
        ),
        deploy_policy=yandex.ComputeInstanceGroupDeployPolicyArgs(
            strategy="proactive",
            max_unavailable=0,
            max_expansion=min(largest(pool.backends) - pool.backends, _AT_ONCE),
        ),
        health_checks=[_health(pool)],
        labels=said,
        **balancer.joins,
        opts=pulumi.ResourceOptions.merge(
            made, pulumi.ResourceOptions(depends_on=list(ground.allowed))
        ),
    )


def _template(
    pool: PoolSpec,
    ground: Ground,
    balancer: Balancer,
    said: dict[str, str],
    parent: pulumi.Resource,
) -> yandex.ComputeInstanceGroupInstanceTemplateArgs:
    kinds = yandex
    platform, resources = _machine(pool)
    starts = pulumi.Config("machine").get("userData") or ""  # a secret stays one in its digest
    started = hashlib.sha256(starts.encode()).hexdigest()[:6]
    metadata = {
        "user-data": ground.user_data,
        "domicile-key": ground.key.id,
        "domicile-logs": ground.logs.id,
    }
    return kinds.ComputeInstanceGroupInstanceTemplateArgs(
        platform_id=platform,
        resources=resources,
        boot_disk=kinds.ComputeInstanceGroupInstanceTemplateBootDiskArgs(
            mode="READ_WRITE",
            initialize_params=kinds.ComputeInstanceGroupInstanceTemplateBootDiskInitializeParamsArgs(
                image_id=_image(pool, ground),
                type="network-ssd",
                size=_VOLUME,
                # metadata alone would only start machines again, with cloud-init done already
                description=f"{pool.service}, started as {started}",
            ),
        ),
        network_interfaces=[
            kinds.ComputeInstanceGroupInstanceTemplateNetworkInterfaceArgs(
                network_id=ground.network.id,
                subnet_ids=[subnet for _, subnet in ground.network.subnets],
                nat=ground.network.addresses,
                security_group_ids=[balancer.guard.id],
            )
        ],
        placement_policy=_apart(pool, ground, said, parent),
        scheduling_policy=kinds.ComputeInstanceGroupInstanceTemplateSchedulingPolicyArgs(
            preemptible=False
        ),
        service_account_id=ground.machines.id,
        metadata={name: value for name, value in metadata.items() if value is not None},
        labels=lasting(said, LABELS),
    )


def _apart(
    pool: PoolSpec, ground: Ground, said: dict[str, str], parent: pulumi.Resource
) -> yandex.ComputeInstanceGroupInstanceTemplatePlacementPolicyArgs | None:
    """Racks of their own, as long as one group takes the pool and who stands in while it is new."""
    if largest(pool.backends) > _APART:
        return None
    group = yandex.ComputePlacementGroup(pool.name, labels=said, opts=ground.options(parent))
    return yandex.ComputeInstanceGroupInstanceTemplatePlacementPolicyArgs(
        placement_group_id=group.id
    )


def _machine(
    pool: PoolSpec,
) -> tuple[str, yandex.ComputeInstanceGroupInstanceTemplateResourcesArgs]:
    """`standard-v3:4:16`: the platform, the cores in full, and GB of memory."""
    found = _MACHINE.fullmatch(pool.machine)
    if found is None:
        raise SourceError(
            f"backend type `{pool.backend}` has the machine `{pool.machine}`, which is no platform"
            " with its size",
            help="write it with its cores and GB of memory, like `standard-v3:4:16`",
        )
    return found["platform"], yandex.ComputeInstanceGroupInstanceTemplateResourcesArgs(
        cores=int(found["cores"]), memory=int(found["memory"]), core_fraction=100
    )


def _image(pool: PoolSpec, ground: Ground) -> pulumi.Input[str]:
    """An image's id, or the newest of a family of Yandex Cloud's own: `debian-12`."""
    if _ID.fullmatch(pool.image):
        return pool.image
    found: pulumi.Output[str] = yandex.get_compute_image_output(
        family=pool.image,
        folder_id=_IMAGES,
        opts=pulumi.InvokeOutputOptions(provider=ground.provider),
    ).image_id
    return found


def _health(pool: PoolSpec) -> yandex.ComputeInstanceGroupHealthCheckArgs:
    """When a machine is made anew: later than a balancer stops to send it requests."""
    by_http = protocol(pool) == "HTTP"
    return yandex.ComputeInstanceGroupHealthCheckArgs(
        interval=15,
        timeout=10,
        healthy_threshold=2,
        unhealthy_threshold=4,
        http_options=[
            yandex.ComputeInstanceGroupHealthCheckHttpOptionArgs(port=pool.port, path=pool.health)
        ]
        if by_http
        else None,
        tcp_options=None
        if by_http
        else yandex.ComputeInstanceGroupHealthCheckTcpOptionsArgs(port=pool.port),
    )
