"""What keeps a pool whole: a budget for evictions, a least number of pods, the one open port."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from domicile.provision.adapters import PoolSpec
from domicile.provision.kubernetes.selecting import whose

_meta = kubernetes.meta.v1
_MOST = 2
"""Times the planned number that load may raise a pool to."""
_BUSY = 70
"""Per cent of its processors at which a pool grows."""


def make_guards(
    pool: PoolSpec,
    namespace: pulumi.Input[str],
    said: dict[str, str],
    made: pulumi.ResourceOptions,
    *,
    scaled: bool,
) -> None:
    """Make them; `scaled`: whether an autoscaler holds the number of pods."""
    its = whose(said)
    named = _meta.ObjectMetaArgs(name=pool.service, namespace=namespace, labels=said)
    its_pods = _meta.LabelSelectorArgs(match_labels=its)
    kubernetes.policy.v1.PodDisruptionBudget(
        pool.name,
        metadata=named,
        spec=kubernetes.policy.v1.PodDisruptionBudgetSpecArgs(
            max_unavailable="10%",  # rounded up: one at a time in small pools
            selector=its_pods,
            unhealthy_pod_eviction_policy="AlwaysAllow",
        ),
        opts=made,
    )
    _open(pool, named, its_pods, made)
    if scaled:
        _scaler(pool, named, made)


def _open(
    pool: PoolSpec,
    named: kubernetes.meta.v1.ObjectMetaArgs,
    its_pods: kubernetes.meta.v1.LabelSelectorArgs,
    made: pulumi.ResourceOptions,
) -> None:
    net = kubernetes.networking.v1
    net.NetworkPolicy(
        pool.name,
        metadata=named,
        spec=net.NetworkPolicySpecArgs(
            pod_selector=its_pods,
            policy_types=["Ingress"],
            ingress=[
                net.NetworkPolicyIngressRuleArgs(
                    ports=[net.NetworkPolicyPortArgs(port=pool.port, protocol="TCP")]
                )
            ],
        ),
        opts=made,
    )


def _scaler(
    pool: PoolSpec, named: kubernetes.meta.v1.ObjectMetaArgs, made: pulumi.ResourceOptions
) -> None:
    """Never fewer pods than planned; more where load asks for them, and the nodes are there."""
    scaling = kubernetes.autoscaling.v2
    scaling.HorizontalPodAutoscaler(
        pool.name,
        metadata=named,
        spec=scaling.HorizontalPodAutoscalerSpecArgs(
            scale_target_ref=scaling.CrossVersionObjectReferenceArgs(
                api_version="apps/v1", kind="Deployment", name=pool.service
            ),
            min_replicas=pool.backends,
            max_replicas=pool.backends * _MOST,
            metrics=[
                scaling.MetricSpecArgs(
                    type="Resource",
                    resource=scaling.ResourceMetricSourceArgs(
                        name="cpu",
                        target=scaling.MetricTargetArgs(
                            type="Utilization", average_utilization=_BUSY
                        ),
                    ),
                )
            ],
        ),
        opts=made,
    )
