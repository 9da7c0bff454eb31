"""`domicile plan`."""

from __future__ import annotations

import typer

from domicile.cli.options import (
    AsOfOption,
    CountsOption,
    EnvironmentOption,
    Format,
    FormatOption,
    WorkspaceOption,
    open_situation,
    say_planning,
)
from domicile.model.tokens import Counts


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", epilog="Example: domicile plan -e local")(plan)


def plan(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    as_of: AsOfOption = None,
    counts: CountsOption = Counts.EMITTED,
    format: FormatOption = Format.TEXT,
) -> int:
    """Find the least costly numbers of backends under which every check passes."""
    from domicile.api import planned, stepped
    from domicile.report import json, shortage_text, text
    from domicile.report.terminal import Terminal

    say_planning(environment)
    situation = open_situation(workspace, environment, as_of, counts)
    outcome, gives, quotas = planned(situation)
    steps = stepped(situation, outcome)
    if format is Format.JSON:
        typer.echo(json.text(json.plan(environment, outcome, gives, quotas, steps)))
    else:
        out = Terminal()
        text.plan(out, environment, outcome, gives)
        shortage_text.quota_gives(out, quotas)
        text.way(out, outcome, steps)
    return 0 if outcome.plan is not None else 1
