"""Karmada: where a stack names member clusters, its pools are propagated to those of the place.

The stack's cluster is then Karmada's control plane. Member clusters say themselves in which region
they are, so that a wrong name in the list puts nothing into another country.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from domicile.provision.adapters import PoolSpec

_API = "policy.karmada.io/v1alpha1"
_PROPAGATED = (
    ("apps/v1", "Deployment"),
    ("v1", "Service"),
    ("policy/v1", "PodDisruptionBudget"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
)


@dataclass(frozen=True, slots=True)
class Federation:
    """Member clusters of a place."""

    clusters: tuple[str, ...]
    """`karmada:clusters`: their names."""
    region: str
    """`nodes:region`: what they say of theirs; empty: the catalogue's name of the place."""


def declared() -> Federation | None:
    """What the stack's user says; None where the cluster is no federation's."""
    clusters = pulumi.Config("karmada").get_object("clusters")
    if not clusters:
        return None
    return Federation(tuple(clusters), pulumi.Config("nodes").get("region") or "")


def propagate(
    pool: PoolSpec,
    federation: Federation,
    namespace: pulumi.Input[str],
    said: dict[str, str],
    parent: pulumi.Resource,
    after: pulumi.Resource,
) -> None:
    """Divide a pool's pods over the member clusters that stand in its place, by what is free."""
    region = federation.region or pool.place.region
    spec: dict[str, Any] = {
        "resourceSelectors": [
            {"apiVersion": version, "kind": kind, "name": pool.service}
            for version, kind in _PROPAGATED
        ],
        "placement": {
            "clusterAffinity": {
                "clusterNames": list(federation.clusters),
                "fieldSelector": {
                    "matchExpressions": [{"key": "region", "operator": "In", "values": [region]}]
                },
            },
            "replicaScheduling": {
                "replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted",
                "weightPreference": {"dynamicWeight": "AvailableReplicas"},
            },
        },
    }
    kubernetes.apiextensions.CustomResource(
        pool.name,
        api_version=_API,
        kind="PropagationPolicy",
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            name=pool.service, namespace=namespace, labels=said
        ),
        spec=spec,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[after]),
    )
