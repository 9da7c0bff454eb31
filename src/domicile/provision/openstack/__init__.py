"""OpenStack: whatever a hoster calls it, it is the same interface; what differs is a `Hoster`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """Pools at a hoster that runs OpenStack and calls its regions as the catalogue does."""
    from domicile.provision.openstack.cloud import OpenStack

    return OpenStack()
