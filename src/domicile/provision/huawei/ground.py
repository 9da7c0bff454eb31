"""What pools of one region share: the provider, a key, the places of logs and backups, a network.

All of it stands in the region. Key, logs and backups outlive the stack: taking a pool away, or the
stack, leaves them in the account (docs/decisions/kept-when-removed.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from domicile.provision.adapters import Place, World
from domicile.provision.cloud import Pinned
from domicile.provision.huawei.network import Network, make_network
from domicile.provision.huawei.sdk import huaweicloud
from domicile.provision.huawei.site import SPELLING, environment, provider_of, zones_of
from domicile.provision.machines import Wishes, short

_RETENTION = 90
"""Days that logs are kept."""
_BACKUPS = 35
"""Days that backups are kept."""
_VAULT = 100
"""GB of the vault to begin with: it grows by itself."""


@dataclass(frozen=True, slots=True)
class Ground(Pinned):
    """What pools of a region stand on."""

    key: huaweicloud.dew.Key
    network: Network
    zones: tuple[str, ...]
    """Zones of machines and balancers, in order."""
    named: bool
    """Whether the stack's user names them; else the region's answer may change under a pool."""
    user_data: pulumi.Input[str] | None
    """What starts the service on a machine, if the image does not."""


def make_ground(world: World, place: Place) -> Ground:
    """Make it, at the stack's root or under the component of a program.

    Raises:
        SourceError: the place is no region of Huawei Cloud, none of its zones will do, or the
            stack's user names a network without the one subnet in it.
    """
    provider = provider_of(world, place)
    wishes = Wishes.of_stack()
    zones = wishes.zones or zones_of(place, provider)
    made = pulumi.ResourceOptions(parent=world.under, provider=provider)
    kept = pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(retain_on_delete=True))
    tags = {**environment(world), SPELLING.key("place"): place.datacenter}
    daily = _backups(world, tags, kept)
    named = pulumi.Output.concat(
        short(f"{world.scope}-{place.datacenter}", 50), "-", daily.id.apply(_end)
    )
    key = huaweicloud.dew.Key(
        world.name("data"),
        key_alias=named,
        key_description=f"data of {world.scope} at {place.datacenter}",
        key_algorithm="AES_256",
        rotation_enabled=True,
        rotation_interval=365,
        pending_days="30",
        tags=tags,
        opts=_named_once(kept, "keyAlias"),
    )
    _logs(world, named, tags, kept)
    network = make_network(world, wishes, tags, made)
    return Ground(provider, key, network, zones, bool(wishes.zones), wishes.user_data)


def _end(id_: str) -> str:
    """What tells apart names that are taken once in a region, of what stays and what comes after.

    The policy of backups is made anew with each ground, and so its id is another one.
    """
    return id_[-12:]


def _named_once(kept: pulumi.ResourceOptions, name: str) -> pulumi.ResourceOptions:
    """The same options; another end of its name is no reason to change what stands."""
    return pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(ignore_changes=[name]))


def _logs(
    world: World,
    named: pulumi.Output[str],
    tags: dict[str, str],
    kept: pulumi.ResourceOptions,
) -> None:
    """A log in the region, for what services write to it."""
    group = huaweicloud.lts.Group(
        world.name("logs"),
        group_name=named,
        ttl_in_days=_RETENTION,
        tags=tags,
        opts=_named_once(kept, "groupName"),
    )
    huaweicloud.lts.Stream(
        world.name("machines"), group_id=group.id, stream_name="machines", tags=tags, opts=kept
    )


def _backups(
    world: World, tags: dict[str, str], kept: pulumi.ResourceOptions
) -> huaweicloud.cbr.Policy:
    """Daily backups of the environment's machines in the region, never copied to another one."""
    daily = huaweicloud.cbr.Policy(
        world.name("backups"),
        type="backup",
        time_period=_BACKUPS,
        backup_cycle=huaweicloud.cbr.PolicyBackupCycleArgs(interval=1, execution_times=["03:00"]),
        opts=kept,
    )
    huaweicloud.cbr.Vault(
        world.name("backups"),
        type="server",
        protection_type="backup",
        consistent_level="crash_consistent",
        size=_VAULT,
        auto_expand=True,
        auto_bind=True,
        bind_rules=environment(world),
        policies=[huaweicloud.cbr.VaultPolicyArgs(id=daily.id)],
        tags=tags,
        opts=kept,
    )
    return daily
