"""The report's plots, drawn with matplotlib as SVG that is part of the page.

Matplotlib writes its styles as attributes that a strict policy forbids. Here each colour becomes a
class of the page's own style sheet, so plots follow light and dark, and text stays text.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from markupsafe import Markup, escape

from domicile.model.errors import OutsideError
from domicile.report.headroom.records import Level, Row, ServiceLine
from domicile.report.page.visible import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

INK, SOFT, BAR, EDGE = "#000001", "#000002", "#000003", "#000004"
_SERIES = tuple(f"#0000{number:02x}" for number in range(16, 26))
_CLASSES: Final = {INK: "ink", SOFT: "soft", BAR: "bar", EDGE: "edge"} | {
    colour: f"line{number}" for number, colour in enumerate(_SERIES)
}
"""Colours that matplotlib is told, and the classes that they become."""
_PAPER: Final = {
    "ink": "#1c2430", "soft": "#4d5866", "bar": "#5b86b5", "edge": "#d4d9e0",
    "line0": "#17527d", "line1": "#961b1b", "line2": "#155f34", "line3": "#704a00",
    "line4": "#54427a", "line5": "#00696b", "line6": "#8a3a6b", "line7": "#4d5866",
    "line8": "#7a5c00", "line9": "#2f5fb3",
}  # fmt: skip
_MARKERS = "os^vDPX*<>"
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_KEPT = ("d", "x", "y", "transform", "clip-path", "width", "height", "id")
_STYLES = ("stroke-width", "stroke-dasharray", "font-size", "text-anchor", "font-weight")
_PART = re.compile(r"([a-z-]+):\s*([^;]+)")
_POINTS = re.compile(r"(\d+(?:\.\d+)?)px")
_MOST = 40
"""Contingencies that a line shows."""


def costs(levels: Sequence[Level], *, on_paper: bool) -> Markup:
    """What each level costs, as bars; one without a bar is not feasible, or not found."""

    def draw(axes: Axes) -> None:
        most = max((each.cost for each in levels if each.cost is not None), default=1.0) or 1.0
        for place, each in enumerate(levels):
            # Above its bar, so that a narrow screen shows both.
            axes.text(0, place - 0.3, shown(each.name), color=INK, va="bottom")
            if each.cost is None:
                said = "not feasible" if each.proved else "not found, not proved"
                axes.text(most * 0.01, place, said, color=SOFT, va="center")
                continue
            axes.barh(place, each.cost, color=BAR, height=0.4)
            said = f"{each.cost:,.2f}"
            if each.gap != 0:
                said += " *"
            axes.text(each.cost + most * 0.01, place, said, color=INK, va="center")
        axes.set_yticks([])
        axes.set_ylim(len(levels) - 0.6, -0.9)
        axes.set_xlim(0, most * 1.2)
        axes.set_xlabel("EUR per hour", color=SOFT)

    said = (
        "What each level of headroom costs at least, EUR per hour (*: or less); the table below "
        "says the same"
    )
    return _drawn("costs", said, draw, (6.5, 0.55 * len(levels) + 0.9), on_paper=on_paper)


def spares(services: Sequence[ServiceLine], rows: Sequence[Row], *, on_paper: bool) -> Markup:
    """What each service has left, its worst contingencies first."""

    def draw(axes: Axes) -> None:
        lines: list[Line2D] = []
        for number in range(len(services)):
            cells = [row.cells[number] for row in rows]
            parts = sorted(each.spare for each in cells if each and each.spare is not None)
            lines += axes.plot(
                range(1, len(parts[:_MOST]) + 1),
                [100 * each for each in parts[:_MOST]],
                color=_SERIES[number % len(_SERIES)],
                marker=_MARKERS[number % len(_MARKERS)],
                markevery=4,
                markersize=5,
                linewidth=1.4,
            )
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlabel("contingencies, the worst first", color=SOFT)
        axes.set_ylabel("spare, % of demand", color=SOFT)
        axes.legend(
            lines,
            [shown(service.name) for service in services],
            frameon=False,
            labelcolor=INK,
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
        )

    said = "Spare of each service in its worst contingencies; the table below says the same"
    return _drawn("spares", said, draw, (9.0, 3.6), on_paper=on_paper)


def _drawn(
    name: str,
    said: str,
    draw: Callable[[Axes], None],
    size: tuple[float, float],
    *,
    on_paper: bool,
) -> Markup:
    try:
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError as error:
        raise OutsideError(
            "the plots of a report need matplotlib, which is not installed",
            help="pip install 'domicile[report]'",
        ) from error
    out = io.BytesIO()
    with (
        warnings.catch_warnings(),
        mpl.rc_context(
            {
                "svg.fonttype": "none",
                "svg.hashsalt": name,
                "font.size": 11,
                "text.parse_math": False,
                "axes.unicode_minus": False,
            }
        ),
    ):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(EDGE)
        axes.tick_params(colors=SOFT, labelcolor=INK)
        draw(axes)
        # Text stays text: whoever shows the page has the letters.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    root = ET.fromstring(out.getvalue())  # noqa: S314 - what matplotlib wrote
    style = "".join(
        f".{name} .{mark}{{fill:{colour};stroke:none}}.{name} path.{mark}.drawn"
        f"{{fill:none;stroke:{colour}}}"
        for mark, colour in _PAPER.items()
    )
    return Markup(
        '<svg class="plot {0}" role="img" aria-labelledby="{0}-title" viewBox="{1}" '
        'xmlns="http://www.w3.org/2000/svg"><title id="{0}-title">{2}</title>{3}{4}</svg>'
    ).format(
        name,
        root.get("viewBox", ""),
        said,
        Markup("<style>{0}.plot text{{font-family:sans-serif}}</style>").format(Markup(style))  # noqa: S704
        if on_paper
        else "",
        Markup("").join(_rewritten(each, name) for each in root),
    )


def _rewritten(element: ET.Element, name: str) -> Markup:
    """An element with classes for colours, without styles, and with ids that no other plot has."""
    tag = element.tag.removeprefix(_SVG)
    if tag in {"metadata", "style"}:
        return Markup("")
    style = dict(_PART.findall(element.get("style", "")))
    given = {key: value for key, value in element.attrib.items() if key in _KEPT}
    given |= {key: value for key, value in style.items() if key in _STYLES}
    for source in (element.attrib, style):
        given |= {key: source[key] for key in ("fill", "stroke") if key in source}
    if "font" in style and (size := _POINTS.search(style["font"])):
        given["font-size"] = size[1]
    if "text-anchor" not in given and tag == "text" and "center" in style.get("text-align", ""):
        given["text-anchor"] = "middle"
    given |= _coloured(given, tag)
    if "id" in given:
        given["id"] = f"{name}-{given['id']}"
    if "clip-path" in given:
        given["clip-path"] = given["clip-path"].replace("#", f"#{name}-")
    if _LINK in element.attrib:
        given["href"] = "#" + f"{name}-{element.attrib[_LINK].removeprefix('#')}"
    written = Markup("").join(
        Markup(' {0}="{1}"').format(key, value) for key, value in sorted(given.items()) if value
    )
    inside = Markup("").join(_rewritten(each, name) for each in element)
    text = escape(shown((element.text or "").strip()))
    return Markup("<{0}{1}>{2}{3}</{0}>").format(tag, written, text, inside)


def _coloured(given: dict[str, str], tag: str) -> dict[str, str]:
    """A class in place of a colour: what has a line is drawn, what has a surface is filled."""
    fill, stroke = given.pop("fill", ""), given.pop("stroke", "")
    if stroke in _CLASSES and fill not in _CLASSES:
        return {"class": f"{_CLASSES[stroke]} drawn"}
    if fill in _CLASSES:
        return {"class": _CLASSES[fill]}
    return {"class": "ink"} if tag == "text" else {"fill": "none"} if fill == "none" else {}
