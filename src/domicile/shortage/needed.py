"""Why a plan's backends stand where they stand: the law, capacity elsewhere, or their cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Cut, FleetPlan
from domicile.shortage.giving import largest
from domicile.shortage.needs import need_of
from domicile.situation import Situation
from domicile.strain import Strain

Because = Literal["law", "capacity", "cost", "minimum"]
"""`law`: a pool that would cost less is near enough, and not lawful for those who need this one.
`capacity`: those that would cost less are full, or lost when this one is needed. `cost`: it is
the cheapest for them, or part of the cheapest for all contingencies. `minimum`: declared."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Why one pool has no backend fewer."""

    service: str
    datacenter: str
    backends: int
    cost: float
    """In EUR per hour."""
    because: Because
    contingency: tuple[str, ...]
    """The first that one backend fewer would break; none for a minimum."""
    subjects: tuple[str, ...]
    """Whose demand would then be short."""
    instead: tuple[str, ...]
    """Pools that would cost less by work."""
    rule: str = ""
    """Which rule keeps the largest of them from the cheapest of those pools."""


def needed(situation: Situation, strains: Sequence[Strain], fleet: FleetPlan) -> tuple[Needed, ...]:
    """Say of every pool of a plan why it is needed; by service, then place.

    Args:
        situation: that was planned for.
        strains: its services, in the order of the plan.
        fleet: the plan.
    """
    return tuple(
        _of(situation, strain, int(column), fleet, index)
        for index, strain in enumerate(strains)
        for column in np.flatnonzero(fleet.counts[index])
    )


def _of(situation: Situation, strain: Strain, column: int, fleet: FleetPlan, index: int) -> Needed:
    need = need_of(situation, strain)
    count, place = int(fleet.counts[index, column]), strain.places[column]
    cost = round(count * float(np.asarray(need.unit_cost)[column]), 6)
    reasons = fleet.reasons.get((index, column), ())
    cut = next((reason.cut for reason in reasons if reason.cut is not None), None)
    if cut is None:
        return Needed(strain.service, place, count, cost, "minimum", (), (), ())
    unit = np.asarray(need.unit_capacity, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_work = np.where(unit > 0, np.asarray(need.unit_cost) / unit, np.inf)
    cheaper = by_work < by_work[column] * (1 - 1e-9)
    because, instead, rule = _because(situation, strain, cut, cheaper, fleet.counts[index])
    loads = [load for load, yes in zip(strain.loads, cut.loads, strict=True) if yes]
    order = sorted(instead, key=lambda each: (float(by_work[each]), each))
    return Needed(
        strain.service,
        place,
        count,
        cost,
        because,
        strain.contingencies[cut.contingency].ids,
        tuple(sorted({load.subject for load in loads})),
        tuple(strain.places[each] for each in order),
        rule,
    )


def _because(
    situation: Situation,
    strain: Strain,
    cut: Cut,
    cheaper: NDArray[np.bool_],
    counts: NDArray[np.int64],
) -> tuple[Because, list[int], str]:
    """What keeps the cut's loads from each cheaper pool; the law counts before capacity."""
    judged = situation.admissible
    at = [situation.loads.index(x) for x, yes in zip(strain.loads, cut.loads, strict=True) if yes]
    near = (judged.latency[at] <= judged.limit[at][:, None]) & judged.open[at]
    lawful = judged.lawful[at]
    usable = (near & lawful).any(axis=0)
    barred = np.flatnonzero(cheaper & near.any(axis=0) & ~usable).tolist()
    if barred:
        load = max((situation.loads[row] for row in at), key=lambda load: load.rate)
        return "law", barred, situation.explain(load, strain.places[barred[0]]).rule
    full = counts >= largest(situation, strain)
    lost = strain.contingencies[cut.contingency].left <= 0
    away = np.flatnonzero(cheaper & usable & (full | lost)).tolist()
    return ("capacity", away, "") if away else ("cost", [], "")
