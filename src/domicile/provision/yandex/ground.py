"""What pools of one region share: the provider, a key, the place of logs, accounts, a network.

All of it stands in the region, whose interface the provider is pinned to. Key and logs outlive the
stack: taking a pool away, or the stack, leaves them (docs/decisions/kept-when-removed.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, World
from domicile.provision.cloud import Pinned
from domicile.provision.labels import LABELS
from domicile.provision.machines import Wishes
from domicile.provision.yandex.network import Network, make_network
from domicile.provision.yandex.regions import Region, region_of
from domicile.provision.yandex.sdk import yandex

_ROTATION = "8760h"
_RETENTION = "72h0m0s"
"""How long logs are kept: the most that an account has unless it asks for more."""
_MAKES = ("compute.editor", "vpc.user", "iam.serviceAccounts.user")
"""What an instance group must be allowed to do in the folder, beside its balancer's part."""


@dataclass(frozen=True, slots=True)
class Ground(Pinned):
    """What pools of a region stand on."""

    region: Region
    key: yandex.KmsSymmetricKey
    logs: yandex.LoggingGroup
    makes: yandex.IamServiceAccount
    """As whom instance groups make machines."""
    machines: yandex.IamServiceAccount
    """As whom machines use the key and the logs."""
    allowed: Sequence[pulumi.Resource]
    """What lets both do so; it must outlive the groups."""
    network: Network
    user_data: pulumi.Input[str] | None
    """What starts the service on a machine, if the image does not."""


def make_ground(world: World, place: Place) -> Ground:
    """Make it, at the stack's root or under the component of a program.

    Raises:
        SourceError: the region is not known; the stack's user names no folder, or a network or
            zones that do not fit; or a program gives its component a provider.
    """
    region = region_of(place)
    folder = pulumi.Config("yandex").get("folderId")
    if not folder:
        raise SourceError(
            "Yandex Cloud needs `yandex:folderId`",
            help="set it in this stack's `config:` to the folder that all is to be made in",
        )
    if world.given("yandex") is not None:
        raise SourceError(
            "a provider of Yandex Cloud cannot be asked in which region it works",
            help="give the component none: it makes its own, by the stack's `yandex:` settings",
        )
    wishes = Wishes.of_stack()
    provider = _provider(world, region, folder)
    made = pulumi.ResourceOptions(parent=world.under, provider=provider)
    kept = pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(retain_on_delete=True))
    said = {
        LABELS.key("environment"): LABELS.value(world.scope),
        LABELS.key("place"): LABELS.value(place.datacenter),
    }
    what = f"{world.scope} at {place.datacenter}"
    key = yandex.KmsSymmetricKey(
        world.name("key"),
        description=f"data of {what}",
        default_algorithm="AES_256",
        rotation_period=_ROTATION,
        labels=said,
        opts=kept,
    )
    logs = yandex.LoggingGroup(
        world.name("logs"),
        description=f"logs of {what}",
        retention_period=_RETENTION,
        labels=said,
        opts=kept,
    )
    network = make_network(world, what, region, wishes, said, made)
    makes = yandex.IamServiceAccount(
        world.name("groups"), description=f"makes machines of {what}", opts=made
    )
    machines = yandex.IamServiceAccount(
        world.name("machines"), description=f"machines of {what}", opts=made
    )
    roles = (
        *_MAKES,
        "load-balancer.editor" if region.hands_through else "alb.editor",
        *(("vpc.publicAdmin",) if network.addresses else ()),
    )
    allowed = [
        *(_member(world, "groups", role, folder, makes, made) for role in roles),
        _member(world, "machines", "logging.writer", folder, machines, made),
        yandex.KmsSymmetricKeyIamBinding(
            world.name("key"),
            symmetric_key_id=key.id,
            role="kms.keys.encrypterDecrypter",
            members=[_named(machines)],
            opts=made,
        ),
    ]
    return Ground(provider, region, key, logs, makes, machines, allowed, network, wishes.user_data)


def _provider(world: World, region: Region, folder: str) -> pulumi.ProviderResource:
    """One for this region alone: without these the interface would be the one of Russia."""
    config = pulumi.Config("yandex")
    made: pulumi.ProviderResource = yandex.Provider(
        world.name("yandex"),
        endpoint=region.endpoint,
        zone=region.zones[0],
        folder_id=folder,
        cloud_id=config.get("cloudId"),
        token=config.get_secret("token"),
        service_account_key_file=config.get_secret("serviceAccountKeyFile"),
        opts=pulumi.ResourceOptions(parent=world.under),
    )
    return made


def _member(
    world: World,
    who: str,
    role: str,
    folder: str,
    account: yandex.IamServiceAccount,
    made: pulumi.ResourceOptions,
) -> pulumi.Resource:
    """Gives an account a role in the folder, and leaves alone who else has it."""
    given: pulumi.Resource = yandex.ResourcemanagerFolderIamMember(
        world.name(f"{who}-{role}"),
        folder_id=folder,
        role=role,
        member=_named(account),
        opts=made,
    )
    return given


def _named(account: yandex.IamServiceAccount) -> pulumi.Output[str]:
    return pulumi.Output.concat("serviceAccount:", account.id)
