"""`domicile init`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", epilog="Example: domicile init my-service")(init)


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make a workspace of.")],
) -> int:
    """Make a workspace: the five folders, with a first service to change."""
    from domicile.report.terminal import Terminal, plain
    from domicile.workspace.starting import start

    out = Terminal()
    for path in start(folder):
        out.line(f"wrote {plain(path)}")
    out.line(f"next: cd {plain(shlex.quote(str(folder)))} && domicile check --counts existing")
    return 0
