"""`domicile law FR`, `domicile law matrix`, `domicile law changes`."""

from __future__ import annotations

import re
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from domicile.cli.options import (
    AsOfOption,
    CountsOption,
    EnvironmentOption,
    Format,
    FormatOption,
    WithoutOption,
    WorkspaceOption,
    day,
    listed,
)
from domicile.model.errors import SourceError
from domicile.model.tokens import Activity, Counts

if TYPE_CHECKING:
    from domicile.changes import Change, Moved
    from domicile.model.law_answer import ChangeAnswer, MatrixRow, MovedAnswer
    from domicile.residency import Declaration, Law
    from domicile.workspace import Workspace

AHEAD = timedelta(days=730)
"""How far `changes` looks, where nobody says."""
_JURISDICTION = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,6})?")
_COMMANDS = ("show", "matrix", "changes")


def spelt_out(arguments: list[str]) -> list[str]:
    """`law FR` as the command that it is short for: `law show FR`."""
    if (
        arguments[:1] == ["law"]
        and len(arguments) > 1
        and arguments[1] not in _COMMANDS
        and _JURISDICTION.fullmatch(arguments[1])
    ):
        return ["law", "show", *arguments[1:]]
    return arguments


def register(app: typer.Typer) -> None:
    """Add the commands."""
    law = typer.Typer(
        help="What the law is: of one jurisdiction, of all of them, and when it changes.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    law.command("show", epilog="Example: domicile law FR")(show)
    law.command("matrix", epilog="Example: domicile law matrix --data health --activity store")(
        matrix
    )
    law.command("changes", epilog="Example: domicile law changes --to 2032-01-31")(changes)
    app.add_typer(law, name="law")


def show(
    jurisdiction: Annotated[
        str, typer.Argument(help="A country, a territory (CA-QC), or a union.")
    ],
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Print what is known of a jurisdiction's law, with its sources."""
    from domicile.cli.explain import check_territory, open_world
    from domicile.regime import regime
    from domicile.report import json
    from domicile.report.law_text import show as shown
    from domicile.report.terminal import Terminal
    from domicile.workspace import load_law

    world = open_world(workspace)
    code = jurisdiction if jurisdiction in world.jurisdictions else jurisdiction.upper()
    if code not in world.jurisdictions:
        check_territory(world, code, "jurisdiction")
    try:
        answer = regime(world, load_law(world), code, day(as_of))
    except KeyError:
        raise SourceError(
            f"no file of law speaks of `{code}`",
            help=f"research it, and write `policies/residency/{code.lower()}.yaml`",
        ) from None
    if format is Format.JSON:
        sys.stdout.write(json.text(answer) + "\n")
    else:
        shown(Terminal(), answer)
    return 0


def matrix(
    data: Annotated[
        str, typer.Option("--data", help="What data; several joined by commas.")
    ] = "personal",
    activity: Annotated[
        Activity, typer.Option("--activity", help="What is done with it.")
    ] = Activity.STORE,
    subjects: Annotated[
        list[str] | None,
        typer.Option("--subject", help="Whose data; default: the workspace's subjects, or all."),
    ] = None,
    places: Annotated[
        list[str] | None,
        typer.Option("--place", help="Where; default: countries with datacenters in use, or any."),
    ] = None,
    declare: Annotated[
        list[str] | None, typer.Option("--declare", help="A token to take as met: `scc`.")
    ] = None,
    without: WithoutOption = None,
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    as_of: AsOfOption = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Print a table of who may go where: ordinary companies' places, as the workspace declares."""
    from domicile.cli.explain import check_classes, check_territory, check_tokens, open_world
    from domicile.legal import withdraw
    from domicile.model.law_answer import MatrixAnswer
    from domicile.report import json
    from domicile.report.law_text import matrix as shown
    from domicile.report.terminal import Terminal
    from domicile.workspace import load_law

    world = open_world(workspace, whole=True)
    world, law = withdraw(world, load_law(world), listed(without))
    check_classes(world, data)
    check_tokens(law, declare or [])
    rows = listed(subjects) or _subjects(world, environment)
    columns = listed(places) or _places(world, environment)
    for code in (*rows, *columns):
        check_territory(world, code, "subject or place")
    answer = MatrixAnswer(
        as_of=day(as_of),
        data_classes=tuple(data.split(",")),
        activity=str(activity),
        declared=tuple(declare or ()),
        rows=_rows(world, law, rows, columns, data, str(activity), declare or [], day(as_of)),
    )
    if format is Format.JSON:
        sys.stdout.write(json.text(answer) + "\n")
    else:
        shown(Terminal(), answer)
    return 0


def _rows(
    world: Workspace,
    law: Law,
    subjects: list[str],
    places: list[str],
    data: str,
    activity: str,
    declare: list[str],
    today: date,
) -> tuple[MatrixRow, ...]:
    from domicile.legal import declarations
    from domicile.model.law_answer import MatrixRow
    from domicile.model.tokens import Verdict
    from domicile.residency import lawful

    given: list[str | Declaration] = [*declare]
    if world.root is not None:
        given += declarations(world)
    classes = tuple(data.split(","))
    found = lawful(law, subjects, [classes], [activity], places, today, declared=given)
    return tuple(
        MatrixRow(
            subject=subject,
            verdicts={
                place: Verdict.of_rank(int(rank)) for place, rank in zip(places, ranks, strict=True)
            },
        )
        for subject, ranks in zip(subjects, found.matrix[:, 0, 0, :], strict=True)
    )


def _subjects(world: Workspace, environment: str) -> list[str]:
    """The subjects of an environment's demand; where there is none, every jurisdiction."""
    wanted = {demand.subject for demand in world.demand.get(environment, ())}
    return sorted(
        wanted or (j for j in world.jurisdictions if not world.jurisdictions[j].territory)
    )


def _places(world: Workspace, environment: str) -> list[str]:
    """Where an environment's pools are; where it has none, wherever the catalogue has places."""
    used = {pool.datacenter for pool in world.pools.get(environment, ())}
    return sorted(
        {
            place.law or place.country
            for name, place in world.datacenters.items()
            if not used or name in used
        }
    )


def changes(
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Before; default: today.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Until when; default: two years on.")
    ] = None,
    horizon: Annotated[
        int | None,
        typer.Option(
            "--horizon", min=0, help="Exit 1 if a placement falls within so many days of the first."
        ),
    ] = None,
    without: WithoutOption = None,
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    counts: CountsOption = Counts.EMITTED,
    format: FormatOption = Format.TEXT,
) -> int:
    """Say which verdicts of the workspace change, when, and why; what if something falls."""
    from domicile.changes import changes as between
    from domicile.changes import fall_of
    from domicile.cli.options import open_situation
    from domicile.model.law_answer import ChangesAnswer
    from domicile.report import json
    from domicile.report.law_text import changes as shown
    from domicile.report.terminal import Terminal

    begin = day(first)
    end = day(last) if last is not None else begin + AHEAD
    if end < begin:
        raise SourceError(f"`{end}` lies before `{begin}`", help="`--to` is the later day")
    situation = open_situation(workspace, environment, begin.isoformat(), counts)
    found: list[Change] = []
    if names := listed(without):
        found.append(fall_of(situation, names))
        situation = situation.without(names)
    found += between(situation, begin, end)
    answer = ChangesAnswer(
        environment=environment,
        from_=begin,
        to=end,
        changes=tuple(_change(each) for each in found),
    )
    if format is Format.JSON:
        sys.stdout.write(json.text(answer) + "\n")
    else:
        shown(Terminal(), answer)
    if horizon is None:
        return 0
    near = begin + timedelta(days=horizon)
    return 1 if any(each.fallen and each.day <= near for each in found) else 0


def _change(change: Change) -> ChangeAnswer:
    from domicile.model.law_answer import ChangeAnswer, TurnAnswer

    return ChangeAnswer(
        day=change.day,
        facts=tuple(TurnAnswer(id=f.id, what=f.what, says=f.says) for f in change.facts),
        falls=len(change.fallen),
        rises=len(change.risen),
        moved=tuple(_moved(each) for each in change.moved),
    )


def _moved(moved: Moved) -> MovedAnswer:
    from domicile.model.law_answer import MovedAnswer

    return MovedAnswer(
        kind=moved.kind,
        name=moved.name,
        subject=moved.subject,
        service=moved.service,
        data_classes=moved.data_classes,
        place=moved.place,
        before=moved.before,
        after=moved.after,
        rule=moved.reason.rule,
        help=moved.reason.help,
    )
