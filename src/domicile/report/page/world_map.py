"""The outlines of countries, projected: `python -m domicile.report.page.world_map FILE`.

FILE is `countries-110m.json` of the npm package `world-atlas` 2.0.2 (`npm pack world-atlas`):
Natural Earth 4.1.0, in the public domain, as TopoJSON by Michael Bostock, ISC licence. What is
written beside this module is that, in Natural Earth's projection (Šavrič, Jenny and others, 2015),
without what is smaller than a dot and without Antarctica. It is committed: a report needs no npm.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

WIDTH, HEIGHT = 1000, 435
"""The size of the drawing. Latitudes from 84° north to 57° south are shown."""
OUTLINES: Final = Path(__file__).with_name("world.json")
LICENCE: Final = (
    "Outlines: Natural Earth (public domain), by npm world-atlas 2.0.2, "
    "copyright 2013-2019 Michael Bostock, ISC licence"
)
_UNNUMBERED: Final = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
"""Outlines that have no ISO number, and the code by which they are drawn."""
_TOP, _BOTTOM = 84.0, -57.0
_SMALLEST = 0.8
"""Area of the smallest ring that is drawn, in square units of the drawing."""
_STEP = 0.8
"""How far apart points are at least."""

Point = tuple[float, float]


def project(longitude: float, latitude: float) -> Point:
    """Degrees east and north to the drawing's x and y, by the Natural Earth projection."""
    x, y = _natural_earth(longitude, latitude)
    widest, _ = _natural_earth(180, 0)
    _, top = _natural_earth(0, _TOP)
    _, bottom = _natural_earth(0, _BOTTOM)
    return (
        (x + widest) / (2 * widest) * WIDTH,
        (top - y) / (top - bottom) * HEIGHT,
    )


def _natural_earth(longitude: float, latitude: float) -> Point:
    """The polynomial that PROJ calls `natearth`; x and y in radii of the Earth."""
    lam, phi = math.radians(longitude), math.radians(latitude)
    p2 = phi * phi
    p4 = p2 * p2
    x = lam * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4)))
    y = phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))
    return x, y


@cache
def outlines() -> dict[str, str]:
    """Country → its outline, as the path data of SVG."""
    read: dict[str, str] = json.loads(OUTLINES.read_text(encoding="utf-8"))["countries"]
    return read


def convert(topology: dict[str, Any]) -> dict[str, str]:
    """Country → path, from the countries of a TopoJSON topology."""
    arcs = [_decoded(arc, topology["transform"]) for arc in topology["arcs"]]
    found: dict[str, list[str]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = _code(geometry)
        polygons = geometry["arcs"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        rings = [
            _drawn(part)
            for polygon in polygons
            for ring in polygon
            for part in _halves(_ring(ring, arcs))
        ]
        drawn = [_path(points) for points in rings if _area(points) >= _SMALLEST]
        if drawn and code != "AQ":
            found.setdefault(code, []).extend(drawn)
    return {code: "".join(found[code]) for code in sorted(found)}


def _code(geometry: dict[str, Any]) -> str:
    import pycountry

    if "id" not in geometry:
        return _UNNUMBERED[geometry["properties"]["name"]]
    found = pycountry.countries.get(numeric=geometry["id"])
    if found is None:
        raise ValueError(f"`{geometry['id']}` is no country's number")
    code: str = found.alpha_2
    return code


def _decoded(arc: list[list[int]], transform: dict[str, Any]) -> list[Point]:
    """One arc in degrees: TopoJSON keeps whole numbers, each relative to the one before."""
    (scale_x, scale_y), (from_x, from_y) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + from_x, y * scale_y + from_y))
    return points


def _ring(indices: Iterable[int], arcs: list[list[Point]]) -> list[Point]:
    """One closed line, in degrees; a negative index is an arc backwards (`~index`)."""
    degrees: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        degrees += arc[1:] if degrees else arc
    return degrees


def _halves(ring: list[Point]) -> Iterator[list[Point]]:
    """A ring cut where it crosses 180 degrees: what lies beyond is drawn at the other side."""
    turns, unrolled = 0, [ring[0]]
    for (before, _), (longitude, latitude) in pairwise(ring):
        turns += round((before - longitude) / 360)
        unrolled.append((longitude + 360 * turns, latitude))
    for side in (-360.0, 0.0, 360.0):
        part = [(longitude + side, latitude) for longitude, latitude in unrolled]
        for edge, sign in ((180.0, 1), (-180.0, -1)):
            part = list(_within(part, edge, sign))
        if part:
            yield part


def _within(ring: list[Point], edge: float, sign: int) -> Iterator[Point]:
    """The part of a ring on one side of a meridian (Sutherland and Hodgman's clipping)."""
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        inside, next_inside = (x1 - edge) * sign <= 0, (x2 - edge) * sign <= 0
        if inside:
            yield x1, y1
        if inside is not next_inside:
            yield edge, y1 + (y2 - y1) * (edge - x1) / (x2 - x1)


def _drawn(ring: list[Point]) -> list[Point]:
    """A ring in the drawing's measure, without points that nobody could tell apart."""
    thinned: list[Point] = []
    for longitude, latitude in ring:
        point = project(longitude, max(_BOTTOM, min(_TOP, latitude)))
        if not thinned or math.dist(point, thinned[-1]) >= _STEP:
            thinned.append(point)
    return thinned


def _area(points: list[Point]) -> float:
    shifted = points[1:] + points[:1]
    pairs = zip(points, shifted, strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _path(points: list[Point]) -> str:
    """Path data: a start, then steps in tenths, which are shorter than places."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    (x, y), *rest = tenths
    said = [f"M{x / 10:g} {y / 10:g}l"]
    steps = []
    for next_x, next_y in rest:
        steps.append(f"{(next_x - x) / 10:g} {(next_y - y) / 10:g}")
        x, y = next_x, next_y
    return said[0] + " ".join(steps) + "z"


def main(source: Path) -> None:
    """Write the outlines beside this module."""
    drawn = convert(json.loads(source.read_text(encoding="utf-8")))
    lines = ",\n".join(f"{json.dumps(code)}: {json.dumps(path)}" for code, path in drawn.items())
    head = f'{{"source": {json.dumps(LICENCE)},\n"countries": {{\n'
    OUTLINES.write_text(f"{head}{lines}\n}}}}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
