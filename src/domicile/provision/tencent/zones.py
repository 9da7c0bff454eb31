"""Regions and zones as Tencent Cloud names them: `ap-guangzhou`, and in it `ap-guangzhou-3`."""

from __future__ import annotations

import re

import pulumi
import tencentcloud_iac_pulumi as tencent

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place

MOST = 3
"""Most zones that a pool spreads over."""
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+")


def region_of(place: Place) -> str:
    """The region of a place.

    Raises:
        SourceError: it is not named as Tencent Cloud names regions.
    """
    if not _REGION.fullmatch(place.region):
        raise SourceError(
            f"`{place.datacenter}` is `{place.region}`, and no region of Tencent Cloud is named so",
            help="its regions are named like `ap-guangzhou`: correct `name` in"
            " `regions/tencent.yaml`, then plan and emit again",
        )
    return place.region


def zones_of(
    place: Place, wanted: tuple[str, ...], provider: pulumi.ProviderResource | None
) -> tuple[str, ...]:
    """The zones to stand in, in order: those that the stack's user names, else the first three.

    Raises:
        SourceError: one of them is of another region, or there is none.
    """
    region = region_of(place)
    zones = wanted or all_zones(provider)[:MOST]
    for zone in zones:
        if not re.fullmatch(rf"{region}-\d+", zone):
            raise SourceError(
                f"`{zone}` is no zone of `{region}`, where `{place.datacenter}` is",
                help=f"name zones like `{region}-3` in `network:zones` of this stack's `config:`",
            )
    if not zones:
        raise SourceError(f"a pool needs a zone, and `{region}` has none that can be had")
    return zones


def all_zones(provider: pulumi.ProviderResource | None) -> tuple[str, ...]:
    """The zones in which a provider's account can have machines, by their numbers."""
    found = tencent.availability.get_zones_by_product(
        product="cvm", opts=pulumi.InvokeOptions(provider=provider)
    )
    names = [zone.name for zone in found.zones or () if zone.state == "AVAILABLE"]
    return tuple(sorted(names, key=lambda name: (len(name), name)))
