"""The world of the rules' tests, with the shipped catalogue read once for all."""

from __future__ import annotations

import judging
import pytest
from judging import shipped_files_are_read_once  # noqa: F401 - a fixture for all tests

from domicile.model.tokens import Counts
from domicile.situation import Situation
from domicile.workspace import Workspace, load


@pytest.fixture(scope="session")
def world() -> Workspace:
    """The world on which no rule fires, loaded once: it is frozen."""
    return load(judging.WORLD)


@pytest.fixture
def clean(world: Workspace) -> Situation:
    """A situation of that world; computed anew for each test."""
    return Situation(world, judging.law(world), "production", judging.TODAY, Counts.EXISTING)
