"""`domicile explain`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domicile.cli.options import (
    AsOfOption,
    Format,
    FormatOption,
    WithoutOption,
    WorkspaceOption,
    day,
    listed,
)
from domicile.model.errors import SourceError
from domicile.model.tokens import Activity

if TYPE_CHECKING:
    from domicile.model.answer import ExplainAnswer, ReachAnswer, TraceStep
    from domicile.residency import Judgement, Law, Place, Reach, Step
    from domicile.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", epilog="Example: domicile explain FR health ovh-gra --activity store")(
        explain
    )


def explain(
    subject: Annotated[str, typer.Argument(help="Whose data: a country, or territory (CA-QC).")],
    data_class: Annotated[str, typer.Argument(help="What data; several joined by commas.")],
    place: Annotated[str, typer.Argument(help="Where: a country, territory or datacenter.")],
    activity: Annotated[Activity, typer.Option("--activity", help="What is done with it there.")],
    operator: Annotated[
        str | None, typer.Option("--operator", help="Provider that operates the place.")
    ] = None,
    recipient: Annotated[
        str | None, typer.Option("--recipient", help="Country of the company that receives it.")
    ] = None,
    declare: Annotated[
        list[str] | None, typer.Option("--declare", help="A token to take as met: `scc`.")
    ] = None,
    placed: Annotated[
        list[str] | None,
        typer.Option("--placed", help="Where else a copy is kept; default: PLACE alone."),
    ] = None,
    via: Annotated[
        list[str] | None,
        typer.Option("--via", help="Where the data was before: the law of that place counts too."),
    ] = None,
    without: WithoutOption = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Say what the law says of one placement, rule by rule, with citations."""
    from domicile.report import json, text
    from domicile.report.terminal import Terminal

    answer = _answer(
        workspace,
        (subject, data_class, place, activity),
        operator,
        recipient,
        declare or [],
        placed,
        listed(via),
        listed(without),
        as_of,
    )
    if format is Format.JSON:
        sys.stdout.write(json.text(answer) + "\n")
    else:
        text.explain(Terminal(), answer)
    return 0


def _answer(
    folder: Path | None,
    question: tuple[str, str, str, Activity],
    operator: str | None,
    recipient: str | None,
    declare: list[str],
    placed: list[str] | None,
    via: list[str],
    without: list[str],
    as_of: str | None,
) -> ExplainAnswer:
    from domicile.legal import declarations, withdraw
    from domicile.model.answer import ExplainAnswer
    from domicile.residency import Hop, onward
    from domicile.workspace import load_law

    subject, classes, place, activity = question
    today = day(as_of)
    world = open_world(folder)
    law = load_law(world)
    world, law = withdraw(world, law, without)
    for given, what in ((subject, "subject"), (recipient, "recipient")):
        if given is not None:
            check_territory(world, given, what)
    check_classes(world, classes)
    check_tokens(law, declare)
    at = _place(world, place, operator, today)
    try:
        passed = [Hop(str(Activity.PROCESS), _place(world, each, None, today)) for each in via]
        *_, judged = onward(
            law,
            subject,
            classes.split(","),
            [*passed, Hop(str(activity), at, recipient)],
            placed=[at, *(_place(world, each, None, today) for each in placed or ())],
            declared=[*(() if world.root is None else declarations(world)), *declare],
            as_of=today,
        )
    except ValueError as error:
        raise SourceError(str(error)) from error
    return ExplainAnswer(
        verdict=judged.verdict,
        as_of=today.isoformat(),
        subject=subject,
        data_classes=tuple(classes.split(",")),
        activity=str(activity),
        place=place,
        via=tuple(via),
        trace=_trace(judged),
        operators=tuple(sorted(at.operator)),
        reaches=tuple(
            _reach(reach) for reach in law.reaching(at.operator - {at.point.country}, today)
        ),
    )


def open_world(folder: Path | None, *, whole: bool = False) -> Workspace:
    """The named workspace, the one around, or the shipped catalogue alone.

    Args:
        folder: the one that an option names.
        whole: also read what runs there, and what was planned.
    """
    from domicile.workspace import find_root, load, load_places, load_shipped

    read = load if whole else load_places
    if folder is not None:
        return read(folder)
    try:
        root = find_root()
    except SourceError:
        return load_shipped()
    return read(root)


def _place(world: Workspace, name: str, operator: str | None, on: date) -> Place:
    from dataclasses import replace

    from domicile.legal import legal_place, reached_by
    from domicile.model.words import did_you_mean
    from domicile.residency import Place

    if name in world.datacenters:
        place = legal_place(world, name, on)
    elif name[:2].isupper():
        check_territory(world, name, "place")
        place = Place(name)
    else:
        raise SourceError(
            f"`{name}` is neither a country nor a datacenter",
            help=did_you_mean(name, world.datacenters)
            or "write a country in capitals (`FR`), or a datacenter's id (`ovh-gra`)",
        )
    if operator is None:
        return place
    provider = world.providers.get(operator)
    if provider is None:
        raise SourceError(
            f"provider `{operator}` is not declared", help=did_you_mean(operator, world.providers)
        )
    return replace(place, operator=reached_by(provider), provider=operator)


def check_territory(world: Workspace, code: str, what: str) -> None:
    """Refuse a code that stands for no country, subdivision or territory with its own law."""
    from domicile.workspace import territories

    law = code in world.jurisdictions and not world.jurisdictions[code].territory
    if law or code in territories.names() or code in territories.subdivisions():
        return
    near = territories.suggestion(code) or territories.suggested_subdivision(code)
    raise SourceError(
        f"{what} `{code}` is neither a country nor a territory",
        help=f"did you mean `{near}`?" if near else "write a code such as `FR` or `CA-QC`",
    )


def check_classes(world: Workspace, classes: str) -> None:
    """Refuse a data class that no file declares."""
    from domicile.model.words import did_you_mean, quoted

    known = [each.id for each in world.data_classes.data_classes]
    for name in classes.split(","):
        if name not in known:
            raise SourceError(
                f"data class `{name}` is not known",
                help=did_you_mean(name, known) or f"use one of {quoted(known)}",
            )


def check_tokens(law: Law, declared: list[str]) -> None:
    """Refuse a token that no rule asks for: declaring it would change nothing, in silence."""
    from domicile.model.words import did_you_mean

    asked = law.asked()
    for token in declared:
        plain = token.removeprefix("not:")
        if plain not in asked:
            raise SourceError(
                f"no rule of law asks for `{token}`",
                help=did_you_mean(plain, asked)
                or "without `--declare`, `explain` names the tokens that would open a way",
            )


def _trace(judged: Judgement) -> tuple[TraceStep, ...]:
    return tuple(_step(step) for step in judged.trace)


def _step(step: Step) -> TraceStep:
    from domicile.model.answer import OWN_RULE, TraceStep
    from domicile.model.law import Citation
    from domicile.model.tokens import Evidence, Verdict
    from domicile.placement import citation

    return TraceStep(
        rule=step.rule,
        effect=step.effect,
        says=step.says or None,
        outcome=step.outcome,
        verdict=Verdict.of_rank(step.rank),
        citation=citation(step.citation) or Citation(instrument=OWN_RULE),
        evidence=step.evidence or Evidence.OFFICIAL,
        from_=None if step.from_ is None else step.from_.isoformat(),
        until=None if step.until is None else step.until.isoformat(),
        decides=step.decides,
        review=step.review,
    )


def _reach(reach: Reach) -> ReachAnswer:
    from domicile.model.answer import ReachAnswer
    from domicile.placement import written

    return ReachAnswer(
        law=reach.id, says=reach.says, citation=written(reach.citation), evidence=reach.evidence
    )
