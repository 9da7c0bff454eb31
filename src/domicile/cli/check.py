"""`domicile check`."""

from __future__ import annotations

from typing import Annotated

import typer

from domicile.cli.options import (
    AsOfOption,
    CountsOption,
    EnvironmentOption,
    Format,
    FormatOption,
    WorkspaceOption,
)
from domicile.model.tokens import Counts, Enforcement


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog="Example: domicile check -e local --counts existing")(check)


def check(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    as_of: AsOfOption = None,
    counts: CountsOption = Counts.EMITTED,
    fail_on: Annotated[
        Enforcement,
        typer.Option("--fail-on", help="Exit 1 for findings at or above this enforcement level."),
    ] = Enforcement.MANDATORY,
    format: FormatOption = Format.TEXT,
) -> int:
    """Judge a workspace by law, headroom and structure."""
    from domicile.cli.judged import judge  # noqa: PLC0415 - heavy modules load late

    return judge(workspace, environment, as_of, counts, fail_on, format)
