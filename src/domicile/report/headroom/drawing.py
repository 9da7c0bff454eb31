"""The map of lawful headroom: subject countries by what they have to spare, datacenters as dots."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from domicile.report.headroom.records import Country, Datacenter, Part
from domicile.report.page import drawing
from domicile.report.page.drawing import Look, in_europe, rings
from domicile.report.page.world_map import Point, outlines

BINS = (
    (0.0, "something is short"),
    (0.05, "under 5 % more could be served"),
    (0.25, "5 to 25 % more"),
    (float("inf"), "at least 25 % more"),
)
"""Upper ends of spare, the first for what is short alone, and what they are called."""
_LOOK = Look("t", ("#e9a3a3", "#f3d9a0", "#cfe3d6", "#6fb189"))
_LARGEST = 5.0
"""How much larger than the smallest dot the largest datacenter's is, in units of the drawing."""


def bin_of(spare: Part) -> int | None:
    """Which bin a spare belongs to; None without demand."""
    if spare is None:
        return None
    if spare < 0:
        return 0
    return next(index for index, (top, _) in enumerate(BINS) if index and spare < top)


def world(
    countries: Iterable[Country], datacenters: Iterable[Datacenter], *, on_paper: bool = False
) -> Markup:
    """The whole world as SVG."""
    every = tuple(countries)
    labels = {code: at for code, at in _middles(every).items() if not in_europe(at)}
    return drawing.world(
        "World map of lawful headroom and datacenters; the tables below say the same",
        _shading(every),
        _dots(datacenters),
        labels,
        _LOOK,
        on_paper=on_paper,
    )


def europe(
    countries: Iterable[Country], datacenters: Iterable[Datacenter], *, on_paper: bool = False
) -> Markup:
    """Europe, larger; empty where no datacenter stands there."""
    every = tuple(countries)
    labels = {code: at for code, at in _middles(every).items() if in_europe(at)}
    shading = _shading(every)
    return drawing.europe(shading, _dots(datacenters), labels, _LOOK, on_paper=on_paper)


def key(*, on_paper: bool = False) -> tuple[tuple[str, Markup], ...]:
    """What the marks mean: words and a small drawing."""
    dot = "datacenter, its area by its capacity"
    return drawing.key([name for _, name in BINS], _LOOK, dot, on_paper=on_paper)


def _shading(countries: Iterable[Country]) -> dict[str, int]:
    steps = ((each.subject.code, bin_of(each.least)) for each in countries)
    return {code: step for code, step in steps if step is not None}


def _middles(countries: Iterable[Country]) -> dict[str, Point]:
    """The middle of the largest part of each country that is drawn."""
    drawn = outlines()
    found = {}
    for each in countries:
        path = drawn.get(each.subject.code)
        if path is not None:
            found[each.subject.code] = _middle(max(rings(path), key=_area))
    return found


def _area(points: list[Point]) -> float:
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs))


def _middle(points: list[Point]) -> Point:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _dots(datacenters: Iterable[Datacenter]) -> tuple[drawing.Dot, ...]:
    """The largest first, so that none hides another."""
    every = sorted(datacenters, key=lambda place: -place.share)
    most = max((each.share for each in every), default=0.0) or 1.0
    return tuple(
        drawing.Dot(
            each.longitude,
            each.latitude,
            each.country,
            _LARGEST * (each.share / most) ** 0.5,
            f"{each.id}: {each.city}, {each.backends} backends, {each.share:.1%} of all demand",
        )
        for each in every
    )
