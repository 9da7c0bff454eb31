"""Where the local provider keeps what runs: `.domicile/run/<environment>/` in a workspace.

Unix sockets stand in a short folder of their own where the workspace's path is long: the
kernel takes at most 107 bytes for the path of a socket.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LONGEST_SOCKET = 100
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one environment of one workspace."""

    root: Path
    """The workspace, absolute."""
    environment: str
    """The environment."""

    @property
    def path(self) -> Path:
        """The folder itself; it need not exist."""
        return self.root / ".domicile" / "run" / self.environment

    @property
    def identity(self) -> str:
        """What tells this environment's processes from any other's: 16 hexadecimal digits."""
        written = f"{self.root}\0{self.environment}".encode()
        return hashlib.sha256(written).hexdigest()[:16]

    @property
    def sockets(self) -> Path:
        """Where its Unix sockets stand."""
        if len(os.fsencode(self.path)) + _LONGEST_NAME < _LONGEST_SOCKET:
            return self.path / "sockets"
        return machine_folder() / self.identity

    @property
    def programs(self) -> Path:
        """The supervisor's program files, one for each process."""
        return self.path / "programs"

    @property
    def log(self) -> Path:
        """Logs: what processes say, and the fronts' access logs."""
        return self.path / "log"

    @property
    def fronts(self) -> Path:
        """The fronts' configurations, as they start with them."""
        return self.path / "fronts"

    @property
    def director(self) -> Path:
        """What the director is to keep."""
        return self.path / "director.json"

    def make(self) -> None:
        """Make every folder, readable by its owner only."""
        for folder in (self.path, self.programs, self.log, self.fronts, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def remove(self) -> None:
        """Remove all of it; what is absent is no error."""
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a lock between processes, kept outside the folder so that it outlives it."""
        parent = self.path.parent
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (parent / f".{self.environment}.{name}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def machine_folder() -> Path:
    """This user's folder on this machine, for what several workspaces share."""
    folder = Path(tempfile.gettempdir()) / f"domicile-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"`{folder}` belongs to another user")
    return folder


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or none, readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
