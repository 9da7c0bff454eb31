"""The headroom page: text as text, the same bytes, the same figures as the tables."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import headroom_reporting as by_hand
import hostile
import pytest
from pypdf import PdfReader

from domicile.model.errors import OutsideError
from domicile.report.headroom import plots
from domicile.report.headroom.html import amount, least, percent, render
from domicile.report.headroom.records import HeadroomReport
from domicile.report.headroom.tables import tables
from domicile.report.page import pdf

RUN = "from domicile.cli import main; main()"
ACTIVE = {"script", "img", "iframe", "object", "embed", "link", "base", "form", "video", "image"}


class Page(HTMLParser):
    """The elements of a page, and its tables by caption: rows of cells' texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._caption = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element; a row or a cell begins."""
        self.tags.append((tag, dict(attrs)))
        if tag == "caption":
            self._open, self._caption = tag, ""
        if tag == "tr":
            self.tables.setdefault(self._caption, []).append([])
        if tag in {"td", "th"}:
            self._open = "cell"
            self.tables[self._caption][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """A caption or a cell ends."""
        if tag in {"caption", "td", "th"}:
            self._open = ""

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        self.text.append(data)
        if self._open == "caption":
            self._caption += data
        elif self._open == "cell":
            self.tables[self._caption][-1][-1] += data

    def body(self, beginning: str) -> list[list[str]]:
        """The rows below the heading of the table whose caption begins so."""
        (rows,) = (its for caption, its in self.tables.items() if caption.startswith(beginning))
        return rows[1:]


@pytest.fixture(scope="module")
def headroom(world: Path) -> HeadroomReport:
    """The report on the small world."""
    return by_hand.reported(world)


@pytest.fixture(scope="module")
def page(headroom: HeadroomReport) -> Page:
    """The page on it."""
    return Page(render(headroom))


def read(report: HeadroomReport, name: str) -> list[dict[str, str]]:
    """A table as CSV, read again."""
    text = tables(report)[f"{name}.csv"].removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def said(value: str, *, part: bool = False) -> str:
    """A number of a CSV as the page has it."""
    if part:
        return percent(float(value) if value else None)
    return amount(float(value)) if value else "\u2013"


def test_services_say_what_their_table_says(page: Page, headroom: HeadroomReport) -> None:
    """Each number of the summary."""
    (row,) = page.body("Services")
    (its,) = read(headroom, "services")
    found = " ".join(row)
    for key in ("demand", "backends", "most", "short", "contingencies"):
        assert said(its[key]) in found
    assert row[3].startswith(said(its["use_nominal"], part=True))
    assert row[4].endswith(said(its["spare_nominal"], part=True))
    assert row[5].startswith(said(its["use_worst"], part=True))
    assert row[6].endswith(said(its["spare_worst"], part=True))


def test_standings_say_what_their_table_says(page: Page, headroom: HeadroomReport) -> None:
    """Each number of each service and country."""
    rows, its = page.body("Vault, in"), read(headroom, "standings")
    assert len(rows) == len(its) == 2
    for row, each in zip(rows, its, strict=True):
        assert row[1:3] == [said(each["demand"]), said(each["shortfall"])]
        assert row[3].endswith(said(each["spare"], part=True))
        assert row[4] == each["contingency"].replace("; ", " and ")
        assert row[5:7] == [said(each["demand_then"]), said(each["shortfall_then"])]
        assert row[7].endswith(said(each["spare_then"], part=True))
        assert row[8] == str(len(each["places"].split("; ")))


def test_the_map_has_its_tables(page: Page, headroom: HeadroomReport) -> None:
    """Countries and datacenters, number by number."""
    for row, each in zip(page.body("Countries"), read(headroom, "countries"), strict=True):
        assert row[1].endswith(said(each["spare"], part=True))
        assert row[4] == (each["short"] or "none")
    for row, each in zip(page.body("Datacenters"), read(headroom, "datacenters"), strict=True):
        assert row[3:5] == [each["pools"], said(each["backends"])]
        assert row[5] == said(each["capacity"], part=True)


def test_the_matrix_says_what_its_table_says(page: Page, headroom: HeadroomReport) -> None:
    """Each cell: the spare, and what is short with its unit."""
    rows, its = page.body("Spare, or"), read(headroom, "matrix")
    assert len(rows) == len(its) == 5
    for row, each in zip(rows, its, strict=True):
        assert row[0] == each["name"].replace("; ", " and ")
        assert said(each["spare"], part=True) in row[1]
        if float(each["shortfall"]):
            assert row[1].endswith(f"{said(each['shortfall'])} requests/s")


def test_costs_say_what_their_table_says(page: Page, headroom: HeadroomReport) -> None:
    """Each level, and each pool."""
    for row, each in zip(page.body("Levels"), read(headroom, "levels"), strict=True):
        assert row[1:3] == [said(each["contingencies"]), said(each["short_now"])]
        wanted = said(each["cost"]) if each["cost"] else "not feasible"
        assert row[3:5] == [wanted, said(each["step"])]
    for row, each in zip(page.body("Pools of"), read(headroom, "pools"), strict=True):
        assert row[1:4] == [said(each[key]) for key in ("now", "needed", "price")]


def test_each_level_names_its_gap(headroom: HeadroomReport) -> None:
    """Rounded up to a hundredth of a per cent; nothing is called proved that is not."""
    one = next(each for each in headroom.levels if each.id == "policy")
    said = {
        (1.0, True, 0.0): "proved",
        (1.0, True, 0.00231): "within 0.24 %",
        (1.0, True, 0.0000001): "within 0.01 %",
        (1.0, True, None): "not proved",
        (1.0, False, 0.01): "not proved",
        (None, True, None): "proved",
        (None, False, None): "not proved",
    }
    for (cost, proved, gap), words in said.items():
        assert least(replace(one, cost=cost, proved=proved, gap=gap)) == words


def test_every_row_is_as_long_as_its_heading(headroom: HeadroomReport) -> None:
    """In every table as CSV; and what it all rests on is among them."""
    for name, text in tables(headroom).items():
        rows = list(csv.reader(io.StringIO(text)))
        assert {len(row) for row in rows} == {len(rows[0])}, name
    known = {each["what"]: each["value"] for each in read(headroom, "knowledge")}
    assert known["digest of the law"] == headroom.edition.law
    assert known["digest of what is declared"].startswith("sha256:")


def test_a_spare_is_never_rounded_up() -> None:
    """Neither what is left nor what is short looks better than it is."""
    assert [percent(each) for each in (0.0999, -0.0001, -0.5, 0.0, 12.0, None)] == [
        "9.9 %", "-0.1 %", "-50.0 %", "0.0 %", "1,200.0 %", "\u2013",
    ]  # fmt: skip


@pytest.mark.parametrize("text", hostile.TEXTS, ids=ascii)
def test_hostile_text_stays_text(headroom: HeadroomReport, text: str) -> None:
    """In every field, plots too: no new element, no handler, no address, no control."""
    changed = hostile.everywhere(headroom, text)
    # Ids of levels are this project's own words, by which the page finds them.
    changed = replace(
        changed,
        levels=tuple(
            replace(new, id=old.id, against=old.against)
            for new, old in zip(changed.levels, headroom.levels, strict=True)
        ),
    )
    plain, hostile_ = Page(render(headroom)), Page(render(changed))
    assert not ACTIVE & {tag for tag, _ in hostile_.tags}
    assert {tag for tag, _ in hostile_.tags} <= {tag for tag, _ in plain.tags} | {"br", "ul", "li"}
    assert len([tag for tag, _ in hostile_.tags if tag == "style"]) == 1
    for tag, attributes in hostile_.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        assert str(attributes.get("href") or "#").startswith("#")
    read_ = "".join(hostile_.text)
    bad = {each for each in read_ if unicodedata.category(each) in {"Cc", "Cf", "Cs"}} - {"\n"}
    assert not bad


def test_a_name_that_matplotlib_would_skip_is_in_the_legend(headroom: HeadroomReport) -> None:
    """A leading underscore hides a label there; dollars would be mathematics."""
    (service,) = headroom.services
    for name in ("_hidden", "$x^2$ <b>"):
        drawn = plots.spares((replace(service, name=name),), headroom.rows, on_paper=False)
        assert name.replace("<", "&lt;").replace(">", "&gt;") in drawn


def test_the_page_serves_those_who_hear_it(page: Page) -> None:
    """Headings leave no level out, ids are unique, anchors lead somewhere, drawings are named."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [str(each["id"]) for _, each in page.tags if each.get("id")]
    assert len(ids) == len(set(ids))
    inside = {str(each["href"])[1:] for _, each in page.tags if each.get("href")}
    assert inside <= set(ids)
    assert all(each.get("scope") in {"col", "row"} for tag, each in page.tags if tag == "th")
    named = [each for tag, each in page.tags if tag == "svg" and each.get("role") == "img"]
    assert [each["aria-labelledby"] for each in named] == [
        "world-title", "europe-title", "spares-title", "costs-title",
    ]  # fmt: skip


def test_plots_obey_the_page_s_policy(headroom: HeadroomReport) -> None:
    """No style attribute and no colour of their own: the sheet decides, light or dark."""
    for drawn in (
        plots.costs(headroom.levels, on_paper=False),
        plots.spares(headroom.services, headroom.rows, on_paper=False),
    ):
        assert "style" not in drawn
        assert not re.search(r"#[0-9a-f]{6}\b", drawn)
    assert "not feasible" in plots.costs(headroom.levels, on_paper=False)


def test_without_matplotlib_it_is_said(
    headroom: HeadroomReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, exit code 3."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(OutsideError, match="matplotlib") as caught:
        render(headroom)
    assert caught.value.exit_code == 3


def test_the_pdf_is_tagged(headroom: HeadroomReport) -> None:
    """With every part unfolded, and drawings in their own colours."""
    text = render(headroom, on_paper=True)
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert all("<style>" in each for each in drawings)
    try:
        made = pdf.render(text)
    except OutsideError as error:
        if "Pango" in error.message:
            pytest.skip(error.message)
        raise
    found = PdfReader(io.BytesIO(made))
    assert "/StructTreeRoot" in found.trailer["/Root"]
    words = " ".join("".join(each.extract_text() for each in found.pages).split())
    assert "Surviving any two datacenters" in words
    assert "alpha-singapore" in words


def test_the_same_world_gives_the_same_bytes(world: Path, tmp_path: Path) -> None:
    """In other processes, with other hashes, at other times."""
    made = []
    for seed in ("1", "2"):
        to = tmp_path / seed
        subprocess.run(
            [
                *(sys.executable, "-c", RUN, "report", "headroom", "-w", str(world)),
                *("-o", f"{to}/", "--as-of", "2026-11-23", "--counts", "existing"),
            ],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        made.append({each.name: each.read_bytes() for each in sorted(to.iterdir())})
    assert made[0] == made[1]
    assert len(made[0]) == 13
