"""What pools of one region share: the provider, a key, the places of backups and logs, a network.

All of it stands in the region. Key, vault and logs outlive the stack: taking a pool away, or the
stack, leaves them in the account (docs/decisions/kept-when-removed.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from domicile.provision.adapters import Place, World
from domicile.provision.aws.network import Network, make_network
from domicile.provision.cloud import Pinned
from domicile.provision.machines import Wishes, held_to, inherited

_SUFFIX = {"aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}
_RETENTION = 90
"""Days that logs are kept."""
_BACKUPS = 35
"""Days that backups are kept."""


@dataclass(frozen=True, slots=True)
class Ground(Pinned):
    """What pools of a region stand on."""

    key: aws.kms.Key
    logs: aws.cloudwatch.LogGroup
    profile: aws.iam.InstanceProfile
    network: Network
    wishes: Wishes


def make_ground(world: World, place: Place, partition: str) -> Ground:
    """Make it, at the stack's root or under the component of a program.

    Args:
        world: for what.
        place: whose region.
        partition: `aws`, `aws-cn` …
    """
    provider = _provider(world, place)
    made = pulumi.ResourceOptions(parent=world.under, provider=provider)
    kept = pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(retain_on_delete=True))
    asking = pulumi.InvokeOptions(provider=provider)
    tags = {"Name": f"{world.scope} {place.datacenter}"}
    account = aws.get_caller_identity_output(opts=asking).account_id
    key = aws.kms.Key(
        world.name("key"),
        description=f"data of {world.scope} at {place.datacenter}",
        multi_region=False,
        enable_key_rotation=True,
        deletion_window_in_days=30,
        policy=account.apply(lambda number: _policy(number, place.region, partition)),
        tags=tags,
        opts=kept,
    )
    logs = aws.cloudwatch.LogGroup(
        world.name("logs"), kms_key_id=key.arn, retention_in_days=_RETENTION, tags=tags, opts=kept
    )
    profile = _profile(world, logs, partition, tags, made)
    _backups(world, key, partition, tags, made, kept)
    wishes = Wishes.of_stack()
    network = make_network(world, wishes, tags, made)
    return Ground(provider, key, logs, profile, network, wishes)


def _provider(world: World, place: Place) -> pulumi.ProviderResource:
    """The one that a program gives the component, if its region is the place's; else ours."""
    given = world.given("aws")
    if given is not None:
        held_to(place, "aws", aws.get_region(opts=pulumi.InvokeOptions(provider=given)).region)
        return given
    made: pulumi.ProviderResource = aws.Provider(
        world.name("aws"),
        region=place.region,
        **inherited("aws", "profile"),
        opts=pulumi.ResourceOptions(parent=world.under),
    )
    return made


def _policy(account: str, region: str, partition: str) -> str:
    """Who may use the key: the account, its auto scaling groups for volumes, and its logs."""
    arn = f"arn:{partition}"
    verbs = ("Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "Describe")
    use = [f"kms:{verb}*" for verb in verbs]
    scaling = f"{arn}:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/*"
    statements = [
        {"Effect": "Allow", "Action": "kms:*", "Principal": {"AWS": f"{arn}:iam::{account}:root"}},
        # a principal must exist when it is named, and this role comes with the first group
        {
            "Effect": "Allow",
            "Action": [*use, "kms:CreateGrant"],
            "Principal": {"AWS": "*"},
            "Condition": {
                "StringEquals": {"kms:CallerAccount": account},
                "ArnLike": {"aws:PrincipalArn": scaling},
            },
        },
        {
            "Effect": "Allow",
            "Action": use,
            "Principal": {"Service": f"logs.{region}.{_SUFFIX.get(partition, 'amazonaws.com')}"},
            "Condition": {
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": f"{arn}:logs:{region}:{account}:*"
                }
            },
        },
    ]
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{**statement, "Resource": "*"} for statement in statements],
        }
    )


def _trusting(service: str, partition: str) -> str:
    """Lets a service of this partition take a role on."""
    suffix = "amazonaws.com.cn" if (service, partition) == ("ec2", "aws-cn") else "amazonaws.com"
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": f"{service}.{suffix}"},
                }
            ],
        }
    )


def _profile(
    world: World,
    logs: aws.cloudwatch.LogGroup,
    partition: str,
    tags: dict[str, str],
    made: pulumi.ResourceOptions,
) -> aws.iam.InstanceProfile:
    """What a machine may do: write to the logs of its place."""
    role = aws.iam.Role(
        world.name("machine"), assume_role_policy=_trusting("ec2", partition), tags=tags, opts=made
    )
    statement = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        "Resource": [logs.arn, pulumi.Output.concat(logs.arn, ":*")],
    }
    policy = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.iam.RolePolicy(world.name("machine-logs"), role=role.name, policy=policy, opts=made)
    return aws.iam.InstanceProfile(world.name("machine"), role=role.name, tags=tags, opts=made)


def _backups(
    world: World,
    key: aws.kms.Key,
    partition: str,
    tags: dict[str, str],
    made: pulumi.ResourceOptions,
    kept: pulumi.ResourceOptions,
) -> None:
    """A vault of the region, and a daily backup of every pool there; no copies elsewhere."""
    vault = aws.backup.Vault(world.name("backups"), kms_key_arn=key.arn, tags=tags, opts=kept)
    plan = aws.backup.Plan(
        world.name("backups"),
        rules=[
            aws.backup.PlanRuleArgs(
                rule_name="daily",
                target_vault_name=vault.name,
                schedule="cron(0 3 * * ? *)",
                lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=_BACKUPS),
            )
        ],
        tags=tags,
        opts=made,
    )
    role = aws.iam.Role(
        world.name("backups"),
        assume_role_policy=_trusting("backup", partition),
        tags=tags,
        opts=made,
    )
    aws.iam.RolePolicyAttachment(
        world.name("backups"),
        role=role.name,
        policy_arn=f"arn:{partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
        opts=made,
    )
    aws.backup.Selection(
        world.name("backups"),
        plan_id=plan.id,
        iam_role_arn=role.arn,
        selection_tags=[
            aws.backup.SelectionSelectionTagArgs(
                type="STRINGEQUALS", key="domicile:environment", value=world.scope
            )
        ],
        opts=made,
    )
