"""Microsoft Azure: scale sets behind a balancer, names in Traffic Manager.

Azure in China and Azure Government are clouds of their own, with directories and endpoints of
their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """The commercial cloud."""
    return _adapter("public")


def china() -> Adapter:
    """The cloud that 21Vianet operates."""
    return _adapter("china")


def government() -> Adapter:
    """Azure Government."""
    return _adapter("usgovernment")


def _adapter(cloud: str) -> Adapter:
    from functools import partial

    from domicile.provision.azure.ground import make_ground
    from domicile.provision.azure.pools import make_pool
    from domicile.provision.azure.profiles import make_names
    from domicile.provision.cloud import Cloud

    return Cloud(
        "Azure", partial(make_ground, cloud=cloud), make_pool, partial(make_names, cloud=cloud)
    )
