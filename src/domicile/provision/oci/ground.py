"""What pools of one region share: the provider, a key, the place of logs, a network, its domains.

All of it stands in the region, but what lets volumes use the key: Oracle keeps policies in the home
region of the tenancy. Vault, key, policy and logs outlive the stack: taking a pool away, or the
stack, leaves them in the compartment (docs/decisions/kept-when-removed.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_oci as oci

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, World
from domicile.provision.cloud import Pinned
from domicile.provision.labels import TAGS
from domicile.provision.machines import Wishes, inherited
from domicile.provision.oci.network import Network, make_network

_RETENTION = 90
"""Days that logs are kept."""
_AES = 32
"""Bytes of the key."""
_OWN = ("tenancy_ocid", "user_ocid", "fingerprint", "private_key_path", "config_file_profile")
"""Settings of the provider that are no secrets; what else it needs stands in its own file."""


@dataclass(frozen=True, slots=True)
class Domain:
    """An availability domain, and the groups of hosts in it that fail apart."""

    name: str
    fault_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground(Pinned):
    """What pools of a region stand on."""

    compartment: str
    key: oci.kms.Key
    may_use: oci.identity.Policy
    """That volumes may be encrypted with the key."""
    network: Network
    domains: pulumi.Output[list[Domain]]
    user_data: pulumi.Input[str] | None
    """What starts the service on a machine, if the image does not."""


def make_ground(world: World, place: Place) -> Ground:
    """Make it, at the stack's root or under the component of a program.

    Raises:
        SourceError: the stack's user does not say which tenancy and compartment it is, or names a
            network without both its subnets; or a program gives its component a provider.
    """
    tenancy, compartment = _needed("tenancyOcid"), _needed("compartmentOcid")
    if world.given("oci") is not None:
        raise SourceError(
            "a provider of Oracle Cloud cannot be asked in which region it works",
            help="give the component none: it makes its own, by the stack's `oci:` settings",
        )
    provider = _provider(world, "oci", place.region)
    made = pulumi.ResourceOptions(parent=world.under, provider=provider)
    kept = pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(retain_on_delete=True))
    name = f"{world.scope} {place.datacenter}"
    tags = {TAGS.key("environment"): world.scope, TAGS.key("place"): place.datacenter}
    vault = oci.kms.Vault(
        world.name("keys"),
        compartment_id=compartment,
        display_name=name,
        vault_type="DEFAULT",
        freeform_tags=tags,
        opts=kept,
    )
    key = oci.kms.Key(
        world.name("data"),
        compartment_id=compartment,
        display_name=name,
        management_endpoint=vault.management_endpoint,
        key_shape=oci.kms.KeyKeyShapeArgs(algorithm="AES", length=_AES),
        protection_mode="HSM",
        freeform_tags=tags,
        opts=kept,
    )
    may_use = _policy(world, name, place, tenancy, compartment, key, tags, kept)
    _logs(world, name, compartment, tags, kept)
    wishes = Wishes.of_stack()
    network = make_network(world, name, compartment, wishes, tags, made)
    domains = _domains(compartment, wishes, provider)
    return Ground(provider, compartment, key, may_use, network, domains, wishes.user_data)


def _provider(world: World, name: str, region: str) -> pulumi.ProviderResource:
    made: pulumi.ProviderResource = oci.Provider(
        world.name(name),
        region=region,
        **inherited("oci", *_OWN),
        opts=pulumi.ResourceOptions(parent=world.under),
    )
    return made


def _needed(name: str) -> str:
    """A setting without which nothing can be made."""
    value = pulumi.Config("oci").get(name)
    if not value:
        raise SourceError(
            f"Oracle Cloud needs `oci:{name}`",
            help="set `oci:tenancyOcid` and `oci:compartmentOcid` in this stack's `config:`",
        )
    return value


def _policy(
    world: World,
    name: str,
    place: Place,
    tenancy: str,
    compartment: str,
    key: oci.kms.Key,
    tags: dict[str, str],
    kept: pulumi.ResourceOptions,
) -> oci.identity.Policy:
    """Lets volumes use the key; kept with it, else what it encrypts could be read no more."""
    regions = oci.identity.get_region_subscriptions(
        tenancy_id=tenancy, opts=pulumi.InvokeOptions(provider=kept.provider)
    ).region_subscriptions
    (home,) = [str(region.region_name) for region in regions if region.is_home_region]
    options = kept
    if home != place.region:
        options = pulumi.ResourceOptions(
            parent=world.under,
            provider=_provider(world, "oci-home", home),
            retain_on_delete=True,
        )
    return oci.identity.Policy(
        world.name("volumes"),
        compartment_id=compartment,
        description=f"volumes of {name} are encrypted with its key",
        statements=[
            pulumi.Output.concat(
                f"Allow service blockstorage to use keys in compartment id {compartment}"
                " where target.key.id = '",
                key.id,
                "'",
            )
        ],
        freeform_tags=tags,
        opts=options,
    )


def _logs(
    world: World, name: str, compartment: str, tags: dict[str, str], kept: pulumi.ResourceOptions
) -> None:
    """A log in the region, for what services write to it."""
    group = oci.logging.LogGroup(
        world.name("logs"),
        compartment_id=compartment,
        display_name=name,
        freeform_tags=tags,
        opts=kept,
    )
    oci.logging.Log(
        world.name("machines"),
        display_name="machines",
        log_group_id=group.id,
        log_type="CUSTOM",
        is_enabled=True,
        retention_duration=_RETENTION,
        freeform_tags=tags,
        opts=kept,
    )


def _domains(
    compartment: str, wishes: Wishes, provider: pulumi.ProviderResource
) -> pulumi.Output[list[Domain]]:
    """The region's availability domains, or those that the stack's user names."""
    asking = pulumi.InvokeOutputOptions(provider=provider)
    names: pulumi.Output[list[str]] = pulumi.Output.from_input(list(wishes.zones))
    if not wishes.zones:
        names = oci.identity.get_availability_domains_output(
            compartment_id=compartment, opts=asking
        ).availability_domains.apply(lambda found: sorted(str(each.name) for each in found))

    def within(name: str) -> pulumi.Output[Domain]:
        found = oci.identity.get_fault_domains_output(
            availability_domain=name, compartment_id=compartment, opts=asking
        )
        domain: pulumi.Output[Domain] = found.fault_domains.apply(
            lambda each: Domain(name, tuple(sorted(str(fault.name) for fault in each)))
        )
        return domain

    return names.apply(lambda each: pulumi.Output.all(*[within(name) for name in each]))
