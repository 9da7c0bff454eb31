"""Which of Azure's regions have zones."""

from __future__ import annotations

from domicile.provision.machines import Wishes

_WITHOUT = frozenset(
    {
        "australiacentral",
        "australiacentral2",
        "australiasoutheast",
        "brazilsoutheast",
        "canadaeast",
        "chinaeast",
        "chinaeast2",
        "chinanorth",
        "chinanorth2",
        "francesouth",
        "germanynorth",
        "jioindiacentral",
        "jioindiawest",
        "koreasouth",
        "northcentralus",
        "norwaywest",
        "southafricawest",
        "southindia",
        "swedensouth",
        "switzerlandwest",
        "uaecentral",
        "ukwest",
        "usdodcentral",
        "usdodeast",
        "usgovarizona",
        "usgovtexas",
        "westcentralus",
        "westindia",
        "westus",
    }
)
"""Regions without zones, as generally known in 2025. `network:zones` says otherwise."""
_ZONES = ("1", "2", "3")


def zones_of(region: str) -> tuple[str, ...]:
    """Zones to spread over; empty where the region has none.

    There a scale set spreads over fault domains of the one place.
    """
    return Wishes.of_stack().zones or (() if region in _WITHOUT else _ZONES)
