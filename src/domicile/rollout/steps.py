"""The steps of a rollout, each proved before the first is taken; or why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domicile.model.errors import OutsideError
from domicile.model.plan import Plan, PlannedPool
from domicile.model.rollout import Step, StepKind
from domicile.rollout.counts import Counts, Key, Start, changes, less, more, same
from domicile.rollout.lawful import offences
from domicile.rollout.proof import Proof
from domicile.rollout.refusal import Refusal, below_headroom, no_order
from domicile.rollout.rounds import rounds
from domicile.rollout.routes import routes
from domicile.situation import Situation


@dataclass(frozen=True, slots=True)
class TrafficRouting:
    """What a traffic step routes by."""

    counted: Counts
    """The backends that traffic counts on from then on."""
    plan: Plan
    """The routings proved for these: the plan itself at the end, else one for the way."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """Every step from where things stand to a plan, with what stands after each."""

    steps: tuple[Step, ...]
    """In order."""
    standing: tuple[Counts, ...]
    """For each step, the backends that stand after it."""
    routing: tuple[TrafficRouting | None, ...]
    """For each step, what traffic is given; None where it is left alone."""
    proved: int
    """How many pairs of counts and contingency were examined."""
    refused: Refusal | None = None
    """Why there are no steps; None: there are, or none is needed."""


def rollout(situation: Situation, plan: Plan, start: Start, *, reroute: bool = True) -> Rollout:
    """Plan the steps to a plan, and prove each.

    Args:
        situation: the declared world on its day: its law, policies and quotas.
        plan: where to.
        start: what stands, and what traffic counts on.
        reroute: whether traffic has to be told anew even where its counts stay.

    Raises:
        OutsideError: a routing for the way names a place that is not admissible: a bug.
    """
    proof = Proof(situation, start)
    goal = _goal(plan)
    refused = below_headroom(proof, goal)
    if refused is not None:
        return Rollout((), (), (), 0, refused)
    found = rounds(proof, goal)
    if found.stuck is not None:
        return Rollout((), (), (), 0, no_order(proof, found.stuck, goal, proved=found.proved))
    stages = list(_stages(proof, start, found.trimmed, found.counts))
    if reroute and not any(stage.kind is StepKind.TRAFFIC for stage in stages):
        at = sum(stage.kind is StepKind.OUT for stage in stages)
        standing = stages[at - 1].standing if at else start.standing
        stages.insert(at, _Stage(StepKind.TRAFFIC, standing, goal, goal))
    return Rollout(
        steps=tuple(_step(stage, before) for stage, before in _with_before(stages, start)),
        standing=tuple(stage.standing for stage in stages),
        routing=tuple(_routing(situation, plan, goal, stage) for stage in stages),
        proved=proof.examined,
    )


def from_nothing(plan: Plan) -> Rollout:
    """The steps to a plan where nothing stands: whatever is made is more than there was."""
    goal = _goal(plan)
    if not any(goal.values()):
        return Rollout((), (), (), 0)
    pools = changes({}, goal)
    return Rollout(
        steps=(Step(kind=StepKind.OUT, pools=pools), Step(kind=StepKind.TRAFFIC, pools=pools)),
        standing=(goal, goal),
        routing=(None, TrafficRouting(goal, plan)),
        proved=0,
    )


def _goal(plan: Plan) -> dict[Key, int]:
    return {(pool.service, pool.datacenter): pool.after for pool in plan.pools}


@dataclass(frozen=True, slots=True)
class _Stage:
    kind: StepKind
    standing: Counts
    """After it."""
    counted: Counts
    """After it."""
    before: Counts
    """What was counted on before, of a traffic step."""


def _stages(
    proof: Proof, start: Start, trimmed: Counts, counts: tuple[Counts, ...]
) -> Iterator[_Stage]:
    """Out, traffic, in, for each round; only what changes anything."""
    standing, counted = start.standing, start.counted
    if not same(standing, trimmed):
        standing = trimmed
        yield _Stage(StepKind.IN, standing, counted, counted)
    for after in counts:
        both = more(standing, after)
        if not same(standing, both):
            standing = both
            yield _Stage(StepKind.OUT, standing, counted, counted)
        ways = [after]
        if not proof.holds(less(counted, after)):
            # Half done, some fronts would count on the old and some on the new: so first all of
            # them learn of the new, and only then they leave the old.
            ways = [more(counted, after), after]
        for way in ways:
            if not same(counted, way):
                yield _Stage(StepKind.TRAFFIC, standing, way, counted)
                counted = way
        if not same(standing, less(standing, after)):
            standing = less(standing, after)
            yield _Stage(StepKind.IN, standing, counted, counted)


def _with_before(stages: list[_Stage], start: Start) -> Iterator[tuple[_Stage, Counts]]:
    standing = start.standing
    for stage in stages:
        yield stage, stage.before if stage.kind is StepKind.TRAFFIC else standing
        standing = stage.standing


def _step(stage: _Stage, before: Counts) -> Step:
    after = stage.counted if stage.kind is StepKind.TRAFFIC else stage.standing
    return Step(kind=stage.kind, pools=changes(before, after))


def _routing(
    situation: Situation, plan: Plan, goal: Counts, stage: _Stage
) -> TrafficRouting | None:
    if stage.kind is not StepKind.TRAFFIC:
        return None
    if same(stage.counted, goal):
        return TrafficRouting(goal, plan)
    return TrafficRouting(stage.counted, routed(situation, plan, stage.counted))


def routed(situation: Situation, plan: Plan, counted: Counts) -> Plan:
    """A plan whose routings are proved for other counts than its own: one for the way.

    Raises:
        OutsideError: it names a place that is not admissible: a bug.
    """
    known: dict[Key, int] = {key: counted.get(key, 0) for key in situation.known_pools}
    found = routes(situation, known)
    after = plan.model_copy(
        update={
            "pools": tuple(
                PlannedPool(service=key[0], datacenter=key[1], now=count, after=count)
                for key, count in known.items()
            ),
            "nominal": found.nominal,
            "contingencies": found.contingencies,
            "order": found.order,
        }
    )
    wrong = offences(after, situation.allowed)
    if wrong:
        raise OutsideError(f"a routing for the way sends `{wrong[0][0]}` to `{wrong[0][1]}`")
    return after
