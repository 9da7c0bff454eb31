"""Where an answer goes: to standard output, or to a file, which is written whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from domicile.model.errors import SourceError
from domicile.report.terminal import Terminal, plain

_STANDARD = "-"
"""What stands for standard output where a file is named, as in many programs."""

OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write the answer to a file; default: print it."
    ),
]


def give(answer: str, output: Path | None, summary: str) -> None:
    """Print an answer; or write it to a file, and say that with a summary.

    Raises:
        SourceError: the file cannot be written.
    """
    if output is None or str(output) == _STANDARD:
        sys.stdout.write(answer)
        return
    write_whole(output, answer.encode("utf-8", errors="backslashreplace"))
    Terminal().line(f"wrote {plain(output)}: {summary}")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; folders that lead to it are made.

    A link stays, and what it leads to is written. What is no file, such as a pipe or a device, is
    written to as it is.

    Raises:
        SourceError: it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # of a folder this says that it is one
            return
        to = path.resolve()
        to.parent.mkdir(parents=True, exist_ok=True)
        beside = to.with_name(f".{to.name}.{os.getpid()}")
        try:
            beside.write_bytes(data)
            beside.replace(to)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle; a name with a NUL
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SourceError(
            f"`{path}` cannot be written: {reason.lower()}",
            help="name a file in a folder that you can write to",
        ) from None
