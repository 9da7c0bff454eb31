"""Google Cloud: regional managed instance groups behind a regional balancer, names in Cloud DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """What puts pools and names there."""
    from domicile.provision.cloud import Cloud
    from domicile.provision.gcp.ground import make_ground
    from domicile.provision.gcp.pools import make_pool
    from domicile.provision.gcp.records import make_names

    return Cloud("Google Cloud", make_ground, make_pool, make_names)
