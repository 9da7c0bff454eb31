"""The small worlds of these tests, with the shipped catalogue read once for all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / room) for room in ("rules", "planner", "cli")]

import judging  # noqa: E402 - they stand in those folders


@pytest.fixture(scope="session", autouse=True)
def _shipped_files_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        judging.read_shipped_files_once(patch)
        yield
