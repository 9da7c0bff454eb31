"""A pool: an instance pool over the region's availability and fault domains, behind a balancer.

The balancer is of the region and hands connections through: TLS ends at the machine.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pulumi
import pulumi_oci as oci

from domicile.model.errors import SourceError
from domicile.provision.adapters import PoolSpec, World
from domicile.provision.labels import TAGS, labels
from domicile.provision.machines import encoded, entry, lasting, protocol, short
from domicile.provision.oci.ground import Domain, Ground

_VOLUME = "50"
"""GB of a machine's own volume, the least that Oracle's images take."""
_TCP = "6"
_IMAGE = "instanceDetails.launchDetails.sourceDetails.imageId"


def make_pool(
    world: World, pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> list[dict[str, object]]:
    """Make it.

    Returns:
        Where its requests enter: the balancer's address.
    """
    tags = {**labels(pool, world.digest, TAGS), TAGS.key("environment"): world.scope}
    guard = _guard(pool, ground, tags, parent)
    balancer, behind, address = _balancer(pool, ground, guard, tags, parent)
    template = _template(pool, ground, guard, lasting(tags, TAGS), parent)
    oci.core.InstancePool(
        pool.name,
        compartment_id=ground.compartment,
        display_name=pool.name,
        instance_configuration_id=template.id,
        size=pool.backends,
        placement_configurations=ground.domains.apply(
            lambda domains: [_placed(domain, ground) for domain in domains]
        ),
        load_balancers=[
            oci.core.InstancePoolLoadBalancerArgs(
                load_balancer_id=balancer.id,
                backend_set_name=behind.name,
                port=pool.port,
                vnic_selection="PrimaryVnic",
            )
        ],
        freeform_tags=tags,
        opts=pulumi.ResourceOptions.merge(
            ground.options(parent),
            pulumi.ResourceOptions(
                depends_on=[ground.may_use],
                # in place, the machines that stand would stay what they are
                replace_on_changes=["instanceConfigurationId"],
            ),
        ),
    )
    return [entry(pool, address.ip_address)]


def _placed(domain: Domain, ground: Ground) -> oci.core.InstancePoolPlacementConfigurationArgs:
    """Machines of one availability domain, evenly over its fault domains."""
    return oci.core.InstancePoolPlacementConfigurationArgs(
        availability_domain=domain.name,
        fault_domains=list(domain.fault_domains),
        primary_vnic_subnets=oci.core.InstancePoolPlacementConfigurationPrimaryVnicSubnetsArgs(
            subnet_id=ground.network.machines
        ),
    )


def _guard(
    pool: PoolSpec, ground: Ground, tags: dict[str, str], parent: pulumi.Resource
) -> oci.core.NetworkSecurityGroup:
    """Who may come in: anybody, by the one port; the balancer passes on whose request it is."""
    guard = oci.core.NetworkSecurityGroup(
        pool.name,
        compartment_id=ground.compartment,
        vcn_id=ground.network.id,
        display_name=pool.name,
        freeform_tags=tags,
        opts=ground.options(parent),
    )
    oci.core.NetworkSecurityGroupSecurityRule(
        f"{pool.name}-in",
        network_security_group_id=guard.id,
        direction="INGRESS",
        protocol=_TCP,
        source="0.0.0.0/0",
        source_type="CIDR_BLOCK",
        tcp_options=oci.core.NetworkSecurityGroupSecurityRuleTcpOptionsArgs(
            destination_port_range=oci.core.NetworkSecurityGroupSecurityRuleTcpOptionsDestinationPortRangeArgs(
                min=pool.port, max=pool.port
            )
        ),
        opts=ground.options(parent),
    )
    oci.core.NetworkSecurityGroupSecurityRule(
        f"{pool.name}-out",
        network_security_group_id=guard.id,
        direction="EGRESS",
        protocol="all",
        destination="0.0.0.0/0",
        destination_type="CIDR_BLOCK",
        opts=ground.options(parent),
    )
    return guard


def _balancer(
    pool: PoolSpec,
    ground: Ground,
    guard: oci.core.NetworkSecurityGroup,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> tuple[
    oci.networkloadbalancer.NetworkLoadBalancer,
    oci.networkloadbalancer.BackendSet,
    oci.core.PublicIp,
]:
    """A balancer of the region with an address that outlasts it."""
    made = ground.options(parent)
    address = oci.core.PublicIp(
        pool.name,
        compartment_id=ground.compartment,
        display_name=pool.name,
        lifetime="RESERVED",
        freeform_tags=tags,
        opts=pulumi.ResourceOptions.merge(
            # whose it is says the balancer
            made,
            pulumi.ResourceOptions(ignore_changes=["privateIpId"]),
        ),
    )
    balancer = oci.networkloadbalancer.NetworkLoadBalancer(
        pool.name,
        compartment_id=ground.compartment,
        display_name=pool.name,
        subnet_id=ground.network.balancers,
        is_private=False,
        network_security_group_ids=[guard.id],
        reserved_ips=[oci.networkloadbalancer.NetworkLoadBalancerReservedIpArgs(id=address.id)],
        freeform_tags=tags,
        opts=made,
    )
    behind = oci.networkloadbalancer.BackendSet(
        pool.name,
        name=short(pool.name, 32),
        network_load_balancer_id=balancer.id,
        policy="FIVE_TUPLE",
        is_preserve_source=True,
        health_checker=_health(pool),
        opts=made,
    )
    oci.networkloadbalancer.Listener(
        pool.name,
        name=short(pool.name, 32),
        network_load_balancer_id=balancer.id,
        default_backend_set_name=behind.name,
        protocol="TCP",
        port=pool.port,
        opts=made,
    )
    return balancer, behind, address


def _health(pool: PoolSpec) -> oci.networkloadbalancer.BackendSetHealthCheckerArgs:
    asked = protocol(pool)
    return oci.networkloadbalancer.BackendSetHealthCheckerArgs(
        protocol=asked,
        port=pool.port,
        interval_in_millis=10_000,
        timeout_in_millis=3_000,
        retries=3,
        url_path=pool.health if asked != "TCP" else None,
        return_code=200 if asked != "TCP" else None,
    )


def _template(
    pool: PoolSpec,
    ground: Ground,
    guard: oci.core.NetworkSecurityGroup,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> oci.core.InstanceConfiguration:
    """What machines are made from.

    It is named for what people wrote: a newer image of the same name is no reason to make machines
    anew, all else makes another template and with it another pool.
    """
    shape, size = _shape(pool)
    key = pulumi.Config("machine").get("sshPublicKey") or ""
    metadata = {"user_data": encoded(ground.user_data), "ssh_authorized_keys": key}
    starts = pulumi.Config("machine").get("userData") or ""  # a secret stays one in its digest
    written = f"{pool.machine}\0{pool.image}\0{starts}\0{key}\0{sorted(tags.items())}"
    kinds = oci.core
    details = kinds.InstanceConfigurationInstanceDetailsLaunchDetailsArgs(
        compartment_id=ground.compartment,
        display_name=pool.name,
        shape=shape,
        shape_config=size,
        source_details=kinds.InstanceConfigurationInstanceDetailsLaunchDetailsSourceDetailsArgs(
            source_type="image",
            image_id=_image(pool, shape, ground),
            boot_volume_size_in_gbs=_VOLUME,
            kms_key_id=ground.key.id,
        ),
        create_vnic_details=kinds.InstanceConfigurationInstanceDetailsLaunchDetailsCreateVnicDetailsArgs(
            assign_public_ip=False, nsg_ids=[guard.id]
        ),
        instance_options=kinds.InstanceConfigurationInstanceDetailsLaunchDetailsInstanceOptionsArgs(
            are_legacy_imds_endpoints_disabled=True
        ),
        availability_config=kinds.InstanceConfigurationInstanceDetailsLaunchDetailsAvailabilityConfigArgs(
            recovery_action="RESTORE_INSTANCE"
        ),
        is_pv_encryption_in_transit_enabled=True,
        metadata={name: value for name, value in metadata.items() if value},
        freeform_tags=tags,
    )
    return kinds.InstanceConfiguration(
        f"{pool.name}-{hashlib.sha256(written.encode()).hexdigest()[:6]}",
        compartment_id=ground.compartment,
        display_name=pool.name,
        instance_details=kinds.InstanceConfigurationInstanceDetailsArgs(
            instance_type="compute", launch_details=details
        ),
        freeform_tags=tags,
        opts=pulumi.ResourceOptions.merge(
            ground.options(parent), pulumi.ResourceOptions(ignore_changes=[_IMAGE])
        ),
    )


def _shape(pool: PoolSpec) -> tuple[str, Any]:
    """`VM.Standard.E5.Flex:2:16`: the shape, and of a flexible one its OCPUs and GB of memory."""
    shape, *size = pool.machine.split(":")
    flexible = shape.endswith(".Flex")
    if len(size) != (2 if flexible else 0) or not all(part.isdecimal() for part in size):
        raise SourceError(
            f"backend type `{pool.backend}` has the machine `{pool.machine}`, which is no shape",
            help="a flexible shape is written with its OCPUs and GB of memory,"
            " `VM.Standard.E5.Flex:2:16`, any other without",
        )
    if not flexible:
        return shape, None
    ocpus, memory = (float(part) for part in size)
    return shape, oci.core.InstanceConfigurationInstanceDetailsLaunchDetailsShapeConfigArgs(
        ocpus=ocpus, memory_in_gbs=memory
    )


def _image(pool: PoolSpec, shape: str, ground: Ground) -> pulumi.Input[str]:
    """An image's id, or the newest of a system and its version: `Oracle Linux:9`."""
    if pool.image.startswith("ocid1.image."):
        return pool.image
    system, colon, version = pool.image.partition(":")
    if not colon:
        raise SourceError(
            f"backend type `{pool.backend}` has the image `{pool.image}`, which is no id, and no"
            " system with its version",
            help="write it like `Oracle Linux:9`",
        )
    found = oci.core.get_images_output(
        compartment_id=ground.compartment,
        operating_system=system,
        operating_system_version=version,
        shape=shape,
        sort_by="TIMECREATED",
        sort_order="DESC",
        opts=pulumi.InvokeOutputOptions(provider=ground.provider),
    )

    def newest(images: Any) -> str:  # noqa: ANN401 -- of the SDK
        if not images:
            raise pulumi.RunError(f"there is no image of `{pool.image}` for shape `{shape}`")
        return str(images[0].id)

    image: pulumi.Output[str] = found.images.apply(newest)
    return image
