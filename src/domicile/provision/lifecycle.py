"""From emitted stacks to running backends and back: `preview`, `up`, `down`.

`up` takes the steps that `domicile.rollout` proved: pools out, traffic, pools in, as often as
quotas ask for. It runs only the stacks that differ, several at a time; it stops at the first
failure, and the next one goes on from what stands.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from domicile.model.errors import OutsideError, SourceError
from domicile.model.rollout import Step, StepKind
from domicile.model.stack import TRAFFIC, stack_name
from domicile.model.words import quoted, several
from domicile.provision import adapters, states
from domicile.provision.declared import Config, configs
from domicile.provision.engine import Progress, ensure
from domicile.provision.fronts import routes, spread
from domicile.provision.judge import Judged, judge_all
from domicile.provision.local.sweep import sweep
from domicile.provision.pulumi_cli import Cli, counts
from domicile.provision.results import Outcome, StackChange
from domicile.provision.run_lock import held
from domicile.provision.running import AT_A_TIME, Run, verb
from domicile.provision.stages import Stage, Target, steps_of

_ASIDE = 10  # niceness
DYING = 3.0  # seconds that an engine is given to end with the process that started it
_WORDS = {StepKind.OUT: "pools out", StepKind.TRAFFIC: "traffic", StepKind.IN: "pools in"}


def _silent(_: str) -> None:
    pass


def preview(
    root: Path, environment: str, progress: Progress = _silent, at_a_time: int = AT_A_TIME
) -> Outcome:
    """What `up` would do: its steps, and each stack that differs, as Pulumi previews it.

    Raises:
        SourceError: nothing was emitted, or a stack is refused.
        RefusedError: no order of steps is safe.
        OutsideError: an adapter or the engine is missing, or Pulumi failed.
    """
    began = time.monotonic()
    root, declared, judged = ready(root, environment)
    run = begin(root, environment, progress, at_a_time)
    target = Target(run, declared, judged.plan)
    unfinished = target.unfinished

    def begin_stack(part: str) -> None:
        if part not in run.known:
            run.cli.run(stack_name(environment, part), "stack", "init", "--no-select")

    looking = threading.Event()

    def look(part: str) -> None:
        stack = stack_name(environment, part)
        looking.set()
        if part in target.leaving:
            did, found = "removed", {}
        else:
            found = counts(run.cli.run(stack, "preview"))
            did = verb(found)
        run.changes.append(StackChange(stack, f"would be {did}", found))
        progress(f"{stack}: looked at")

    if unfinished:
        with ThreadPoolExecutor(1) as beside:  # previews wait for Pulumi most of the time
            steps = beside.submit(_steps, target, looking)
            try:
                run.each(begin_stack, unfinished)
                run.each(look, unfinished)
            except OutsideError:
                looking.set()
                # If nothing could be made at all, that is what there is to say. It is asked only
                # now: to ask is to load each adapter, which every stack's program does anyway.
                can_be_made(target, (part for part in unfinished if part in declared))
                steps.result()
                raise
            finally:
                looking.set()
            run.steps = steps.result()
    _say_unchanged(run, target, "would be unchanged")
    return outcome(run, began)


def _steps(target: Target, looking: threading.Event) -> tuple[Step, ...]:
    """The steps, proved with what previews leave of the processors: users wait for these."""
    looking.wait()
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _ASIDE)
    return steps_of(target.stages(), target.start)


def up(
    root: Path, environment: str, progress: Progress = _silent, at_a_time: int = AT_A_TIME
) -> Outcome:
    """Bring everything to what was emitted; finishes what a killed or failed run began.

    Raises:
        SourceError: nothing was emitted, or a stack is refused.
        RefusedError: no order of steps is safe; nothing was changed.
        OutsideError: another run is under way, an adapter or the engine is missing, or Pulumi
            failed.
    """
    began = time.monotonic()
    root, declared, judged = ready(root, environment)
    run = begin(root, environment, progress, at_a_time)
    with held(root, environment, "up") as lock:
        run.read()
        mend(run)
        carry_out(run, declared, judged, tidy=lock.interrupted is not None)
    return outcome(run, began)


def down(
    root: Path, environment: str, progress: Progress = _silent, at_a_time: int = AT_A_TIME
) -> Outcome:
    """Destroy everything that stands, traffic first; configurations stay.

    Raises:
        OutsideError: another run is under way, the engine is missing, or Pulumi failed.
    """
    began = time.monotonic()
    root = root.resolve()
    run = begin(root, environment, progress, at_a_time)
    with held(root, environment, "down"):
        run.read()
        mend(run)
        take_down(run)
    return outcome(run, began)


def mend(run: Run) -> list[str]:
    """Release and refresh stacks in which a run ended half way.

    What such a run made and wrote down in no state is left alone here: making it again adopts it.

    Returns:
        The stacks that were refreshed.

    Raises:
        OutsideError: a stack is locked by a run that is still at work.
    """
    broken = [part for part, state in run.known.items() if state.interrupted]
    if broken:
        states.make_sure_of_room(run.cli)
    for part in broken:
        holder = _at_work(run, part)
        if holder is not None:
            stack = stack_name(run.environment, part)
            raise OutsideError(
                f"stack `{stack}` is locked by process {holder.process} of {holder.user} on"
                f" {holder.host}",
                help="wait until it has ended; where it died on another machine, run"
                f' `eval "$(domicile env)" && pulumi cancel -s {stack} -C infra`',
            )

    def refresh(part: str) -> None:
        stack = stack_name(run.environment, part)
        run.progress(f"{stack}: an earlier run ended half way; looking what stands")
        if run.known[part].begun:
            names = [urn.rpartition("$")[2].rpartition("::")[2] for urn in run.known[part].begun]
            run.progress(
                f"{stack}: {quoted(names)} may stand at the provider and be in no state, as"
                " nobody heard whether it was made: look there, and delete what is too many"
            )
        run.cli.run(stack, "cancel", "--yes")
        run.cli.run(stack, "refresh", "--yes", "--skip-preview", "--clear-pending-creates")

    run.each(refresh, broken)
    if broken:
        run.read()
    return broken


def _at_work(run: Run, part: str) -> states.Holder | None:
    """Who works on a stack; a process whose parent was killed a moment ago has time to die."""
    until = time.monotonic() + DYING
    while True:
        holder = states.holder(run.cli, run.environment, part)
        if holder is None or not holder.works:
            return None
        if time.monotonic() > until:
            return holder
        time.sleep(0.05)


def carry_out(
    run: Run, declared: Mapping[str, Config], judged: Judged, *, tidy: bool = False
) -> None:
    """Take the steps to what is declared; `tidy`: sweep what is in no state at the end."""
    target = Target(run, declared, judged.plan)
    unfinished = target.unfinished
    if unfinished:
        can_be_made(target, (part for part in unfinished if part in target.declared))
        stages = target.stages()
        run.steps = steps_of(stages, target.start)
        shown = [stage for stage in stages if stage.changed or stage.routing]
        for stage in stages:
            if stage in shown:
                at = f"step {shown.index(stage) + 1} of {len(shown)}"
                run.progress(f"{at}: {_WORDS[stage.kind]}")
            _take(run, target, stage)
        run.each(run.remove, target.leaving)
    if tidy:
        sweep(run.root, run.environment, run.ids)
    _say_unchanged(run, target, "unchanged")
    run.applied.finish(target.digest)


def _take(run: Run, target: Target, stage: Stage) -> None:
    """Take one step."""
    if stage.routing is not None:
        told = target.told_traffic(stage.routing)
        if not target.is_done(TRAFFIC, told):
            routing = None if stage.routing.plan is target.plan else stage.routing.plan
            run.up_traffic(told, routing, stage.routing.counted, *target.flags(TRAFFIC))
        return
    parts = [*target.parts, *target.leaving] if stage.first else sorted(stage.changed)
    going = {
        part: pools
        for part in parts
        if part in target.declared and (pools := target.pools(part, stage.standing))
        if not target.is_done(part, target.told(part, pools))
    }

    def bring(part: str) -> None:
        run.up_pools(
            part,
            target.told(part, going[part]),
            going[part],
            *target.flags(part),
            local=target.is_local(part),
        )

    anew = [part for part, pools in going.items() if target.in_place(part, pools)]
    run.each(bring, [part for part in going if part not in anew])
    # Backends that are made anew where they stand are away for a while: one datacenter at a time,
    # whose loss policies foresee.
    run.each(bring, anew, 1)


def take_down(run: Run) -> None:
    """Destroy every stack, traffic before the datacenters that it refers to."""
    if TRAFFIC in run.known:
        run.remove(TRAFFIC)
    run.each(run.remove, [part for part in run.known if part != TRAFFIC])
    sweep(run.root, run.environment, ())
    run.applied.clear()


def ready(root: Path, environment: str) -> tuple[Path, dict[str, Config], Judged]:
    """What is declared, judged.

    Raises:
        SourceError: nothing was emitted, not all of it is there, or a stack is refused.
    """
    root = root.resolve()
    declared = configs(root, environment)
    if TRAFFIC not in declared:
        raise SourceError(
            f"`stacks/Pulumi.{stack_name(environment, TRAFFIC)}.yaml` is missing",
            help="run `domicile emit`: it writes all stacks of the environment",
        )
    return root, declared, judge_all(root, environment, declared)


def can_be_made(target: Target, parts: Iterable[str]) -> None:
    """Make sure that there is an adapter for stacks, before Pulumi is started.

    Raises:
        OutsideError: one is missing, or what it needs is not installed.
    """
    for name in dict.fromkeys(str(target.declared[part].get("adapter")) for part in parts):
        adapters.find(name)


def begin(root: Path, environment: str, progress: Progress, at_a_time: int) -> Run:
    """A run that knows the states."""
    cli = Cli(root, ensure(progress))
    run = Run(root, environment, cli, progress, at_a_time)
    run.read()
    return run


def _say_unchanged(run: Run, target: Target, did: str) -> None:
    """Stacks that were left alone, as answers tell them."""
    touched = {change.name for change in run.changes}
    parts = [*target.parts, *([TRAFFIC] if TRAFFIC in target.declared else [])]
    names = [stack_name(run.environment, part) for part in parts]
    alone = [name for name in names if name not in touched]
    run.changes += [StackChange(name, did, {}) for name in alone]
    if alone:
        run.progress(f"{several(len(alone), 'stack')} left alone: nothing changed")


def outcome(run: Run, began: float) -> Outcome:
    """What a run came to; of a stack that was run more than once, one change."""
    fronts = routes(run.root, run.environment)
    example = next((route.address for front in fronts for route in front.routes), None)
    return Outcome(
        environment=run.environment,
        stacks=tuple(_merged(run.changes)),
        traffic=spread(run.root, run.environment),
        example=f"curl -s {example}" if example else None,
        seconds=time.monotonic() - began,
        steps=run.steps,
    )


_RANK = ("removed", "created", "changed", "unchanged")


def _merged(changes: list[StackChange]) -> list[StackChange]:
    found: dict[str, StackChange] = {}
    for change in changes:
        before = found.get(change.name)
        if before is None:
            found[change.name] = change
            continue
        did = min(before.did, change.did, key=_rank)
        summed = dict(before.changes)
        for operation, count in change.changes.items():
            same = operation in ("same", "unchanged")
            summed[operation] = count if same else summed.get(operation, 0) + count
        found[change.name] = StackChange(change.name, did, summed)
    return list(found.values())


def _rank(word: str) -> int:
    return _RANK.index(word) if word in _RANK else len(_RANK)
