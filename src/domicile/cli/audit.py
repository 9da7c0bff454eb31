"""`domicile audit`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domicile.cli.findings import FailOnOption, FindingsFormat, FindingsFormatOption, tell
from domicile.cli.options import AsOfOption, WorkspaceOption, day, listed
from domicile.cli.output import OutputOption
from domicile.model.errors import SourceError
from domicile.model.tokens import Enforcement

if TYPE_CHECKING:
    from domicile.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "audit", epilog="Example: pulumi stack export --file s.json; domicile audit s.json"
    )(audit)


def audit(
    file: Annotated[
        Path,
        typer.Argument(
            help="What `pulumi stack export` or `terraform show -json` wrote, or a state file."
        ),
    ],
    subjects: Annotated[
        list[str] | None,
        typer.Option("--subjects", help="Whose data what says nothing of it is taken to hold."),
    ] = None,
    data_classes: Annotated[
        list[str] | None,
        typer.Option("--data-classes", help="What data that is."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    fail_on: FailOnOption = Enforcement.MANDATORY,
    format: FindingsFormatOption = FindingsFormat.TEXT,
    output: OutputOption = None,
) -> int:
    """Judge what stands, whoever declared it: a state or a plan of Pulumi or Terraform."""
    from domicile.report import json, text
    from domicile.report.judgement import below
    from domicile.resources import Assumed
    from domicile.standing import audit as judge
    from domicile.standing import read
    from domicile.workspace import load_law

    world = places(workspace)
    assumed = Assumed(tuple(listed(subjects)), tuple(listed(data_classes)))
    if bool(assumed.subjects) != bool(assumed.data_classes):
        raise SourceError(
            "`--subjects` and `--data-classes` need each other", help="say whose data, and what"
        )
    found = judge(read(file), world, load_law(world), day(as_of), assumed, os.environ)
    if not found.examined.get("resources"):
        raise SourceError(
            f"nothing to judge: `{file}` has no resource of a provider that is known",
            help="`docs/pack.md` lists the providers",
        )
    return tell(
        found,
        format,
        output,
        text=lambda out: text.audit(out, found),
        record=lambda: json.audit(found),
        fail_on=fail_on,
        category=f"audit/{file.name}",
        locate=below(world.root or Path.cwd()),
    )


def places(folder: Path | None) -> Workspace:
    """The named workspace, the one around, or the shipped catalogue alone."""
    from domicile.cli.explain import open_world

    return open_world(folder)
