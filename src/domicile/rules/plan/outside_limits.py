"""The plan gives a pool fewer backends than its minimum, more than its maximum, or unasked ones.

Bad:

    # stacks/plan.production.yaml
    environment: production
    as_of: 2026-11-23
    inputs: sha256:0
    verdicts: sha256:0
    optimal: true
    cost: {now: 0, after: 400}
    pools:
      - {service: voice, datacenter: alpha-paris, now: 0, after: 400}
    nominal: {}
    contingencies: []
    order: {}

Good:

    $ domicile emit
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation, Route
from domicile.model.tokens import Counts, Severity
from domicile.model.words import several
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM403", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Hold each planned count against its pool's declaration."""
    plan = situation.plan
    if plan is None or situation.counts is not Counts.EMITTED:
        return
    file = Route(f"stacks/plan.{situation.environment}.yaml")
    for index, planned in enumerate(plan.pools):
        at = file / "pools" / index / "after"
        name = f"`{planned.service}` at `{planned.datacenter}`"
        pool = situation.known_pools.get((planned.service, planned.datacenter))
        count = several(planned.after, "backend")
        if pool is None:
            if planned.after:
                yield Observation(
                    f"the plan gives {name} {count}, but no such pool is declared",
                    at,
                    help="run `domicile emit`",
                )
            continue
        minimum = 0 if pool.minimum is None else pool.minimum.value
        if not minimum <= planned.after <= pool.maximum.value:
            yield Observation(
                f"the plan gives {name} {count}, outside its limits of {int(minimum)} to "
                f"{int(pool.maximum.value)}",
                at,
                related=((situation.workspace.route(pool), "the pool"),),
                help="run `domicile emit`; a plan is never edited by hand",
            )
