"""The map: hosting countries by the part of the subjects that they may hold, and datacenters."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from domicile.report.page import drawing
from domicile.report.page.drawing import Look, in_europe
from domicile.report.page.world_map import Point, project
from domicile.report.residency.records import Dot, Hosting

BINS = (
    (0.0, "the whole data of no subject"),
    (0.25, "up to a quarter of the subjects"),
    (0.60, "up to six in ten"),
    (1.01, "more"),
)
"""Upper ends of shares, and what they are called."""
_LOOK = Look("s", ("#e3e6ea", "#cfe3d6", "#8fc3a3", "#3d8f60"))
_AREA = 0.32
"""Radius in units of the drawing for the square root of a backend."""


def bin_of(share: float) -> int:
    """Which bin a share belongs to."""
    if share <= 0:
        return 0
    return next(index for index, (top, _) in enumerate(BINS) if index and share <= top)


def world(hosting: Iterable[Hosting], dots: Iterable[Dot], *, on_paper: bool = False) -> Markup:
    """The whole world as SVG."""
    every = tuple(dots)
    bins = _bins(hosting)
    outside = {each.country for each in every} - {
        each.country for each in every if in_europe(_point(each))
    }
    return drawing.world(
        "World map of hosting countries and datacenters; the table below says the same",
        bins,
        _drawn(every),
        _labels(each for each in every if each.country in bins and each.country in outside),
        _LOOK,
        on_paper=on_paper,
    )


def europe(hosting: Iterable[Hosting], dots: Iterable[Dot], *, on_paper: bool = False) -> Markup:
    """Europe, where datacenters stand close together; empty where none stands there."""
    bins = _bins(hosting)
    within = tuple(each for each in dots if in_europe(_point(each)))
    labels = _labels(each for each in within if each.country in bins)
    return drawing.europe(bins, _drawn(within), labels, _LOOK, on_paper=on_paper)


def key(*, on_paper: bool = False) -> tuple[tuple[str, Markup], ...]:
    """What the marks mean: words and a small drawing."""
    words = [f"may hold: {name}" for _, name in BINS]
    return drawing.key(words, _LOOK, "datacenter", on_paper=on_paper)


def _bins(hosting: Iterable[Hosting]) -> dict[str, int]:
    return {each.country.code: bin_of(each.share) for each in hosting}


def _drawn(dots: Iterable[Dot]) -> tuple[drawing.Dot, ...]:
    """The largest first, so that none hides another."""
    return tuple(
        drawing.Dot(
            each.longitude,
            each.latitude,
            each.country,
            _AREA * each.backends**0.5,
            f"{each.id}: {each.city}, {each.backends} backends",
        )
        for each in sorted(dots, key=lambda dot: -dot.backends)
    )


def _point(dot: Dot) -> Point:
    return project(dot.longitude, dot.latitude)


def _labels(dots: Iterable[Dot]) -> dict[str, Point]:
    """The code of each hosting country, above its northernmost datacenter."""
    points: dict[str, Point] = {}
    for each in dots:
        point = _point(each)
        points[each.country] = min(points.get(each.country, point), point, key=lambda p: p[1])
    return points
