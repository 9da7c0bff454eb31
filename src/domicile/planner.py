"""The least-cost whole numbers of backends under which every check passes, with their proof.

The planner asks `headroom.least_cost` for counts, routes every contingency, and then hands the
plan to the checker as if it were emitted: a plan that the checker does not pass is not believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.checker import Report, check
from domicile.headroom import FleetPlan, ServiceStrain, least_cost, nearest
from domicile.model.finding import Finding
from domicile.model.plan import ContingencyRouting, Cost, Plan, PlannedPool
from domicile.model.tokens import Counts
from domicile.situation import Situation, Strain

DIGITS = 6
"""Decimals of a share: one millionth of a load is less than any backend notices."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why no plan exists: what cannot be served, when, and by how much."""

    service: str
    contingency: tuple[str, ...]
    subjects: tuple[str, ...]
    data_classes: tuple[str, ...]
    places: tuple[str, ...]
    """Every admissible place that is left, all at their largest."""
    missing: float
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan, or why there is none."""

    feasible: bool
    optimal: bool
    cost: Cost
    pools: tuple[PlannedPool, ...]
    plan: Plan | None
    """None where no plan is feasible, or where the checker did not pass it."""
    conflicts: tuple[Conflict, ...]
    refused: tuple[Finding, ...]
    """Findings that block whatever is planned."""


def plan(situation: Situation) -> Outcome:
    """Plan the least costly lawful scale-out.

    Args:
        situation: what stands now: an emitted plan's counts, else the existing ones.

    Returns:
        The plan with its proof; or the conflicts that make it impossible.

    Raises:
        OutsideError: the solver is missing or failed.
    """
    before = check(situation)
    standing = tuple(f for f in before.blocking() if f.name.startswith("structure/"))
    if standing:
        return _refused(situation, standing)
    pairs = list(situation.known_pools)
    strains = list(situation.strains.values())
    fleet = _least_cost(situation, strains)
    if not fleet.feasible:
        return _infeasible(situation, strains, fleet)
    services = [strain.service for strain in strains]
    counts = {
        (service, place): int(fleet.counts[services.index(service), situation.places.index(place)])
        if service in services
        else 0
        for service, place in pairs
    }
    pools = tuple(
        PlannedPool(
            service=service,
            datacenter=place,
            now=situation.backends[service, place],
            after=counts[service, place],
            reasons=_reasons(situation, fleet, services, service, place),
        )
        for service, place in pairs
    )
    found = _plan(situation, pools, fleet.proved, strains)
    after = Situation(
        situation.workspace,
        situation.law,
        situation.environment,
        situation.as_of,
        Counts.EMITTED,
        plan=found,
    )
    blocking = check(after).blocking()
    return Outcome(
        feasible=True,
        optimal=fleet.proved,
        cost=found.cost,
        pools=pools,
        plan=None if blocking else found,
        conflicts=(),
        refused=blocking,
    )
