"""OVHcloud: its OpenStack, by the region codes that it has, and names in its DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter


def adapter() -> Adapter:
    """Pools and names at OVHcloud, of any of its companies."""
    from domicile.provision.ovh.cloud import Ovh

    return Ovh()
