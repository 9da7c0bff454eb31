"""The plan routes a load to a place that is not admissible for it today.

What was proved is what runs, so a routing whose proof no longer holds must not.

Bad:

    # stacks/plan.production.yaml
    environment: production
    as_of: 2026-11-23
    inputs: sha256:0
    verdicts: sha256:0
    optimal: true
    cost: {now: 0, after: 4}
    pools:
      - {service: voice, datacenter: alpha-paris, now: 0, after: 4}
    nominal:
      FR/voice/communications: {alpha-tehran: 1.0}
    contingencies: []
    order: {}

Good:

    $ domicile emit
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domicile.model.finding import Observation, Route
from domicile.model.plan import Plan
from domicile.model.tokens import Counts, Severity
from domicile.model.words import quoted, several
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM203", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Hold every routing of the plan, and the static order, against today's admissible places."""
    plan = situation.plan
    if plan is None or situation.counts is not Counts.EMITTED:
        return
    file = Route(f"stacks/plan.{situation.environment}.yaml")
    routed: dict[str, list[tuple[Iterable[str], str, Route]]] = {}
    for load, places, when, at in _routed(plan, file):
        routed.setdefault(load, []).append((places, when, at))
    for key, allowed in situation.allowed.items():
        stray = [
            (at, when, sorted(set(places) - allowed))
            for places, when, at in routed.get(key, ())
            if set(places) - allowed
        ]
        if stray:
            yield _observation(key, stray)


def _observation(key: str, stray: list[tuple[Route, str, list[str]]]) -> Observation:
    at, when, _ = stray[0]
    places = sorted({place for _, _, each in stray for place in each})
    others = f", and in {several(len(stray) - 1, 'other case')}" if stray[1:] else ""
    return Observation(
        f"the plan routes `{key}` to {quoted(places)}, which may not serve it today "
        f"({when}{others})",
        at,
        witness={"load": key, "places": places, "cases": [when for _, when, _ in stray]},
        help="run `domicile emit` to plan anew under today's law",
    )


def _routed(plan: Plan, file: Route) -> Iterator[tuple[str, Iterable[str], str, Route]]:
    """Load, the places that it is sent to, when, and where the plan says so."""
    for load, shares in plan.nominal.items():
        yield load, shares, "nominally", file / "nominal" / load
    for index, case in enumerate(plan.contingencies):
        at = file / "contingencies" / index / "changes"
        for load, shares in case.changes.items():
            yield load, shares, f"after {' and '.join(case.contingency)}", at / load
    for load, places in plan.order.items():
        yield load, places, "in the static order", file / "order" / load
