"""The world of the rules' tests, with the shipped catalogue read once for all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domicile.model.tokens import Counts
from domicile.situation import Situation
from domicile.workspace import Workspace, load

sys.path.insert(0, str(Path(__file__).parents[1] / "rules"))

import judging


@pytest.fixture(scope="session", autouse=True)
def _shipped_files_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        judging.read_shipped_files_once(patch)
        yield


@pytest.fixture(scope="session")
def world(_shipped_files_are_read_once: None) -> Workspace:
    """The world on which no rule fires, loaded once: it is frozen."""
    return load(judging.WORLD)


@pytest.fixture
def clean(world: Workspace) -> Situation:
    """A situation of that world; computed anew for each test."""
    return Situation(world, judging.law(world), "production", judging.TODAY, Counts.EXISTING)
