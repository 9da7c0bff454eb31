"""Losing a datacenter on this machine, for drills and tests, and getting it back."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from domicile.model.errors import OutsideError
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.supervisor import Process, Supervisor

_AT_A_TIME = 8


def lose(root: Path, environment: str, datacenters: Iterable[str]) -> tuple[str, ...]:
    """Kill everything that stands in datacenters, at once, and keep it down.

    Args:
        root: the workspace.
        environment: an environment that runs here.
        datacenters: which.

    Returns:
        Names of the processes.

    Raises:
        OutsideError: nothing of these datacenters runs here.
    """
    supervisor, found = _standing(root, environment, datacenters)
    for process in found:
        supervisor.stop(process.name, wait=False)  # first: else it would start it again
        if process.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
    return tuple(process.name for process in found)


def restore(root: Path, environment: str, datacenters: Iterable[str]) -> tuple[str, ...]:
    """Start everything that stands in datacenters again; as `lose`."""
    supervisor, found = _standing(root, environment, datacenters)
    stopped = [process for process in found if process.state != "RUNNING"]
    _each(supervisor.start, stopped)
    return tuple(process.name for process in stopped)


def _standing(
    root: Path, environment: str, datacenters: Iterable[str]
) -> tuple[Supervisor, list[Process]]:
    wanted = set(datacenters)
    supervisor = Supervisor(RunFolder(root.resolve(), environment))
    found = [p for p in supervisor.processes() if _datacenter(p.name) in wanted]
    if not found:
        named = ", ".join(f"`{name}`" for name in sorted(wanted))
        raise OutsideError(f"nothing of {named} runs here", help="run `domicile up` first")
    return supervisor, found


def _datacenter(name: str) -> str | None:
    """Where a program stands: `<kind>~<datacenter>~…`; the director stands nowhere."""
    parts = name.split("~")
    return parts[1] if len(parts) > 1 else None


def _each(what: Callable[[str], None], processes: list[Process]) -> None:
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        for done in [pool.submit(what, process.name) for process in processes]:
            done.result()
