"""The small worlds of these tests, with the shipped catalogue read once for all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / room) for room in ("rules", "planner", "cli")]

import asking  # noqa: E402 - they stand in those folders
import judging  # noqa: E402
import small_worlds  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def _shipped_files_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        judging.read_shipped_files_once(patch)
        yield


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> asking.Asker:
    """Three sites of different price for 100 French calls, not emitted yet."""
    return asking.Asker(small_worlds.write(tmp_path / "world"), capsys)


@pytest.fixture
def emitted(ask: asking.Asker) -> asking.Asker:
    """The same, emitted: 2, 2 and 1 backends."""
    assert ask("emit").code == 0
    return ask
