"""`domicile headroom`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from domicile.cli.options import (
    AsOfOption,
    CountsOption,
    EnvironmentOption,
    Format,
    FormatOption,
    WorkspaceOption,
    open_situation,
)
from domicile.model.errors import SourceError
from domicile.model.tokens import Counts
from domicile.model.words import did_you_mean, quoted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from domicile.model.answer import HeadroomRow
    from domicile.served import Ledger
    from domicile.situation import Situation
    from domicile.strain import Strain


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "headroom",
        epilog="Example: domicile headroom --service telephony --contingency provider:ovh",
    )(headroom)


def headroom(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    as_of: AsOfOption = None,
    counts: CountsOption = Counts.EMITTED,
    service: Annotated[str | None, typer.Option("--service", help="Only this service.")] = None,
    contingency: Annotated[
        str | None,
        typer.Option("--contingency", help="Only this loss or strain: `provider:ovh`, `nominal`."),
    ] = None,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Every contingency, not the worst of each subject.")
    ] = False,
    remedies: Annotated[
        int,
        typer.Option("--remedies", min=0, help="For how many shortages to say what closes them."),
    ] = 3,
    prices: Annotated[
        bool, typer.Option("--prices", help="What each rule of law costs, too.")
    ] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0, help="How long to price rules, at most.")
    ] = 60.0,
    format: FormatOption = Format.TEXT,
) -> int:
    """Show who is served after the worst that the policy foresees, and who is short and why."""
    from domicile import shortage, waiving
    from domicile.model.answer import HeadroomAnswer
    from domicile.report import json, narrow_text, shortage_json, shortage_text, text
    from domicile.report.terminal import Terminal
    from domicile.served import Ledger

    situation = open_situation(workspace, environment, as_of, counts)
    if not situation.pools or not situation.demand:
        raise SourceError(
            f"nothing to judge: environment `{environment}` declares no pool or no demand"
        )
    strains = _chosen(situation, service)
    ledger = Ledger(situation)
    rows = tuple(
        row for strain in strains for row in _rows(ledger, strain, situation, contingency, matrix)
    )
    if not rows:
        known = sorted({i for s in strains for c in s.contingencies for i in c.ids})
        raise SourceError(
            f"contingency `{contingency}` is not one of the policy's",
            help=did_you_mean(str(contingency), known) or f"there are {quoted(known)}",
        )
    paired = contingency is None and not matrix
    explained: tuple[shortage.Shortage, ...] = ()
    if paired:
        explained = waiving.with_waivers(
            situation, shortage.explain(situation, [s.service for s in strains], most=remedies)
        )
    narrow: tuple[shortage.Narrow, ...] = ()
    if paired and service is None and situation.plan is not None and counts is Counts.EMITTED:
        narrow = shortage.narrow(situation, situation.plan, most=remedies)
    priced = shortage.rule_prices(situation, seconds) if prices else None
    accepted = waiving.accepted(situation) if prices else ()
    if format is Format.JSON:
        answer = HeadroomAnswer(
            environment=environment,
            counts=str(counts),
            rows=rows,
            shortages=tuple(map(shortage_json.shortage, explained)),
            networks=tuple(map(shortage_json.narrow, narrow)),
            prices=None if priced is None else shortage_json.prices(priced),
            waivers=tuple(map(shortage_json.waiver, accepted)),
        )
        typer.echo(json.text(answer))
    else:
        out = Terminal()
        text.headroom(out, rows, paired=paired)
        shortage_text.shortages(out, explained)
        narrow_text.networks(out, narrow)
        if priced is not None:
            shortage_text.prices(out, priced)
            named = {each.waiver for each in accepted}
            held = [w for w in situation.workspace.waivers if w.until >= situation.as_of]
            shortage_text.waivers(out, accepted, sum(each.id not in named for each in held))
        if service is not None and contingency is not None:
            text.routing(out, _routing(situation, strains[0], contingency))
    return 1 if narrow or any(row.shortfall for row in rows) else 0


def _chosen(situation: Situation, service: str | None) -> list[Strain]:
    strains = situation.strains
    if service is None:
        return list(strains.values())
    if service not in strains:
        raise SourceError(
            f"service `{service}` carries no load in `{situation.environment}`",
            help=did_you_mean(service, strains) or f"these do: {quoted(strains)}",
        )
    return [strains[service]]


def _rows(
    ledger: Ledger, strain: Strain, situation: Situation, contingency: str | None, matrix: bool
) -> list[HeadroomRow]:
    """Nominal and the worst for each subject; or those that were asked for."""
    unit = situation.workspace.services[strain.service].unit
    table = [
        (case, _by_subject(ledger, strain, index, unit))
        for index, case in enumerate(strain.contingencies)
    ]
    if contingency is not None:
        return [row for case, rows in table if contingency in case.ids for row in rows]
    if matrix:
        return [row for _, rows in table for row in rows]
    chosen = []
    for position, nominal in enumerate(table[0][1]):
        of_subject = [(rows[position], case) for case, rows in table[1:]]
        chosen.append(nominal)
        if of_subject:
            usable = _usable(strain, nominal.subject)
            row, _ = max(
                of_subject,
                key=lambda pair: (pair[0].shortfall, -float(usable @ pair[1].left)),
            )
            chosen.append(row)
    return chosen


def _usable(strain: Strain, subject: str) -> NDArray[np.float64]:
    """[places]: what a subject may use. Of losses that leave none short, the worst leaves least."""
    rows = [index for index, load in enumerate(strain.loads) if load.subject == subject]
    usable: NDArray[np.float64] = strain.capacity * strain.admissible[rows].any(axis=0)
    return usable


def _by_subject(ledger: Ledger, strain: Strain, index: int, unit: str) -> list[HeadroomRow]:
    from domicile.model.answer import HeadroomRow, PriorityServed

    case = strain.contingencies[index]
    return [
        HeadroomRow(
            service=strain.service,
            subject=each.subject,
            contingency=case.ids,
            demand=each.demand,
            served=each.served,
            shortfall=each.shortfall,
            unit=unit,
            method=strain.methods[index],
            proved=True,
            limited_by=each.limited_by,
            priorities=tuple(
                PriorityServed(priority=str(priority), demand=asked, served=got)
                for priority, (asked, got) in each.by_priority.items()
            )
            if len(each.by_priority) > 1
            else (),
        )
        for each in ledger.of(strain.service, index)
    ]


def _routing(situation: Situation, strain: Strain, contingency: str) -> dict[str, dict[str, float]]:
    """Load → share of each place, in the first contingency of that name.

    What the plan proved, where its counts are judged: that is what would run. Else a routing
    that serves as much as can be served.
    """
    case = next(case for case in strain.contingencies if contingency in case.ids)
    plan = situation.plan
    if plan is not None and situation.counts is Counts.EMITTED:
        changes = next((c.changes for c in plan.contingencies if c.contingency == case.ids), {})
        proved = plan.nominal | changes
        return {load.key: proved.get(load.key, {}) for load in strain.loads}
    flow = strain.route(case).flow
    return {
        load.key: {
            place: float(amount / row.sum())
            for place, amount in zip(strain.places, row, strict=True)
            if amount > 0
        }
        for load, row in zip(strain.loads, flow, strict=True)
    }
