"""Yandex Cloud: instance groups behind a balancer. It makes no names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """What puts pools there: in each of its regions with an account of that region."""
    from domicile.provision.cloud import Cloud
    from domicile.provision.yandex.ground import make_ground
    from domicile.provision.yandex.pools import make_pool

    return Cloud("Yandex Cloud", make_ground, make_pool)
