"""What pools of one region share: the provider, a key, places of logs and snapshots, a network.

All of it stands in the region. Key and logs outlive the stack: taking a pool away, or the stack,
leaves them in the account (docs/decisions/kept-when-removed.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import tencentcloud_iac_pulumi as tencent

from domicile.provision.adapters import Place, World
from domicile.provision.cloud import Pinned
from domicile.provision.labels import Spelling
from domicile.provision.machines import Wishes, held_to, inherited, short
from domicile.provision.tencent.network import Network, make_network
from domicile.provision.tencent.zones import all_zones, region_of

SPELLING = Spelling(longest=127)
"""Names and values of letters, digits, spaces and `+-=._:/@`, and values of so many characters."""
_RETENTION = 90
"""Days that logs are kept."""
_SNAPSHOTS = 35
"""Days that snapshots are kept."""


@dataclass(frozen=True, slots=True)
class Ground(Pinned):
    """What pools of a region stand on."""

    key: tencent.kms.Key
    snapshots: tencent.cbs.SnapshotPolicy
    network: Network
    user_data: pulumi.Input[str] | None
    """What starts the service on a machine, if the image does not."""


def make_ground(world: World, place: Place) -> Ground:
    """Make it, at the stack's root or under the component of a program.

    Raises:
        SourceError: the place is no region of Tencent Cloud, or has no zone; the stack's user names
            a zone of another region, or subnets without their zones; or a program's provider works
            in another region.
        NotKnownYet: the settings of a program's provider are not known in this preview.
    """
    region_of(place)
    provider = _provider(world, place)
    made = pulumi.ResourceOptions(parent=world.under, provider=provider)
    kept = pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(retain_on_delete=True))
    tags = {
        SPELLING.key("environment"): world.scope,
        SPELLING.key("place"): place.datacenter,
    }
    snapshots = _snapshots(world, made)
    # Names of keys and logs are taken once in a region, and both stay when a stack goes: the next
    # stack of the same name would find them taken. Its policy of snapshots is another each time.
    own = short(f"{world.scope}-{place.datacenter}", 36)
    name = pulumi.Output.concat(own, "-", snapshots.id)
    key = tencent.kms.Key(
        world.name("key"),
        alias=name,
        description=f"data of {world.scope} at {place.datacenter}",
        key_usage="ENCRYPT_DECRYPT",
        is_enabled=True,
        key_rotation_enabled=True,
        pending_delete_window_in_days=30,
        tags=tags,
        opts=kept,
    )
    _logs(world, name, tags, kept)
    wishes = Wishes.of_stack()
    network = make_network(world, place, wishes, tags, made)
    return Ground(provider, key, snapshots, network, wishes.user_data)


def _provider(world: World, place: Place) -> pulumi.ProviderResource:
    """The one that a program gives the component, if its region is the place's; else ours."""
    given = world.given("tencentcloud")
    if given is not None:
        # it cannot be asked for its region, but for the zones there, which are named for it
        found = all_zones(given)
        held_to(place, "tencentcloud", found[0].rpartition("-")[0] if found else "")
        return given
    made: pulumi.ProviderResource = tencent.Provider(
        world.name("tencentcloud"),
        region=place.region,
        **inherited("tencentcloud", "profile", "cam_role_name", "domain"),
        opts=pulumi.ResourceOptions(parent=world.under),
    )
    return made


def _logs(
    world: World, name: pulumi.Output[str], tags: dict[str, str], kept: pulumi.ResourceOptions
) -> None:
    """A topic in the region, for what services write to it; nobody may without signing in."""
    group = tencent.cls.Logset(world.name("logs"), logset_name=name, tags=tags, opts=kept)
    tencent.cls.Topic(
        world.name("machines"),
        topic_name="machines",
        logset_id=group.id,
        period=_RETENTION,
        storage_type="hot",
        is_web_tracking=False,
        tags=tags,
        opts=kept,
    )


def _snapshots(world: World, made: pulumi.ResourceOptions) -> tencent.cbs.SnapshotPolicy:
    """A daily snapshot of the disks that are given to it, never copied elsewhere."""
    return tencent.cbs.SnapshotPolicy(
        world.name("snapshots"),
        snapshot_policy_name=short(world.scope, 60),
        repeat_weekdays=[0, 1, 2, 3, 4, 5, 6],
        repeat_hours=[3],
        retention_days=_SNAPSHOTS,
        opts=made,
    )
