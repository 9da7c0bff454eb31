"""A pool: an auto scaling group over the region's zones, behind a balancer of its own."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.aws.ground import Ground
from domicile.provision.labels import TAGS, labels
from domicile.provision.machines import encoded, entry, largest, lasting, protocol, short

_NAME = 24
"""Most characters of a balancer's name, beside those that Pulumi adds."""
_VOLUME = 30
"""GiB of a machine's own volume."""


def make_pool(
    world: World, pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> list[dict[str, object]]:
    """Make it.

    Returns:
        Where its requests enter: the balancer's name and its zone's id for Route 53, or each of its
        own addresses where the stack's user wants those.
    """
    tags = {**labels(pool, world.digest, TAGS), "domicile:environment": world.scope}
    by_http = bool(ground.wishes.certificate) and protocol(pool) != "TCP"
    at_entries, at_machines = _groups(pool, ground, tags, parent)
    balancer, addresses = _balancer(pool, ground, at_entries, tags, parent, by_http=by_http)
    targets = _targets(pool, ground, tags, parent, by_http=by_http)
    listener = aws.lb.Listener(
        pool.name,
        load_balancer_arn=balancer.arn,
        port=pool.port,
        protocol="HTTPS" if by_http else "TCP",
        certificate_arn=ground.wishes.certificate if by_http else None,
        ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06" if by_http else None,
        default_actions=[
            aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn)
        ],
        tags=tags,
        opts=ground.options(parent),
    )
    _machines(pool, ground, at_machines, targets, listener, tags, parent)
    at = {"alias": balancer.dns_name, "zone_id": balancer.zone_id}
    if addresses:
        return [entry(pool, address.public_ip, **at) for address in addresses]
    return [entry(pool, balancer.dns_name, **at)]


def _groups(
    pool: PoolSpec, ground: Ground, tags: dict[str, str], parent: pulumi.Resource
) -> tuple[aws.ec2.SecurityGroup, aws.ec2.SecurityGroup]:
    """Who may come in: anybody to the balancer, the balancer to machines, by the one port."""
    made = ground.options(parent)
    entries, machines = (
        aws.ec2.SecurityGroup(
            f"{pool.name}-{whose}",
            description=f"{whose} of {pool.service}",
            vpc_id=ground.network.vpc,
            tags=tags,
            opts=made,
        )
        for whose in ("entries", "machines")
    )
    aws.vpc.SecurityGroupIngressRule(
        f"{pool.name}-entries",
        security_group_id=entries.id,
        cidr_ipv4="0.0.0.0/0",
        ip_protocol="tcp",
        from_port=pool.port,
        to_port=pool.port,
        tags=tags,
        opts=made,
    )
    aws.vpc.SecurityGroupEgressRule(
        f"{pool.name}-entries",
        security_group_id=entries.id,
        referenced_security_group_id=machines.id,
        ip_protocol="tcp",
        from_port=pool.port,
        to_port=pool.port,
        tags=tags,
        opts=made,
    )
    aws.vpc.SecurityGroupIngressRule(
        f"{pool.name}-machines",
        security_group_id=machines.id,
        referenced_security_group_id=entries.id,
        ip_protocol="tcp",
        from_port=pool.port,
        to_port=pool.port,
        tags=tags,
        opts=made,
    )
    # what a service asks of others is decided where they stand: the law judges flows, not ports
    aws.vpc.SecurityGroupEgressRule(
        f"{pool.name}-machines",
        security_group_id=machines.id,
        cidr_ipv4="0.0.0.0/0",
        ip_protocol="-1",
        tags=tags,
        opts=made,
    )
    return entries, machines


def _balancer(
    pool: PoolSpec,
    ground: Ground,
    group: aws.ec2.SecurityGroup,
    tags: dict[str, str],
    parent: pulumi.Resource,
    *,
    by_http: bool,
) -> tuple[aws.lb.LoadBalancer, list[aws.ec2.Eip]]:
    """The balancer, and its own addresses where it has any."""
    entries = ground.network.entries
    addresses = []
    if ground.wishes.fixed_addresses and not by_http:
        addresses = [
            aws.ec2.Eip(
                f"{pool.name}-{number}", domain="vpc", tags=tags, opts=ground.options(parent)
            )
            for number, _ in enumerate(entries)
        ]
    balancer = aws.lb.LoadBalancer(
        short(pool.name, _NAME),
        load_balancer_type="application" if by_http else "network",
        internal=False,
        security_groups=[group.id],
        subnets=None if addresses else list(entries),
        subnet_mappings=[
            aws.lb.LoadBalancerSubnetMappingArgs(
                subnet_id=subnet, allocation_id=address.allocation_id
            )
            for subnet, address in zip(entries, addresses, strict=True)
        ]
        if addresses
        else None,
        enable_cross_zone_load_balancing=True,
        drop_invalid_header_fields=True if by_http else None,
        tags=tags,
        opts=ground.options(parent),
    )
    return balancer, addresses


def _targets(
    pool: PoolSpec,
    ground: Ground,
    tags: dict[str, str],
    parent: pulumi.Resource,
    *,
    by_http: bool,
) -> aws.lb.TargetGroup:
    asked = protocol(pool)
    return aws.lb.TargetGroup(
        short(pool.name, _NAME),
        vpc_id=ground.network.vpc,
        target_type="instance",
        port=pool.port,
        protocol=asked if by_http else "TCP",
        deregistration_delay=120,
        health_check=aws.lb.TargetGroupHealthCheckArgs(
            protocol=asked,
            port="traffic-port",
            path=pool.health or None,
            matcher="200-399" if pool.health else None,
            interval=10,
            healthy_threshold=2,
            unhealthy_threshold=3,
        ),
        tags=tags,
        opts=ground.options(parent),
    )


def _machines(
    pool: PoolSpec,
    ground: Ground,
    group: aws.ec2.SecurityGroup,
    targets: aws.lb.TargetGroup,
    listener: aws.lb.Listener,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> None:
    """As many machines as planned, never fewer while they are replaced."""
    template = _template(pool, ground, group, lasting(tags, TAGS), parent)
    waiting = pulumi.ResourceOptions(depends_on=[listener])
    aws.autoscaling.Group(
        pool.name,
        min_size=pool.backends,
        desired_capacity=pool.backends,
        max_size=largest(pool.backends),
        vpc_zone_identifiers=list(ground.network.machines),
        launch_template=aws.autoscaling.GroupLaunchTemplateArgs(
            id=template.id, version=template.latest_version.apply(str)
        ),
        target_group_arns=[targets.arn],
        health_check_type="ELB",
        health_check_grace_period=300,
        wait_for_elb_capacity=pool.backends,
        wait_for_capacity_timeout="20m",
        instance_refresh=aws.autoscaling.GroupInstanceRefreshArgs(
            strategy="Rolling",
            preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                min_healthy_percentage=100, max_healthy_percentage=110
            ),
        ),
        tags=[
            aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=True)
            for key, value in sorted({**tags, "Name": pool.name}.items())
        ],
        opts=pulumi.ResourceOptions.merge(ground.options(parent), waiting),
    )


def _template(
    pool: PoolSpec,
    ground: Ground,
    group: aws.ec2.SecurityGroup,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> aws.ec2.LaunchTemplate:
    volume: dict[str, Any] = {"volume_type": "gp3", "volume_size": _VOLUME}
    return aws.ec2.LaunchTemplate(
        pool.name,
        image_id=pool.image,
        instance_type=pool.machine,
        update_default_version=True,
        user_data=encoded(ground.wishes.user_data),
        iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(arn=ground.profile.arn),
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled",
            http_tokens="required",
            http_put_response_hop_limit=1,
        ),
        network_interfaces=[
            aws.ec2.LaunchTemplateNetworkInterfaceArgs(
                device_index=0,
                associate_public_ip_address="false",
                delete_on_termination="true",
                security_groups=[group.id],
            )
        ],
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name="/dev/xvda",
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    encrypted="true",
                    kms_key_id=ground.key.arn,
                    delete_on_termination="true",
                    **volume,
                ),
            )
        ],
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type="volume", tags=tags)
        ],
        tags=tags,
        opts=ground.options(parent),
    )
