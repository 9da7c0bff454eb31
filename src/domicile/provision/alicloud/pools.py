"""A pool: a scaling group over the region's zones, behind a network balancer of its own."""

from __future__ import annotations

import pulumi
import pulumi_alicloud as alicloud

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.alicloud.ground import Ground
from domicile.provision.labels import TAGS, labels
from domicile.provision.machines import encoded, entry, largest, lasting, protocol

_VOLUME = 40
"""GiB of a machine's own volume."""


def make_pool(
    world: World, pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> list[dict[str, object]]:
    """Make it.

    Returns:
        Where its requests enter: an address of the balancer in each zone.
    """
    tags = {**labels(pool, world.digest, TAGS), "domicile:environment": world.scope}
    guard = _guard(pool, ground, tags, parent)
    servers = _servers(pool, ground, tags, parent)
    listener, addresses = _balancer(pool, ground, guard, servers, tags, parent)
    _machines(pool, ground, guard, servers, listener, tags, parent)
    return [entry(pool, address.ip_address) for address in addresses]


def _guard(
    pool: PoolSpec, ground: Ground, tags: dict[str, str], parent: pulumi.Resource
) -> alicloud.ecs.SecurityGroup:
    """Who may come in: anybody, by the one port; not even others of the group otherwise."""
    guard = alicloud.ecs.SecurityGroup(
        pool.name,
        vpc_id=ground.vpc,
        inner_access_policy="Drop",
        tags=tags,
        opts=ground.options(parent),
    )
    alicloud.ecs.SecurityGroupRule(
        pool.name,
        type="ingress",
        ip_protocol="tcp",
        port_range=f"{pool.port}/{pool.port}",
        cidr_ip="0.0.0.0/0",
        policy="accept",
        nic_type="intranet",
        security_group_id=guard.id,
        opts=ground.options(parent),
    )
    return guard


def _servers(
    pool: PoolSpec, ground: Ground, tags: dict[str, str], parent: pulumi.Resource
) -> alicloud.nlb.ServerGroup:
    asked = protocol(pool)
    return alicloud.nlb.ServerGroup(
        pool.name,
        server_group_name=pool.name,
        server_group_type="Instance",
        protocol="TCP",
        vpc_id=ground.vpc,
        connection_drain_enabled=True,
        connection_drain_timeout=120,
        health_check=alicloud.nlb.ServerGroupHealthCheckArgs(
            health_check_enabled=True,
            # it asks by HTTP or TCP; where the path is behind TLS it is enough that it listens
            health_check_type="HTTP" if asked == "HTTP" else "TCP",
            health_check_url=pool.health if asked == "HTTP" else None,
            health_check_http_codes=["http_2xx", "http_3xx"] if asked == "HTTP" else None,
            http_check_method="GET" if asked == "HTTP" else None,
            health_check_connect_port=pool.port,
            health_check_interval=10,
            healthy_threshold=2,
            unhealthy_threshold=3,
        ),
        tags=tags,
        opts=ground.options(parent),
    )


def _balancer(
    pool: PoolSpec,
    ground: Ground,
    guard: alicloud.ecs.SecurityGroup,
    servers: alicloud.nlb.ServerGroup,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> tuple[alicloud.nlb.Listener, list[alicloud.ecs.EipAddress]]:
    """A balancer with an address in each zone."""
    made = ground.options(parent)
    addresses = [
        alicloud.ecs.EipAddress(
            f"{pool.name}-{zone}",
            internet_charge_type="PayByTraffic",
            bandwidth="200",
            tags=tags,
            opts=made,
        )
        for zone, _ in ground.subnets
    ]
    balancer = alicloud.nlb.LoadBalancer(
        pool.name,
        load_balancer_name=pool.name,
        load_balancer_type="Network",
        address_type="Internet",
        cross_zone_enabled=True,
        vpc_id=ground.vpc,
        security_group_ids=[guard.id],
        zone_mappings=[
            alicloud.nlb.LoadBalancerZoneMappingArgs(
                zone_id=zone, vswitch_id=subnet, allocation_id=address.id
            )
            for (zone, subnet), address in zip(ground.subnets, addresses, strict=True)
        ],
        tags=tags,
        opts=made,
    )
    listener = alicloud.nlb.Listener(
        pool.name,
        load_balancer_id=balancer.id,
        listener_protocol="TCP",
        listener_port=pool.port,
        server_group_id=servers.id,
        tags=tags,
        opts=made,
    )
    return listener, addresses


def _machines(
    pool: PoolSpec,
    ground: Ground,
    guard: alicloud.ecs.SecurityGroup,
    servers: alicloud.nlb.ServerGroup,
    listener: alicloud.nlb.Listener,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> None:
    """As many machines as planned, never fewer while they are replaced."""
    made = ground.options(parent)
    template = _template(pool, ground, guard, lasting(tags, TAGS), parent)
    group = alicloud.ess.ScalingGroup(
        pool.name,
        scaling_group_name=pool.name,
        min_size=pool.backends,
        desired_capacity=pool.backends,
        max_size=largest(pool.backends),
        vswitch_ids=[subnet for _, subnet in ground.subnets],
        multi_az_policy="BALANCE",
        az_balance=True,
        health_check_types=["ECS", "LOAD_BALANCER"],
        removal_policies=["OldestScalingConfiguration", "OldestInstance"],
        launch_template_id=template.id,
        launch_template_version=template.latest_version_number.apply(str),
        tags=tags,
        opts=made,
    )
    attached = alicloud.ess.ServerGroupAttachment(
        pool.name,
        scaling_group_id=group.id,
        server_group_id=servers.id,
        type="NLB",
        port=pool.port,
        weight=100,
        force_attach=True,
        opts=pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(depends_on=[listener])),
    )
    # a new version of the template comes to standing machines by this alone
    alicloud.ess.InstanceRefresh(
        pool.name,
        scaling_group_id=group.id,
        desired_configuration_launch_template_id=template.id,
        desired_configuration_launch_template_version=template.latest_version_number.apply(str),
        min_healthy_percentage=100,
        max_healthy_percentage=110,
        skip_matching=True,
        opts=pulumi.ResourceOptions.merge(
            made,
            pulumi.ResourceOptions(
                depends_on=[attached],
                replace_on_changes=["desiredConfigurationLaunchTemplateVersion"],
                delete_before_replace=True,
            ),
        ),
    )


def _template(
    pool: PoolSpec,
    ground: Ground,
    guard: alicloud.ecs.SecurityGroup,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> alicloud.ecs.EcsLaunchTemplate:
    return alicloud.ecs.EcsLaunchTemplate(
        pool.name,
        image_id=_image(pool, ground),
        instance_type=pool.machine,
        security_group_ids=[guard.id],
        internet_max_bandwidth_out=0,  # no public address
        http_endpoint="enabled",
        http_tokens="required",
        security_enhancement_strategy="Active",
        system_disk=alicloud.ecs.EcsLaunchTemplateSystemDiskArgs(
            category="cloud_essd",
            size=_VOLUME,
            encrypted=True,
            kms_key_id=ground.key.id,
            delete_with_instance=True,
        ),
        update_default_version_number=True,
        user_data=encoded(ground.user_data),
        tags=tags,
        template_tags=tags,
        opts=ground.options(parent),
    )


def _image(pool: PoolSpec, ground: Ground) -> pulumi.Input[str]:
    """An image's id, or the newest of a family (`acs:…`)."""
    if not pool.image.startswith("acs:"):
        return pool.image
    found = alicloud.ecs.get_images_output(
        image_family=pool.image,
        most_recent=True,
        owners="system",
        opts=pulumi.InvokeOutputOptions(provider=ground.provider),
    )
    newest: pulumi.Output[str] = found.images.apply(lambda images: str(images[0].image_id))
    return newest
