"""How `check` and `audit` tell findings: four formats of one object, to a file or printed."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domicile.cli.output import give
from domicile.model.tokens import Enforcement
from domicile.model.words import several
from domicile.report.terminal import Terminal

if TYPE_CHECKING:
    from domicile.model.base import Record
    from domicile.report.judgement import Judgement, Locator


class FindingsFormat(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


FindingsFormatOption = Annotated[
    FindingsFormat,
    typer.Option(
        "--format", help="How to answer; `sarif` for code scanning, `junit` for CI servers."
    ),
]
FailOnOption = Annotated[
    Enforcement,
    typer.Option("--fail-on", help="Exit 1 for findings at or above this enforcement level."),
]


def tell(
    found: Judgement,
    format: FindingsFormat,
    output: Path | None,
    *,
    text: Callable[[Terminal], None],
    record: Callable[[], Record],
    fail_on: Enforcement,
    category: str,
    locate: Locator,
) -> int:
    """Tell what was found.

    Args:
        found: what was judged, and the findings.
        format: how to write it.
        output: the file to write it to; absent: it is printed.
        text: writes it for people.
        record: makes the record of `--format json`.
        fail_on: the enforcement level from which on a finding fails the command.
        category: what was judged, for readers of many runs: `check/production`.
        locate: how files of findings are told of on other machines.

    Returns:
        The exit code: 1 where something is found at or above `fail_on`, else 0.

    Raises:
        SourceError: the file cannot be written.
    """
    blocking = found.blocking(fail_on)
    summary = f"{several(len(found.findings), 'finding')}, {len(blocking)} at or above `{fail_on}`"
    notices: tuple[str, ...] = ()
    if format is FindingsFormat.TEXT:
        page = io.StringIO()
        text(Terminal(page, coloured=output is None and Terminal.wants_colour(sys.stdout)))
        answer = page.getvalue()
    elif format is FindingsFormat.JSON:
        from domicile.report import json

        answer = json.text(record()) + "\n"
    elif format is FindingsFormat.JUNIT:
        from domicile.report import junit

        answer = junit.text(found, fail_on, category, locate) + "\n"
    else:
        from domicile.report import sarif

        log = sarif.log(found, category, locate)
        answer, notices = log.text + "\n", log.notices
    give(answer, output, summary)
    for notice in notices:
        typer.echo(f"warning: {notice}", err=True)
    return 1 if blocking else 0
