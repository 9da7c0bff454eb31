"""What a run has to do, stack by stack, in the steps that were proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from domicile.model.errors import RefusedError
from domicile.model.plan import Plan
from domicile.model.rollout import Step, StepKind
from domicile.model.stack import TRAFFIC, stack_name
from domicile.provision.applied import told
from domicile.provision.declared import Config
from domicile.provision.local.sweep import missing
from domicile.provision.running import Run
from domicile.rollout.counts import Counts, Key, Start, changes, same

if TYPE_CHECKING:
    # What proves is imported where it is asked: a run with nothing to do proves nothing.
    from domicile.rollout import TrafficRouting
    from domicile.situation import Situation

_IN_PLACE = ("backend", "capacity", "machine", "image", "port")
"""What of a pool cannot change without its backends being made anew where they stand."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step, as it is run."""

    kind: StepKind
    """What it does."""
    standing: Counts
    """What stands after it."""
    changed: frozenset[str]
    """Datacenters whose number of backends it changes."""
    routing: TrafficRouting | None = None
    """What traffic is given."""
    first: bool = False
    """Whether stacks that differ in anything else are run with it."""


class Target:
    """Where a run goes: the emitted plan and its stacks, over what stands now."""

    def __init__(self, run: Run, declared: Mapping[str, Config], plan: Plan) -> None:
        self.run = run
        self.declared = declared
        self.plan = plan
        self.goal: dict[Key, int] = {
            (pool.service, pool.datacenter): pool.after for pool in plan.pools if pool.after
        }
        self.gone = self._gone()

    @property
    def digest(self) -> str:
        """The plan's digest, as its stacks name it."""
        return str(self.declared[TRAFFIC]["plan"]) if TRAFFIC in self.declared else ""

    @property
    def parts(self) -> list[str]:
        """Datacenters that have pools."""
        return [p for p, config in self.declared.items() if p != TRAFFIC and config.get("pools")]

    @property
    def leaving(self) -> list[str]:
        """Stacks that stand and are to stand no more."""
        return [part for part in self.run.known if part not in (*self.parts, TRAFFIC)]

    @property
    def start(self) -> Start:
        """What stands, and what traffic counts on; the lesser where a step of it was half done."""
        run = self.run
        standing = {
            (service, part): int(pool["backends"])
            for part, state in run.known.items()
            if part != TRAFFIC
            for service, pool in state.standing.items()
        }
        traffic = run.known.get(TRAFFIC)
        if traffic is None or not traffic.made:
            return Start.of(standing, {})
        counted: Counts = standing if traffic.counted is None else traffic.counted
        start = Start.of(standing, counted)
        return start if run.applied.counting is None else Start.of(standing, self._least(start))

    def _least(self, start: Start) -> Counts:
        counting = self.run.applied.counting or {}
        return {key: min(count, counting.get(key, 0)) for key, count in start.counted.items()}

    def is_local(self, part: str) -> bool:
        """Whether a stack is the local provider's."""
        return bool(self.declared.get(part, {}).get("adapter") == "local")

    def _gone(self) -> frozenset[str]:
        """Stacks of which something is recorded that does not run."""
        run = self.run
        local = {part: state for part, state in run.known.items() if self.is_local(part)}
        if not local:
            return frozenset()
        ids = {id_ for state in local.values() for id_ in state.ids}
        lost = missing(run.root, run.environment, ids)
        return frozenset(part for part, state in local.items() if lost.intersection(state.ids))

    def flags(self, part: str) -> tuple[str, ...]:
        """What `pulumi up` of a stack needs: a look at what stands, where some of it does not."""
        return ("--refresh",) if part in self.gone else ()

    def pools(self, part: str, standing: Counts) -> list[dict[str, Any]]:
        """A datacenter's pools, as its stack declares them, with these numbers of backends."""
        declared = {
            pool["service"]: pool for pool in self.declared.get(part, {}).get("pools") or ()
        }
        before = self.run.applied.pools(part)
        state = self.run.known.get(part)
        there: Mapping[str, Mapping[str, Any]] = state.standing if state else {}
        found = []
        others = sorted(service for service, place in standing if place == part)
        for service in dict.fromkeys([*declared, *others]):
            count = standing.get((service, part), 0)
            if not count:
                continue
            if service in declared:
                like = declared[service]
            elif service in there:
                like = {"service": service, **there[service], "leaving": True}
            elif service in before:
                like = before[service]
            else:
                like = self._lent(part, service)
            found.append({**like, "backends": count})
        return found

    def _lent(self, part: str, service: str) -> Mapping[str, Any]:
        """A pool that is only on the way, as emission would write it."""
        from domicile.emit.stacks import configs
        from domicile.model.plan import PlannedPool

        lent = PlannedPool(service=service, datacenter=part, now=0, after=1)
        plan = self.plan.model_copy(update={"pools": (lent,)})
        config = configs(self.situation, plan, self.digest)[stack_name(plan.environment, part)]
        pool: Mapping[str, Any] = config["domicile:pools"][0]
        return pool

    @cached_property
    def situation(self) -> Situation:
        """The declared world today; read only where something has to be proved."""
        from domicile.situation import Situation
        from domicile.workspace import load, load_law

        workspace = load(self.run.root)
        today = date.today()  # noqa: DTZ011 -- the law counts days where its reader is
        return Situation(workspace, load_law(workspace), self.run.environment, today)

    def told(self, part: str, pools: Sequence[Mapping[str, Any]]) -> str:
        """Digest of what a datacenter's stack is told; the plan's own digest is no part of it."""
        config = {k: v for k, v in self.declared[part].items() if k not in ("plan", "pools")}
        return told(config, list(pools))

    def told_traffic(self, routing: TrafficRouting | None = None) -> str:
        """Digest of what traffic is told; what it counts on, as its stacks export it, is part."""
        run = self.run
        plan = self.plan if routing is None else routing.plan
        there = [
            # What traffic does not count on may come and go.
            [pool.datacenter, pool.service, pools.get(pool.service, [])[: pool.after]]
            for pool in plan.pools
            if pool.after and pool.datacenter in run.known
            for pools in (run.known[pool.datacenter].pools,)
        ]
        own = self.digest if plan is self.plan else plan.model_dump_json()
        return told(self.declared[TRAFFIC], own, there)

    def is_done(self, part: str, digest: str) -> bool:
        """Whether a stack was told just this, and stands as it was left."""
        state = self.run.known.get(part)
        if state is None or state.interrupted or part in self.gone:
            return False
        return self.run.applied.holds(part, digest, state.identity)

    @property
    def unfinished(self) -> list[str]:
        """Stacks that differ from what is declared, in order; empty: there is nothing to do."""
        found = [
            part
            for part in self.parts
            if not self.is_done(part, self.told(part, self._final(part)))
        ]
        if TRAFFIC in self.declared and not self.is_done(TRAFFIC, self.told_traffic()):
            found.append(TRAFFIC)
        return [*found, *self.leaving]

    def _final(self, part: str) -> list[dict[str, Any]]:
        return self.pools(part, self.goal)

    def stages(self) -> list[Stage]:
        """The steps, each proved; what differs in anything but numbers goes with the first growth.

        Raises:
            RefusedError: no order of steps is safe.
        """
        start = self.start
        found = [*self._settled(start), *self._proved(start)]
        at = next((i for i, stage in enumerate(found) if stage.kind is not StepKind.IN), len(found))
        if at < len(found) and found[at].kind is StepKind.OUT:
            found[at] = replace(found[at], first=True)
        else:
            standing = found[at - 1].standing if at else start.standing
            found.insert(at, Stage(StepKind.OUT, standing, frozenset(), first=True))
        return found

    def _settled(self, start: Start) -> Iterator[Stage]:
        """Where a traffic step was half done: all of it counts on what is certain, before more.

        Until then some of it may still count on what it did before, so that nothing may go.
        """
        if self.run.applied.counting is None or not any(start.counted.values()):
            return
        from domicile.rollout import TrafficRouting, routed

        at_goal = same(start.counted, self.goal)
        plan = self.plan if at_goal else routed(self.situation, self.plan, start.counted)
        routing = TrafficRouting(start.counted, plan)
        yield Stage(StepKind.TRAFFIC, start.standing, frozenset(), routing)

    def _proved(self, start: Start) -> Iterator[Stage]:
        from domicile.rollout import from_nothing, help_for, rollout

        if any(start.standing.values()):
            planned = rollout(self.situation, self.plan, start)
        else:
            planned = from_nothing(self.plan)
        if planned.refused is not None:
            raise RefusedError(planned.refused.reason, help=help_for(planned.refused))
        for step, standing, routing in zip(
            planned.steps, planned.standing, planned.routing, strict=True
        ):
            changed = () if routing else (pool.datacenter for pool in step.pools)
            yield Stage(step.kind, standing, frozenset(changed), routing)

    def in_place(self, part: str, pools: Sequence[Mapping[str, Any]]) -> bool:
        """Whether backends of a stack are made anew where they stand: another type, say."""
        before = self.run.applied.pools(part)
        return any(
            pool["service"] in before
            and any(pool.get(name) != before[pool["service"]].get(name) for name in _IN_PLACE)
            for pool in pools
        )


def steps_of(stages: Sequence[Stage], start: Start) -> tuple[Step, ...]:
    """The steps, as answers tell them; what changes no number is left out, traffic excepted."""
    found = []
    standing, counted = start.standing, start.counted
    for stage in stages:
        if stage.routing is not None:
            found.append(Step(kind=stage.kind, pools=changes(counted, stage.routing.counted)))
            counted = stage.routing.counted
        else:
            pools = changes(standing, stage.standing)
            standing = stage.standing
            if pools:
                found.append(Step(kind=stage.kind, pools=pools))
    return tuple(found)
