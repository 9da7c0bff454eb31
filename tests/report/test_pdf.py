"""The PDF is tagged, has a title and a language, and fetches nothing."""

from __future__ import annotations

import io
import re
import sys

import pytest
from pypdf import PdfReader

from domicile.model.errors import OutsideError
from domicile.report.page import pdf
from domicile.report.residency.html import render
from domicile.report.residency.records import ResidencyReport


def made(page: str) -> bytes:
    """The PDF; where Debian's Pango is missing the test is named as not run."""
    try:
        return pdf.render(page)
    except OutsideError as error:
        if "Pango" in error.message:
            pytest.skip(error.message)
        raise


def test_it_is_tagged_and_titled(report: ResidencyReport) -> None:
    """Screen readers find structure, title and language; the last section is there."""
    read = PdfReader(io.BytesIO(made(render(report, on_paper=True))))
    root = read.trailer["/Root"]
    assert "/StructTreeRoot" in root
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert read.metadata is not None
    assert read.metadata.title == "Residency report: production, 2026-11-23"
    text = "".join(each.extract_text() for each in read.pages)
    assert "CH/vault/communications" in text
    assert "Sign-off" in text


def test_it_is_the_same_each_time(report: ResidencyReport) -> None:
    """No clock stands in it."""
    page = render(report)
    assert made(page) == made(page)


def test_it_fetches_nothing() -> None:
    """A page that asked for something would end the rendering."""
    page = '<!DOCTYPE html><html lang="en"><title>x</title><img src="file:///etc/hostname">'
    with pytest.raises(OutsideError, match="fetches nothing"):
        made(page)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without WeasyPrint: one sentence, exit code 3."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(OutsideError, match="needs WeasyPrint") as caught:
        pdf.render("")
    assert caught.value.exit_code == 3


def test_paper_says_each_reasoning_once(report: ResidencyReport) -> None:
    """Every number that a row names has its reasons, and no two numbers have the same."""
    page = render(report, on_paper=True)
    named = set(re.findall(r'href="#why-(R\d+)"', page))
    reasons = re.findall(r'<h4 id="why-(R\d+)">.*?</h4>\n(.*?)\n(?=<h4|</section)', page, re.DOTALL)
    verdicts = re.findall(r'<h4 id="why-R\d+">(.*?)</h4>', page)
    assert named == {number for number, _ in reasons}
    assert len(reasons) == len(named)
    whole = [
        (verdict.split(" ", 1)[1], words)
        for verdict, (_, words) in zip(verdicts, reasons, strict=True)
    ]
    assert len(set(whole)) == len(whole)
    assert 'class="grounds"' not in page[: page.index('id="reasonings"')]


def test_paper_says_what_the_screen_says(report: ResidencyReport) -> None:
    """Every rule that decides on the screen decides on paper too, and every quotation is there."""
    screen, paper = render(report), render(report, on_paper=True)
    for pattern in (r"<q[^>]*>(.*?)</q>", r"(?<![-A-Z])[A-Z]{2}(?:-[A-Z]{2})?:[a-z0-9-]+#?\d*"):
        assert set(re.findall(pattern, paper)) == set(re.findall(pattern, screen))


def test_the_map_on_paper_brings_its_colours(report: ResidencyReport) -> None:
    """What draws a PDF reads no style sheet inside a drawing but the drawing's own."""
    drawings = re.findall(r"<svg.*?</svg>", render(report, on_paper=True), re.DOTALL)
    assert drawings
    assert all("<style>" in each for each in drawings)
    assert "<svg" in render(report)
    assert not re.findall(r"<svg[^>]*>(?:(?!</svg>).)*<style>", render(report), re.DOTALL)
