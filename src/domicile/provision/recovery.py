"""After a killed run: finish or undo what it began, and say how everything stands."""

from __future__ import annotations

from pathlib import Path

from domicile.model.errors import SourceError
from domicile.model.stack import TRAFFIC, stack_name
from domicile.provision import states
from domicile.provision.declared import configs
from domicile.provision.engine import Progress, ensure
from domicile.provision.fronts import director, routes
from domicile.provision.lifecycle import carry_out, mend, ready, take_down
from domicile.provision.local.sweep import missing, sweep
from domicile.provision.pulumi_cli import Cli
from domicile.provision.results import Recovery, StackRecovery, StackStatus, Status
from domicile.provision.run_lock import held
from domicile.provision.running import Run


def recover(root: Path, environment: str, progress: Progress = lambda _: None) -> Recovery:
    """Finish or undo what a killed `up` or `down` left.

    Stacks in which it ended half way are released and refreshed. Then a killed `down` is finished,
    and a killed `up` is finished too, where what was emitted may still be made; else what it had
    made stays as the states hold it. At last, what runs and is in no state is removed.

    Raises:
        OutsideError: another run is under way, the engine is missing, or Pulumi failed.
    """
    root = root.resolve()
    cli = Cli(root, ensure(progress))
    with held(root, environment, "recover") as lock:
        run = Run(root, environment, cli, progress)
        run.read()
        before = set(run.known)
        broken = mend(run)
        how = "refreshed"
        if lock.interrupted == "down":
            take_down(run)
            how = "undone"
        elif lock.interrupted or broken:
            how = _finish(run)
        swept = sweep(root, environment, _ids(cli, environment))
    touched = {change.name for change in run.changes if change.did != "unchanged"}
    touched |= {stack_name(environment, part) for part in broken}
    names = {stack_name(environment, part) for part in before} | touched
    stacks = tuple(
        StackRecovery(name, how if name in touched else "nothing") for name in sorted(names)
    )
    return Recovery(environment, stacks, swept)


def _finish(run: Run) -> str:
    """Finish a killed `up`; where the stacks are refused today, leave what stands."""
    try:
        _, declared, judged = ready(run.root, run.environment)
    except SourceError as error:
        run.progress(f"what was begun is not finished: {error.message}")
        return "refreshed"
    carry_out(run, declared, judged)
    return "finished"


def status(root: Path, environment: str) -> Status:
    """How an environment stands. Starts nothing and changes nothing.

    Raises:
        OutsideError: the engine is missing, or Pulumi failed.
    """
    root = root.resolve()
    known = states.read(Cli(root, ensure()), environment)
    try:
        declared = configs(root, environment)
    except SourceError:
        declared = {}
    expected = {part for part, config in declared.items() if part == TRAFFIC or config.get("pools")}
    local = {part for part in known if declared.get(part, {}).get("adapter", "local") == "local"}
    ids = {id_ for part in local for id_ in known[part].ids}
    gone = missing(root, environment, ids)
    stacks = []
    for part in sorted(expected | set(known)):
        state = known.get(part)
        name = stack_name(environment, part)
        if state is None:
            stacks.append(StackStatus(name, 0, "absent"))
        else:
            stacks.append(StackStatus(name, len(state.made), _word(state, gone)))
    said = director(root, environment)
    return Status(
        environment=environment,
        stacks=tuple(stacks),
        fronts=routes(root, environment),
        routing=said.get("how", {}),
        lost={service: tuple(lost) for service, lost in said.get("lost", {}).items() if lost},
    )


def _word(state: states.State, gone: set[str]) -> str:
    if state.interrupted:
        return "interrupted"
    if not state.made:
        return "empty"
    return "degraded" if gone.intersection(state.ids) else "running"


def _ids(cli: Cli, environment: str) -> set[str]:
    return {id_ for state in states.read(cli, environment).values() for id_ in state.ids}
