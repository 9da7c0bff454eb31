"""The small worlds of these tests, with the shipped catalogue read once for all."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_worlds
from commanding import Asker
from judging import shipped_files_are_read_once  # noqa: F401 - a fixture for all of them


@pytest.fixture
def emitted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asker:
    """Three sites for 100 French calls, emitted: 2, 2 and 1 backends of 50."""
    asker = Asker(small_worlds.write(tmp_path / "world"), capsys)
    assert asker("emit").code == 0
    return asker
