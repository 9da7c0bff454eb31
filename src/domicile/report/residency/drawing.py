"""The map: hosting countries by the part of the subjects that they may hold, and datacenters."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from domicile.report.residency.records import Dot, Hosting
from domicile.report.residency.visible import shown
from domicile.report.residency.world_map import HEIGHT, WIDTH, Point, outlines, project

BINS = (
    (0.0, "the whole data of no subject"),
    (0.25, "up to a quarter of the subjects"),
    (0.60, "up to six in ten"),
    (1.01, "more"),
)
"""Upper ends of shares, and what they are called."""
_HATCHING = (None, "M0 8L8 0", "M0 8L8 0M0 4L4 0M4 8L8 4", "M0 8L8 0M0 0L8 8")
"""Lines of each bin's pattern: a sign beside its colour."""
_EUROPE = (project(-12, 62), project(30, 36))
_AREA = 0.32
"""Radius in units of the drawing for the square root of a backend."""
_ON_PAPER = Markup(
    "<style>.land{fill:#e3e6ea;stroke:#f8fafc;stroke-width:.5px}"
    ".host{stroke:#1c2430}.s0{fill:#e3e6ea}.s1{fill:#cfe3d6}.s2{fill:#8fc3a3}.s3{fill:#3d8f60}"
    ".hatch{stroke:#1c2430;stroke-width:.7px;stroke-opacity:.55;fill:none}"
    ".dot{fill:#1c2430;stroke:#f8fafc;stroke-width:.6px}"
    ".europe .land{stroke-width:.12px}.europe .dot{stroke-width:.18px}"
    ".label{fill:#1c2430;font-size:9px;font-weight:600;font-family:sans-serif;text-anchor:middle}"
    "</style>"
)
"""The page's colours, said again inside a drawing: what makes a PDF reads no others there."""
_START = re.compile(r"M(\S+) (\S+)l")


def bin_of(share: float) -> int:
    """Which bin a share belongs to."""
    if share <= 0:
        return 0
    return next(index for index, (top, _) in enumerate(BINS) if index and share <= top)


def world(hosting: Iterable[Hosting], dots: Iterable[Dot], *, on_paper: bool = False) -> Markup:
    """The whole world as SVG."""
    box = (0.0, 0.0, float(WIDTH), float(HEIGHT))
    said = "World map of hosting countries and datacenters; the table below says the same"
    every = tuple(dots)
    inset = frozenset(each.country for each in every if _in_europe(each))
    return _map("world", said, box, tuple(hosting), every, 1.0, inset, on_paper=on_paper)


def europe(hosting: Iterable[Hosting], dots: Iterable[Dot], *, on_paper: bool = False) -> Markup:
    """Europe, where datacenters stand close together; empty where none stands there."""
    (left, top), (right, bottom) = _EUROPE
    within = tuple(each for each in dots if _in_europe(each))
    if not within:
        return Markup("")
    box = (left, top, right - left, bottom - top)
    return _map("europe", "Europe, larger", box, tuple(hosting), within, 0.2, on_paper=on_paper)


def _in_europe(dot: Dot) -> bool:
    """Whether a datacenter stands where the larger map of Europe shows it."""
    (left, top), (right, bottom) = _EUROPE
    x, y = project(dot.longitude, dot.latitude)
    return left < x < right and top < y < bottom


def key(*, on_paper: bool = False) -> tuple[tuple[str, Markup], ...]:
    """What the marks mean: words and a small drawing."""
    style = _ON_PAPER if on_paper else Markup("")
    drawn = [
        (
            f"may hold: {name}",
            Markup(
                '<svg viewBox="0 0 24 14" aria-hidden="true">'
                '{2}<rect width="24" height="14" class="host s{0}"/>{1}</svg>'
            ).format(
                index,
                Markup('<path class="hatch" d="M0 14L14 0M10 14L24 0"/>')
                if index == 1
                else Markup('<path class="hatch" d="M0 14L14 0M6 14L20 0M12 14L24 2M0 8L8 0"/>')
                if index == 2  # noqa: PLR2004 - the second of three
                else Markup('<path class="hatch" d="M0 14L14 0M10 14L24 0M0 0L14 14M10 0L24 14"/>')
                if index
                else "",
                style,
            ),
        )
        for index, (_, name) in enumerate(BINS)
    ]
    dot = Markup(
        '<svg viewBox="0 0 24 14" aria-hidden="true">'
        '{0}<circle class="dot" cx="12" cy="7" r="4"/></svg>'
    ).format(style)
    return (*drawn, ("datacenter", dot))


def _map(
    name: str,
    said: str,
    box: tuple[float, float, float, float],
    hosting: tuple[Hosting, ...],
    dots: tuple[Dot, ...],
    scale: float,
    inset: frozenset[str] = frozenset(),
    *,
    on_paper: bool,
) -> Markup:
    bins = {each.country.code: bin_of(each.share) for each in hosting}
    shapes = [
        _country(name, path, bins.get(code))
        for code, path in outlines().items()
        if _shows(path, box)
    ]
    view = " ".join(f"{value:.1f}" for value in box)
    return Markup(
        '<svg class="map {0}" role="img" aria-labelledby="{0}-title" viewBox="{1}" '
        'xmlns="http://www.w3.org/2000/svg"><title id="{0}-title">{2}</title>'
        "{7}<defs>{3}</defs>{4}{5}{6}</svg>"
    ).format(
        name,
        view,
        said,
        Markup("").join(_pattern(name, index, scale) for index in range(1, len(BINS))),
        Markup("").join(shapes),
        Markup("").join(_dot(each, scale) for each in sorted(dots, key=lambda d: -d.backends)),
        Markup("").join(_labels(bins, dots, scale, leave_out=inset)),
        _ON_PAPER if on_paper else "",
    )


def _pattern(name: str, index: int, scale: float) -> Markup:
    return Markup(
        '<pattern id="{0}-{1}" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="scale({2})"><path class="hatch" d="{3}"/></pattern>'
    ).format(name, index, f"{scale * 0.7:g}", _HATCHING[index])


def _country(name: str, path: str, index: int | None) -> Markup:
    if index is None:
        return Markup('<path class="land" d="{0}"/>').format(path)
    drawn = Markup('<path class="land host s{0}" d="{1}"/>').format(index, path)
    if index:
        drawn += Markup('<path fill="url(#{0}-{1})" d="{2}"/>').format(name, index, path)
    return drawn


def _shows(path: str, box: tuple[float, float, float, float]) -> bool:
    """Whether a part of an outline may lie in the box: by the box around it."""
    left, top, width, height = box
    for part in path.split("z"):
        start = _START.match(part)
        if start is None:
            continue
        x, y = float(start[1]), float(start[2])
        steps = [float(each) for each in part[start.end() :].split()]
        xs, ys = [x], [y]
        for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + step_x, y + step_y
            xs.append(x)
            ys.append(y)
        if min(xs) < left + width and max(xs) > left and min(ys) < top + height and max(ys) > top:
            return True
    return False


def _dot(each: Dot, scale: float) -> Markup:
    x, y = project(each.longitude, each.latitude)
    radius = (2 + _AREA * each.backends**0.5) * scale**0.7
    return Markup(
        '<circle class="dot" cx="{0}" cy="{1}" r="{2}"><title>{3}</title></circle>'
    ).format(
        f"{x:.1f}",
        f"{y:.1f}",
        f"{radius:.2f}",
        shown(f"{each.id}: {each.city}, {each.backends} backends"),
    )


def _labels(
    bins: dict[str, int], dots: tuple[Dot, ...], scale: float, *, leave_out: frozenset[str]
) -> Iterable[Markup]:
    """The code of each hosting country, above its northernmost datacenter."""
    points: dict[str, Point] = {}
    for each in dots:
        if each.country in bins and each.country not in leave_out:
            point = project(each.longitude, each.latitude)
            points[each.country] = min(points.get(each.country, point), point, key=lambda p: p[1])
    for code, (x, y) in sorted(points.items()):
        yield Markup(
            '<text class="label" transform="translate({0} {1}) scale({2})">{3}</text>'
        ).format(f"{x:.1f}", f"{y - 8 * scale**0.7:.1f}", f"{scale**0.75:.2f}", shown(code))
