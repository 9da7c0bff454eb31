"""The page about Python shows what Python answers."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from domicile.workspace.starting import start

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def test_the_examples_answer_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example of the page, in the workspace that it names."""
    start(tmp_path / "shop")
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried > 8) == (0, True)
