"""OpenStack: whatever a hoster calls it, it is the same interface; what differs is a `Hoster`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """Pools at a hoster that runs OpenStack and calls its regions as the catalogue does."""
    from domicile.provision.cloud import Cloud
    from domicile.provision.openstack.pools import make_ground, make_pool

    return Cloud("OpenStack", make_ground, make_pool)
