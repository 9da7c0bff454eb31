"""What pools of one region share: the provider, a key, the places of logs and snapshots, a network.

All of it stands in the region. Key ring, key and log bucket outlive the stack: taking a pool away,
or the stack, leaves them in the project (docs/decisions/kept-when-removed.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, World
from domicile.provision.cloud import Pinned
from domicile.provision.machines import Wishes, held_to, inherited, short

_RETENTION = 90
"""Days that logs are kept."""
_SNAPSHOTS = 35
"""Days that snapshots are kept."""
_ROTATION = "7776000s"
"""90 days."""


@dataclass(frozen=True, slots=True)
class Ground(Pinned):
    """What pools of a region stand on."""

    region: str
    key: gcp.kms.CryptoKey
    may_use: gcp.kms.CryptoKeyIAMMember
    """That disks may be encrypted with the key."""
    snapshots: gcp.compute.ResourcePolicy
    account: gcp.serviceaccount.Account
    network: pulumi.Input[str]
    subnet: pulumi.Input[str]
    wishes: Wishes


def make_ground(world: World, place: Place) -> Ground:
    """Make it, at the stack's root or under the component of a program."""
    provider = _provider(world, place)
    made = pulumi.ResourceOptions(parent=world.under, provider=provider)
    kept = pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(retain_on_delete=True))
    asking = pulumi.InvokeOptions(provider=provider)
    ring = gcp.kms.KeyRing(world.name("keys"), location=place.region, opts=kept)
    key = gcp.kms.CryptoKey(
        world.name("data"), key_ring=ring.id, rotation_period=_ROTATION, opts=kept
    )
    project = gcp.organizations.get_project_output(opts=asking)
    may_use = _lets(world.name("disks"), key, project.number.apply(_compute_agent), kept)
    agent = gcp.logging.get_project_cmek_settings_output(opts=asking).service_account_id
    may_log = _lets(
        world.name("logs"), key, agent.apply(lambda account: f"serviceAccount:{account}"), kept
    )
    account = _machine(world, place, made)
    _logs(
        world,
        place,
        project.project_id,
        key,
        pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=[may_log])),
        made,
    )
    wishes = Wishes.of_stack()
    network, subnet = _network(world, wishes, place, made)
    snapshots = _snapshots(world, place, made)
    return Ground(provider, place.region, key, may_use, snapshots, account, network, subnet, wishes)


def _provider(world: World, place: Place) -> pulumi.ProviderResource:
    """The one that a program gives the component, if its region is the place's; else ours."""
    given = world.given("gcp")
    if given is not None:
        asking = pulumi.InvokeOptions(provider=given)
        held_to(place, "gcp", gcp.organizations.get_client_config(opts=asking).region)
        return given
    made: pulumi.ProviderResource = gcp.Provider(
        world.name("gcp"),
        region=place.region,
        **inherited("gcp", "project"),
        opts=pulumi.ResourceOptions(parent=world.under),
    )
    return made


def _compute_agent(number: str) -> str:
    """Who encrypts disks on behalf of a project."""
    return f"serviceAccount:service-{number}@compute-system.iam.gserviceaccount.com"


def _lets(
    name: str,
    key: gcp.kms.CryptoKey,
    member: pulumi.Input[str],
    kept: pulumi.ResourceOptions,
) -> gcp.kms.CryptoKeyIAMMember:
    """Lets somebody use the key; kept with it, else what it encrypts could be read no more."""
    return gcp.kms.CryptoKeyIAMMember(
        name,
        crypto_key_id=key.id,
        role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member=member,
        opts=kept,
    )


def _machine(
    world: World, place: Place, made: pulumi.ResourceOptions
) -> gcp.serviceaccount.Account:
    """Who machines are: they may write logs and metrics, and nothing else."""
    account = gcp.serviceaccount.Account(
        world.name("machine"),
        account_id=short(f"{world.scope}-{place.datacenter}".lower(), 30),
        display_name=f"machines of {world.scope} at {place.datacenter}",
        opts=made,
    )
    for role in ("logging.logWriter", "monitoring.metricWriter"):
        gcp.projects.IAMMember(
            world.name(f"machine-{role.partition('.')[0]}"),
            project=account.project,
            role=f"roles/{role}",
            member=account.member,
            opts=made,
        )
    return account


def _logs(
    world: World,
    place: Place,
    project: pulumi.Input[str],
    key: gcp.kms.CryptoKey,
    kept: pulumi.ResourceOptions,
    made: pulumi.ResourceOptions,
) -> None:
    """A log bucket in the region, and what brings the logs of its machines there."""
    bucket = gcp.logging.ProjectBucketConfig(
        world.name("logs"),
        project=project,
        location=place.region,
        bucket_id=short(f"{world.scope}-{place.datacenter}".lower(), 100),
        retention_days=_RETENTION,
        cmek_settings=gcp.logging.ProjectBucketConfigCmekSettingsArgs(kms_key_name=key.id),
        opts=kept,
    )
    gcp.logging.ProjectSink(
        world.name("logs"),
        destination=pulumi.Output.concat("logging.googleapis.com/", bucket.id),
        filter=f'resource.type="gce_instance" AND resource.labels.zone:"{place.region}-"',
        unique_writer_identity=True,
        opts=made,
    )


def _snapshots(
    world: World, place: Place, made: pulumi.ResourceOptions
) -> gcp.compute.ResourcePolicy:
    """A daily snapshot, kept in the region: by itself it would go to a multi-region."""
    policies = gcp.compute
    return gcp.compute.ResourcePolicy(
        world.name("snapshots"),
        region=place.region,
        snapshot_schedule_policy=policies.ResourcePolicySnapshotSchedulePolicyArgs(
            schedule=policies.ResourcePolicySnapshotSchedulePolicyScheduleArgs(
                daily_schedule=policies.ResourcePolicySnapshotSchedulePolicyScheduleDailyScheduleArgs(
                    days_in_cycle=1, start_time="03:00"
                )
            ),
            retention_policy=policies.ResourcePolicySnapshotSchedulePolicyRetentionPolicyArgs(
                max_retention_days=_SNAPSHOTS, on_source_disk_delete="APPLY_RETENTION_POLICY"
            ),
            snapshot_properties=policies.ResourcePolicySnapshotSchedulePolicySnapshotPropertiesArgs(
                storage_locations=place.region
            ),
        ),
        opts=made,
    )


def _network(
    world: World, wishes: Wishes, place: Place, made: pulumi.ResourceOptions
) -> tuple[pulumi.Input[str], pulumi.Input[str]]:
    """Network and subnet: the user's own, else of the stack. A subnet spans the region's zones."""
    if wishes.vpc:
        if len(wishes.subnets) != 1:
            raise SourceError(
                "`network:vpc` needs the one subnet of the region in `network:subnets`",
                help="set it in this stack's `config:`",
            )
        return wishes.vpc, wishes.subnets[0]
    network = gcp.compute.Network(world.name("network"), auto_create_subnetworks=False, opts=made)
    subnet = gcp.compute.Subnetwork(
        world.name("machines"),
        network=network.id,
        region=place.region,
        ip_cidr_range="10.64.0.0/16",
        private_ip_google_access=True,
        opts=made,
    )
    router = gcp.compute.Router(
        world.name("out"), network=network.id, region=place.region, opts=made
    )
    gcp.compute.RouterNat(
        world.name("out"),
        router=router.name,
        region=place.region,
        nat_ip_allocate_option="AUTO_ONLY",
        source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
        opts=made,
    )
    return network.id, subnet.id
