"""The report as one page."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from jinja2 import Environment
from markupsafe import Markup, escape

from domicile.model.words import number, several
from domicile.report.headroom import drawing, plots
from domicile.report.headroom.drawing import bin_of
from domicile.report.headroom.records import HeadroomReport, Level, Part, Row
from domicile.report.page import frame
from domicile.report.page.visible import shown
from domicile.report.page.world_map import LICENCE

CONTENTS: Final = (
    ("summary", "1. Summary"),
    ("map", "2. Lawful headroom of each country"),
    ("standings", "3. Every service and country"),
    ("matrix", "4. What fails, and what is left"),
    ("binding", "5. What binds"),
    ("remedies", "6. What would close what is short"),
    ("costs", "7. What headroom costs"),
    ("pools", "8. Why each pool is needed"),
    ("edition", "9. Knowledge"),
)
WORST: Final = 40
"""Rows of the matrix that the page has, beside those that are short."""
SETS: Final = 60
"""Binding sets that the page has, beside those that are short."""
NONE: Final = "\u2013"
"""Stands where there is no demand, so nothing to spare."""
_PACKAGE = "domicile.report.headroom"


def render(report: HeadroomReport, *, on_paper: bool = False) -> str:
    """The page.

    Args:
        report: what was gathered.
        on_paper: the edition for print: every part unfolded, drawings bring their colours.

    Raises:
        OutsideError: matplotlib is not installed.
    """
    return frame.page(
        "headroom.html",
        _environment(),
        frame.style(_PACKAGE),
        r=report,
        title=f"Headroom report: {report.environment}, {report.as_of}",
        contents=CONTENTS,
        world=drawing.world(report.countries, report.datacenters, on_paper=on_paper),
        europe=drawing.europe(report.countries, report.datacenters, on_paper=on_paper),
        key=drawing.key(on_paper=on_paper),
        cost_plot=plots.costs(report.levels, on_paper=on_paper),
        spare_plot=plots.spares(report.services, report.rows, on_paper=on_paper),
        rows=worst(report.rows),
        sets=[each for place, each in enumerate(report.bindings) if place < SETS or each.shortfall],
        level={each.id: each for each in report.levels},
        licence=LICENCE,
        open="open" if on_paper else "",
    )


def worst(rows: tuple[Row, ...]) -> list[Row]:
    """The rows that the page has: all that are short, and the worst of the others."""
    return [row for place, row in enumerate(rows) if row.short or place < WORST]


@cache
def _environment() -> Environment:
    made = frame.environment(_PACKAGE)
    made.filters.update(
        amount=amount,
        percent=percent,
        least=least,
        spare=_spare,
        when=_when,
        bin=bin_of,
        shorten=_shorten,
    )
    return made


def amount(value: float) -> str:
    """A number as tables have it, here and as CSV: with three decimals at most."""
    return number(round(value, 3))


def least(level: Level) -> str:
    """Whether a level's cost is the least, in words; the gap rounded up, so that none is hidden."""
    if level.gap == 0 or (level.cost is None and level.proved):
        return "proved"
    if level.gap is None or not level.proved:
        return "not proved"
    return f"within {math.ceil(level.gap * 10_000 - 1e-6) / 100:.2f} %"


def percent(value: Part) -> str:
    """A part in percent; rounded down, so that no spare is said that is not there."""
    if value is None:
        return NONE
    tenths = int(value * 1000 + (1e-9 if value >= 0 else -1 + 1e-9))
    return f"{tenths / 10:,.1f} %"


def _spare(value: Part) -> Markup:
    """A spare with a sign beside its colour."""
    step = bin_of(value)
    if step is None:
        return escape(NONE)
    sign = ("✗ ", "! ", "", "")[step]
    return Markup('<span class="spare t{0}t">{1}{2}</span>').format(step, sign, percent(value))


def _when(ids: tuple[str, ...]) -> Markup:
    """A contingency's ids, each on a piece of its own."""
    return Markup(" and ").join(
        Markup('<span class="id">{0}</span>').format(escape(shown(each))) for each in ids
    )


def _shorten(names: tuple[str, ...] | list[str], most: int) -> str:
    more = f" and {several(len(names) - most, 'other')}" if len(names) > most else ""
    return ", ".join(list(names)[:most]) + more
