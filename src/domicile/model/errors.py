"""Errors that a user can do something about. Each is one sentence, a place, and help."""

from __future__ import annotations

from collections.abc import Sequence

from domicile.model.finding import Location


class DomicileError(Exception):
    """An answer that is neither a result nor a bug.

    Args:
        message: one sentence: lower case, no final period, user input in backticks.
        location: the place in a file, where there is one.
        help: what to do next, where that is known.
    """

    exit_code = 2

    def __init__(
        self, message: str, location: Location | None = None, help: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.help = help


class SourceError(DomicileError):
    """The input cannot be read, or nothing was there to check."""

    exit_code = 2


class SourceErrors(SourceError):  # noqa: N818  (it is many)
    """Everything that is wrong with an input, found in one reading; itself tells the first of it.

    Args:
        errors: each single error, in the order of files and lines; at least one.
    """

    def __init__(self, errors: Sequence[SourceError]) -> None:
        first = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(first.message + more, first.location, first.help)
        self.errors = tuple(errors)


class RefusedError(DomicileError):
    """What was asked for was judged, and must not be done as it is."""

    exit_code = 1


class OutsideError(DomicileError):
    """An outside program or library failed or is missing."""

    exit_code = 3
