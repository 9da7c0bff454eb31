"""A pool: a managed instance group over the region's zones, behind a regional balancer.

The balancer is of the region and hands connections through: TLS ends at the machine, not at the
edge that is nearest to who asks.
"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from domicile.provision.adapters import PoolSpec, World
from domicile.provision.gcp.ground import Ground
from domicile.provision.labels import LABELS, labels
from domicile.provision.machines import entry, lasting, protocol, short

_ZONES = 3
"""Machines above the plan while they are replaced: at least one for each zone of the region."""
_VOLUME = 30
"""GiB of a machine's own volume."""


def make_pool(
    world: World, pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> list[dict[str, object]]:
    """Make it.

    Returns:
        Where its requests enter: the balancer's address.
    """
    tags = labels(pool, world.digest, LABELS)
    check = _health(pool, ground, parent)
    group = _machines(pool, ground, check, tags, parent)
    service = gcp.compute.RegionBackendService(
        pool.name,
        region=ground.region,
        load_balancing_scheme="EXTERNAL",
        protocol="TCP",
        health_checks=check.id,
        connection_draining_timeout_sec=120,
        backends=[
            gcp.compute.RegionBackendServiceBackendArgs(
                group=group.instance_group, balancing_mode="CONNECTION"
            )
        ],
        opts=ground.options(parent),
    )
    address = gcp.compute.Address(
        pool.name, region=ground.region, labels=tags, opts=ground.options(parent)
    )
    gcp.compute.ForwardingRule(
        pool.name,
        region=ground.region,
        load_balancing_scheme="EXTERNAL",
        backend_service=service.id,
        ip_address=address.address,
        ip_protocol="TCP",
        ports=[str(pool.port)],
        labels=tags,
        opts=ground.options(parent),
    )
    return [entry(pool, address.address)]


def _health(
    pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> gcp.compute.RegionHealthCheck:
    kinds = gcp.compute
    asked = protocol(pool)
    return gcp.compute.RegionHealthCheck(
        pool.name,
        region=ground.region,
        check_interval_sec=10,
        timeout_sec=5,
        healthy_threshold=2,
        unhealthy_threshold=3,
        tcp_health_check=kinds.RegionHealthCheckTcpHealthCheckArgs(port=pool.port)
        if asked == "TCP"
        else None,
        http_health_check=kinds.RegionHealthCheckHttpHealthCheckArgs(
            port=pool.port, request_path=pool.health
        )
        if asked == "HTTP"
        else None,
        https_health_check=kinds.RegionHealthCheckHttpsHealthCheckArgs(
            port=pool.port, request_path=pool.health
        )
        if asked == "HTTPS"
        else None,
        opts=ground.options(parent),
    )


def _machines(
    pool: PoolSpec,
    ground: Ground,
    check: gcp.compute.RegionHealthCheck,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> gcp.compute.RegionInstanceGroupManager:
    """As many machines as planned, never fewer while they are replaced."""
    mark = short(pool.name, 63)
    gcp.compute.Firewall(
        pool.name,
        network=ground.network,
        direction="INGRESS",
        source_ranges=["0.0.0.0/0"],
        target_tags=[mark],
        allows=[gcp.compute.FirewallAllowArgs(protocol="tcp", ports=[str(pool.port)])],
        opts=ground.options(parent),
    )
    template = _template(pool, ground, mark, lasting(tags, LABELS), parent)
    return gcp.compute.RegionInstanceGroupManager(
        pool.name,
        region=ground.region,
        base_instance_name=short(pool.name, 54),
        target_size=pool.backends,
        distribution_policy_zones=list(ground.wishes.zones) or None,
        distribution_policy_target_shape="EVEN",
        versions=[
            gcp.compute.RegionInstanceGroupManagerVersionArgs(instance_template=template.self_link)
        ],
        update_policy=gcp.compute.RegionInstanceGroupManagerUpdatePolicyArgs(
            type="PROACTIVE",
            minimal_action="REPLACE",
            replacement_method="SUBSTITUTE",
            max_surge_fixed=max(_ZONES, len(ground.wishes.zones), -(-pool.backends // 10)),
            max_unavailable_fixed=0,
        ),
        auto_healing_policies=gcp.compute.RegionInstanceGroupManagerAutoHealingPoliciesArgs(
            health_check=check.id, initial_delay_sec=300
        ),
        wait_for_instances=True,
        wait_for_instances_status="UPDATED",
        opts=ground.options(parent),
    )


def _template(
    pool: PoolSpec,
    ground: Ground,
    mark: str,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> gcp.compute.RegionInstanceTemplate:
    kinds = gcp.compute
    starting = {"user-data": ground.wishes.user_data} if ground.wishes.user_data else {}
    return gcp.compute.RegionInstanceTemplate(
        pool.name,
        region=ground.region,
        machine_type=pool.machine,
        tags=[mark],
        labels=tags,
        disks=[
            kinds.RegionInstanceTemplateDiskArgs(
                boot=True,
                auto_delete=True,
                source_image=pool.image,
                disk_type="pd-balanced",
                disk_size_gb=_VOLUME,
                disk_encryption_key=kinds.RegionInstanceTemplateDiskDiskEncryptionKeyArgs(
                    kms_key_self_link=ground.key.id
                ),
                resource_policies=ground.snapshots.id,
                labels=tags,
            )
        ],
        network_interfaces=[  # without an access configuration there is no public address
            kinds.RegionInstanceTemplateNetworkInterfaceArgs(
                network=ground.network, subnetwork=ground.subnet
            )
        ],
        shielded_instance_config=kinds.RegionInstanceTemplateShieldedInstanceConfigArgs(
            enable_secure_boot=True, enable_vtpm=True, enable_integrity_monitoring=True
        ),
        service_account=kinds.RegionInstanceTemplateServiceAccountArgs(
            email=ground.account.email, scopes=["cloud-platform"]
        ),
        metadata={"block-project-ssh-keys": "TRUE", "enable-oslogin": "TRUE", **starting},
        opts=pulumi.ResourceOptions.merge(
            ground.options(parent), pulumi.ResourceOptions(depends_on=[ground.may_use])
        ),
    )
