"""The shipped catalogue and the reference workspace, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from domicile.workspace import Workspace, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    """The repository as its own first workspace."""
    return load(ROOT)
