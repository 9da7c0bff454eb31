"""Tencent Cloud: machines in turn over a region's zones, behind a balancer. It makes no names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """What puts pools there, on the Chinese or the international site: as the account is."""
    from domicile.provision.cloud import Cloud
    from domicile.provision.tencent.ground import make_ground
    from domicile.provision.tencent.pools import make_pool

    return Cloud("Tencent Cloud", make_ground, make_pool)
