"""Only one run at a time changes an environment; what a killed run left behind is noticed."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from domicile.model.errors import OutsideError


@dataclass(frozen=True, slots=True)
class Held:
    """The lock, held."""

    interrupted: str | None
    """The command of the run before, where it did not end well: `up` or `down`."""


@contextmanager
def held(root: Path, environment: str, command: str) -> Iterator[Held]:
    """Hold an environment's lock.

    The kernel gives the lock back however its owner ends, so none is ever stale; the owner's
    note in it stays when it ended badly, and says what the next run has to finish.

    Raises:
        OutsideError: another run holds it.
    """
    with (folder_of(root) / f"run.{environment}.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(environment, _note(handle)) from None
        before = _note(handle).get("unfinished")
        unfinished = before if command == "recover" else command
        _write(
            handle,
            {
                "command": command,
                "unfinished": unfinished,
                "process": os.getpid(),
                "since": time.time(),
            },
        )
        yield Held(str(before) if before else None)
        _write(handle, {})


def folder_of(root: Path) -> Path:
    """The workspace's private folder, made where it is missing."""
    folder = root / ".domicile"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _busy(environment: str, note: dict[str, object]) -> OutsideError:
    since = note.get("since")
    spent = f" for {time.time() - since:.0f} s" if isinstance(since, float) else ""
    owner = f"`domicile {note['command']}`" if "command" in note else "another run"
    return OutsideError(
        f"environment `{environment}` is being changed by {owner}"
        f" (process {note.get('process', 'unknown')}){spent}",
        help="wait until it has ended, then run this again",
    )


def _note(handle: IO[str]) -> dict[str, object]:
    handle.seek(0)
    try:
        found = json.loads(handle.read() or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _write(handle: IO[str], note: dict[str, object]) -> None:
    handle.seek(0)
    handle.truncate()
    if note:
        handle.write(json.dumps(note))
    handle.flush()
