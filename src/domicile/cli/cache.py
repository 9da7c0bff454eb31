"""Answers by content: the key is every byte that an answer rests on, the engine's own included.

Nothing is ever answered from the cache that was not computed from exactly these bytes, so a
stale answer cannot be given. Where the cache cannot be read or written, the answer is computed.
Answers stand in a folder of the user's own: what a cloned workspace brings is never one of them.

Only the standard library is imported here, and of it what is quick to load: an answer that is
known needs nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = ("regions", "policies", "infra", "stacks")
_SHIPPED = ("regions", "policies")
_KEPT = 256
"""Answers kept, of all workspaces; the oldest go."""
_OURS = re.compile(r"[0-9a-f]{64}\.json")
"""Names of answers: nothing else in the folder is ever removed."""
_MOST = 256 << 20
"""Bytes of input beyond which nothing is cached: reading them would take as long as judging."""


class Cache(NamedTuple):
    """One answer's place in the user's cache folder."""

    path: Path | None
    """None where there is no workspace, too much of it, or no folder that is the user's alone."""

    @classmethod
    def of(cls, folder: Path | None, *parts: str) -> Cache:
        """The place for the answer to a question about a workspace as it is now.

        Args:
            folder: the workspace; absent: the one around the current folder.
            parts: all that the answer rests on beside files.
        """
        root = folder if folder is not None else _root(Path.cwd())
        if root is None or not root.is_dir():
            return cls(None)
        try:
            kept = _own_folder()
            key = _digest(root.resolve(), parts)
        except (OSError, RuntimeError):  # no home, or what should be a folder is none
            return cls(None)
        return cls(kept / f"{key}.json" if key and kept else None)

    def read(self) -> tuple[str, int] | None:
        """What was answered, with its exit code; None where that is not known."""
        if self.path is None:
            return None
        try:
            answer = json.loads(self.path.read_text(encoding="utf-8"))
            return str(answer["text"]), int(answer["exit"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, text: str, code: int) -> None:
        """Keep an answer; losing it costs time only, so failures are passed over."""
        if self.path is None:
            return
        with contextlib.suppress(OSError, UnicodeEncodeError):
            written = self.path.with_suffix(f".{os.getpid()}")
            try:
                descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    json.dump({"text": text, "exit": code}, file)
                written.replace(self.path)
            finally:
                written.unlink(missing_ok=True)  # a full disk, or one that a kill left before
            _prune(self.path.parent)


def _own_folder() -> Path | None:
    """Where answers are kept; made when missing. None where others could have written there.

    Raises:
        OSError: it cannot be made.
        RuntimeError: the user has no home.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(named) if os.path.isabs(named) else Path.home() / ".cache"  # noqa: PTH117 - of a text
    folder = base / "domicile" / "answers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = folder.lstat()
    ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid()
    return folder if ours and not facts.st_mode & 0o077 else None


def _root(start: Path) -> Path | None:
    """The workspace around a folder; as `domicile.workspace.find_root`, without its imports."""
    for folder in (start, *start.parents):
        if sum((folder / each).is_dir() for each in _FOLDERS[:3]) > 1:
            return folder
    return None


def _digest(root: Path, parts: tuple[str, ...]) -> str | None:
    """The key; None where there is too much to read."""
    digest = hashlib.sha256("\0".join((sys.version, str(root), *parts)).encode(errors="replace"))
    shipped = _PACKAGE if (_PACKAGE / "catalogue").is_dir() else _PACKAGE.parents[1]
    tops = [root / each for each in _FOLDERS] + [_PACKAGE]
    if not root.samefile(shipped):
        tops += [shipped / each for each in _SHIPPED]
    size = 0
    for top in tops:
        for path in _files(str(top)):
            with open(path, "rb") as file:  # noqa: PTH123 - some 600 files: paths as objects take as long as reading
                data = file.read()
            size += len(data)
            if size > _MOST:
                return None
            digest.update(f"{path}\0{len(data)}\0".encode(errors="surrogateescape"))
            digest.update(data)
    return digest.hexdigest()


def _files(top: str) -> Iterator[str]:
    """Every file below a folder that a judgement may rest on, in a fixed order."""
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(each for each in folders if each != "__pycache__")
        for name in sorted(names):
            if not name.endswith(".pyc"):
                yield f"{folder}/{name}"


def _prune(folder: Path) -> None:
    ours = [path for path in folder.iterdir() if _OURS.fullmatch(path.name)]
    ours.sort(key=lambda path: path.stat().st_mtime)
    for path in ours[:-_KEPT]:
        path.unlink(missing_ok=True)
