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
    format: FormatOption = Format.TEXT,
) -> int:
    """Show who is served after the worst that the policy foresees, and who is short."""
    from domicile.model.answer import HeadroomAnswer
    from domicile.report import json, standing, text
    from domicile.report.terminal import Terminal

    situation = open_situation(workspace, environment, as_of, counts)
    if not situation.pools or not situation.demand:
        raise SourceError(
            f"nothing to judge: environment `{environment}` declares no pool or no demand"
        )
    strains = _chosen(situation, service)
    rows = tuple(
        row for strain in strains for row in standing.rows(strain, situation, contingency, matrix)
    )
    if not rows:
        known = sorted({i for s in strains for c in s.contingencies for i in c.ids})
        raise SourceError(
            f"contingency `{contingency}` is not one of the policy's",
            help=did_you_mean(str(contingency), known) or f"there are {quoted(known)}",
        )
    if format is Format.JSON:
        answer = HeadroomAnswer(environment=environment, counts=str(counts), rows=rows)
        typer.echo(json.text(answer))
    else:
        out = Terminal()
        paired = contingency is None and not matrix
        text.headroom(out, rows, paired=paired)
        if service is not None and contingency is not None:
            text.routing(out, _routing(situation, strains[0], contingency))
    return 1 if any(row.shortfall for row in rows) else 0


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
