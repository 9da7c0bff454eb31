"""Google Cloud: regional managed instance groups behind a regional balancer, names in Cloud DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """What puts pools and names there."""
    from domicile.provision.gcp.cloud import Gcp

    return Gcp()
