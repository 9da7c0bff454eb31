"""What pools of one region share: the provider, a key, the places of logs and snapshots, a network.

All of it stands in the region. Key and logs outlive the stack: taking a pool away, or the stack,
leaves them in the account (docs/decisions/kept-when-removed.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_alicloud as alicloud

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, World
from domicile.provision.cloud import Pinned
from domicile.provision.machines import Wishes, held_to, inherited

_RETENTION = 90
"""Days that logs are kept."""
_SNAPSHOTS = 35
"""Days that snapshots are kept."""
_ZONES = 3
"""Most zones that a network of ours spreads over."""
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Ground(Pinned):
    """What pools of a region stand on."""

    key: alicloud.kms.Key
    vpc: pulumi.Input[str]
    subnets: tuple[tuple[str, pulumi.Input[str]], ...]
    """Zone and switch of each subnet; machines and balancers stand in the same ones."""
    user_data: pulumi.Input[str] | None
    """What starts the service on a machine, if the image does not."""


def make_ground(world: World, place: Place) -> Ground:
    """Make it, at the stack's root or under the component of a program."""
    provider = _provider(world, place)
    made = pulumi.ResourceOptions(parent=world.under, provider=provider)
    kept = pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(retain_on_delete=True))
    tags = {"Name": f"{world.scope} {place.datacenter}"}
    key = alicloud.kms.Key(
        world.name("key"),
        description=f"data of {world.scope} at {place.datacenter}",
        key_spec="Aliyun_AES_256",
        automatic_rotation="Enabled",
        rotation_interval="365d",
        pending_window_in_days=30,
        tags=tags,
        opts=kept,
    )
    _logs(world, place, key, tags, kept)
    _snapshots(world, tags, made)
    wishes = Wishes.of_stack()
    vpc, subnets = _network(world, wishes, tags, made)
    return Ground(provider, key, vpc, subnets, wishes.user_data)


def _provider(world: World, place: Place) -> pulumi.ProviderResource:
    """The one that a program gives the component, if its region is the place's; else ours."""
    given = world.given("alicloud")
    if given is not None:
        asking = pulumi.InvokeOptions(provider=given)
        found = alicloud.get_regions(current=True, opts=asking).regions
        held_to(place, "alicloud", found[0].id if found else "")
        return given
    made: pulumi.ProviderResource = alicloud.Provider(
        world.name("alicloud"),
        region=place.region,
        **inherited("alicloud", "profile"),
        opts=pulumi.ResourceOptions(parent=world.under),
    )
    return made


def _logs(
    world: World,
    place: Place,
    key: alicloud.kms.Key,
    tags: dict[str, str],
    kept: pulumi.ResourceOptions,
) -> None:
    """A log project in the region, its store encrypted with the place's key."""
    trusts = {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": ["log.aliyuncs.com"]},
            }
        ],
    }
    role = alicloud.ram.Role(
        world.name("logs"), assume_role_policy_document=json.dumps(trusts), opts=kept
    )
    may = alicloud.ram.RolePolicyAttachment(
        world.name("logs"),
        role_name=role.role_name,
        policy_name="AliyunKMSCryptoUserAccess",
        policy_type="System",
        opts=kept,
    )
    project = alicloud.log.Project(world.name("logs"), tags=tags, opts=kept)
    alicloud.log.Store(
        world.name("machines"),
        project_name=project.project_name,
        retention_period=_RETENTION,
        encrypt_conf=alicloud.log.StoreEncryptConfArgs(
            enable=True,
            encrypt_type="default",
            user_cmk_info=alicloud.log.StoreEncryptConfUserCmkInfoArgs(
                cmk_key_id=key.id, arn=role.arn, region_id=place.region
            ),
        ),
        opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=[may])),
    )


def _snapshots(world: World, tags: dict[str, str], made: pulumi.ResourceOptions) -> None:
    """A daily snapshot of the disks that carry the environment's label, never copied elsewhere."""
    alicloud.ecs.AutoSnapshotPolicy(
        world.name("snapshots"),
        repeat_weekdays=["1", "2", "3", "4", "5", "6", "7"],
        time_points=["3"],
        retention_days=_SNAPSHOTS,
        enable_cross_region_copy=False,
        target_tags=[
            alicloud.ecs.AutoSnapshotPolicyTargetTagArgs(
                tag_key="domicile:environment", tag_value=world.scope
            )
        ],
        association_type="tags",
        tags=tags,
        opts=made,
    )


def _network(
    world: World, wishes: Wishes, tags: dict[str, str], made: pulumi.ResourceOptions
) -> tuple[pulumi.Input[str], tuple[tuple[str, pulumi.Input[str]], ...]]:
    """The user's own network, else a small one over two zones or three."""
    if wishes.vpc:
        if len(wishes.subnets) < _FEWEST or len(wishes.subnets) != len(wishes.zones):
            raise SourceError(
                "`network:vpc` needs two subnets or more, each with its zone",
                help="set `network:subnets` and `network:zones`, in the same order, in this"
                " stack's `config:`",
            )
        return wishes.vpc, tuple(zip(wishes.zones, wishes.subnets, strict=True))
    zones = wishes.zones or _zones(made)
    if len(zones) < _FEWEST:
        raise SourceError(f"a pool needs two zones, and there is {', '.join(zones) or 'none'}")
    return _own(world, zones[:_ZONES], tags, made)


def _zones(made: pulumi.ResourceOptions) -> tuple[str, ...]:
    """The region's zones that have network balancers."""
    found = alicloud.nlb.get_zones(opts=pulumi.InvokeOptions(provider=made.provider))
    return tuple(sorted(zone.id for zone in found.zones))


def _own(
    world: World, zones: tuple[str, ...], tags: dict[str, str], made: pulumi.ResourceOptions
) -> tuple[pulumi.Input[str], tuple[tuple[str, pulumi.Input[str]], ...]]:
    """Machines reach out by one gateway, and nothing reaches them but balancers."""
    vpc = alicloud.vpc.Network(
        world.name("network"), cidr_block="10.64.0.0/16", tags=tags, opts=made
    )
    subnets = [
        (
            zone,
            alicloud.vpc.Switch(
                world.name(f"machines-{zone}"),
                vpc_id=vpc.id,
                zone_id=zone,
                cidr_block=f"10.64.{16 * number}.0/20",
                tags=tags,
                opts=made,
            ).id,
        )
        for number, zone in enumerate(zones)
    ]
    gateway = alicloud.vpc.NatGateway(
        world.name("out"),
        vpc_id=vpc.id,
        vswitch_id=subnets[0][1],
        nat_type="Enhanced",
        payment_type="PayAsYouGo",
        tags=tags,
        opts=made,
    )
    address = alicloud.ecs.EipAddress(
        world.name("out"),
        internet_charge_type="PayByTraffic",
        bandwidth="200",
        tags=tags,
        opts=made,
    )
    held = alicloud.ecs.EipAssociation(
        world.name("out"),
        allocation_id=address.id,
        instance_id=gateway.id,
        instance_type="Nat",
        opts=made,
    )
    for zone, subnet in subnets:
        alicloud.vpc.SnatEntry(
            world.name(f"out-{zone}"),
            snat_table_id=gateway.snat_table_ids,
            source_vswitch_id=subnet,
            snat_ip=address.ip_address,
            opts=pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(depends_on=[held])),
        )
    return vpc.id, tuple(subnets)
