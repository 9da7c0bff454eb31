"""Huawei Cloud: machines in the region's zones behind a dedicated balancer. It makes no names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """What puts pools there: by each of its sites, with an account of that site."""
    from domicile.provision.cloud import Cloud
    from domicile.provision.huawei.ground import make_ground
    from domicile.provision.huawei.pools import make_pool

    return Cloud("Huawei Cloud", make_ground, make_pool)
