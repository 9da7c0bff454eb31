"""A pool's deployment: pods on nodes of the place alone, spread over its zones and nodes."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from domicile.provision.adapters import PoolSpec
from domicile.provision.kubernetes.selecting import whose
from domicile.provision.machines import protocol

_core, _meta = kubernetes.core.v1, kubernetes.meta.v1
_REGION, _ZONE = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"
_NODE, _MACHINE = "kubernetes.io/hostname", "node.kubernetes.io/instance-type"


def make_deployment(
    pool: PoolSpec,
    namespace: pulumi.Input[str],
    said: dict[str, str],
    made: pulumi.ResourceOptions,
    *,
    counted: bool,
) -> kubernetes.apps.v1.Deployment:
    """Make it.

    Args:
        pool: the pool.
        namespace: where.
        said: its labels.
        made: options of each resource.
        counted: whether the deployment itself says how many pods there are; else its autoscaler.
    """
    its = whose(said)
    return kubernetes.apps.v1.Deployment(
        pool.name,
        metadata=_meta.ObjectMetaArgs(
            name=pool.service,
            namespace=namespace,
            labels=said,
            # who waits for pods does so in the cluster, not in a member of a federation
            annotations={"pulumi.com/skipAwait": "true"} if counted else None,
        ),
        spec=kubernetes.apps.v1.DeploymentSpecArgs(
            replicas=pool.backends if counted else None,
            selector=_meta.LabelSelectorArgs(match_labels=its),
            strategy=kubernetes.apps.v1.DeploymentStrategyArgs(
                type="RollingUpdate",
                rolling_update=kubernetes.apps.v1.RollingUpdateDeploymentArgs(
                    max_unavailable=0, max_surge="10%"
                ),
            ),
            template=_core.PodTemplateSpecArgs(
                metadata=_meta.ObjectMetaArgs(labels=its), spec=_pod(pool, its)
            ),
        ),
        opts=made,
    )


def _pod(pool: PoolSpec, its: dict[str, str]) -> kubernetes.core.v1.PodSpecArgs:
    wishes = pulumi.Config("pods")
    asked = {
        kind: wishes.get(kind) or usual for kind, usual in (("cpu", "500m"), ("memory", "512Mi"))
    }
    return _core.PodSpecArgs(
        automount_service_account_token=False,
        termination_grace_period_seconds=60,
        security_context=_core.PodSecurityContextArgs(
            seccomp_profile=_core.SeccompProfileArgs(type="RuntimeDefault")
        ),
        affinity=_core.AffinityArgs(node_affinity=_on_nodes_of(pool)),
        topology_spread_constraints=[
            _spread(_ZONE, "DoNotSchedule", its),
            _spread(_NODE, "ScheduleAnyway", its),
        ],
        containers=[
            _core.ContainerArgs(
                name="backend",
                image=pool.image,
                ports=[
                    _core.ContainerPortArgs(
                        name="service", container_port=pool.port, protocol="TCP"
                    )
                ],
                resources=_core.ResourceRequirementsArgs(requests=asked),
                readiness_probe=_probe(pool),
                security_context=_core.SecurityContextArgs(
                    allow_privilege_escalation=False, privileged=False
                ),
            )
        ],
    )


def _on_nodes_of(pool: PoolSpec) -> kubernetes.core.v1.NodeAffinityArgs:
    """Nodes in the place's region, of the machine that the capacity was measured on."""
    expressions = {_REGION: pulumi.Config("nodes").get("region") or pool.place.region}
    if pool.machine:
        expressions[_MACHINE] = pool.machine
    return _core.NodeAffinityArgs(
        required_during_scheduling_ignored_during_execution=_core.NodeSelectorArgs(
            node_selector_terms=[
                _core.NodeSelectorTermArgs(
                    match_expressions=[
                        _core.NodeSelectorRequirementArgs(key=key, operator="In", values=[value])
                        for key, value in expressions.items()
                    ]
                )
            ]
        )
    )


def _spread(
    over: str, otherwise: str, its: dict[str, str]
) -> kubernetes.core.v1.TopologySpreadConstraintArgs:
    """As many pods on each as on any other; tainted nodes, as lost ones are, do not count."""
    return _core.TopologySpreadConstraintArgs(
        topology_key=over,
        max_skew=1,
        when_unsatisfiable=otherwise,
        label_selector=_meta.LabelSelectorArgs(match_labels=its),
        node_affinity_policy="Honor",
        node_taints_policy="Honor",
        match_label_keys=["pod-template-hash"],
    )


def _probe(pool: PoolSpec) -> kubernetes.core.v1.ProbeArgs:
    asked = protocol(pool)
    if asked == "TCP":
        return _core.ProbeArgs(
            tcp_socket=_core.TCPSocketActionArgs(port="service"), period_seconds=5
        )
    return _core.ProbeArgs(
        http_get=_core.HTTPGetActionArgs(path=pool.health, port="service", scheme=asked),
        period_seconds=5,
        timeout_seconds=3,
        failure_threshold=3,
    )
