"""A pool's machines: on hosts of their own, in each zone alike, reached by the one port alone."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_openstack as openstack

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.labels import TAGS, labels, words
from domicile.provision.machines import user_data
from domicile.provision.openstack.hoster import Hoster
from domicile.provision.openstack.network import Network

_GROUP = 5
"""Machines of a server group: most hosters let it have ten, so that each may be made anew beside
the old."""
_VOLUME = 30
"""GB of a machine's own volume."""
IMAGE = "image"
"""Where a machine's metadata says what it started from."""


def make_machines(
    world: World, pool: PoolSpec, hoster: Hoster, network: Network, parent: pulumi.Resource
) -> list[openstack.compute.Instance]:
    """Make them."""
    said = {**labels(pool, world.digest, TAGS), TAGS.key("environment"): world.scope}
    made = pulumi.ResourceOptions(parent=parent)
    tags = words(pool, world.digest, world.scope)
    guarded = _guard(pool, hoster, network, tags, parent)
    groups = [
        openstack.compute.ServerGroup(
            f"{pool.name}-{number}", region=hoster.region, policies="anti-affinity", opts=made
        )
        for number in range(-(-pool.backends // _GROUP))
    ]
    start = _start(pool, hoster, parent)
    machine = pulumi.Config("machine")
    options = pulumi.ResourceOptions(
        parent=parent,
        depends_on=list(network.ready),
        # a newer image of the same name is no reason to make machines anew, another name is
        ignore_changes=["blockDevices"] if hoster.volume else None,
        # in place, all would be off at once
        replace_on_changes=["flavorName", f"metadata.{IMAGE}"],
    )
    return [
        openstack.compute.Instance(
            f"{pool.name}-{number}",
            region=hoster.region,
            availability_zone=hoster.zones[number % len(hoster.zones)] if hoster.zones else None,
            flavor_name=pool.machine,
            networks=[openstack.compute.InstanceNetworkArgs(uuid=network.id)],
            security_groups=[guarded.name],
            scheduler_hints=[
                openstack.compute.InstanceSchedulerHintArgs(group=groups[number // _GROUP].id)
            ],
            key_pair=machine.get("keyPair"),
            user_data=user_data(),
            stop_before_destroy=True,
            metadata={**said, IMAGE: pool.image},
            opts=options,
            **start,
        )
        for number in range(pool.backends)
    ]


def _guard(
    pool: PoolSpec, hoster: Hoster, network: Network, said: list[str], parent: pulumi.Resource
) -> openstack.networking.SecGroup:
    """Who may come in: the balancer, which stands in the same subnet, by the one port."""
    made = pulumi.ResourceOptions(parent=parent)
    group = openstack.networking.SecGroup(
        pool.name,
        region=hoster.region,
        description=f"machines of {pool.service}",
        tags=said,
        opts=made,
    )
    openstack.networking.SecGroupRule(
        pool.name,
        region=hoster.region,
        security_group_id=group.id,
        direction="ingress",
        ethertype="IPv4",
        protocol="tcp",
        port_range_min=pool.port,
        port_range_max=pool.port,
        remote_ip_prefix=network.block,
        opts=made,
    )
    return group


def _start(pool: PoolSpec, hoster: Hoster, parent: pulumi.Resource) -> dict[str, Any]:
    """What a machine starts from: the image, on its host's disk or on a volume of a given type."""
    if not hoster.volume:
        return {"image_name": pool.image}
    image = openstack.images.get_image_output(
        name=pool.image,
        most_recent=True,
        region=hoster.region,
        opts=pulumi.InvokeOutputOptions(parent=parent),
    )
    volume = openstack.compute.InstanceBlockDeviceArgs(
        source_type="image",
        uuid=image.id,
        destination_type="volume",
        volume_type=hoster.volume,
        volume_size=_VOLUME,
        boot_index=0,
        delete_on_termination=True,
    )
    return {"block_devices": [volume]}
