"""The command line: one module for each command, heavy imports only where a command needs them."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from domicile.cli.remembered import Question, answer

__all__ = ["main"]

_NOBODY_READS = 3


def main() -> NoReturn:
    """Run the command line and end the process with the contract's exit code."""
    arguments = sys.argv[1:]
    # Before numpy is imported. Its many small systems are solved sooner by one thread; several
    # that wait for each other took ten times as long where the machine was busy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    code = answer(arguments)
    if Question.read(arguments) is None:
        sys.exit(code)
    _end(code)


def _end(code: int) -> NoReturn:
    """End without taking apart what was loaded, which takes a tenth of the time of an answer.

    Only for commands that ask: they hold nothing that others would have to be told of.
    """
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):  # a full disk, or whoever read the answer is gone
        code = _NOBODY_READS
    os._exit(code)
