"""Yandex Cloud's regions: where each is asked, and which zones it has.

Regions are apart: each has its own accounts, its own interface, and its own data
(yandex.cloud, "Regions"). What is sent to one is never made in the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place


@dataclass(frozen=True, slots=True)
class Region:
    """One of them."""

    name: str
    endpoint: str
    """Where its interface is: a host and its port."""
    zones: tuple[str, ...]
    """Its availability zones, in order."""
    hands_through: bool
    """Whether the SDK makes network balancers there, which hand connections through."""


_REGIONS = {
    region.name: region
    for region in (
        Region(
            "ru-central1",
            "api.cloud.yandex.net:443",
            ("ru-central1-a", "ru-central1-b", "ru-central1-d"),
            hands_through=True,
        ),
        Region("kz1", "api.yandexcloud.kz:443", ("kz1-a",), hands_through=False),
    )
}


def region_of(place: Place) -> Region:
    """The region of a place.

    Raises:
        SourceError: this version does not know it.
    """
    found = _REGIONS.get(place.region)
    if found is None:
        raise SourceError(
            f"Yandex Cloud has no region `{place.region}` that this version knows",
            help=f"it knows {' and '.join(f'`{name}`' for name in _REGIONS)}",
        )
    return found


def zones_in(region: Region, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The zones to spread over: those that the stack's user wants, else all.

    Raises:
        SourceError: one of them is of another region.
    """
    for zone in wanted:
        if zone.rpartition("-")[0] != region.name:
            raise SourceError(
                f"`network:zones` has `{zone}`, which is no zone of `{region.name}`",
                help=f"name zones like {' or '.join(f'`{zone}`' for zone in region.zones)}, or"
                " none: then all are used",
            )
    return wanted or region.zones
