"""Where plan, state and reality differ. Starts nothing and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from domicile.model.errors import OutsideError
from domicile.model.stack import TRAFFIC, stack_name
from domicile.model.words import several
from domicile.provision.declared import configs
from domicile.provision.engine import Progress, ensure
from domicile.provision.judge import read_plan
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.supervisor import Supervisor
from domicile.provision.local.things import RUNNING, THINGS
from domicile.provision.pulumi_cli import Cli
from domicile.provision.running import AT_A_TIME, Run
from domicile.provision.stages import Target
from domicile.provision.states import State


class Between(StrEnum):
    """What differs from what."""

    PLAN_STATE = "plan and state"
    STATE_REALITY = "state and reality"
    STATE_LEFT = "state and what was left"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be."""

    stack: str
    """The stack."""
    between: Between
    """What differs from what."""
    what: str
    """The pool, the resource or the process."""
    said: str
    """How it differs, in words."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything that differs."""

    environment: str
    """The environment."""
    stacks: int
    """How many stacks were looked at."""
    differences: tuple[Difference, ...]
    """In order of stacks."""


def drift(
    root: Path, environment: str, progress: Progress = lambda _: None, at_a_time: int = AT_A_TIME
) -> Drift:
    """Compare the emitted plan, Pulumi's state, and what really stands.

    What really stands is asked of each provider, as `pulumi refresh` asks; the local provider's
    processes are looked at themselves.

    Raises:
        SourceError: nothing was emitted, or it cannot be read.
        OutsideError: the engine is missing, or Pulumi or a provider failed.
    """
    root = root.resolve()
    declared = configs(root, environment)
    plan, _ = read_plan(root, environment)
    run = Run(root, environment, Cli(root, ensure(progress)), progress, at_a_time)
    run.read()
    target = Target(run, declared, plan)
    found = [*_of_plan(target), *_of_state(run), *_reality(run)]
    order = {name: at for at, name in enumerate(stack_name(environment, p) for p in declared)}
    found.sort(key=lambda each: (order.get(each.stack, len(order)), each.between, each.what))
    return Drift(environment, len({*run.known, *target.parts, TRAFFIC}), tuple(found))


def _of_plan(target: Target) -> Iterator[Difference]:
    """What the plan wants and the states do not hold, or the other way round."""
    run = target.run
    for part in [*target.parts, *target.leaving]:
        stack = stack_name(run.environment, part)
        state = run.known.get(part)
        if state is None:
            yield Difference(stack, Between.PLAN_STATE, "stack", "planned and not made")
            continue
        planned = {s: n for (s, place), n in target.goal.items() if place == part}
        there = {service: int(pool["backends"]) for service, pool in state.standing.items()}
        for service in sorted(planned.keys() | there.keys()):
            wants, has = planned.get(service, 0), there.get(service, 0)
            if wants != has:
                said = f"{several(wants, 'backend')} planned, {has} in the state"
                yield Difference(stack, Between.PLAN_STATE, f"pool {service}", said)
    traffic = run.known.get(TRAFFIC)
    stack = stack_name(run.environment, TRAFFIC)
    if traffic is None:
        yield Difference(stack, Between.PLAN_STATE, "stack", "planned and not made")
    elif run.applied.stacks.get(TRAFFIC, {}).get("told") != target.told_traffic():
        said = "routes by another plan, or by other backends, than what is emitted and made"
        yield Difference(stack, Between.PLAN_STATE, "routing", said)


def _of_state(run: Run) -> Iterator[Difference]:
    """States that are not as the last run left them."""
    for part, state in run.known.items():
        stack = stack_name(run.environment, part)
        left = run.applied.stacks.get(part, {}).get("state")
        if state.interrupted:
            yield Difference(stack, Between.STATE_LEFT, "stack", "a run ended half way in it")
        elif left is not None and left != state.identity:
            yield Difference(stack, Between.STATE_LEFT, "stack", "changed by somebody else since")
        for urn in sorted(set(state.strange) - run.applied.known(part)):
            said = "in the state, and not made by domicile"
            yield Difference(stack, Between.STATE_LEFT, urn.rpartition("::")[2], said)


def _reality(run: Run) -> list[Difference]:
    """What does not stand as the states say."""
    local = [part for part in run.known if _is_local(run.known[part])]
    others = [part for part in run.known if part not in local and run.known[part].made]
    found = list(_local(run, local))
    with ThreadPoolExecutor(run.at_a_time) as pool:
        for differences in pool.map(lambda part: _asked(run, part), others):
            found += differences
    return found


def _is_local(state: State) -> bool:
    return all(str(each["type"]) in THINGS for each in state.made)


def _local(run: Run, parts: list[str]) -> Iterator[Difference]:
    """Each thing of the local provider, and what runs and is in no state."""
    recorded: set[str] = set()
    for part in parts:
        stack = stack_name(run.environment, part)
        for resource in run.known[part].made:
            name = str(resource["id"])
            recorded.add(name)
            read = THINGS[str(resource["type"])].read(dict(resource.get("outputs") or {}))
            if read is None:
                yield Difference(stack, Between.STATE_REALITY, name, "gone")
            elif read.get("standing") != RUNNING:
                yield Difference(stack, Between.STATE_REALITY, name, str(read["standing"]))
    processes = Supervisor(RunFolder(run.root, run.environment)).processes()
    for process in processes:
        if process.name not in recorded:
            kind, _, rest = process.name.partition("~")
            part = rest.partition("~")[0] if kind == "backend" else TRAFFIC
            stack = stack_name(run.environment, part)
            yield Difference(stack, Between.STATE_REALITY, process.name, "runs and is in no state")


def _asked(run: Run, part: str) -> list[Difference]:
    """What a refresh of a stack would change, asked of its provider."""
    stack = stack_name(run.environment, part)
    said = run.cli.run(stack, "refresh", "--preview-only", "--json")
    try:
        steps = json.loads(said[said.index("{") :]).get("steps", ())
    except ValueError:
        raise OutsideError(
            f"what Pulumi says of a refresh of stack `{stack}` cannot be read",
            help="update Pulumi to 3.259 or newer",
        ) from None
    found = []
    for step in steps:
        operation = str(step.get("op"))
        if operation in ("same", "refresh", "read") and not step.get("detailedDiff"):
            continue
        name = str(step.get("urn")).rpartition("::")[2]
        how = "gone" if "delete" in operation else "changed"
        props = ", ".join(sorted(step.get("detailedDiff") or ()))
        found.append(
            Difference(stack, Between.STATE_REALITY, name, f"{how}: {props}" if props else how)
        )
    return found
