"""One run over an environment's stacks: each update is guarded before, and written down after."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domicile.model.errors import OutsideError
from domicile.model.plan import Plan
from domicile.model.rollout import Step
from domicile.model.stack import TRAFFIC, stack_name
from domicile.model.words import quoted
from domicile.provision import states
from domicile.provision.applied import Applied
from domicile.provision.declared import POOLS, ROUTING
from domicile.provision.engine import Progress
from domicile.provision.local.run_folder import write_whole
from domicile.provision.pulumi_cli import Cli, counts
from domicile.provision.results import StackChange
from domicile.provision.run_lock import folder_of

AT_A_TIME = 2
_UP = ("up", "--yes", "--skip-preview", "--suppress-outputs")
_DESTROY = ("destroy", "--yes", "--skip-preview")
DEFERRED = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""Pulumi writes a stack's state once, at the end, instead of whole after each resource.

Only for the local provider: making anew what stands already adopts it, and what is in no state is
found by what the supervisor holds, so that nothing is lost when a run is killed.
"""


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
    at_a_time: int = AT_A_TIME
    """How many stacks are run side by side."""
    known: dict[str, states.State] = field(default_factory=dict)
    """The states, as this run read or left them."""
    changes: list[StackChange] = field(default_factory=list)
    """What was done so far."""
    steps: tuple[Step, ...] = ()
    """The steps that were planned."""

    def __post_init__(self) -> None:
        self.applied = Applied.read(self.root, self.environment)

    @property
    def ids(self) -> set[str]:
        """Ids of everything that the states hold."""
        return {id_ for state in self.known.values() for id_ in state.ids}

    def read(self) -> None:
        """Read the states anew."""
        self.known = states.read(self.cli, self.environment)

    def each(
        self, what: Callable[[str], None], parts: Iterable[str], at_a_time: int | None = None
    ) -> None:
        """Do something to stacks, some at a time; none is begun after the first failure."""
        failed = threading.Event()

        def guarded(part: str) -> None:
            if failed.is_set():
                return
            try:
                what(part)
            except BaseException:
                failed.set()
                raise

        with ThreadPoolExecutor(at_a_time or self.at_a_time) as pool:
            try:
                for done in [pool.submit(guarded, part) for part in parts]:
                    done.result()
            except KeyboardInterrupt:
                failed.set()  # else all that wait their turn would still be begun
                self.progress("interrupted: waiting for Pulumi to write down what stands")
                raise

    def up_pools(
        self, part: str, told: str, pools: Sequence[Mapping[str, Any]], *flags: str, local: bool
    ) -> None:
        """Bring a datacenter's stack to these pools."""
        more = {POOLS: json.dumps(list(pools)), **(DEFERRED if local else {})}
        self._up(part, more, flags)
        state = self.known[part]
        self.applied.note(part, told, state.identity, pools, state.strange)

    def up_traffic(
        self, told: str, routing: Plan | None, counted: Mapping[Any, int], *flags: str
    ) -> None:
        """Bring traffic to a routing; absent: to the emitted plan's."""
        more = {}
        if routing is not None:
            path = folder_of(self.root) / f"routing.{self.environment}.json"
            write_whole(path, routing.model_dump_json())
            more[ROUTING] = str(path)
        self.applied.count(counted)
        self._up(TRAFFIC, more, flags)
        self.applied.count(None)
        state = self.known[TRAFFIC]
        self.applied.note(TRAFFIC, told, state.identity, (), state.strange)

    def remove(self, part: str) -> None:
        """Destroy one stack and forget it; its configuration stays."""
        stack = stack_name(self.environment, part)
        self.guard(part, deletes=True)
        said = self.cli.run(stack, *_DESTROY) if self.known[part].resources else ""
        self.cli.run(stack, "stack", "rm", "--yes", "--preserve-config")
        self.known.pop(part)
        self.applied.forget(part)
        self._did(stack, "removed", counts(said))

    def guard(self, part: str, *, deletes: bool = False) -> None:
        """Make sure that a stack is as this run read it, and holds nothing of others to be lost.

        Raises:
            OutsideError: somebody changed it meanwhile, or it holds what `up` would delete, or
                there is no room to write down what is done.
        """
        states.make_sure_of_room(self.cli)
        stack = stack_name(self.environment, part)
        before, now = self.known.get(part), states.read_one(self.cli, self.environment, part)
        if (before and before.identity) != (now and now.identity):
            raise OutsideError(
                f"stack `{stack}` was changed by somebody else since this run read it",
                help="look with `domicile drift` what it is, then run `domicile up` again",
            )
        if now is None:
            return
        strange = set(now.strange) - self.applied.known(part)
        if strange and (deletes or strange & self._would_delete(stack)):
            raise OutsideError(
                f"stack `{stack}` holds resources that domicile did not make, and this would delete"
                f" them: {quoted(sorted(strange), 3)}",
                help="move them to a stack of their own with `pulumi state move`, or declare them"
                " in `infra/__main__.py`",
            )

    def _would_delete(self, stack: str) -> set[str]:
        said = json.loads(self.cli.run(stack, "preview", "--json") or "{}")
        return {
            str(step.get("urn"))
            for step in said.get("steps", ())
            if "delete" in str(step.get("op")) or "replace" in str(step.get("op"))
        }

    def _up(self, part: str, more: Mapping[str, str], flags: Sequence[str]) -> None:
        stack = stack_name(self.environment, part)
        fresh = part not in self.known
        self.guard(part)
        if fresh:
            self.cli.run(stack, "stack", "init", "--no-select")
        try:
            said = self.cli.run(stack, *_UP, *flags, more=more)
        finally:
            left = states.read_one(self.cli, self.environment, part)
            if left is not None:
                self.known[part] = left
        found = counts(said)
        self._did(stack, "created" if fresh else verb(found), found)

    def _did(self, stack: str, did: str, found: Mapping[str, int]) -> None:
        self.changes.append(StackChange(stack, did, found))
        self.progress(f"{stack}: {did}")


def verb(found: Mapping[str, int]) -> str:
    """Whether anything was changed, by Pulumi's counts."""
    changed = {operation for operation, count in found.items() if count} - {"same", "unchanged"}
    return "changed" if changed else "unchanged"
