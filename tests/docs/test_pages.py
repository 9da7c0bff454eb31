"""Pages say what is: their commands print what they show, and their links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from consoles import Step, missing, steps

ROOT = Path(__file__).resolve().parents[2]
PAGES = (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")))
TRIED = [page for page in PAGES if any(step.is_cheap for step in steps(page.read_text()))]
DAY = "2026-11-23"
"""The day on which the pages were written: law that changes later does not make them wrong."""
COSTLY = "domicile plan --counts existing"
"""Takes the whole reference service's plan; the planner's own tests hold it."""
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def name(page: Path) -> str:
    """A page's path, as tests are named for it."""
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", TRIED, ids=name)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    """Each command, run in the reference workspace or in the one that the page makes."""
    folder = ROOT
    for step in steps(page.read_text()):
        if step.command[0] == "cd":
            folder = tmp_path / step.command[1]
        elif step.is_cheap and " ".join(step.command) != COSTLY:
            if step.command[1] == "init":
                folder = tmp_path
            assert missing(step.printed, _run(step, folder)) is None, " ".join(step.command)


def _run(step: Step, folder: Path) -> str:
    program = Path(sys.executable).with_name("domicile")
    done = subprocess.run(
        [program, *step.on(DAY)],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    """A link within the project names a file, and a heading in it, that is there."""
    for target in _LINK.findall(page.read_text()):
        path, _, heading = target.partition("#")
        if "://" in path:
            continue
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if heading:
            assert heading in {_anchor(each) for each in _HEADING.findall(file.read_text())}, target


def _anchor(heading: str) -> str:
    """A heading's anchor, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_a_page_that_says_otherwise_is_noticed() -> None:
    """A changed word, a missing line and an early end are told; numbers and cuts are not."""
    output = "one  12 calls\ntwo 3 streams\nthree\n"
    assert missing(("one 7 calls", "two …", "three"), output) is None
    assert missing(("…", "three"), output) is None
    assert missing(("one 7 calls", "…"), output) is None
    assert missing(("one 7 streams", "…"), output) == "one 7 streams"
    assert missing(("one 7 calls", "three"), output) == "one 7 calls"
    assert missing(("one 7 calls", "…", "four"), output) == "four"
    assert missing(("…", "a 5 b", "c"), "a 1 b\nd\na 2 b\nc\n") is None
    assert "two # streams" in str(missing(("one 7 calls",), output))
