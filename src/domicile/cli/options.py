"""Options that commands share, and how they become a workspace, a law and a situation."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domicile.model.errors import SourceError
from domicile.model.tokens import Counts

if TYPE_CHECKING:
    from domicile.situation import Situation
    from domicile.workspace import Workspace


class Format(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="The workspace; default: the one around this folder."),
]
EnvironmentOption = Annotated[
    str, typer.Option("--environment", "-e", help="Which of its environments.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Judge by the law of this day; default: today."),
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option("--without", help="Withdraw a rule, list entry or mechanism: `EU:US:DPF`."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to answer.")]
CountsOption = Annotated[
    Counts,
    typer.Option(
        "--counts", help="Judge the emitted plan's numbers of backends, or existing ones."
    ),
]


def answer_format(arguments: list[str]) -> Format:
    """The format that a command line asks for, even where the rest of it cannot be read."""
    wanted = [
        argument.partition("=")[2] or following
        for argument, following in zip(arguments, [*arguments[1:], ""], strict=True)
        if argument.split("=")[0] == "--format"
    ]
    return Format.JSON if wanted[-1:] == ["json"] else Format.TEXT


def day(text: str | None) -> date:
    """The day that an option names, else today.

    Raises:
        SourceError: it is not a date.
    """
    if text is None:
        return date.today()  # noqa: DTZ011 - the law of the user's own day
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SourceError(
            f"`{text}` is not a date", help="write it as `2027-03-01`: year, month, day"
        ) from error


def listed(given: list[str] | None) -> list[str]:
    """An option that takes one name, several joined by commas, or comes several times."""
    return [name for each in given or () for name in each.split(",") if name]


def open_workspace(folder: Path | None) -> Workspace:
    """Load the workspace that an option names, else the one around the current folder."""
    from domicile.workspace import find_root, load

    root = find_root(Path.cwd()) if folder is None else folder
    if not (root / "stacks").exists():
        from domicile.emit.exchange import restore

        restore(root)
    return load(root)


def open_situation(
    folder: Path | None, environment: str, as_of: str | None, counts: Counts = Counts.EMITTED
) -> Situation:
    """Load a workspace and its law, and look at one environment on one day."""
    from domicile.situation import Situation
    from domicile.workspace import load_law

    workspace = open_workspace(folder)
    return Situation(workspace, load_law(workspace), environment, day(as_of), counts)


def say_planning(environment: str) -> None:
    """Tell whoever waits at a terminal what takes seconds; answers and logs stay as they are."""
    if sys.stderr.isatty():
        typer.echo(f"planning `{environment}`: every loss, every lawful place …", err=True)
