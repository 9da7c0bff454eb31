"""The emitted plan rests on other declarations, or on other verdicts, than those of today.

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
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM402", severity=Severity.HIGH)


def check(situation: Situation) -> Iterator[Observation]:
    """Compare the digests in the plan with today's."""
    plan = situation.plan
    if plan is None or situation.counts is not Counts.EMITTED:
        return
    file = Route(f"stacks/plan.{situation.environment}.yaml")
    again = f"run `domicile emit --environment {situation.environment}`"
    if plan.inputs != situation.workspace.digest(situation.environment):
        yield Observation(
            f"the plan of `{situation.environment}` is stale: what it rests on was changed since",
            file / "inputs",
            help=again,
        )
    elif plan.verdicts != situation.verdicts_digest:
        yield Observation(
            f"the plan of `{situation.environment}` is stale: the law lets other places through "
            f"on {situation.as_of} than on {plan.as_of}",
            file / "verdicts",
            help=again,
        )
