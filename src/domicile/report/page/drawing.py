"""A map of the world: countries shaded in four steps, datacenters as dots, and codes beside them.

A step is a colour and a pattern of lines: colour is never the only sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from domicile.report.page.visible import shown
from domicile.report.page.world_map import HEIGHT, WIDTH, Point, outlines, project

HATCHING = (None, "M0 8L8 0", "M0 8L8 0M0 4L4 0M4 8L8 4", "M0 8L8 0M0 0L8 8")
"""Lines of each step's pattern: a sign beside its colour."""
EUROPE = (project(-12, 62), project(30, 36))
"""What the larger map shows: corners at the top left and at the bottom right."""
_ABOVE = 8
"""How far above its point a code stands."""
_ON_PAPER = Markup(
    "<style>.land{{fill:#e3e6ea;stroke:#f8fafc;stroke-width:.5px}}"
    ".host{{stroke:#1c2430}}{0}"
    ".hatch{{stroke:#1c2430;stroke-width:.7px;stroke-opacity:.55;fill:none}}"
    ".dot{{fill:#1c2430;stroke:#f8fafc;stroke-width:.6px}}"
    ".europe .land{{stroke-width:.12px}}.europe .dot{{stroke-width:.18px}}"
    ".label{{fill:#1c2430;font-size:9px;font-weight:600;font-family:sans-serif;text-anchor:middle}}"
    "</style>"
)
"""The page's colours, said again inside a drawing: what makes a PDF reads no others there."""
_START = re.compile(r"M(\S+) (\S+)l")


@dataclass(frozen=True, slots=True)
class Look:
    """How countries are shaded.

    Attributes:
        prefix: of the classes of the steps: `s` for `s0` to `s3`.
        colours: of the steps on paper.
    """

    prefix: str
    colours: tuple[str, str, str, str]

    def style(self, *, on_paper: bool) -> Markup:
        """What a drawing brings along on paper; nothing on a screen, where the page has it."""
        if not on_paper:
            return Markup("")
        return _ON_PAPER.format(
            Markup("").join(
                Markup(".{0}{1}{{fill:{2}}}").format(self.prefix, index, colour)
                for index, colour in enumerate(self.colours)
            )
        )


@dataclass(frozen=True, slots=True)
class Dot:
    """A datacenter: where it stands, how large it is drawn, and what it says."""

    longitude: float
    latitude: float
    country: str
    size: float
    """Radius in the world's map, in units of the drawing, beyond the smallest."""
    says: str

    @property
    def point(self) -> Point:
        """Where it is drawn."""
        return project(self.longitude, self.latitude)


def world(
    said: str,
    shading: Mapping[str, int],
    dots: Iterable[Dot],
    labels: Mapping[str, Point],
    look: Look,
    *,
    on_paper: bool,
) -> Markup:
    """The whole world as SVG.

    Args:
        said: its title.
        shading: country → step; countries without one are land.
        dots: datacenters.
        labels: country → the point above which its code stands.
        look: how steps look.
        on_paper: whether it brings its own colours.
    """
    box = (0.0, 0.0, float(WIDTH), float(HEIGHT))
    return _map("world", said, box, shading, dots, labels, look, 1.0, on_paper=on_paper)


def europe(
    shading: Mapping[str, int],
    dots: Iterable[Dot],
    labels: Mapping[str, Point],
    look: Look,
    *,
    on_paper: bool,
) -> Markup:
    """Europe, where datacenters stand close together; empty where none stands there."""
    (left, top), (right, bottom) = EUROPE
    within = tuple(each for each in dots if in_europe(each.point))
    if not within:
        return Markup("")
    box = (left, top, right - left, bottom - top)
    said = "Europe, larger"
    return _map("europe", said, box, shading, within, labels, look, 0.2, on_paper=on_paper)


def in_europe(point: Point) -> bool:
    """Whether the larger map of Europe shows a point."""
    (left, top), (right, bottom) = EUROPE
    return left < point[0] < right and top < point[1] < bottom


def key(
    words: Iterable[str], look: Look, dot: str, *, on_paper: bool
) -> tuple[tuple[str, Markup], ...]:
    """What the marks mean: words and a small drawing, for each step and for a dot."""
    style = look.style(on_paper=on_paper)
    drawn = [
        (
            name,
            Markup(
                '<svg viewBox="0 0 24 14" aria-hidden="true">'
                '{2}<rect width="24" height="14" class="host {3}{0}"/>{1}</svg>'
            ).format(index, _KEY_LINES[index], style, look.prefix),
        )
        for index, name in enumerate(words)
    ]
    circle = Markup(
        '<svg viewBox="0 0 24 14" aria-hidden="true">'
        '{0}<circle class="dot" cx="12" cy="7" r="4"/></svg>'
    ).format(style)
    return (*drawn, (dot, circle))


_KEY_LINES = (
    "",
    Markup('<path class="hatch" d="M0 14L14 0M10 14L24 0"/>'),
    Markup('<path class="hatch" d="M0 14L14 0M6 14L20 0M12 14L24 2M0 8L8 0"/>'),
    Markup('<path class="hatch" d="M0 14L14 0M10 14L24 0M0 0L14 14M10 0L24 14"/>'),
)


def _map(
    name: str,
    said: str,
    box: tuple[float, float, float, float],
    shading: Mapping[str, int],
    dots: Iterable[Dot],
    labels: Mapping[str, Point],
    look: Look,
    scale: float,
    *,
    on_paper: bool,
) -> Markup:
    shapes = [
        _country(name, path, shading.get(code), look.prefix)
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
        Markup("").join(_pattern(name, index, scale) for index in range(1, len(HATCHING))),
        Markup("").join(shapes),
        Markup("").join(_dot(each, scale) for each in dots),
        Markup("").join(_label(code, labels[code], scale) for code in sorted(labels)),
        look.style(on_paper=on_paper),
    )


def _pattern(name: str, index: int, scale: float) -> Markup:
    return Markup(
        '<pattern id="{0}-{1}" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="scale({2})"><path class="hatch" d="{3}"/></pattern>'
    ).format(name, index, f"{scale * 0.7:g}", HATCHING[index])


def _country(name: str, path: str, index: int | None, prefix: str) -> Markup:
    if index is None:
        return Markup('<path class="land" d="{0}"/>').format(path)
    drawn = Markup('<path class="land host {2}{0}" d="{1}"/>').format(index, path, prefix)
    if index:
        drawn += Markup('<path fill="url(#{0}-{1})" d="{2}"/>').format(name, index, path)
    return drawn


def rings(path: str) -> Iterable[list[Point]]:
    """The closed lines of an outline, as points."""
    for part in path.split("z"):
        start = _START.match(part)
        if start is None:
            continue
        x, y = float(start[1]), float(start[2])
        steps = [float(each) for each in part[start.end() :].split()]
        points = [(x, y)]
        for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + step_x, y + step_y
            points.append((x, y))
        yield points


def _shows(path: str, box: tuple[float, float, float, float]) -> bool:
    """Whether a part of an outline may lie in the box: by the box around it."""
    left, top, width, height = box
    for points in rings(path):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if min(xs) < left + width and max(xs) > left and min(ys) < top + height and max(ys) > top:
            return True
    return False


def _dot(each: Dot, scale: float) -> Markup:
    x, y = each.point
    return Markup(
        '<circle class="dot" cx="{0}" cy="{1}" r="{2}"><title>{3}</title></circle>'
    ).format(
        f"{x:.1f}",
        f"{y:.1f}",
        f"{(2 + each.size) * scale**0.7:.2f}",
        shown(each.says),
    )


def _label(code: str, point: Point, scale: float) -> Markup:
    x, y = point[0], point[1] - _ABOVE * scale**0.7
    return Markup(
        '<text class="label" transform="translate({0} {1}) scale({2})">{3}</text>'
    ).format(f"{x:.1f}", f"{y:.1f}", f"{scale**0.75:.2f}", shown(code))
