"""Replaces a whole folder at one instant: readers see the old one or the new one, never both.

The new folder is made whole beside the old one, then the two change names in one system call
(`renameat2` with `RENAME_EXCHANGE` on Linux). Where that call is missing, two renames do it, and
`recover` puts the old folder back when a kill fell between them.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from domicile.model.errors import OutsideError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_PREFIX = "emit-"


def replace_files(folder: Path, contents: Mapping[str, bytes | None], workplace: Path) -> None:
    """Give files of a folder new contents, all at once; keep every other file as it is.

    Args:
        folder: the folder; made when missing.
        contents: file name → new bytes, or None to remove the file.
        workplace: where the new folder is made; on the same file system.

    Raises:
        OutsideError: the disk is full, or a folder cannot be written. Nothing was changed then.
    """
    try:
        workplace.mkdir(parents=True, exist_ok=True)
        lock = (workplace / "emit.lock").open("w")
    except OSError as error:
        raise _unchanged(folder, error) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _replace(folder, contents, workplace)


def restore(root: Path) -> None:
    """Before a workspace is read: put its `stacks/` back where a kill left it aside."""
    recover(root / "stacks", root / ".domicile")


def recover(folder: Path, workplace: Path) -> None:
    """Put back a folder whose replacement was killed between two renames."""
    if folder.exists() or not workplace.is_dir():
        return
    for kept in sorted(workplace.glob(f"{_PREFIX}*/{folder.name}.old")):
        kept.rename(folder)
        break


def _replace(folder: Path, contents: Mapping[str, bytes | None], workplace: Path) -> None:
    recover(folder, workplace)
    for left in workplace.glob(f"{_PREFIX}*/"):
        shutil.rmtree(left, ignore_errors=True)
    staging = None
    try:
        staging = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=workplace))
        fresh = staging / folder.name
        if folder.exists():
            shutil.copytree(folder, fresh, symlinks=True)
        else:
            fresh.mkdir()
        for name, data in contents.items():
            if data is None:
                (fresh / name).unlink(missing_ok=True)
            else:
                _write(fresh / name, data)
        _sync(fresh)
        _exchange(fresh, folder)
        _sync(folder.parent)
    except OSError as error:
        raise _unchanged(folder, error) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    if sys.platform.startswith("linux") and _exchange_names(fresh, folder):
        return
    aside = fresh.with_name(f"{folder.name}.old")
    folder.rename(aside)
    fresh.rename(folder)


def _exchange_names(one: Path, other: Path) -> bool:
    """Let two paths change names at one instant; False where the system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    done: int = renameat2(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
    )
    return done == 0


def _unchanged(folder: Path, error: OSError) -> OutsideError:
    return OutsideError(
        f"`{folder.name}/` could not be written and is unchanged: {error.strerror or error}",
        help="make room or mend the permissions, then run the same command again",
    )
