"""`domicile report`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domicile.cli.options import AsOfOption, CountsOption, EnvironmentOption, WorkspaceOption
from domicile.cli.output import write_whole
from domicile.model.errors import SourceError
from domicile.model.tokens import Counts

if TYPE_CHECKING:
    from domicile.situation import Situation


class Kind(StrEnum):
    """What is reported on."""

    RESIDENCY = "residency"
    HEADROOM = "headroom"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report", epilog="Example: domicile report residency -o report.html")(report)


def report(
    kind: Annotated[Kind, typer.Argument(help="What is reported on.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="Where to: a file `.html` or `.pdf`, or a folder, for the page and tables as CSV.",
        ),
    ],
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    as_of: AsOfOption = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="Withdraw a rule, list entry or mechanism: `EU:US:DPF`."),
    ] = None,
    counts: CountsOption = Counts.EMITTED,
) -> int:
    """Write a report: where data may be, and is; or what is left when something breaks."""
    from domicile.cli.options import open_situation
    from domicile.report.terminal import Terminal, plain

    form = _form(output)
    situation = open_situation(workspace, environment, as_of, counts)
    withdrawn = tuple(name for each in without or () for name in each.split(",") if name)
    if withdrawn:
        situation = situation.without(withdrawn)
    page, tables = _MADE[kind](situation, withdrawn, form)
    files = _files(page, tables, output, form)
    for path, data in files.items():
        write_whole(path, data)
    size = sum(len(data) for data in files.values())
    more = f" and {len(files) - 1} tables" if len(files) > 1 else ""
    first = next(iter(files))
    Terminal().line(f"wrote {plain(first)}{more}, {size / 1_000_000:.1f} MB")
    return 0


def _form(output: Path) -> str:
    """`html`, `pdf` or `folder`. A path that ends in a slash is a folder, as typed or as it is."""
    if output.is_dir() or output.suffix == "":
        return "folder"
    if output.suffix in {".html", ".htm"}:
        return "html"
    if output.suffix == ".pdf":
        return "pdf"
    raise SourceError(
        f"`{output}` names no kind of report",
        help="end it in `.html` or `.pdf`, or name a folder for the page and its tables",
    )


_Made = tuple[str, dict[str, str]]
"""A page, and its tables by file name; none where they are not asked for."""


def _residency(situation: Situation, withdrawn: tuple[str, ...], form: str) -> _Made:
    from domicile.report.residency import gathering, html, tables

    found = gathering.gather(situation, withdrawn)
    page = html.render(found, on_paper=form == "pdf")
    return page, tables.tables(found) if form == "folder" else {}


def _headroom(situation: Situation, withdrawn: tuple[str, ...], form: str) -> _Made:
    from domicile.report.headroom import gathering, html, tables

    found = gathering.gather(situation, withdrawn)
    page = html.render(found, on_paper=form == "pdf")
    return page, tables.tables(found) if form == "folder" else {}


_MADE = {Kind.RESIDENCY: _residency, Kind.HEADROOM: _headroom}


def _files(page: str, tables: dict[str, str], output: Path, form: str) -> dict[Path, bytes]:
    if form == "pdf":
        from domicile.report.page import pdf

        return {output: pdf.render(page)}
    if form == "html":
        return {output: page.encode()}
    return {output / "report.html": page.encode()} | {
        output / name: text.encode() for name, text in tables.items()
    }
