"""The plan does not say where all of a load goes.

Fronts run what the plan holds and do not improvise: a part that is routed nowhere is not served.

Bad:

    # stacks/plan.production.yaml
    environment: production
    as_of: 2026-11-23
    inputs: sha256:0
    verdicts: sha256:0
    optimal: true
    cost: {now: 0, after: 1.6}
    pools:
      - {service: voice, datacenter: alpha-paris, now: 4, after: 4}
      - {service: directory, datacenter: alpha-paris, now: 2, after: 2}
    nominal:
      FR/directory/communications: {alpha-paris: 1.0}
      FR/voice/communications: {alpha-paris: 0.7}
    contingencies: []
    order: {}

Good:

    $ domicile emit
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation, Route
from domicile.model.plan import Shares
from domicile.model.tokens import Counts, Severity
from domicile.model.words import number
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM404", severity=Severity.CRITICAL)

ROUNDING = 1e-5
"""Part of a load that may be missing or too much: shares are written with six decimals."""


def check(situation: Situation) -> Iterator[Observation]:
    """Add up the shares of every load, nominally and in each contingency."""
    plan = situation.plan
    if plan is None or situation.counts is not Counts.EMITTED:
        return
    file = Route(f"stacks/plan.{situation.environment}.yaml")
    for load in situation.loads:
        yield from _incomplete(
            load.key, plan.nominal.get(load.key, {}), "nominally", file / "nominal"
        )
    for index, case in enumerate(plan.contingencies):
        when = f"after `{' and '.join(case.contingency)}`"
        for key, shares in case.changes.items():
            at = file / "contingencies" / index / "changes"
            yield from _incomplete(key, shares, when, at)


def _incomplete(key: str, shares: Shares, when: str, at: Route) -> Iterator[Observation]:
    total = sum(shares.values())
    if any(part < 0 for part in shares.values()) or abs(total - 1) > ROUNDING:
        yield Observation(
            f"the plan routes {number(total * 100)} % of `{key}` {when}"
            if shares
            else f"the plan routes none of `{key}` {when}",
            at / key,
            witness={"load": key, "routed": total},
            help="run `domicile emit`; a plan is never edited by hand",
        )
