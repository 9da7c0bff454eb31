"""`check` and `explain`, answered from the cache before anything heavy is imported.

A command line is looked up only where it can be read without a doubt: these two commands, their
options written out, each followed by its value. Any other runs as it always would.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import NamedTuple, TextIO

from domicile.cli.cache import Cache

_SHARED = ("--workspace", "-w", "--as-of", "--format")
_OPTIONS = {
    "check": frozenset((*_SHARED, "--environment", "-e", "--counts", "--fail-on")),
    "explain": frozenset(
        (
            *_SHARED,
            *(
                "--activity",
                "--operator",
                "--recipient",
                "--declare",
                "--placed",
                "--via",
                "--without",
            ),
        )
    ),
}
"""The commands that are remembered, and their options: every one takes a value. With `--output` a
file is to be written, which an answer from memory would not do: that is no question of these."""
_ANSWERED = frozenset({0, 1})
"""Exit codes of answers; others are errors, which are told anew each time."""


class Question(NamedTuple):
    """A command line whose answer rests on files, the day, and how it is shown; nothing else."""

    arguments: tuple[str, ...]
    workspace: Path | None

    @classmethod
    def read(cls, arguments: list[str]) -> Question | None:
        """The question that a command line asks; None where it is not remembered."""
        options = _OPTIONS.get(arguments[0] if arguments else "")
        if options is None:
            return None
        workspace = None
        left = iter(arguments[1:])
        for each in left:
            if not each.startswith("-"):
                continue
            name, written, value = each.partition("=")
            if name not in options or (written and not name.startswith("--")):
                return None
            if not written:
                value = next(left, "")
                if not value or value.startswith("-"):
                    return None
            if name in {"--workspace", "-w"}:
                workspace = Path(value)
        return cls(tuple(arguments), workspace)

    def cache(self) -> Cache:
        """Where its answer is kept, as files, day and terminal are now."""
        shown = (str(sys.stdout.isatty()), os.environ.get("NO_COLOR", ""))
        return Cache.of(self.workspace, str(date.today()), *shown, *self.arguments)  # noqa: DTZ011 - the law of the user's own day


class _Recorder(io.StringIO):
    """Writes to a stream, and keeps what was written."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(text)
        return super().write(text)

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()


def answer(arguments: list[str]) -> int:
    """Run a command line, or repeat its answer where nothing that it rests on has changed.

    Returns:
        The exit code.
    """
    never_choke_on_a_character()
    question = Question.read(arguments)
    if question is None:
        return _run(arguments)
    before = question.cache()
    known = before.read()
    if known is not None:
        text, code = known
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            return _run(arguments)  # it knows what to do where nobody reads, or a disk is full
        return code
    # No array of an answer is large enough for threads, and starting them takes as long as a rule.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A process that answers once and ends frees its memory by ending: looking for cycles is waste.
    gc.disable()
    recorder, aside = _Recorder(sys.stdout), _Recorder(sys.stderr)
    with redirect_stdout(recorder), redirect_stderr(aside):
        code = _run(arguments)
    # What changed while it was judged may have been read before or after: that is not kept. Nor is
    # what a warning went with, which must be told each time.
    if code in _ANSWERED and not aside.getvalue() and question.cache() == before:
        before.write(recorder.getvalue(), code)
    return code


def never_choke_on_a_character() -> None:
    """Let a terminal that knows ASCII alone see the rest as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(arguments: list[str]) -> int:
    from domicile.cli.app import run

    return run(arguments)
