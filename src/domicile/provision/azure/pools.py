"""A pool: a scale set over the region's zones, behind a balancer of its own."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import compute, network

from domicile.model.errors import SourceError
from domicile.provision.adapters import PoolSpec, World
from domicile.provision.azure.ground import Ground
from domicile.provision.labels import TAGS, labels
from domicile.provision.machines import encoded, entry, protocol, short

_IMAGE = 4
"""Parts of an image's name: publisher, offer, kind and version."""
_ENTRY, _MACHINES, _HEALTH = "entry", "machines", "health"
"""Names of the parts of a balancer."""


def make_pool(
    world: World, pool: PoolSpec, ground: Ground, parent: pulumi.Resource
) -> list[dict[str, object]]:
    """Make it.

    Returns:
        Where its requests enter: the balancer's address.

    Raises:
        SourceError: the image is not named as Azure names images.
    """
    tags = labels(pool, world.digest, TAGS)
    image = _image(pool)
    address = network.PublicIPAddress(
        pool.name,
        sku=network.PublicIPAddressSkuArgs(name="Standard", tier="Regional"),
        public_ip_allocation_method="Static",
        zones=list(ground.zones) or None,
        resource_group_name=ground.group.name,
        location=ground.region,
        tags=tags,
        opts=ground.options(parent),
    )
    guard = _guard(pool, ground, tags, parent)
    balancer = _balancer(pool, ground, address, tags, parent)
    _machines(pool, ground, image, guard, balancer, tags, parent)
    return [entry(pool, address.ip_address.apply(lambda given: str(given or "")))]


def _image(pool: PoolSpec) -> compute.ImageReferenceArgs:
    """An id, or `publisher:offer:kind:version`."""
    if pool.image.startswith("/"):
        return compute.ImageReferenceArgs(id=pool.image)
    parts = pool.image.split(":")
    if len(parts) != _IMAGE:
        raise SourceError(
            f"Azure has no image `{pool.image}`",
            help="name it as `publisher:offer:kind:version`, or by its id",
        )
    publisher, offer, sku, version = parts
    return compute.ImageReferenceArgs(publisher=publisher, offer=offer, sku=sku, version=version)


def _guard(
    pool: PoolSpec, ground: Ground, tags: dict[str, str], parent: pulumi.Resource
) -> network.NetworkSecurityGroup:
    """Who may come in: anybody by the one port, and the balancer's checks."""
    rules = (
        ("service", "*", "Allow", str(pool.port)),
        ("checks", "AzureLoadBalancer", "Allow", str(pool.port)),
        ("rest", "*", "Deny", "*"),
    )
    return network.NetworkSecurityGroup(
        pool.name,
        security_rules=[
            network.SecurityRuleArgs(
                name=name,
                priority=100 * (number + 1),
                direction="Inbound",
                access=access,
                protocol="Tcp" if access == "Allow" else "*",
                source_address_prefix=source,
                source_port_range="*",
                destination_address_prefix="*",
                destination_port_range=port,
            )
            for number, (name, source, access, port) in enumerate(rules)
        ],
        resource_group_name=ground.group.name,
        location=ground.region,
        tags=tags,
        opts=ground.options(parent),
    )


def _balancer(
    pool: PoolSpec,
    ground: Ground,
    address: network.PublicIPAddress,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> network.LoadBalancer:
    """Hands connections to healthy machines; machines reach out by its address too."""
    name = short(pool.name, 80)
    its = pulumi.Output.concat(
        ground.group.id, "/providers/Microsoft.Network/loadBalancers/", name, "/"
    )
    at_entry = network.SubResourceArgs(
        id=pulumi.Output.concat(its, "frontendIPConfigurations/", _ENTRY)
    )
    at_machines = network.SubResourceArgs(
        id=pulumi.Output.concat(its, "backendAddressPools/", _MACHINES)
    )
    return network.LoadBalancer(
        pool.name,
        load_balancer_name=name,
        sku=network.LoadBalancerSkuArgs(name="Standard", tier="Regional"),
        frontend_ip_configurations=[
            network.FrontendIPConfigurationArgs(
                name=_ENTRY, public_ip_address=network.PublicIPAddressArgs(id=address.id)
            )
        ],
        backend_address_pools=[network.BackendAddressPoolArgs(name=_MACHINES)],
        probes=[
            network.ProbeArgs(
                name=_HEALTH,
                port=pool.port,
                protocol=protocol(pool).capitalize(),
                request_path=pool.health or None,
                interval_in_seconds=10,
                probe_threshold=3,
            )
        ],
        load_balancing_rules=[
            network.LoadBalancingRuleArgs(
                name="service",
                protocol="Tcp",
                frontend_port=pool.port,
                backend_port=pool.port,
                frontend_ip_configuration=at_entry,
                backend_address_pool=at_machines,
                probe=network.SubResourceArgs(id=pulumi.Output.concat(its, "probes/", _HEALTH)),
                disable_outbound_snat=True,
                enable_tcp_reset=True,
            )
        ],
        outbound_rules=[
            network.OutboundRuleArgs(
                name="out",
                protocol="All",
                frontend_ip_configurations=[at_entry],
                backend_address_pool=at_machines,
                enable_tcp_reset=True,
            )
        ],
        resource_group_name=ground.group.name,
        location=ground.region,
        tags=tags,
        opts=ground.options(parent),
    )


def _machines(
    pool: PoolSpec,
    ground: Ground,
    image: compute.ImageReferenceArgs,
    guard: network.NetworkSecurityGroup,
    balancer: network.LoadBalancer,
    tags: dict[str, str],
    parent: pulumi.Resource,
) -> compute.VirtualMachineScaleSet:
    """As many machines as planned, never fewer while they are replaced."""
    nic = compute.VirtualMachineScaleSetNetworkConfigurationArgs(
        name=_MACHINES,
        primary=True,
        enable_accelerated_networking=True,
        network_security_group=compute.SubResourceArgs(id=guard.id),
        ip_configurations=[
            compute.VirtualMachineScaleSetIPConfigurationArgs(
                name=_MACHINES,
                primary=True,
                subnet=compute.ApiEntityReferenceArgs(id=ground.subnet),
                load_balancer_backend_address_pools=[
                    compute.SubResourceArgs(
                        id=pulumi.Output.concat(balancer.id, "/backendAddressPools/", _MACHINES)
                    )
                ],
            )
        ],
    )
    return compute.VirtualMachineScaleSet(
        pool.name,
        orchestration_mode="Uniform",
        sku=compute.SkuArgs(name=pool.machine, tier="Standard", capacity=pool.backends),
        zones=list(ground.zones) or None,
        zone_balance=False if ground.zones else None,
        platform_fault_domain_count=1 if ground.zones else 5,
        single_placement_group=not ground.zones,
        overprovision=False,
        upgrade_policy=compute.UpgradePolicyArgs(
            mode="Rolling",
            rolling_upgrade_policy=compute.RollingUpgradePolicyArgs(
                max_surge=True,
                max_batch_instance_percent=10,
                max_unhealthy_instance_percent=5,
                max_unhealthy_upgraded_instance_percent=5,
                pause_time_between_batches="PT30S",
                rollback_failed_instances_on_policy_breach=True,
            ),
        ),
        virtual_machine_profile=compute.VirtualMachineScaleSetVMProfileArgs(
            network_profile=compute.VirtualMachineScaleSetNetworkProfileArgs(
                health_probe=compute.ApiEntityReferenceArgs(
                    id=pulumi.Output.concat(balancer.id, "/probes/", _HEALTH)
                ),
                network_interface_configurations=[nic],
            ),
            os_profile=_sign_in(pool, ground),
            security_profile=compute.SecurityProfileArgs(
                security_type="TrustedLaunch",
                uefi_settings=compute.UefiSettingsArgs(
                    secure_boot_enabled=True, v_tpm_enabled=True
                ),
            ),
            storage_profile=compute.VirtualMachineScaleSetStorageProfileArgs(
                image_reference=image, os_disk=_disk(ground)
            ),
        ),
        resource_group_name=ground.group.name,
        location=ground.region,
        tags=tags,
        opts=ground.options(parent),
    )


def _disk(ground: Ground) -> compute.VirtualMachineScaleSetOSDiskArgs:
    """A disk of the one zone, never of the region's pair, encrypted with the place's key."""
    return compute.VirtualMachineScaleSetOSDiskArgs(
        create_option="FromImage",
        caching="ReadWrite",
        managed_disk=compute.VirtualMachineScaleSetManagedDiskParametersArgs(
            storage_account_type="Premium_LRS",
            disk_encryption_set=compute.DiskEncryptionSetParametersArgs(id=ground.disks),
        ),
    )


def _sign_in(pool: PoolSpec, ground: Ground) -> compute.VirtualMachineScaleSetOSProfileArgs:
    """By key alone, and by the serial console: no port but the service's is open."""
    user = "operator"
    return compute.VirtualMachineScaleSetOSProfileArgs(
        computer_name_prefix=short(pool.name, 9),
        admin_username=user,
        custom_data=encoded(ground.user_data),
        linux_configuration=compute.LinuxConfigurationArgs(
            disable_password_authentication=True,
            provision_vm_agent=True,
            ssh=compute.SshConfigurationArgs(
                public_keys=[
                    compute.SshPublicKeyArgs(
                        path=f"/home/{user}/.ssh/authorized_keys", key_data=ground.ssh_key
                    )
                ]
            ),
        ),
    )
