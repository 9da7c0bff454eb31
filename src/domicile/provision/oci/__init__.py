"""Oracle Cloud: instance pools behind a network balancer. It makes no names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """What puts pools there, in any of its realms: with a tenancy of that realm."""
    from domicile.provision.cloud import Cloud
    from domicile.provision.oci.ground import make_ground
    from domicile.provision.oci.pools import make_pool

    return Cloud("Oracle Cloud", make_ground, make_pool)
