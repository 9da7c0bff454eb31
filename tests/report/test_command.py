"""`domicile report residency`: a file, a folder, or a plain refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from commanding import Asker

ON = ("--as-of", "2026-11-23", "--counts", "existing")


@pytest.fixture
def ask(world: Path, capsys: pytest.CaptureFixture[str]) -> Asker:
    """Asks about the small world."""
    return Asker(world, capsys)


def test_a_page_is_written(ask: Asker, tmp_path: Path) -> None:
    """Where the user says, whole, with nothing beside it."""
    to = tmp_path / "deep" / "report.html"
    answer = ask("report", "residency", "-o", str(to), *ON)
    assert answer.code == 0, answer.err
    assert answer.out.startswith(f"wrote {to}, ")
    assert "alpha-singapore" in to.read_text(encoding="utf-8")
    assert [each.name for each in to.parent.iterdir()] == ["report.html"]


def test_what_is_withdrawn_is_named(ask: Asker, tmp_path: Path) -> None:
    """On the first screen."""
    to = tmp_path / "report.html"
    assert ask("report", "residency", "-o", str(to), "--without", "CH:JP", *ON).code == 0
    assert "Withdrawn for this report" in to.read_text(encoding="utf-8")


def test_headroom_is_written_with_its_tables(ask: Asker, tmp_path: Path) -> None:
    """A folder has the page and each table; what was withdrawn is named on both."""
    to = tmp_path / "report"
    answer = ask("report", "headroom", "-o", f"{to}/", "--without", "CH:JP", *ON)
    assert answer.code == 0, answer.err
    assert answer.out.startswith(f"wrote {to}/report.html and 12 tables, ")
    assert "Withdrawn for this report" in (to / "report.html").read_text(encoding="utf-8")
    assert "withdrawn,CH:JP" in (to / "knowledge.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("residency", "-o", "report.docx"), "names no kind of report"),
        (("residency", "-o", "r.html", "--without", "CH:XX"), "`CH:XX`"),
        (("residency", "-o", "r.html", "-e", "staging"), "`staging` is not declared"),
        (("headroom", "-o", "report.docx"), "names no kind of report"),
        (("headroom", "-o", "r.html", "--without", "CH:XX"), "`CH:XX`"),
        (("nonsense", "-o", "r.html"), "nonsense"),
    ],
)
def test_what_cannot_be_is_refused(
    ask: Asker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    """With exit code 2, and nothing written."""
    monkeypatch.chdir(tmp_path)
    answer = ask("report", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert not list(tmp_path.glob("*.html"))
