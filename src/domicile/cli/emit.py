"""`domicile emit`."""

from __future__ import annotations

from typing import Annotated

import typer

from domicile.cli.options import (
    AsOfOption,
    EnvironmentOption,
    Format,
    FormatOption,
    WorkspaceOption,
    open_situation,
    say_planning,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("emit", epilog="Example: domicile emit -e local --check")(emit)


def emit(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    as_of: AsOfOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 where `stacks/` is stale.")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> int:
    """Plan, and write the plan and its Pulumi stacks to `stacks/`, all at once."""
    from domicile import emit as emission
    from domicile import planner
    from domicile.model.answer import EmitAnswer, FileChange
    from domicile.report import json, text
    from domicile.report.terminal import Terminal

    situation = open_situation(workspace, environment, as_of)
    out = Terminal()
    plan = situation.plan if emission.plan_is_fresh(situation) else None
    if plan is None and check:
        changes: tuple[emission.Change, ...] = (
            emission.Change(f"stacks/plan.{environment}.yaml", changed=True),
        )
    else:
        if plan is None:
            say_planning(environment)
            outcome = planner.plan(situation)
            plan = outcome.plan
            if plan is None:
                if format is Format.JSON:
                    typer.echo(json.text(json.plan(environment, outcome)))
                else:
                    text.plan(out, environment, outcome)
                return 1
        changes = emission.emit(situation, plan, write=not check)
    if format is Format.JSON:
        files = tuple(FileChange(path=each.path, changed=each.changed) for each in changes)
        typer.echo(json.text(EmitAnswer(environment=environment, files=files)))
    else:
        text.emit(out, changes, check=check)
    return 1 if check and any(change.changed for change in changes) else 0
