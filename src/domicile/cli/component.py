"""`domicile component`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("component", epilog="Example: domicile component infra/pools")(component)


def component(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to copy it; absent: only say where it ships.")
    ] = None,
) -> int:
    """Give `pulumi package add` the pool as a component, for programs in any of its languages."""
    from domicile.provision.component import PLUGIN, copy
    from domicile.report.terminal import Terminal, plain

    out = Terminal()
    if folder is None:
        out.line(plain(str(PLUGIN)))
        return 0
    for path in copy(folder):
        out.line(f"wrote {plain(path)}")
    # without `./` it would be looked for by name
    named = str(folder) if folder.is_absolute() else f"./{folder}"
    out.line(f"next: pulumi package add {plain(shlex.quote(named))}")
    return 0
