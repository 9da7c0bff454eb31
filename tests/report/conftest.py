"""One small world, gathered once, with the shipped catalogue read once."""

from __future__ import annotations

from pathlib import Path

import pytest
import reporting
from judging import shipped_files_are_read_once  # noqa: F401 - a fixture for all of them

from domicile.report.residency.records import ResidencyReport


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world of `reporting`, in a folder."""
    return reporting.write(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def report(world: Path) -> ResidencyReport:
    """The report on it."""
    return reporting.reported(world)
