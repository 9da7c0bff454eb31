"""What pools of one region share: the provider, groups, a key, the places of backups and logs.

All of it stands in the region. What is kept when the stack goes stands in a resource group of its
own, since a group takes all in it along (docs/decisions/kept-when-removed.md).

Key Vault copies its content, encrypted, to the region's pair, where it has one, and that cannot be
switched off. Where this is not lawful, the stack's user names a disk encryption set whose key
stands in a managed HSM: `machine:diskEncryptionSet`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, World
from domicile.provision.azure.zones import zones_of
from domicile.provision.cloud import Pinned
from domicile.provision.machines import Wishes, inherited, short

_ENCRYPTS = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
"""The role that lets disks be encrypted with a vault's keys."""
_RETENTION = 90
"""Days that logs are kept, and that a vault's deleted keys can be had back."""


@dataclass(frozen=True, slots=True)
class Ground(Pinned):
    """What pools of a region stand on."""

    region: str
    group: azure.resources.ResourceGroup
    disks: pulumi.Input[str]
    """Id of the disk encryption set."""
    subnet: pulumi.Input[str]
    zones: tuple[str, ...]
    """Zones to spread over; empty: the region has none."""
    ssh_key: str
    """Public key of whoever may sign in."""
    user_data: pulumi.Input[str] | None
    """What starts the service on a machine, if the image does not."""


def make_ground(world: World, place: Place, cloud: str) -> Ground:
    """Make it, at the stack's root or under the component of a program.

    Args:
        world: for what.
        place: whose region.
        cloud: `public`, `china` or `usgovernment`.

    Raises:
        SourceError: the stack lacks a setting that Azure needs.
    """
    machines = pulumi.Config("machine")
    ssh_key = machines.get("sshPublicKey") or ""
    if not ssh_key:
        raise SourceError(
            "Azure makes no Linux machine without a public SSH key",
            help="set `machine:sshPublicKey` in the `config:` of this stack",
        )
    # whose location does not matter: each resource says its own
    provider = world.given("azure-native") or azure.Provider(
        world.name("azure"),
        location=place.region,
        environment=cloud,
        **inherited("azure-native", "subscription_id", "tenant_id"),
        opts=pulumi.ResourceOptions(parent=world.under),
    )
    made = pulumi.ResourceOptions(parent=world.under, provider=provider)
    group = azure.resources.ResourceGroup(_group(world, place), location=place.region, opts=made)
    zones = zones_of(place.region)
    disks = _kept(world, place, made, bool(zones), machines.get("diskEncryptionSet"))
    wishes = Wishes.of_stack()
    subnet = _subnet(world, wishes, group, place, made)
    return Ground(provider, place.region, group, disks, subnet, zones, ssh_key, wishes.user_data)


def _group(world: World, place: Place) -> str:
    """What the groups are called."""
    return short(f"{world.scope}-{place.datacenter}", 60)


def _kept(
    world: World, place: Place, made: pulumi.ResourceOptions, zonal: bool, given: str | None
) -> pulumi.Input[str]:
    """Key, logs and backups, which outlive the stack; returns the disk encryption set."""
    kept = pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(retain_on_delete=True))
    name = _group(world, place)
    group = azure.resources.ResourceGroup(f"{name}-kept", location=place.region, opts=kept)
    where = {"resource_group_name": group.name, "location": place.region}
    azure.operationalinsights.Workspace(
        world.name("logs"),
        retention_in_days=_RETENTION,
        sku=azure.operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
        opts=kept,
        **where,
    )
    kinds = azure.recoveryservices
    azure.recoveryservices.Vault(
        world.name("backups"),
        sku=kinds.SkuArgs(name="RS0", tier="Standard"),
        properties=kinds.VaultPropertiesArgs(
            public_network_access="Enabled",
            # by itself it is geo-redundant, in the region's pair
            redundancy_settings=kinds.VaultPropertiesRedundancySettingsArgs(
                standard_tier_storage_redundancy="ZoneRedundant" if zonal else "LocallyRedundant",
                cross_region_restore="Disabled",
            ),
        ),
        opts=kept,
        **where,
    )
    return given or _encryption(world, where, kept)


def _encryption(
    world: World, where: dict[str, pulumi.Input[str]], kept: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """A key of the region, and what encrypts disks with it."""
    asking = pulumi.InvokeOutputOptions(provider=kept.provider)
    client = azure.authorization.get_client_config_output(opts=asking)
    vault = azure.keyvault.Vault(
        world.name("keys"),
        properties=azure.keyvault.VaultPropertiesArgs(
            tenant_id=client.tenant_id,
            sku=azure.keyvault.SkuArgs(family="A", name="premium"),
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            soft_delete_retention_in_days=_RETENTION,
            enable_purge_protection=True,
        ),
        opts=kept,
        **where,
    )
    key = azure.keyvault.Key(
        world.name("data"),
        resource_group_name=where["resource_group_name"],
        vault_name=vault.name,
        properties=azure.keyvault.KeyPropertiesArgs(kty="RSA-HSM", key_size=3072),
        opts=kept,
    )
    identity = azure.managedidentity.UserAssignedIdentity(world.name("disks"), opts=kept, **where)
    allowed = azure.authorization.RoleAssignment(
        world.name("disks"),
        scope=vault.id,
        principal_id=identity.principal_id,
        principal_type="ServicePrincipal",
        role_definition_id=client.apply(_role),
        opts=kept,
    )
    disks = azure.compute.DiskEncryptionSet(
        world.name("disks"),
        encryption_type="EncryptionAtRestWithCustomerKey",
        identity=azure.compute.EncryptionSetIdentityArgs(
            type="UserAssigned", user_assigned_identities=[identity.id]
        ),
        active_key=azure.compute.KeyForDiskEncryptionSetArgs(
            key_url=key.key_uri_with_version,
            source_vault=azure.compute.SourceVaultArgs(id=vault.id),
        ),
        rotation_to_latest_key_version_enabled=True,
        opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=[allowed])),
        **where,
    )
    made_id: pulumi.Output[str] = disks.id
    return made_id


def _role(client: azure.authorization.GetClientConfigResult) -> str:
    """Id of the role that lets disks be encrypted."""
    subscription = f"/subscriptions/{client.subscription_id}"
    return f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{_ENCRYPTS}"


def _subnet(
    world: World,
    wishes: Wishes,
    group: azure.resources.ResourceGroup,
    place: Place,
    made: pulumi.ResourceOptions,
) -> pulumi.Input[str]:
    """Where machines stand: the user's own subnet, else one of the stack; it spans the zones."""
    if wishes.subnets:
        return wishes.subnets[0]
    network = azure.network.VirtualNetwork(
        world.name("network"),
        resource_group_name=group.name,
        location=place.region,
        address_space=azure.network.AddressSpaceArgs(address_prefixes=["10.64.0.0/16"]),
        opts=made,
    )
    subnet = azure.network.Subnet(
        world.name("machines"),
        resource_group_name=group.name,
        virtual_network_name=network.name,
        address_prefix="10.64.0.0/18",
        default_outbound_access=False,
        opts=made,
    )
    made_id: pulumi.Output[str] = subnet.id
    return made_id
