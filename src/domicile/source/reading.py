"""From a path to a document: what may be opened, how much of it, and as which text."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final, NoReturn

from domicile.model.errors import SourceError
from domicile.model.finding import Location
from domicile.source.document import Document, place

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of the largest file that is read."""

_CONTROL: Final = bytes({*range(0x20), 0x7F} - set(b"\t\n\r"))
_CONTROLS: Final = frozenset(_CONTROL.decode("ascii"))
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read(path: Path, root: Path, shown: str | None = None) -> Document:
    """Read a YAML file that stands within `root`.

    Args:
        path: the file.
        root: the folder that it must not leave, by `..` or by a link.
        shown: its name in messages and answers; absent: its path below `root`.

    Raises:
        SourceError: missing, not a file, unreadable, outside `root`, too large, not UTF-8, or
            not one YAML mapping of plain data; with the place where there is one.
    """
    file = shown or name(path, root)
    return parse(file, fetch(path, root, file))


def parse(file: str, raw: bytes) -> Document:
    """A file's bytes as a document.

    Raises:
        SourceError: not UTF-8, or not one YAML mapping of plain data; with the place.
    """
    return Document.of(file, _decode(file, raw))


def fetch(path: Path, root: Path, file: str) -> bytes:
    """The bytes of a file that stands within `root`.

    Raises:
        SourceError: missing, not a file, unreadable, outside `root`, or too large.
    """
    try:
        resolved = os.path.realpath(path, strict=True)
        if not _within(resolved, root):
            _refuse(file, f"`{file}` leads out of the workspace", "copy the file to this place")
        facts = Path(resolved).stat()
        if not stat.S_ISREG(facts.st_mode):
            what = "a folder" if stat.S_ISDIR(facts.st_mode) else "not a file"
            _refuse(file, f"`{file}` is {what}", "a YAML file is expected here")
        if facts.st_size > LARGEST:
            _too_large(file)
        with Path(resolved).open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except FileNotFoundError:
        _refuse(file, f"`{file}` is missing", "check the name, or where a link leads")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        _refuse(file, f"`{file}` cannot be read: {reason}", "check its permissions")
    except ValueError:
        _refuse(file, f"`{file}` is not a path", "a path holds no NUL character")
    if len(raw) > LARGEST:
        _too_large(file)
    return raw


def _within(resolved: str, root: Path) -> bool:
    """Whether a path without links lies below a folder."""
    if resolved.startswith(f"{root}{os.sep}"):  # nearly always, and ten times faster
        return True
    base = os.path.realpath(root)
    return os.path.commonpath((resolved, base)) == base


def name(path: Path, root: Path) -> str:
    """A file's path below `root`, with `/`; where it is not below, its path as given."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def _decode(file: str, raw: bytes) -> str:
    raw = raw.removeprefix(_BYTE_ORDER_MARK)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        at = place(file, before + raw[error.start :].decode("utf-8", "replace"), len(before))
        raise SourceError(
            f"byte {error.start} (0x{raw[error.start]:02X}) is not UTF-8",
            at,
            "save the file as UTF-8",
        ) from None
    if len(raw.translate(None, _CONTROL)) != len(raw):
        index = next(i for i, character in enumerate(text) if character in _CONTROLS)
        raise SourceError(
            f"control character U+{ord(text[index]):04X} is not allowed",
            place(file, text, index),
            "remove it",
        )
    return text


def _too_large(file: str) -> NoReturn:
    _refuse(
        file,
        f"`{file}` is larger than {LARGEST // 1024 // 1024} MiB",
        "split it into several files",
    )


def _refuse(file: str, message: str, help: str) -> NoReturn:
    raise SourceError(message, Location(file, 1, 1), help)
