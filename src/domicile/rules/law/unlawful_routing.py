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

from collections.abc import Iterator

from domicile.model.finding import Observation, Route
from domicile.model.tokens import Counts, Severity
from domicile.model.words import quoted
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM203", severity=Severity.CRITICAL)


def check(situation: Situation) -> Iterator[Observation]:
    """Hold every routing of the plan, and the static order, against today's admissible places."""
    plan = situation.plan
    if plan is None or situation.counts is not Counts.EMITTED:
        return
    file = Route(f"stacks/plan.{situation.environment}.yaml")
    allowed = situation.allowed
    routings = [("nominal", file / "nominal", plan.nominal)]
    for index, case in enumerate(plan.contingencies):
        at = file / "contingencies" / index / "changes"
        routings.append((" + ".join(case.contingency), at, case.changes))
    for case_name, at, routing in routings:
        for key, shares in routing.items():
            stray = sorted(set(shares) - allowed.get(key, frozenset()))
            if stray and key in allowed:
                yield Observation(
                    f"`{key}` is routed to {quoted(stray)} ({case_name}), not admissible today",
                    at / key,
                    witness={"load": key, "places": stray, "contingency": case_name},
                    help="run `domicile emit` to plan anew under today's law",
                )
    for key, places in plan.order.items():
        stray = sorted(set(places) - allowed.get(key, frozenset()))
        if stray and key in allowed:
            yield Observation(
                f"the static order of `{key}` names {quoted(stray)}, not admissible today",
                file / "order" / key,
                witness={"load": key, "places": stray},
                help="run `domicile emit` to plan anew under today's law",
            )
