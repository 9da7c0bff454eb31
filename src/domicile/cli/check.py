"""`domicile check`."""

from __future__ import annotations

import sys
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
    from domicile.checker import check as judge
    from domicile.cli.options import open_situation

    report = judge(open_situation(workspace, environment, as_of, counts))
    if format is Format.JSON:
        from domicile.report import json

        sys.stdout.write(json.text(json.check(report)) + "\n")
    else:
        from domicile.report import text
        from domicile.report.terminal import Terminal

        text.check(Terminal(), report)
    return 1 if report.blocking(fail_on) else 0
