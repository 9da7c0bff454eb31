"""The small worlds of these tests, with the shipped catalogue read once for all."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_worlds
from commanding import Asker
from judging import shipped_files_are_read_once  # noqa: F401 - a fixture for all of them


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asker:
    """Three sites of different price for 100 French calls, not emitted yet."""
    return Asker(small_worlds.write(tmp_path / "world"), capsys)


@pytest.fixture
def emitted(ask: Asker) -> Asker:
    """The same, emitted: 2, 2 and 1 backends."""
    assert ask("emit").code == 0
    return ask
