"""Pulumi's own command line, run on one stack at a time.

The command line needs fewer calls than the Automation API for the same work. Each run dies with
the process that started it: a killed `domicile up` leaves no engine at work behind it.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domicile.model.errors import OutsideError
from domicile.provision.backend import chosen
from domicile.provision.engine import Engine
from domicile.provision.local.tether import tethered
from domicile.provision.settings import environment
from domicile.provision.troubles import trouble

_SUMMARY = re.compile(r"^\s+[-+~=><?i!]*\s*(\d+) (?:to )?(\w+)$")
_LOCKED = re.compile(r": created by \S+@(\S+) \(pid (\d+)\) at ")
_SAYS_NOTHING = ("update failed", "preview failed", "an unhandled error occurred: program exited")
_MOST_WORDS = 600  # characters of what Pulumi said that an error repeats


@dataclass(frozen=True)
class Cli:
    """Pulumi on a workspace."""

    root: Path
    """The workspace."""
    engine: Engine
    """The engine."""

    def run(self, stack: str, *arguments: str, more: Mapping[str, str] | None = None) -> str:
        """Run a command on a stack; returns what it printed.

        Raises:
            OutsideError: it failed; carries what Pulumi said.
        """
        command = [self.engine.program, *arguments, "--stack", stack]
        done = self._run(command, more or {})
        if done.returncode and left_behind(f"{done.stdout}\n{done.stderr}"):
            self._run([self.engine.program, "cancel", "--yes", "--stack", stack], {})
            done = self._run(command, more or {})
        if done.returncode:
            raise trouble(stack, arguments[0], _said(done))
        return done.stdout

    def stacks(self) -> list[dict[str, Any]]:
        """Every stack of the project, as Pulumi lists it."""
        done = self._run([self.engine.program, "stack", "ls", "--json"], {})
        if done.returncode:
            raise OutsideError(f"`pulumi stack ls` failed: {_said(done)}")
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    def settings(self) -> dict[str, str]:
        """The environment that Pulumi runs in; it always names the backend."""
        backend = {"PULUMI_BACKEND_URL": chosen(self.root, os.environ).url}
        return {**os.environ, **backend, **environment(self.root, self.engine)}

    def _run(self, command: list[str], more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        if not os.access(self.engine.program, os.X_OK):
            raise OutsideError(
                f"the Pulumi engine is gone: `{self.engine.program}` cannot be run",
                help="run `domicile env`: it finds the engine, or fetches it anew",
            )
        return subprocess.run(
            tethered([*command, "--non-interactive", "--color", "never"]),
            cwd=self.root / "infra",
            env={**self.settings(), **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )


def left_behind(said: str) -> bool:
    """Whether a stack is locked by runs alone that were on this machine and are no more.

    Such a lock is what a killed run leaves, in whichever backend: nobody else can release it.
    """
    holders = [match.groups() for match in _LOCKED.finditer(said)]
    return bool(holders) and all(
        host == socket.gethostname() and not _runs(int(process)) for host, process in holders
    )


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is there, and somebody else's
    return True


def counts(said: str) -> dict[str, int]:
    """The resource counts at the end of what `up`, `destroy` or `preview` printed."""
    found: dict[str, int] = {}
    _, _, summary = said.rpartition("Resources:")
    for line in summary.splitlines():
        match = _SUMMARY.match(line)
        if match:
            found[match.group(2)] = int(match.group(1))
    return found


def _diagnosed(text: str) -> list[str]:
    """Errors in the answer of a command that answers in JSON."""
    try:
        found = json.loads(text)["diagnostics"]
        said = [str(each["message"]).strip() for each in found if each["severity"] == "error"]
        return [each.removeprefix("error: ") for each in said]
    except (ValueError, KeyError, TypeError):
        return []


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """What went wrong, in Pulumi's words: its errors, else its last line."""
    lines = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    errors += _diagnosed(done.stdout)
    useful = [line for line in errors if not line.startswith(_SAYS_NOTHING)]
    text = "; ".join(dict.fromkeys(useful or errors)) or (lines[-1] if lines else "")
    return text[:_MOST_WORDS] or f"it ended with {done.returncode}"
