"""Alibaba Cloud: scaling groups behind a network balancer. It makes no names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """What puts pools there: by each of its sites, with an account of that site."""
    from domicile.provision.alicloud.ground import make_ground
    from domicile.provision.alicloud.pools import make_pool
    from domicile.provision.cloud import Cloud

    return Cloud("Alibaba Cloud", make_ground, make_pool)
