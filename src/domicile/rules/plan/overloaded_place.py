"""The plan's own routing sends a place more than its backends may carry, or sends to a lost one.

That some routing would do is not enough: the one in the plan is what runs.

Bad:

    # stacks/plan.production.yaml
    environment: production
    as_of: 2026-11-23
    inputs: sha256:0
    verdicts: sha256:0
    optimal: true
    cost: {now: 0, after: 1.1}
    pools:
      - {service: voice, datacenter: alpha-paris, now: 4, after: 4}
      - {service: voice, datacenter: beta-berlin, now: 4, after: 4}
      - {service: directory, datacenter: alpha-paris, now: 2, after: 2}
      - {service: directory, datacenter: beta-berlin, now: 2, after: 2}
    nominal:
      FR/directory/communications: {alpha-paris: 1.0}
      FR/voice/communications: {alpha-paris: 1.0}
    contingencies: []
    order: {}

Good:

    $ domicile emit
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domicile.foreseen import losses_of
from domicile.headroom import Contingency
from domicile.model.finding import Observation, Route
from domicile.model.plan import DemandRouting, Plan, Shares
from domicile.model.tokens import Counts, Severity
from domicile.model.words import amount
from domicile.rules import Facts
from domicile.situation import Situation
from domicile.strain import Strain

RULE = Facts(code="DOM405", severity=Severity.CRITICAL)

ROUNDING = 1e-5
"""Part of a service's demand by which a place may be overloaded: shares have six decimals."""


def check(situation: Situation) -> Iterator[Observation]:
    """Send every load where the plan says, in each contingency of its policy."""
    plan = situation.plan
    if plan is None or situation.counts is not Counts.EMITTED:
        return
    file = Route(f"stacks/plan.{situation.environment}.yaml")
    rows = {case.contingency: index for index, case in enumerate(plan.contingencies)}
    for strain in situation.strains.values():
        grid = _Grid(
            {load.key: row for row, load in enumerate(strain.loads)},
            {place: column for column, place in enumerate(strain.places)},
        )
        nominal = _sent(grid, plan.nominal)
        for case in strain.contingencies:
            if case.combined:
                continue
            row = rows.get(case.ids)
            changes = {} if row is None else plan.contingencies[row].changes
            at = file / "nominal" if row is None else file / "contingencies" / row
            yield from _overloaded(situation, strain, case, _sent(grid, changes, nominal), at)
        yield from _beside(situation, strain, plan, grid, file)


def _beside(
    situation: Situation, strain: Strain, plan: Plan, grid: _Grid, file: Route
) -> Iterator[Observation]:
    """Routings for what is no contingency of the service, where it is routed too: lost links.

    Nothing else is lost with them, so what may be used is what may be used under the surge.
    """
    own = {case.ids for case in strain.contingencies}
    calm = [case for case in strain.contingencies if set(losses_of(case.ids)) <= {"nominal"}]
    most = max(calm, key=lambda each: each.demand_factor, default=None)
    policy = situation.policy(strain.service)
    if most is None or policy is None:
        return
    case = replace(most, utilisation=policy.utilisation.after.value)
    nominal = _sent(grid, plan.nominal)
    for row, planned in enumerate(plan.contingencies):
        theirs = planned.contingency in own or planned.lost
        if not theirs and grid.rows.keys() & planned.changes.keys():
            sent, at = _sent(grid, planned.changes, nominal), file / "contingencies" / row
            named = replace(case, ids=planned.contingency)
            yield from _overloaded(situation, strain, named, sent, at)


class _Grid(NamedTuple):
    """Where each load and each place of a service stands in its matrices."""

    rows: Mapping[str, int]
    columns: Mapping[str, int]


def _sent(
    grid: _Grid, routing: DemandRouting, otherwise: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """[loads, places]: the share of each load that each place gets."""
    shares = np.zeros((len(grid.rows), len(grid.columns))) if otherwise is None else otherwise
    moved = [(grid.rows[load], parts) for load, parts in routing.items() if load in grid.rows]
    if moved:
        shares = shares.copy()
    for row, parts in moved:
        shares[row] = 0.0
        _fill(shares[row], parts, grid.columns)
    return shares


def _fill(row: NDArray[np.float64], parts: Shares, column: Mapping[str, int]) -> None:
    for place, part in parts.items():
        if place in column:
            row[column[place]] = part


def _overloaded(
    situation: Situation,
    strain: Strain,
    case: Contingency,
    shares: NDArray[np.float64],
    at: Route,
) -> Iterator[Observation]:
    """The place that is overloaded most in one contingency, if any is."""
    rate = case.demand(strain.rate)
    work = rate @ shares
    usable = strain.usable(case)
    over = work - usable
    worst = int(over.argmax())
    if over[worst] <= ROUNDING * float(rate.sum()):
        return
    unit = situation.workspace.services[strain.service].unit
    place, when = strain.places[worst], " and ".join(case.ids)
    may = "is lost" if case.lost[worst] else f"may carry {amount(float(usable[worst]), unit)}"
    yield Observation(
        f"in `{when}` the plan sends {amount(float(work[worst]), unit)} of `{strain.service}` to "
        f"`{place}`, which {may}",
        at,
        witness={
            "contingency": list(case.ids),
            "place": place,
            "sent": float(work[worst]),
            "usable": float(usable[worst]),
            "unit": unit,
        },
        help="run `domicile emit`; a plan is never edited by hand",
    )
