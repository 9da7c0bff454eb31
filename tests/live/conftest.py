"""Real Pulumi, real processes: every world is taken down again, whatever a test did to it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from world import ENVIRONMENT, World

from domicile.model.errors import DomicileError
from domicile.provision import lifecycle
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.supervisor import Supervisor


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands here is live."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A declared and emitted world that does not run yet."""
    made = World(tmp_path_factory.mktemp("world"))
    made.declare()
    made.emit()
    yield made
    _end(made.root)


@pytest.fixture(scope="module")
def running(world: World) -> World:
    """A world that runs."""
    lifecycle.up(world.root, ENVIRONMENT)
    return world


def _end(root: Path) -> None:
    """Take it down; where even that fails, end its supervisor, and with it all processes."""
    try:
        lifecycle.down(root, ENVIRONMENT)
    except DomicileError:
        folder = RunFolder(root, ENVIRONMENT)
        if Supervisor(folder).runs():
            os.kill(int((folder.path / "supervisor.pid").read_text()), signal.SIGKILL)
        folder.remove()
        raise
