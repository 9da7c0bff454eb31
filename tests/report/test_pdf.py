"""The PDF is tagged, has a title and a language, and fetches nothing."""

from __future__ import annotations

import io
import sys

import pytest
from pypdf import PdfReader

from domicile.model.errors import OutsideError
from domicile.report.residency import pdf
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
    read = PdfReader(io.BytesIO(made(render(report))))
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
