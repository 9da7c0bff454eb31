"""Answers by content: the key is every byte that an answer rests on, the engine's own included.

Nothing is ever answered from the cache that was not computed from exactly these bytes, so a
stale answer cannot be given. Where the cache cannot be read or written, the answer is computed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = ("regions", "policies", "infra", "stacks")
_KEPT = 64
"""Answers kept; the oldest go."""
_MOST = 256 << 20
"""Bytes of input beyond which nothing is cached: reading them would take as long as judging."""


@dataclass(frozen=True, slots=True)
class Cache:
    """One answer's place in the cache folder of the workspace."""

    path: Path | None
    """None where there is no workspace, or too much of it."""

    @classmethod
    def of(cls, folder: Path | None, *parts: str) -> Cache:
        """The place for the answer to a question about a workspace as it is now."""
        root = folder if folder is not None else _root(Path.cwd())
        if root is None or not root.is_dir():
            return cls(None)
        try:
            key = _digest(root.resolve(), parts)
        except OSError:
            return cls(None)
        return cls(None if key is None else root.resolve() / ".domicile" / "cache" / key)

    def read(self) -> str | None:
        """The answer, if it is known."""
        if self.path is None:
            return None
        try:
            return self.path.read_text()
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, answer: str) -> None:
        """Keep an answer; losing it costs time only, so failures are passed over."""
        if self.path is None:
            return
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self.path.parent)
            try:
                with os.fdopen(descriptor, "w") as file:
                    file.write(answer)
                Path(name).replace(self.path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            _prune(self.path.parent)


def _root(start: Path) -> Path | None:
    """The workspace around a folder; as `domicile.workspace.find_root`, without its imports."""
    for folder in (start, *start.parents):
        if sum((folder / each).is_dir() for each in _FOLDERS[:3]) > 1:
            return folder
    return None


def _digest(root: Path, parts: tuple[str, ...]) -> str | None:
    digest = hashlib.sha256("\0".join((str(root), *parts)).encode())
    size = 0
    shipped = _PACKAGE if (_PACKAGE / "catalogue").is_dir() else _PACKAGE.parents[1]
    tops = [root / each for each in _FOLDERS] + [_PACKAGE]
    if not root.samefile(shipped):
        tops += [shipped / each for each in _FOLDERS[:2]]
    for top in tops:
        for path in _files(top):
            data = path.read_bytes()
            size += len(data)
            if size > _MOST:
                return None
            digest.update(f"{path}\0{len(data)}\0".encode(errors="surrogateescape"))
            digest.update(data)
    return digest.hexdigest()


def _files(top: Path) -> list[Path]:
    """Every file below a folder that a judgement may rest on, in a fixed order."""
    found = []
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(each for each in folders if each != "__pycache__")
        found += [Path(folder, name) for name in sorted(names) if not name.endswith(".pyc")]
    return found


def _prune(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in kept[:-_KEPT]:
        path.unlink(missing_ok=True)
