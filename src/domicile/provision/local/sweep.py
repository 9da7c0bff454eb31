"""Compares what runs on this machine with what Pulumi's state says should."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from domicile.provision.local.addresses import release
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.supervisor import Supervisor


def sweep(root: Path, environment: str, ids: Collection[str]) -> tuple[str, ...]:
    """Remove every process that is in no state; with the last one, all that is left of the run.

    Args:
        root: the workspace.
        environment: its environment.
        ids: what the states hold.

    Returns:
        Names of what was removed.
    """
    folder = RunFolder(root, environment)
    if not folder.path.is_dir():
        return ()
    supervisor = Supervisor(folder)
    files = {file.name.removesuffix(".conf") for file in folder.programs.glob("*.conf")}
    strange = sorted((files | {p.name for p in supervisor.processes()}) - set(ids))
    for name in strange:
        supervisor.remove(name)
    if not ids and folder.path.is_dir():
        release(folder)
        folder.remove()
    return tuple(strange)


def missing(root: Path, environment: str, ids: Collection[str]) -> set[str]:
    """Ids in the states whose process does not run."""
    running = {
        process.name
        for process in Supervisor(RunFolder(root, environment)).processes()
        if process.state == "RUNNING"
    }
    return set(ids) - running
