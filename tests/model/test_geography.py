"""Latency follows from distance, the same for every part of the program that asks."""

from __future__ import annotations

import pytest

from domicile.model.geography import one_way_latency
from domicile.model.place import Coordinates

PARIS = Coordinates(latitude=48.8566, longitude=2.3522)
BERLIN = Coordinates(latitude=52.52, longitude=13.405)


def test_paris_to_berlin_by_hand() -> None:
    """877.5 km on the great circle, a route half longer, 200 km in a millisecond: 6.58 ms."""
    assert one_way_latency(PARIS, BERLIN) == pytest.approx(877.5 * 1.5 / 200, rel=1e-3)


def test_the_way_back_is_as_long_and_the_other_side_of_the_earth_is_farthest() -> None:
    """Half the Earth's circumference is 20,015 km: 150.1 ms."""
    assert one_way_latency(PARIS, BERLIN) == one_way_latency(BERLIN, PARIS)
    poles = (Coordinates(latitude=90, longitude=0), Coordinates(latitude=-90, longitude=77))
    assert one_way_latency(*poles) == pytest.approx(20015.1 * 1.5 / 200, rel=1e-4)
