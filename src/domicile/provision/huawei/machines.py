"""A pool's machines: in each zone alike, on hosts of their own, reached by the one port alone.

They are made one by one and not by a scaling group, whose system disks have no key of ours
(docs/decisions/huawei-machines.md).
"""

from __future__ import annotations

import re
from typing import Any

import pulumi

from domicile.provision.adapters import PoolSpec
from domicile.provision.huawei.ground import Ground
from domicile.provision.huawei.sdk import huaweicloud

_GROUP = 8
"""Machines of a group that share no host: it takes 16, so each may be made anew beside the old."""
_VOLUME = 40
"""GB of a machine's own disk."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def make_machines(
    pool: PoolSpec, ground: Ground, tags: dict[str, str], parent: pulumi.Resource
) -> list[huaweicloud.ecs.Instance]:
    """Make as many as planned."""
    made = ground.options(parent)
    guard = _guard(pool, tags, made)
    groups = [
        huaweicloud.ecs.Servergroup(f"{pool.name}-{number}", policies=["anti-affinity"], opts=made)
        for number in range(-(-pool.backends // _GROUP))
    ]
    # an image's name leads to an id once, when a machine is made: a newer one replaces nothing
    named = "image_id" if _UUID.fullmatch(pool.image) else "image_name"
    image: dict[str, Any] = {named: pool.image}
    options = pulumi.ResourceOptions(
        depends_on=list(ground.network.ready),
        # in place, all would be off at once, or would not read it
        replace_on_changes=["flavorId", "userData"],
        ignore_changes=None if ground.named else ["availabilityZone"],
    )
    return [
        huaweicloud.ecs.Instance(
            f"{pool.name}-{number}",
            availability_zone=ground.zones[number % len(ground.zones)],
            flavor_id=pool.machine,
            networks=[huaweicloud.ecs.InstanceNetworkArgs(uuid=ground.network.subnet)],
            security_group_ids=[guard.id],
            scheduler_hints=[
                huaweicloud.ecs.InstanceSchedulerHintArgs(group=groups[number // _GROUP].id)
            ],
            system_disk_type="GPSSD",
            system_disk_size=_VOLUME,
            system_disk_kms_key_id=ground.key.id,
            delete_disks_on_termination=True,
            stop_before_destroy=True,
            key_pair=pulumi.Config("machine").get("keyPair"),
            user_data=ground.user_data,
            tags=tags,
            opts=pulumi.ResourceOptions.merge(made, options),
            **image,
        )
        for number in range(pool.backends)
    ]


def _guard(
    pool: PoolSpec, tags: dict[str, str], made: pulumi.ResourceOptions
) -> huaweicloud.vpc.Secgroup:
    """Who may come in: anybody, by the one port; not even others of the group otherwise."""
    guard = huaweicloud.vpc.Secgroup(pool.name, delete_default_rules=True, tags=tags, opts=made)
    huaweicloud.vpc.SecgroupRule(
        f"{pool.name}-in",
        security_group_id=guard.id,
        direction="ingress",
        ethertype="IPv4",
        protocol="tcp",
        ports=str(pool.port),
        remote_ip_prefix="0.0.0.0/0",
        opts=made,
    )
    huaweicloud.vpc.SecgroupRule(
        f"{pool.name}-out",
        security_group_id=guard.id,
        direction="egress",
        ethertype="IPv4",
        remote_ip_prefix="0.0.0.0/0",
        opts=made,
    )
    return guard
