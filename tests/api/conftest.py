"""The small worlds of these tests, with the shipped catalogue read once for all."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_worlds
from judging import shipped_files_are_read_once  # noqa: F401 - a fixture for all of them


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three sites of different price for 100 French calls, not emitted yet."""
    return small_worlds.write(tmp_path / "world")
