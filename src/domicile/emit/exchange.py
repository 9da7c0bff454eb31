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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from domicile.model.errors import OutsideError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_PREFIX = "emit-"
_ATTEMPTS = 20
"""How often a folder that others keep writing to is copied anew."""


@contextmanager
def held(folder: Path, workplace: Path) -> Iterator[None]:
    """Be the only one that replaces a folder; waits for another to end.

    Leaves nothing behind of a run that was killed before.

    Args:
        folder: the folder to be replaced.
        workplace: where the new folder will be made; made when missing.

    Raises:
        OutsideError: the workplace cannot be written.
    """
    try:
        workplace.mkdir(parents=True, exist_ok=True)
        with (workplace / "emit.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            recover(folder, workplace)
            for left in workplace.glob(f"{_PREFIX}*/"):
                shutil.rmtree(left, ignore_errors=True)
            yield
    except OSError as error:
        raise _unchanged(folder, error) from error


def left_behind(workplace: Path) -> bool:
    """Whether a run that was killed left something to clear away."""
    return any(workplace.glob(f"{_PREFIX}*/"))


def replace_files(folder: Path, contents: Mapping[str, bytes | None], workplace: Path) -> None:
    """Give files of a folder new contents, all at once; keep every other file as it is.

    Args:
        folder: the folder; made when missing. It is `held`.
        contents: file name → new bytes, or None to remove the file.
        workplace: where the new folder is made; on the same file system.

    Raises:
        OutsideError: the disk is full, or a folder cannot be written. Nothing was changed then.
    """
    try:
        for _ in range(_ATTEMPTS):
            if _replace(folder, contents, workplace):
                return
    except OSError as error:
        raise _unchanged(folder, error) from error
    raise OutsideError(
        f"`{folder.name}/` is unchanged: others kept writing to it",
        help="let `pulumi` end, then run the same command again",
    )


def restore(root: Path) -> None:
    """Before a workspace is read: put its `stacks/` back where a kill left it aside."""
    if (root / "stacks").exists() or not any((root / ".domicile").glob(f"{_PREFIX}*/stacks.old")):
        return
    with held(root / "stacks", root / ".domicile"):
        pass


def recover(folder: Path, workplace: Path) -> None:
    """Put back a folder whose replacement was killed between two renames."""
    if folder.exists() or not workplace.is_dir():
        return
    for kept in sorted(workplace.glob(f"{_PREFIX}*/{folder.name}.old")):
        kept.rename(folder)
        break


def _replace(folder: Path, contents: Mapping[str, bytes | None], workplace: Path) -> bool:
    """Whether it was done; not where another program wrote to the folder in the meantime."""
    staging = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=workplace))
    try:
        before = _stamps(folder)
        fresh = staging / folder.name
        _copy(folder, fresh)
        for name, data in contents.items():
            if data is None:
                (fresh / name).unlink(missing_ok=True)
            else:
                _write(fresh / name, data)
        _sync(fresh)
        # Pulumi keeps a stack's salt there: what it wrote since the copy must not be lost.
        if _stamps(folder) != before:
            return False
        _exchange(fresh, folder)
        _sync(folder.parent)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return True


def _stamps(folder: Path) -> dict[str, tuple[int, int, int]]:
    """File → its identity, size and time of change; empty where there is no folder."""
    if not folder.exists():
        return {}
    entries = ((entry.name, entry.stat(follow_symlinks=False)) for entry in os.scandir(folder))
    return {name: (stat.st_ino, stat.st_size, stat.st_mtime_ns) for name, stat in entries}


def _copy(folder: Path, fresh: Path) -> None:
    """Copy a folder with what stands in it; one that is missing becomes an empty one."""
    fresh.mkdir()
    if not folder.exists():
        return
    shutil.copystat(folder, fresh)
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.copytree(entry.path, fresh / entry.name, symlinks=True)
        else:
            shutil.copy2(entry.path, fresh / entry.name, follow_symlinks=False)


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
    reason = (error.strerror or "a file in it cannot be copied").lower()
    return OutsideError(
        f"`{folder.name}/` could not be written and is unchanged: {reason}",
        help="make room or mend the permissions, then run the same command again",
    )
