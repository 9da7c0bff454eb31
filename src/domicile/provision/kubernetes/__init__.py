"""Kubernetes: pools as deployments on nodes of the place, in whatever cluster the stack names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """What puts pools into a cluster."""
    from domicile.provision.cloud import Cloud
    from domicile.provision.kubernetes.pools import make_namespace, make_pool

    return Cloud("Kubernetes", make_namespace, make_pool)
