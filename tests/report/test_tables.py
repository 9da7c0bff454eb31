"""Tables as CSV: no cell is a formula, and no number is spoiled."""

from __future__ import annotations

import csv
import io

import pytest
import reporting

from domicile.report.page.cells import guarded
from domicile.report.residency.records import ResidencyReport
from domicile.report.residency.tables import tables


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", " =1", "\t=1", "-=1", "|calc",
        "\uff1d1+1", "\uff20A", "%0A=1", "-", "+a",
    ],
)  # fmt: skip
def test_a_formula_is_text(text: str) -> None:
    """Whatever a spreadsheet might run begins with an apostrophe."""
    assert guarded(text).startswith("'")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (-12.5, "-12.5"), (-3, "-3"), ("-3.25", "-3.25"), ("+7", "+7"), ("1e-5", "1e-5"),
        ("CH:JP", "CH:JP"), ("a=b", "a=b"), ("a-b", "a-b"), ("'quoted'", "'quoted'"), ("", ""),
        (None, ""), (True, "yes"), ("Zürich", "Zürich"),
    ],
)  # fmt: skip
def test_what_is_no_formula_stays_as_it_is(value: object, said: str) -> None:
    """A negative number is a number."""
    assert guarded(value) == said  # type: ignore[arg-type]


def test_controls_are_made_visible() -> None:
    """A cell holds one line, and nothing that turns or moves text."""
    assert guarded("a\r\n=1\u202e") == "a\\u{d} =1\\u{202e}"


def test_every_placement_is_a_row(report: ResidencyReport) -> None:
    """The tables say what the page says."""
    text = tables(report)["placements.csv"]
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    said = {
        (f"{r['subject']}/vault/{r['data_classes'].replace('; ', '+')}", r["datacenter"]): (
            r["verdict"]
        )
        for r in rows
    }
    assert said == reporting.EXPECTED
    assert len(rows) == len(reporting.EXPECTED)


def test_every_row_is_as_long_as_its_heading(report: ResidencyReport) -> None:
    """In every table."""
    for name, text in tables(report).items():
        rows = list(csv.reader(io.StringIO(text)))
        assert {len(row) for row in rows} == {len(rows[0])}, name
