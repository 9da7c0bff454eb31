"""`domicile check`."""

from __future__ import annotations

import typer

from domicile.cli.findings import FailOnOption, FindingsFormat, FindingsFormatOption, tell
from domicile.cli.options import AsOfOption, CountsOption, EnvironmentOption, WorkspaceOption
from domicile.cli.output import OutputOption
from domicile.model.tokens import Counts, Enforcement


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog="Example: domicile check -e local --counts existing")(check)


def check(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    as_of: AsOfOption = None,
    counts: CountsOption = Counts.EMITTED,
    fail_on: FailOnOption = Enforcement.MANDATORY,
    format: FindingsFormatOption = FindingsFormat.TEXT,
    output: OutputOption = None,
) -> int:
    """Judge a workspace by law, headroom and structure."""
    from domicile.checker import check as judge
    from domicile.cli.options import open_situation
    from domicile.report import json, text
    from domicile.report.judgement import of_workspace

    report = judge(open_situation(workspace, environment, as_of, counts))
    return tell(
        report,
        format,
        output,
        text=lambda out: text.check(out, report),
        record=lambda: json.check(report),
        fail_on=fail_on,
        category=f"check/{environment}",
        locate=of_workspace,
    )
