"""`domicile sweep`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
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
    from domicile.model.sweep_answer import SweepAnswer
    from domicile.situation import Situation
    from domicile.sweep.asked import Asked
    from domicile.sweep.running import Runner

DEFAULT_LOSSES = 2
SMALL = 300_000
"""Scenarios that are sooner examined here than workers are started."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sweep", epilog="Example: domicile sweep --service telephony --losses 2")(sweep)


def sweep(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    as_of: AsOfOption = None,
    counts: CountsOption = Counts.EMITTED,
    service: Annotated[str | None, typer.Option("--service", help="Only this service.")] = None,
    losses: Annotated[
        int | None,
        typer.Option(
            "--losses", min=0, help="Every set of up to so many losses at once; default: 2."
        ),
    ] = None,
    all_subsets: Annotated[
        bool, typer.Option("--all-subsets", help="Every subset of a service's datacenters.")
    ] = False,
    samples: Annotated[
        int | None,
        typer.Option("--samples", min=1, help="So many random scenarios, by their probability."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the random scenarios.")] = 0,
    confidence: Annotated[
        float,
        typer.Option("--confidence", help="Per cent of the time that the worst cases leave."),
    ] = 99.9,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="A Dask scheduler's workers: `tcp://…`."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=0,
            help="So many processes on this machine; 0: this one alone. "
            "Default: 0 for a small sweep, else one for each core.",
        ),
    ] = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Try more losses at once than can be listed, and count what they leave short."""
    from domicile.report import json, sweep_text
    from domicile.report.terminal import Terminal
    from domicile.sweep.asked import Asked

    if sum((losses is not None, all_subsets, samples is not None)) > 1:
        raise SourceError("`--losses`, `--all-subsets` and `--samples` exclude each other")
    if scheduler is not None and workers is not None:
        raise SourceError("`--scheduler` and `--workers` exclude each other")
    if not 0 <= confidence < 100:  # noqa: PLR2004 - per cent
        raise SourceError(f"`--confidence` must be at least 0 and below 100, not `{confidence:g}`")
    situation = open_situation(workspace, environment, as_of, counts)
    chosen = _services(situation, service)
    if all_subsets:
        asked = Asked.subsets(situation, chosen)
    elif samples is not None:
        asked = Asked.samples(situation, chosen, samples, seed)
    else:
        asked = Asked.losses(situation, chosen, DEFAULT_LOSSES if losses is None else losses)
    answer = _answer(asked, situation, confidence / 100, scheduler, workers)
    if format is Format.JSON:
        typer.echo(json.text(answer))
    else:
        sweep_text.sweep(Terminal(), answer)
    return 1 if any(each.asked_short for each in answer.services) else 0


def _services(situation: Situation, service: str | None) -> list[str]:
    known = sorted({load.service for load in situation.loads})
    if not situation.pools or not known:
        raise SourceError(
            f"nothing to judge: environment `{situation.environment}` declares no pool or no demand"
        )
    if service is None:
        return known
    if service not in known:
        raise SourceError(
            f"service `{service}` carries no load in `{situation.environment}`",
            help=did_you_mean(service, known) or f"these do: {quoted(known)}",
        )
    return [service]


def _answer(
    asked: Asked,
    situation: Situation,
    confidence: float,
    scheduler: str | None,
    workers: int | None,
) -> SweepAnswer:
    from domicile.model.sweep_answer import SweepAnswer
    from domicile.sweep.running import sweep as run_sweep

    with _runner(asked.scenarios, scheduler, workers) as run, _progress(asked.scenarios) as tell:
        tallies = run_sweep(asked.questions, asked.pieces(), run, tell)
    return SweepAnswer(
        environment=situation.environment,
        counts=str(situation.counts),
        method=asked.method,
        proved=asked.method != "samples",
        scenarios=asked.scenarios,
        confidence=confidence,
        services=asked.services(tallies, confidence),
    )


@contextlib.contextmanager
def _runner(scenarios: int, scheduler: str | None, workers: int | None) -> Iterator[Runner]:
    from domicile.sweep.running import in_this_process, local_workers, workers_of

    if scheduler is not None:
        with workers_of(scheduler) as run:
            yield run
        return
    if workers is None:
        workers = 0 if scenarios <= SMALL else os.cpu_count() or 1
    if not workers:
        yield in_this_process
        return
    with local_workers(workers) as run:
        yield run


@contextlib.contextmanager
def _progress(scenarios: int) -> Iterator[Callable[[int], None]]:
    """A bar for whoever waits at a terminal; answers and logs stay as they are."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    shown = ("sweeping", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=scenarios)
        yield lambda done: bar.advance(task, done)
