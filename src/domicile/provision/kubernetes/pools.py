"""Pools in a cluster, each a deployment with what guards it."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.kubernetes import karmada
from domicile.provision.kubernetes.deployment import make_deployment
from domicile.provision.kubernetes.guards import make_guards
from domicile.provision.kubernetes.selecting import whose
from domicile.provision.labels import DOTTED, labels
from domicile.provision.machines import entry


def make_pool(
    world: World,
    pool: PoolSpec,
    namespace: kubernetes.core.v1.Namespace,
    parent: pulumi.Resource,
) -> list[dict[str, object]]:
    """Make a pool's deployment, its guards and its balancer.

    Returns:
        Where its requests enter: the balancer's address.
    """
    said = {**labels(pool, world.digest, DOTTED), DOTTED.key("environment"): world.scope}
    name = namespace.metadata.name
    made = pulumi.ResourceOptions(parent=parent)
    federation = karmada.declared()
    deployment = make_deployment(pool, name, said, made, counted=federation is not None)
    make_guards(pool, name, said, made, scaled=federation is None)
    service = _service(pool, name, said, parent, deployment)
    if federation is not None:
        karmada.propagate(pool, federation, name, said, parent, namespace)
    return [entry(pool, service.status.apply(_address))]


def make_namespace(world: World, place: Place) -> kubernetes.core.v1.Namespace:
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
