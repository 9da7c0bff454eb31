"""A program of somebody else's that uses the component package, under the real engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domicile.provision import component
from domicile.provision.engine import ensure
from domicile.provision.settings import environment

WITHIN = 900.0  # seconds for one command on a busy machine; Go compiles Pulumi's SDK in it
SERVER = f"pulumi-resource-{component.NAME}"
_SERVES = "from domicile.provision.component.hosting import main; main()"


@dataclass
class Program:
    """A program of somebody else's, in its own folder with its own state."""

    folder: Path
    given: dict[str, str]

    def pulumi(self, *arguments: str) -> str:
        """A command that must succeed; what it printed."""
        done = self._ran(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> str:
        """A command that must fail; what it printed."""
        done = self._ran(*arguments)
        assert done.returncode != 0, done.stdout
        return done.stdout + done.stderr

    def output(self, name: str) -> Any:  # noqa: ANN401 -- of any type
        """An output of the stack."""
        return json.loads(self.pulumi("stack", "output", name, "--json"))

    def resources(self) -> list[dict[str, Any]]:
        """What its state holds."""
        found: list[dict[str, Any]] = json.loads(self.pulumi("stack", "export"))["deployment"][
            "resources"
        ]
        return found

    def _ran(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self.given,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN,
        )


def served(folder: Path, *more: Path) -> dict[str, str]:
    """An environment with a state and a home of its own, and the package's program on PATH.

    Args:
        folder: where they stand.
        more: further folders of programs.
    """
    programs = folder / "bin"
    programs.mkdir()
    script = programs / SERVER
    script.write_text(f"#!{sys.executable}\n{_SERVES}\n")
    script.chmod(0o755)
    given = {**os.environ, **environment(folder, ensure())}
    given["PATH"] = os.pathsep.join([str(programs), *map(str, more), given["PATH"]])
    return given
