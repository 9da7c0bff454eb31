"""`domicile import`."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domicile.cli.options import AsOfOption, Format, FormatOption, day, listed
from domicile.model.errors import SourceError

if TYPE_CHECKING:
    from domicile.resources import Assumed
    from domicile.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", epilog="Example: domicile import state.json -o my-workspace")(import_)


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="What `pulumi stack export` or `terraform show -json` wrote, or a state file."
        ),
    ],
    folder: Annotated[
        Path, typer.Option("--output", "-o", help="The folder to make a workspace of.")
    ],
    subjects: Annotated[
        list[str] | None,
        typer.Option("--subjects", help="Whose data is served where nothing says so: `FR,DE`."),
    ] = None,
    data_classes: Annotated[
        list[str] | None,
        typer.Option("--data-classes", help="What data that is: `health`."),
    ] = None,
    as_of: AsOfOption = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Make a first workspace of what stands, so that `domicile check` can say how lawful it is."""
    from domicile.model.answer import DraftAnswer
    from domicile.model.words import several
    from domicile.report import json
    from domicile.report.terminal import Terminal, plain
    from domicile.resources import Assumed
    from domicile.standing import draft, read
    from domicile.workspace import load_law, load_shipped
    from domicile.workspace.starting import start

    world = load_shipped()
    assumed = Assumed(tuple(listed(subjects)), tuple(listed(data_classes)))
    _known(world, assumed)
    made = draft(read(file), world, load_law(world), day(as_of), assumed, os.environ)
    if not made.pools:
        raise SourceError(
            f"`{file}` has no backends in a place of the catalogue: there is nothing to make a "
            "workspace of",
            help=f"`domicile audit {file}` judges what is in it",
        )
    written = start(folder, made.files)
    answer = DraftAnswer(
        files=tuple(str(path) for path in written),
        pools=made.pools,
        backends=made.backends,
        questions=made.questions,
    )
    if format is Format.JSON:
        sys.stdout.write(json.text(answer) + "\n")
        return 0
    out = Terminal()
    for path in written:
        out.line(f"wrote {plain(path)}")
    out.line(f"{several(made.pools, 'pool')}, {several(made.backends, 'backend')}; to be answered:")
    for question in made.questions:
        out.line(f"  {plain(question)}")
    out.line(f"next: cd {plain(shlex.quote(str(folder)))} && domicile check --counts existing")
    return 0


def _known(world: Workspace, assumed: Assumed) -> None:
    """Refuse names that stand for nothing."""
    from domicile.cli.explain import check_classes, check_territory

    for subject in assumed.subjects:
        check_territory(world, subject, "subject")
    if assumed.data_classes:
        check_classes(world, ",".join(assumed.data_classes))
