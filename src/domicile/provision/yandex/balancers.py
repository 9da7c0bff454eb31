"""Balancers: one of the network where the SDK makes them, else one of applications.

Neither ends TLS. The SDK's network balancers are of `ru-central1` alone, whatever is asked. Its
application balancers know no check that only connects: what it would send is refused as empty.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import pulumi

from domicile.provision.adapters import PoolSpec
from domicile.provision.machines import protocol
from domicile.provision.yandex.ground import Ground
from domicile.provision.yandex.sdk import yandex

_EVERYWHERE = "0.0.0.0/0"
_CHECKS = "loadbalancer_healthchecks"
"""Stands for where Yandex Cloud asks machines and balancers for their health from."""
_CHECKED = 30080
"""Where nodes of an application balancer are asked."""
_NAME = "service"
"""What parts of a balancer are called; their names need only differ within it."""


class Balancer(ABC):
    """What stands before a pool."""

    guard: yandex.VpcSecurityGroup
    """Who may come in to the machines."""
    joins: Mapping[str, Any]
    """What an instance group is told, to put its machines behind the balancer."""

    def __init__(
        self, pool: PoolSpec, ground: Ground, labels: dict[str, str], parent: pulumi.Resource
    ) -> None:
        self._pool, self._ground, self._labels = pool, ground, labels
        self._made = ground.options(parent)

    @abstractmethod
    def over(self, group: yandex.ComputeInstanceGroup) -> pulumi.Output[str]:
        """Stand before a group; returns the address."""

    def _guard(self, name: str, *ingresses: Any) -> yandex.VpcSecurityGroup:  # noqa: ANN401
        """A security group that lets out everything."""
        return yandex.VpcSecurityGroup(
            name,
            network_id=self._ground.network.id,
            ingresses=list(ingresses),
            egresses=[
                yandex.VpcSecurityGroupEgressArgs(protocol="ANY", v4_cidr_blocks=[_EVERYWHERE])
            ],
            labels=self._labels,
            opts=self._made,
        )

    def _in(self, *, port: int = 0, **who: Any) -> yandex.VpcSecurityGroupIngressArgs:  # noqa: ANN401
        """Lets somebody in, by the pool's port or another."""
        return yandex.VpcSecurityGroupIngressArgs(
            protocol="TCP", port=port or self._pool.port, **who
        )

    def _address(self) -> pulumi.Output[str]:
        """An address that outlasts the balancer."""
        held = yandex.VpcAddress(
            self._pool.name,
            external_ipv4_address=yandex.VpcAddressExternalIpv4AddressArgs(
                zone_id=self._ground.network.zones[0]
            ),
            labels=self._labels,
            opts=self._made,
        )
        return held.external_ipv4_address.apply(_outside)


def make_balancer(
    pool: PoolSpec, ground: Ground, labels: dict[str, str], parent: pulumi.Resource
) -> Balancer:
    """The kind that the SDK makes in the region."""
    kind = _OfNetwork if ground.region.hands_through else _OfApplications
    return kind(pool, ground, labels, parent)


class _OfNetwork(Balancer):
    """Hands packets on as they came, so machines must let in everybody, by the one port."""

    def __init__(
        self, pool: PoolSpec, ground: Ground, labels: dict[str, str], parent: pulumi.Resource
    ) -> None:
        super().__init__(pool, ground, labels, parent)
        self.guard = self._guard(
            pool.name,
            self._in(v4_cidr_blocks=[_EVERYWHERE]),
            self._in(predefined_target=_CHECKS),
        )
        self.joins = {
            "load_balancer": yandex.ComputeInstanceGroupLoadBalancerArgs(
                target_group_description=f"machines of {pool.service}"
            )
        }

    def over(self, group: yandex.ComputeInstanceGroup) -> pulumi.Output[str]:
        """Make it."""
        pool, kinds = self._pool, yandex
        address = self._address()
        by_http = protocol(pool) == "HTTP"
        check = kinds.LbNetworkLoadBalancerAttachedTargetGroupHealthcheckArgs(
            name=_NAME,
            interval=5,
            timeout=3,
            healthy_threshold=2,
            unhealthy_threshold=3,
            # it asks by HTTP or TCP; where the path is behind TLS it is enough that it listens
            http_options=kinds.LbNetworkLoadBalancerAttachedTargetGroupHealthcheckHttpOptionsArgs(
                port=pool.port, path=pool.health
            )
            if by_http
            else None,
            tcp_options=None
            if by_http
            else kinds.LbNetworkLoadBalancerAttachedTargetGroupHealthcheckTcpOptionsArgs(
                port=pool.port
            ),
        )
        kinds.LbNetworkLoadBalancer(
            pool.name,
            region_id=self._ground.region.name,
            type="external",
            listeners=[
                kinds.LbNetworkLoadBalancerListenerArgs(
                    name=_NAME,
                    protocol="tcp",
                    port=pool.port,
                    target_port=pool.port,
                    external_address_spec=kinds.LbNetworkLoadBalancerListenerExternalAddressSpecArgs(
                        address=address, ip_version="ipv4"
                    ),
                )
            ],
            attached_target_groups=[
                kinds.LbNetworkLoadBalancerAttachedTargetGroupArgs(
                    target_group_id=group.load_balancer.apply(_target_group), healthchecks=[check]
                )
            ],
            labels=self._labels,
            opts=self._made,
        )
        return address


class _OfApplications(Balancer):
    """Passes streams on as its own, so machines need let in the balancer alone."""

    def __init__(
        self, pool: PoolSpec, ground: Ground, labels: dict[str, str], parent: pulumi.Resource
    ) -> None:
        super().__init__(pool, ground, labels, parent)
        self._front = self._guard(
            f"{pool.name}-balancer",
            self._in(v4_cidr_blocks=[_EVERYWHERE]),
            self._in(port=_CHECKED, predefined_target=_CHECKS),
        )
        self.guard = self._guard(
            pool.name,
            self._in(security_group_id=self._front.id),
            self._in(predefined_target=_CHECKS),
        )
        self.joins = {
            "application_load_balancer": yandex.ComputeInstanceGroupApplicationLoadBalancerArgs(
                target_group_description=f"machines of {pool.service}"
            )
        }

    def over(self, group: yandex.ComputeInstanceGroup) -> pulumi.Output[str]:
        """Make it."""
        pool, kinds = self._pool, yandex
        address = self._address()
        check = None
        if protocol(pool) == "HTTP":
            check = kinds.AlbBackendGroupStreamBackendHealthcheckArgs(
                interval="5s",
                timeout="3s",
                healthy_threshold=2,
                unhealthy_threshold=3,
                healthcheck_port=pool.port,
                http_healthcheck=kinds.AlbBackendGroupStreamBackendHealthcheckHttpHealthcheckArgs(
                    path=pool.health
                ),
            )
        behind = kinds.AlbBackendGroup(
            pool.name,
            stream_backends=[
                kinds.AlbBackendGroupStreamBackendArgs(
                    name=_NAME,
                    port=pool.port,
                    target_group_ids=[group.application_load_balancer.apply(_target_group)],
                    healthcheck=check,
                )
            ],
            labels=self._labels,
            opts=self._made,
        )
        kinds.AlbLoadBalancer(
            pool.name,
            region_id=self._ground.region.name,
            network_id=self._ground.network.id,
            security_group_ids=[self._front.id],
            allocation_policy=kinds.AlbLoadBalancerAllocationPolicyArgs(
                locations=[
                    kinds.AlbLoadBalancerAllocationPolicyLocationArgs(
                        zone_id=zone, subnet_id=subnet
                    )
                    for zone, subnet in self._ground.network.subnets
                ]
            ),
            listeners=[_listener(pool, address, behind)],
            labels=self._labels,
            opts=self._made,
        )
        return address


def _listener(
    pool: PoolSpec, address: pulumi.Output[str], behind: yandex.AlbBackendGroup
) -> yandex.AlbLoadBalancerListenerArgs:
    """Takes streams as they are, TLS or not."""
    outside = yandex.AlbLoadBalancerListenerEndpointAddressArgs(
        external_ipv4_address=yandex.AlbLoadBalancerListenerEndpointAddressExternalIpv4AddressArgs(
            address=address
        )
    )
    return yandex.AlbLoadBalancerListenerArgs(
        name=_NAME,
        endpoints=[
            yandex.AlbLoadBalancerListenerEndpointArgs(addresses=[outside], ports=[pool.port])
        ],
        stream=yandex.AlbLoadBalancerListenerStreamArgs(
            handler=yandex.AlbLoadBalancerListenerStreamHandlerArgs(backend_group_id=behind.id)
        ),
    )


def _outside(held: Any) -> str:  # noqa: ANN401 -- of the SDK
    """The address that was given."""
    if not held or not held.address:
        raise pulumi.RunError("a balancer has no address yet: run `up` again")
    return str(held.address)


def _target_group(joined: Any) -> str:  # noqa: ANN401 -- of the SDK, for either kind
    """The group of targets that an instance group keeps for its balancer."""
    found = joined and joined.target_group_id
    if not found:
        raise pulumi.RunError(
            "an instance group has no targets for its balancer yet: run `up` again"
        )
    return str(found)
