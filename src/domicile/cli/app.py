"""The app: every command by name, and what becomes of errors."""

from __future__ import annotations

import typer

from domicile import __version__
from domicile.cli import check, emit, engine, explain, headroom, init, plan, schema
from domicile.cli.options import Format, Interrupted, answer_format
from domicile.model.errors import DomicileError

INTERRUPTED = 130

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


for _module in (init, check, explain, headroom, plan, emit, engine, schema):
    _module.register(app)


def run(arguments: list[str]) -> int:
    """Run one command; every error becomes its message and its exit code."""
    try:
        result = app(args=arguments, standalone_mode=False)
    except DomicileError as error:
        return _failed(error, arguments)
    except (KeyboardInterrupt, typer.Abort, Interrupted):
        typer.echo("interrupted", err=True)
        return INTERRUPTED
    except typer.Exit as ended:
        return int(ended.exit_code)
    except Exception as error:
        # typer's own usage errors come as click-like exceptions that can show themselves.
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        return 2
    return int(result or 0)


def _failed(error: DomicileError, arguments: list[str]) -> int:
    import sys  # noqa: PLC0415

    from domicile.report import json, text  # noqa: PLC0415 - reports load the models
    from domicile.report.terminal import Terminal  # noqa: PLC0415

    found = list(getattr(error, "errors", ())) or [error]
    if answer_format(arguments) is Format.JSON:
        typer.echo(json.text(json.errors(found)))
    text.errors(Terminal(sys.stderr), found)
    return error.exit_code
