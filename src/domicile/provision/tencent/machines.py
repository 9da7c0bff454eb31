"""A pool's machines, one by one: zones in turn, hosts of their own, an encrypted disk each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pulumi
import tencentcloud_iac_pulumi as tencent

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.machines import encoded, short
from domicile.provision.tencent.ground import Ground

_GROUP = 25
"""Machines of a group that share no host. It takes 50: each may be made anew beside the old one."""
_VOLUME = 50
"""GB of each of a machine's two disks."""
_BY_ID = "img-"


def make_machines(
    world: World,
    pool: PoolSpec,
    ground: Ground,
    guard: tencent.security.Group,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> list[tencent.instance.Instance]:
    """As many as planned, without public addresses and without agents of the provider's own."""
    groups = [
        tencent.placement.Group(
            f"{pool.name}-{number}",
            name=short(f"{world.scope}-{pool.name}-{number}", 60),
            type="HOST",
            tags=tags,
            opts=ground.options(parent),
        )
        for number in range(-(-pool.backends // _GROUP))
    ]
    machine = pulumi.Config("machine")
    key, volume = machine.get("keyPair"), machine.get("volumeType") or "CLOUD_BSSD"
    starts = machine.get("userData") or ""  # a secret stays one in its digest
    written = f"{pool.machine}\0{pool.image}\0{starts}\0{key}\0{volume}"
    made_as = hashlib.sha256(written.encode()).hexdigest()[:6]
    image = _image(pool, ground)
    options = pulumi.ResourceOptions.merge(
        ground.options(parent),
        pulumi.ResourceOptions(
            depends_on=list(ground.network.ready),
            # a newer image of the same name is no reason to make machines anew
            ignore_changes=["imageId"],
            # in place, a machine would be off, or lose what is on it; its name says what it was
            # made as
            replace_on_changes=["instanceName", "instanceType", "subnetId"],
        ),
    )
    machines = []
    for number in range(pool.backends):
        zone, subnet = ground.network.subnets[number % len(ground.network.subnets)]
        one = tencent.instance.Instance(
            f"{pool.name}-{number}",
            instance_name=f"{short(pool.name, 40)}-{number}-{made_as}",
            instance_type=pool.machine,
            instance_charge_type="POSTPAID_BY_HOUR",
            image_id=image,
            availability_zone=zone,
            vpc_id=ground.network.id,
            subnet_id=subnet,
            placement_group_id=groups[number // _GROUP].id,
            orderly_security_groups=[guard.id],
            allocate_public_ip=False,
            system_disk_type=volume,
            system_disk_size=_VOLUME,
            data_disks=[
                tencent.instance.InstanceDataDiskArgs(
                    data_disk_type=volume,
                    data_disk_size=_VOLUME,
                    encrypt=True,
                    kms_key_id=ground.key.id,
                    delete_with_instance=True,
                )
            ],
            # what they report, and what may be run by them, would leave the region
            disable_automation_service=True,
            disable_monitor_service=True,
            disable_security_service=True,
            key_ids=[key] if key else None,
            user_data=encoded(ground.user_data),
            tags=tags,
            opts=options,
        )
        tencent.cbs.SnapshotPolicyAttachment(
            f"{pool.name}-{number}",
            snapshot_policy_id=ground.snapshots.id,
            storage_id=one.data_disks.apply(_disk),
            opts=ground.options(parent),
        )
        machines.append(one)
    return machines


def _disk(disks: Sequence[tencent.instance.outputs.InstanceDataDisk] | None) -> str:
    """The id of the one disk that is encrypted."""
    for each in disks or ():
        if each.data_disk_id:
            return str(each.data_disk_id)
    raise pulumi.RunError("a machine's disk has no id yet: run `up` again")


def _image(pool: PoolSpec, ground: Ground) -> pulumi.Input[str]:
    """An image's id, or the newest image for the machine by its name, or its system's.

    Those that others share with the account are left out: whoever shares one may name it anything.
    """
    if pool.image.startswith(_BY_ID):
        return pool.image
    found = tencent.images.get_instance_output(
        image_types=["PUBLIC_IMAGE", "PRIVATE_IMAGE"],
        instance_type=pool.machine,
        opts=pulumi.InvokeOutputOptions(provider=ground.provider),
    )

    def newest(images: Sequence[tencent.images.outputs.GetInstanceImageResult]) -> str:
        named = [each for each in images if pool.image in (each.image_name, each.os_name)]
        if not named:
            raise pulumi.RunError(f"there is no image `{pool.image}` for `{pool.machine}`")
        return str(max(named, key=lambda each: each.created_time or "").image_id)

    image: pulumi.Output[str] = found.images.apply(newest)
    return image
