"""A small world in which each test changes a few files, and the judgement of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from domicile.checker import Report, check
from domicile.emit import emit
from domicile.model.errors import SourceError
from domicile.model.finding import Finding
from domicile.model.tokens import Counts
from domicile.planner import plan
from domicile.residency import Law
from domicile.rules import Rule
from domicile.rules.documentation import Example
from domicile.situation import Situation
from domicile.workspace import Workspace, load, load_law, loading, validating
from domicile.workspace.files import Found
from domicile.workspace.validating import Declared

WORLD = Path(__file__).parent / "world"
"""Two providers in Paris and Berlin, two services, French demand: no rule fires on it."""
TODAY = date(2026, 11, 23)

_LAWS: dict[tuple[int, ...], tuple[Workspace, Law]] = {}
"""Identities of the records that a law is made of → the law; the workspace keeps them alive."""


def lay(folder: Path, files: Mapping[str, str]) -> Path:
    """Make the world in an empty folder, some of its files replaced or added."""
    shutil.copytree(WORLD, folder, dirs_exist_ok=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def situation(
    folder: Path, counts: Counts = Counts.EXISTING, as_of: date = TODAY, emits: bool = False
) -> Situation:
    """Load a workspace; `emits`: have a plan made and written first."""
    workspace = load(folder)
    looked_at = Situation(workspace, law(workspace), "production", as_of, counts)
    if not emits:
        return looked_at
    planned = plan(looked_at).plan
    assert planned is not None, "the world must be one that can be planned"
    emit(looked_at, planned)
    return situation(folder, counts, as_of)


def law(workspace: Workspace) -> Law:
    """The law of a workspace; made once for all worlds that change nothing in it."""
    made_of = (
        *workspace.jurisdictions.values(),
        *workspace.groups.values(),
        workspace.data_classes,
    )
    key = tuple(id(record) for record in made_of)
    if key not in _LAWS:
        _LAWS[key] = (workspace, load_law(workspace))
    return _LAWS[key][1]


def judge(
    folder: Path,
    files: Mapping[str, str] | None = None,
    counts: Counts = Counts.EXISTING,
    as_of: date = TODAY,
) -> Report:
    """The report on the world with some of its files replaced."""
    return check(situation(lay(folder, files or {}), counts, as_of))


def judge_example(folder: Path, example: Example) -> Report:
    """The report on a rule's example."""
    lay(folder, example.files)
    return check(situation(folder, example.counts, emits=example.emits))


_SHIPPED: dict[Path, Declared | list[SourceError]] = {}
"""Shipped file → what it declares."""


@pytest.fixture(scope="module", autouse=True)
def shipped_files_are_read_once() -> Iterator[None]:
    """Each shipped file is read and validated once; a world's own files every time.

    For the modules whose `conftest.py` imports this; all others read everything.
    """

    def declare(found: Found) -> Declared | list[SourceError]:
        if not found.shipped:
            return validating.declare(found)
        if found.path not in _SHIPPED:
            _SHIPPED[found.path] = validating.declare(found)
        return _SHIPPED[found.path]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "declare", declare)
        yield


def of(report: Report, rule: Rule | str) -> list[Finding]:
    """The findings of one rule."""
    code = rule if isinstance(rule, str) else rule.facts.code
    return [finding for finding in report.findings if finding.code == code]
