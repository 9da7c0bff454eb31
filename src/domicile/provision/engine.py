"""Pulumi's own engine: found, else fetched by its installer, else built from its Go modules."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domicile.model.errors import OutsideError
from domicile.provision.engine_build import VERSION, build

CLI, HOST, RUNNER = "pulumi", "pulumi-language-python", "pulumi-language-python-exec"
"""What `pulumi up` of a Python program needs, all in one folder."""
INSTALL_WITHIN = 120.0  # seconds for Pulumi's installer, a download of some 150 MB
REACH_WITHIN = 4.0  # seconds in which its server must answer at all
_HELP = "install it as https://www.pulumi.com/docs/install/ says, or install Go 1.25 or newer"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Engine:
    """A Pulumi CLI with the host for Python programs."""

    folder: Path
    """The folder of its programs."""
    origin: str
    """`path`, `cache`, `installed` or `built`."""

    @property
    def program(self) -> str:
        """Path of the CLI."""
        return str(self.folder / CLI)


def ensure(progress: Progress = lambda _: None) -> Engine:
    """Find a Pulumi engine, or make one in our cache folder (once on a machine).

    Args:
        progress: is told, in a few words, what takes long.

    Raises:
        OutsideError: no engine is to be had; says what to do next.
    """
    found = on_path()
    if found is not None:
        return found
    folder = cache_folder() / VERSION
    if complete(folder / "bin"):
        return Engine(folder / "bin", "cache")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(folder.with_name(f"{VERSION}.lock"), progress):
        if complete(folder / "bin"):  # another run made it while this one waited
            return Engine(folder / "bin", "cache")
        if _install(folder, progress):
            return Engine(folder / "bin", "installed")
        why = build(folder, progress)
        if why is None and complete(folder / "bin"):
            return Engine(folder / "bin", "built")
    raise OutsideError(f"no Pulumi engine: its installer cannot be reached, and {why}", help=_HELP)


def on_path() -> Engine | None:
    """The engine on PATH; None where any part of it is missing there."""
    found = shutil.which(CLI)
    if found is None or shutil.which(HOST) is None:
        return None
    return Engine(Path(found).parent, "path")


def complete(folder: Path) -> bool:
    """Whether a folder holds a whole engine."""
    return all(os.access(folder / name, os.X_OK) for name in (CLI, HOST, RUNNER))


def cache_folder() -> Path:
    """Where engines are kept: `domicile/pulumi` in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "domicile" / "pulumi"


@contextmanager
def _only_one(path: Path, progress: Progress) -> Iterator[None]:
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another run is preparing the Pulumi engine: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _install(folder: Path, progress: Progress) -> bool:
    """Pulumi's own installer, in a process of its own so that it can be given up in time."""
    if not _reachable():
        return False
    progress("fetching the Pulumi engine with its own installer")
    staging = folder.with_name(f"{folder.name}.installing-{os.getpid()}")
    script = (
        "import sys, pulumi.automation as a, semver\n"
        "a.PulumiCommand.install(root=sys.argv[1], version=semver.VersionInfo.parse(sys.argv[2]))\n"
    )
    command = [sys.executable, "-c", script, str(staging), VERSION]
    try:
        done = subprocess.run(command, capture_output=True, timeout=INSTALL_WITHIN, check=False)
        if done.returncode == 0 and complete(staging / "bin"):
            staging.rename(folder)
            return True
    except subprocess.TimeoutExpired:
        progress("the installer takes too long")
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return False


def _reachable() -> bool:
    """Whether Pulumi's server answers at all, asked in a thread: name look-ups have no timeout."""
    import urllib.request

    answered = threading.Event()

    def ask() -> None:
        try:
            with urllib.request.urlopen("https://get.pulumi.com/", timeout=REACH_WITHIN):
                answered.set()
        except OSError:
            return

    threading.Thread(target=ask, daemon=True).start()
    return answered.wait(REACH_WITHIN)
