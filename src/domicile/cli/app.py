"""The app: every command by name, and what becomes of errors."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
from typing import Any

import typer

from domicile import __version__
from domicile.cli import (
    audit,
    check,
    component,
    emit,
    engine,
    explain,
    headroom,
    importing,
    init,
    law,
    plan,
    report,
    schema,
    sweep,
)
from domicile.cli.options import Format, answer_format
from domicile.cli.remembered import never_choke_on_a_character
from domicile.model.errors import DomicileError, OutsideError, SourceError

INTERRUPTED = 130
_TRACEBACK = "DOMICILE_TRACEBACK"
"""Environment variable with which a failure of the program itself shows where it happened."""

_HELP = (
    "Where may each country's data live, and does the service still stand there, lawfully, "
    "when something breaks?"
)

app = typer.Typer(
    name="domicile",
    help=_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"domicile {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    del version


for _module in (
    init,
    importing,
    check,
    audit,
    explain,
    law,
    headroom,
    sweep,
    plan,
    emit,
    report,
    engine,
    component,
    schema,
):
    _module.register(app)


def run(arguments: list[str]) -> int:
    """Run one command; every error becomes its message and its exit code.

    Args:
        arguments: the command line, without the program's name.

    Returns:
        0; 1: what was judged must be mended; 2: the input cannot be read; 3: something outside,
        or the program itself, failed; 130: interrupted.
    """
    never_choke_on_a_character()
    try:
        result = app(args=law.spelt_out(arguments) or ["--help"], standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as ended:
        if isinstance(ended, SystemExit) and not ended.code:
            return 0  # a script for a shell's completion was shown
        # Whoever read the answer has enough of it: `domicile check | head`. typer would end with
        # 1 then, which says that something must be mended.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return OutsideError.exit_code
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        return INTERRUPTED
    except typer.Exit as ended:
        return int(ended.exit_code)
    except Exception as error:
        expected = isinstance(error, DomicileError) or hasattr(error, "format_message")
        if os.environ.get(_TRACEBACK) and not expected:
            raise
        return _failed(_plain(error), arguments)
    if result == INTERRUPTED:  # typer's own answer to Ctrl-C
        typer.echo("interrupted", err=True)
    return int(result or 0) if arguments else SourceError.exit_code


_WAYS_OUT = {
    errno.ENOSPC: "make room on its disk, then run this again",
    errno.EDQUOT: "make room within your quota of its disk, then run this again",
    errno.EROFS: "make it writable, or use a copy of the workspace where it is",
    errno.EACCES: "give yourself the right to it, or run as its owner",
}


def _plain(error: Exception) -> DomicileError:
    """Whatever was raised, as one sentence with help."""
    if isinstance(error, DomicileError):
        return error
    if hasattr(error, "format_message"):  # typer's own: what was typed is no command
        return _misspelt(error)
    if isinstance(error, OSError):
        said = (error.strerror or type(error).__name__).lower()
        if not error.filename:
            return OutsideError(said)
        return OutsideError(f"`{error.filename}`: {said}", help=_WAYS_OUT.get(error.errno or 0))
    return OutsideError(
        f"domicile itself failed: {type(error).__name__}: {error}",
        help=f"report this as a bug, with what `{_TRACEBACK}=1` and the same command print",
    )


def _misspelt(error: Any) -> SourceError:  # noqa: ANN401 - typer does not publish the class
    said = str(error.format_message()).replace("Value error, ", "").replace("'", "`").rstrip(".")
    said, _, guess = re.sub(r" \(Possible options: (.*)\)", r". Did you mean \1", said).partition(
        ". Did you mean "
    )
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "domicile"
    return SourceError(
        said[:1].lower() + said[1:],
        help=f"did you mean `{guess.strip('`?')}`?"
        if guess
        else f"`{command} --help` says what it takes",
    )


def _failed(error: DomicileError, arguments: list[str]) -> int:
    from domicile.report import json, text
    from domicile.report.terminal import Terminal

    found = list(getattr(error, "errors", ())) or [error]
    with contextlib.suppress(OSError):  # a full disk or a closed pipe changes no exit code
        if answer_format(arguments) is Format.JSON:
            typer.echo(json.text(json.errors(found)))
        text.errors(Terminal(sys.stderr), found)
    return error.exit_code
