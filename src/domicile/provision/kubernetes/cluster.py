"""The adapter of Kubernetes."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.kubernetes import karmada
from domicile.provision.kubernetes.deployment import make_deployment
from domicile.provision.kubernetes.guards import make_guards
from domicile.provision.kubernetes.selecting import whose
from domicile.provision.labels import DOTTED, labels
from domicile.provision.machines import entry
from domicile.provision.undirected import Undirected


class Kubernetes(Undirected):
    """Pools in a cluster, each a deployment with what guards it."""

    provider = "Kubernetes"

    def __init__(self) -> None:
        self._namespace: kubernetes.core.v1.Namespace | None = None

    def pool(self, world: World, pool: PoolSpec, parent: pulumi.Resource) -> list[Any]:
        """Make a pool's deployment, its guards and its balancer."""
        pool.needs()
        if self._namespace is None:
            self._namespace = _namespace(world, pool.place)
        said = {**labels(pool, world.digest, DOTTED), DOTTED.key("environment"): world.scope}
        name = self._namespace.metadata.name
        made = pulumi.ResourceOptions(parent=parent)
        federation = karmada.declared()
        deployment = make_deployment(pool, name, said, made, counted=federation is not None)
        make_guards(pool, name, said, made, scaled=federation is None)
        service = _service(pool, name, said, parent, deployment)
        if federation is not None:
            karmada.propagate(pool, federation, name, said, parent, self._namespace)
        return [entry(pool, service.status.apply(_address))]


def _namespace(world: World, place: Place) -> kubernetes.core.v1.Namespace:
    """One for each stack, so that stacks may share a cluster."""
    return kubernetes.core.v1.Namespace(
        world.name("namespace"),
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            name=f"{world.scope}-{place.datacenter}",
            labels={
                DOTTED.key("environment"): world.scope,
                "pod-security.kubernetes.io/enforce": "baseline",
            },
        ),
        opts=pulumi.ResourceOptions(parent=world.under),
    )


def _service(
    pool: PoolSpec,
    namespace: pulumi.Input[str],
    said: dict[str, str],
    parent: pulumi.Resource,
    deployment: kubernetes.apps.v1.Deployment,
) -> kubernetes.core.v1.Service:
    """The balancer, as the cluster's provider makes it: in the cluster's own region."""
    return kubernetes.core.v1.Service(
        pool.name,
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            name=pool.service, namespace=namespace, labels=said
        ),
        spec=kubernetes.core.v1.ServiceSpecArgs(
            type="LoadBalancer",
            selector=whose(said),
            external_traffic_policy="Local",
            ports=[
                kubernetes.core.v1.ServicePortArgs(
                    name="service", port=pool.port, target_port="service", protocol="TCP"
                )
            ],
        ),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[deployment]),
    )


def _address(status: kubernetes.core.v1.outputs.ServiceStatus | None) -> str:
    """The address or the name that the balancer got."""
    balancer = status.load_balancer if status else None
    for each in (balancer.ingress if balancer else None) or ():
        given = each.ip or each.hostname
        if given:
            return given
    raise pulumi.RunError("the cluster has given a balancer no address yet: run `up` again")
