"""Selectel: OpenStack, by the regions that stand in the catalogue's names of its places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pulumi

from domicile.model.errors import SourceError

if TYPE_CHECKING:
    from domicile.provision.adapters import Adapter, Place
    from domicile.provision.openstack.hoster import Hoster

_REGIONS = re.compile(r"\(([a-z]{2}-\d+(?:, [a-z]{2}-\d+)*)\)$")


def adapter() -> Adapter:
    """What puts pools at Selectel."""
    from functools import partial

    from domicile.provision.cloud import Cloud
    from domicile.provision.openstack.pools import make_ground, make_pool

    return Cloud("Selectel", partial(make_ground, hoster=hoster), make_pool)


def hoster(place: Place) -> Hoster:
    """The region of a place: its first, or which of its own `openstack:region` names.

    Raises:
        SourceError: the place is not known, or has no such region.
    """
    from domicile.provision.openstack.hoster import Hoster

    found = _REGIONS.search(place.region)
    if found is None:
        raise SourceError(f"Selectel has no place `{place.region}` that this version knows")
    regions = found[1].split(", ")
    wanted = pulumi.Config("openstack").get("region") or regions[0]
    if wanted not in regions:
        raise SourceError(
            f"`openstack:region` is `{wanted}`, and `{place.datacenter}` is {' or '.join(regions)}",
            help="set one of these in this stack's `config:`, or leave it out",
        )
    return Hoster(wanted)
