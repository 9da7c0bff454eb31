"""`domicile schema`."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema", epilog="Example: domicile schema pools")(schema)


def schema(
    kind: Annotated[
        str | None, typer.Argument(help="A kind of file or answer; default: list them.")
    ] = None,
) -> int:
    """Print the JSON Schema (2020-12) of one kind of file or answer."""
    from domicile import schemas

    if kind is None:
        for name in schemas.kinds():
            typer.echo(name)
    else:
        typer.echo(schemas.text(kind), nl=False)
    return 0
