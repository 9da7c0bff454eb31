"""A first workspace: the folders, and one service between two providers, to be changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from domicile.model.errors import SourceError
from domicile.workspace.kinds import kind_of

_TEMPLATE: Final = Path(__file__).with_name("template")
_EMPTY: Final = ("regions", "policies/residency", "stacks", "tests")
"""Folders that begin empty: the shipped catalogue stands below them; plans, drills come later."""
_IGNORED: Final = ".domicile/\n"
_PROGRAM: Final = (
    *("infra/Pulumi.yaml", "infra/__main__.py"),
    *("policies/PulumiPolicy.yaml", "policies/__main__.py"),
)
"""What Pulumi itself runs, the program and the policy pack: not of any kind of ours."""


def start(folder: Path, instead: Mapping[str, str] | None = None) -> list[Path]:
    """Write a workspace into a folder that holds none; return the paths of its files.

    Args:
        folder: where.
        instead: path → text of files that take the place of the template's, or come beside them.

    Raises:
        SourceError: something stands there already, or the folder cannot be written. Nothing
            that stood there is ever changed.
    """
    files = {**_files(), **(instead or {})}
    standing = [file for file in files if os.path.lexists(folder / file)]
    if standing:
        raise SourceError(
            f"`{folder / standing[0]}` stands there already",
            help="name a folder that is new, or add what is missing by hand",
        )
    try:
        for empty in _EMPTY:
            (folder / empty).mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as opened:
                opened.write(text)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise SourceError(f"`{error.filename or folder}` cannot be written: {reason}") from None
    return [folder / file for file in files]


def _files() -> dict[str, str]:
    """Path → text of every file, those for editors and git included."""
    files = {
        path.relative_to(_TEMPLATE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_TEMPLATE.glob("*/*.yaml"))
        if kind_of(path.parent.name, path.name)
    }
    program = {path: (_TEMPLATE / path).read_text(encoding="utf-8") for path in _PROGRAM}
    return {".gitignore": _IGNORED, **files, **program}
