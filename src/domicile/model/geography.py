"""How far apart two places are, and how long light takes between them."""

from __future__ import annotations

import math

from domicile.model.place import Coordinates

EARTH_RADIUS = 6371.0
"""Kilometres; mean radius, IUGG."""
ROUTE_FACTOR = 1.5
"""How much longer a cable is than the great circle."""
FIBRE_SPEED = 200.0
"""Kilometres per millisecond: light in glass (refractive index about 1.5)."""


def one_way_latency(one: Coordinates, other: Coordinates) -> float:
    """Milliseconds from one place to another, derived from the great circle (haversine)."""
    first, second = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    half = (
        math.sin((second - first) / 2) ** 2
        + math.cos(first) * math.cos(second) * math.sin(east / 2) ** 2
    )
    distance = 2 * EARTH_RADIUS * math.asin(math.sqrt(half))
    return distance * ROUTE_FACTOR / FIBRE_SPEED
