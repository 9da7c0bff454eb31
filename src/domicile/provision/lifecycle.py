"""From emitted stacks to running backends and back: `preview`, `up`, `down`.

The order of `up` is the order in which nothing fails: first the stacks that grow (what shrinks is
kept standing), then traffic, then the stacks that shrink, once no request goes there any more. Two
stacks are run at a time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from domicile.model.stack import TRAFFIC, stack_name
from domicile.provision import adapters, states
from domicile.provision.declared import Config, configs
from domicile.provision.engine import Progress, ensure
from domicile.provision.fronts import routes, spread
from domicile.provision.judge import judge_all
from domicile.provision.local.sweep import missing, sweep
from domicile.provision.program import KEEP
from domicile.provision.pulumi_cli import Cli, counts
from domicile.provision.results import Outcome, StackChange
from domicile.provision.run_lock import held

AT_A_TIME = 2
_UP = ("up", "--yes", "--skip-preview", "--suppress-outputs")
_DESTROY = ("destroy", "--yes", "--skip-preview")

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class Run:
    """One run over the stacks of an environment."""

    root: Path
    """The workspace."""
    environment: str
    """The environment."""
    cli: Cli
    """Pulumi."""
    progress: Progress
    """Is told what is done."""
    known: dict[str, states.State] = field(default_factory=dict)
    """The states at the start."""
    changes: list[StackChange] = field(default_factory=list)
    """What was done so far."""

    @property
    def ids(self) -> set[str]:
        """Ids of everything that the states at the start hold."""
        return {id_ for state in self.known.values() for id_ in state.ids}

    def each(self, what: Callable[[str], None], parts: Iterable[str]) -> None:
        """Do something to stacks, some at a time; the first failure is raised once all ended."""
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            for done in [pool.submit(what, part) for part in parts]:
                done.result()

    def up(self, part: str, keep: Mapping[str, Any], *flags: str) -> None:
        """Bring one stack to what it declares; pools in `keep` do not shrink."""
        stack = stack_name(self.environment, part)
        fresh = part not in self.known
        if fresh:
            self.cli.run(stack, "stack", "init", "--no-select")
        said = self.cli.run(stack, *_UP, *flags, more={KEEP: json.dumps(keep)})
        found = counts(said)
        self._did(stack, "created" if fresh else _verb(found), found)

    def remove(self, part: str) -> None:
        """Destroy one stack and forget it; its configuration stays."""
        stack = stack_name(self.environment, part)
        said = self.cli.run(stack, *_DESTROY) if self.known[part].resources else ""
        self.cli.run(stack, "stack", "rm", "--yes", "--preserve-config")
        self._did(stack, "removed", counts(said))

    def _did(self, stack: str, did: str, found: Mapping[str, int]) -> None:
        self.changes.append(StackChange(stack, did, found))
        self.progress(f"{stack}: {did}")


def preview(root: Path, environment: str, progress: Progress = lambda _: None) -> Outcome:
    """What `up` would do.

    Raises:
        SourceError: nothing was emitted, or a stack is refused.
        OutsideError: an adapter or the engine is missing, or Pulumi failed.
    """
    began = time.monotonic()
    root, declared = ready(root, environment)
    run = _begin(root, environment, progress)

    def look(part: str) -> None:
        stack = stack_name(environment, part)
        if part not in run.known:
            run.cli.run(stack, "stack", "init", "--no-select")
        found = counts(run.cli.run(stack, "preview"))
        run.changes.append(StackChange(stack, f"would be {_verb(found)}", found))
        progress(f"{stack}: looked at")

    standing = [part for part, config in declared.items() if config.get("pools")]
    run.each(look, standing)
    run.each(look, [TRAFFIC] if TRAFFIC in declared else [])
    return _outcome(run, began)


def up(root: Path, environment: str, progress: Progress = lambda _: None) -> Outcome:
    """Bring everything to what was emitted; finishes what a killed run began.

    Raises:
        SourceError: nothing was emitted, or a stack is refused.
        OutsideError: another run is under way, an adapter or the engine is missing, or Pulumi
            failed.
    """
    began = time.monotonic()
    root, declared = ready(root, environment)
    run = _begin(root, environment, progress)
    with held(root, environment, "up") as lock:
        run.known = states.read(run.cli, environment)
        mend(run, interrupted=lock.interrupted is not None)
        carry_out(run, declared)
    return _outcome(run, began)


def down(root: Path, environment: str, progress: Progress = lambda _: None) -> Outcome:
    """Destroy everything that stands, traffic first; configurations stay.

    Raises:
        OutsideError: another run is under way, the engine is missing, or Pulumi failed.
    """
    began = time.monotonic()
    root = root.resolve()
    run = _begin(root, environment, progress)
    with held(root, environment, "down") as lock:
        run.known = states.read(run.cli, environment)
        mend(run, interrupted=lock.interrupted is not None)
        take_down(run)
    return _outcome(run, began)


def mend(run: Run, *, interrupted: bool) -> list[str]:
    """Release and refresh stacks in which a run ended half way; sweep what is in no state.

    Returns:
        The stacks that were refreshed.
    """
    broken = [part for part, state in run.known.items() if state.interrupted]

    def refresh(part: str) -> None:
        stack = stack_name(run.environment, part)
        run.progress(f"{stack}: an earlier run ended half way; looking what stands")
        run.cli.run(stack, "cancel", "--yes")
        run.cli.run(stack, "refresh", "--yes", "--skip-preview", "--clear-pending-creates")

    run.each(refresh, broken)
    if broken or interrupted:
        run.known = states.read(run.cli, run.environment)
        sweep(run.root, run.environment, run.ids)
    return broken


def carry_out(run: Run, declared: Mapping[str, Config]) -> None:
    """Grow, direct traffic, shrink."""
    gone = missing(run.root, run.environment, run.ids) if _is_local(declared) else set()
    flags = {
        part: ("--refresh",) if gone.intersection(state.ids) else ()
        for part, state in run.known.items()
    }
    excess = {part: _excess(run.known.get(part), config) for part, config in declared.items()}
    parts = [part for part in declared if part != TRAFFIC]
    standing = [part for part in parts if declared[part].get("pools")]
    growing = [part for part in standing if not _only_shrinks(run.known.get(part), declared[part])]
    shrinking = [part for part in standing if excess[part]]
    leaving = [part for part in run.known if part not in (*standing, TRAFFIC)]
    run.each(lambda part: run.up(part, excess[part], *flags.get(part, ())), growing)
    if TRAFFIC in declared:
        run.up(TRAFFIC, {}, *flags.get(TRAFFIC, ()))
    run.each(lambda part: run.up(part, {}, *flags.get(part, ())), shrinking)
    run.each(run.remove, leaving)


def take_down(run: Run) -> None:
    """Destroy every stack, traffic before the datacenters that it refers to."""
    if TRAFFIC in run.known:
        run.remove(TRAFFIC)
    run.each(run.remove, [part for part in run.known if part != TRAFFIC])
    sweep(run.root, run.environment, ())


def ready(root: Path, environment: str) -> tuple[Path, dict[str, Config]]:
    """What is declared, judged, with an adapter for all of it, before Pulumi is started."""
    root = root.resolve()
    declared = configs(root, environment)
    for part, config in declared.items():
        if part == TRAFFIC or config.get("pools"):
            adapters.find(str(config.get("adapter")))
    judge_all(root, environment, declared)
    return root, declared


def _begin(root: Path, environment: str, progress: Progress) -> Run:
    cli = Cli(root, ensure(progress))
    return Run(root, environment, cli, progress, states.read(cli, environment))


def _is_local(declared: Mapping[str, Config]) -> bool:
    return any(config.get("adapter") == "local" for config in declared.values())


def _excess(state: states.State | None, config: Config) -> dict[str, Any]:
    """Pools that stand with more backends than declared: what to keep until traffic has left."""
    planned = {pool["service"]: pool["backends"] for pool in config.get("pools") or ()}
    return {
        service: dict(was)
        for service, was in (state.standing if state else {}).items()
        if was["backends"] > planned.get(service, 0)
    }


def _only_shrinks(state: states.State | None, config: Config) -> bool:
    """Whether a stack has pools that shrink and none that is new or grows."""
    if state is None or not _excess(state, config):
        return False
    standing = {service: was["backends"] for service, was in state.standing.items()}
    return all(standing.get(pool["service"], 0) >= pool["backends"] for pool in config["pools"])


def _verb(found: Mapping[str, int]) -> str:
    changed = {operation for operation, count in found.items() if count} - {"same", "unchanged"}
    return "changed" if changed else "unchanged"


def _outcome(run: Run, began: float) -> Outcome:
    fronts = routes(run.root, run.environment)
    example = next((route.address for front in fronts for route in front.routes), None)
    return Outcome(
        environment=run.environment,
        stacks=tuple(run.changes),
        traffic=spread(run.root, run.environment),
        example=f"curl -s {example}" if example else None,
        seconds=time.monotonic() - began,
    )
