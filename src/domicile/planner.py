"""The least-cost whole numbers of backends under which every check passes, with their proof.

The planner asks `headroom.least_cost` for counts, routes every contingency, and then hands the
plan to the checker as if it were emitted: a plan that the checker does not pass is not believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domicile.checker import check
from domicile.headroom import Cut, FleetPlan, Reason, least_cost
from domicile.model.errors import OutsideError
from domicile.model.finding import Finding
from domicile.model.plan import ContingencyRouting, Cost, DemandRouting, Plan, PlannedPool
from domicile.model.quantity import Quantity
from domicile.model.tokens import Counts
from domicile.model.words import amount, listed, quoted
from domicile.rerouting import Networks, Rerouted
from domicile.shortage import Narrow, Needed, needed
from domicile.shortage.needs import need_of, place_quotas
from domicile.situation import Situation
from domicile.strain import Strain


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
    needed: tuple[Needed, ...] = ()
    """Why each pool of the plan has no backend fewer."""
    networks: tuple[Narrow, ...] = ()
    """Networks that carry no routing that was found, in which contingencies, and what would do."""
    warm_up: Quantity | None = None
    """How long the slowest backend that is added takes before it counts; None: not known."""


def plan(situation: Situation) -> Outcome:
    """Plan the least costly lawful scale-out.

    Args:
        situation: what stands now: an emitted plan's counts, else the existing ones.

    Returns:
        The plan with its proof; or the conflicts that make it impossible.

    Raises:
        OutsideError: the solver is missing, failed, or gave up without an answer.
    """
    standing = tuple(
        finding for finding in check(situation).blocking() if finding.name.startswith("structure/")
    )
    if standing:
        return _none(situation, refused=standing)
    strains = tuple(situation.strains.values())
    networks = Networks(situation, strains)
    fleet = least_cost(
        [need_of(situation, strain) for strain in strains],
        place_quotas(situation),
        within=networks.asked if networks.counted else None,
    )
    if not fleet.feasible and not fleet.proved:
        raise OutsideError(
            "the solver gave up: it found no plan, and no proof that there is none",
            help="narrow what it may choose from: lower the pools' `maximum`, or drop pools",
        )
    if not fleet.feasible and not fleet.conflicts:
        return _never_carried(situation, networks)
    if not fleet.feasible:
        return _none(situation, conflicts=conflicts(situation, strains, fleet))
    pools = _pools(situation, strains, fleet)
    routed = networks.routed(fleet.counts)
    found = _plan(situation, pools, strains, routed, optimal=fleet.proved)
    proof = Situation(
        situation.workspace,
        situation.law,
        situation.environment,
        situation.as_of,
        Counts.EMITTED,
        plan=found,
    )
    refused = check(proof).blocking()
    return Outcome(
        feasible=True,
        optimal=fleet.proved,
        cost=found.cost,
        pools=pools,
        plan=None if refused else found,
        conflicts=(),
        refused=refused,
        networks=networks.too_narrow(fleet.counts),
        needed=needed(situation, strains, fleet),
        warm_up=_warm_up(situation, pools),
    )


def _never_carried(situation: Situation, networks: Networks) -> Outcome:
    """No counts within maxima and quotas have a routing that networks carry."""
    largest = networks.largest
    narrow = networks.too_narrow(largest)
    if narrow:
        return _none(situation, networks=narrow)
    full = largest.sum(axis=0) > place_quotas(situation)
    places = tuple(place for place, yes in zip(situation.places, full, strict=True) if yes)
    conflict = Conflict(
        service="",
        contingency=(),
        subjects=(),
        data_classes=(),
        places=places,
        missing=0.0,
        unit="backends",
        reason="networks carry a routing only of more backends than the quotas of "
        f"{quoted(places)} let stand together",
    )
    return _none(situation, conflicts=(conflict,))


def _warm_up(situation: Situation, pools: Sequence[PlannedPool]) -> Quantity | None:
    """How long the slowest backend that is added takes before it counts."""
    added = (each for each in pools if each.after > each.now)
    types = (
        situation.backend_type(situation.known_pools[each.service, each.datacenter])
        for each in added
    )
    known = [each.warm_up for each in types if each.warm_up is not None]
    return max(known, key=lambda each: each.value, default=None)


def _pools(
    situation: Situation, strains: Sequence[Strain], fleet: FleetPlan
) -> tuple[PlannedPool, ...]:
    row = {strain.service: index for index, strain in enumerate(strains)}
    column = {place: index for index, place in enumerate(situation.places)}
    planned = []
    for service, place in situation.known_pools:
        # A pool of a service that carries no load has no row: nothing asks for it.
        at = (row[service], column[place]) if service in row else None
        planned.append(
            PlannedPool(
                service=service,
                datacenter=place,
                now=situation.backends[service, place],
                after=0 if at is None else int(fleet.counts[at]),
                reasons=() if at is None else reasons(strains[at[0]], fleet.reasons.get(at, ())),
            )
        )
    return tuple(planned)


def reasons(strain: Strain, found: Sequence[Reason]) -> tuple[str, ...]:
    """What one backend fewer would break, each loss once, in the solver's order."""
    named: list[str] = []
    for reason in found:
        if reason.cut is None:
            named.append(reason.kind)
        else:
            named.append(" and ".join(strain.contingencies[reason.cut.contingency].ids))
    return tuple(dict.fromkeys(named))


def _plan(
    situation: Situation,
    pools: tuple[PlannedPool, ...],
    strains: Sequence[Strain],
    routed: Rerouted,
    *,
    optimal: bool,
) -> Plan:
    after = {(pool.service, pool.datacenter): pool.after for pool in pools}
    price = {key: situation.unit_price(pool) for key, pool in situation.known_pools.items()}
    changes: dict[tuple[str, ...], DemandRouting] = {}
    lost: dict[tuple[str, ...], tuple[str, ...]] = {}
    for strain, its in zip(strains, routed.routings, strict=True):
        for case, routing in zip(strain.contingencies, its.contingencies, strict=True):
            if case.combined:
                continue
            changes.setdefault(case.ids, {}).update(routing)
            gone = (place for place, yes in zip(strain.places, case.lost, strict=True) if yes)
            lost[case.ids] = tuple(gone)
    for ids, routing in routed.quiet.items():
        changes[ids], lost[ids] = dict(routing), ()
    return Plan(
        environment=situation.environment,
        as_of=situation.as_of,
        inputs=situation.workspace.digest(situation.environment),
        verdicts=situation.verdicts_digest,
        optimal=optimal,
        cost=Cost(
            now=round(sum(pool.now * price[pool.service, pool.datacenter] for pool in pools), 6),
            after=round(sum(price[key] * count for key, count in after.items()), 6),
        ),
        pools=pools,
        nominal={key: shares for its in routed.routings for key, shares in its.nominal.items()},
        contingencies=tuple(
            ContingencyRouting(contingency=ids, lost=lost[ids], changes=moved)
            for ids, moved in changes.items()
        ),
        order={key: places for its in routed.routings for key, places in its.order.items()},
    )


def _none(
    situation: Situation,
    conflicts: tuple[Conflict, ...] = (),
    refused: tuple[Finding, ...] = (),
    networks: tuple[Narrow, ...] = (),
) -> Outcome:
    """No plan; the counts stay as they are."""
    prices = {key: situation.unit_price(pool) for key, pool in situation.known_pools.items()}
    now = round(sum(situation.backends[key] * price for key, price in prices.items()), 6)
    return Outcome(
        feasible=False,
        optimal=False,
        cost=Cost(now=now, after=now),
        pools=tuple(
            PlannedPool(service=service, datacenter=place, now=count, after=count)
            for (service, place), count in situation.backends.items()
        ),
        plan=None,
        conflicts=conflicts,
        refused=refused,
        networks=networks,
    )


def conflicts(
    situation: Situation, strains: Sequence[Strain], fleet: FleetPlan
) -> tuple[Conflict, ...]:
    """Each set of needs that cannot be met together, in the domain's words."""
    found = []
    for conflict in fleet.conflicts:
        quotas = [p for p, yes in zip(situation.places, conflict.quotas, strict=True) if yes]
        found += [
            _conflict(situation, strains[cut.service], cut, conflict.missing, quotas)
            for cut in conflict.cuts
        ]
        if not conflict.cuts:
            found.append(
                Conflict(
                    service="",
                    contingency=(),
                    subjects=(),
                    data_classes=(),
                    places=tuple(quotas),
                    missing=conflict.missing,
                    unit="backends",
                    reason=f"the minima of the pools at {quoted(quotas)} exceed the quota there "
                    f"by {amount(conflict.missing, 'backends')}",
                )
            )
    return tuple(found)


def _conflict(
    situation: Situation, strain: Strain, cut: Cut, missing: float, quotas: list[str]
) -> Conflict:
    loads = [load for load, yes in zip(strain.loads, cut.loads, strict=True) if yes]
    places = [place for place, yes in zip(strain.places, cut.places, strict=True) if yes]
    ids = strain.contingencies[cut.contingency].ids
    subjects = tuple(sorted({load.subject for load in loads}))
    classes = tuple(sorted({name for load in loads for name in load.data_classes}))
    unit = "backends" if quotas else situation.workspace.services[strain.service].unit
    where = (
        f"all that is left for them, {quoted(places)} at their maximum, is too little"
        if places
        else "no admissible place is left for them"
    )
    if quotas:
        where = f"the quotas of {quoted(quotas)} leave too little room at {quoted(places)}"
    return Conflict(
        service=strain.service,
        contingency=ids,
        subjects=subjects,
        data_classes=classes,
        places=tuple(places),
        missing=missing,
        unit=unit,
        reason=f"after {' and '.join(ids)}, `{strain.service}` is {amount(missing, unit)} short "
        f"for {listed(subjects)} ({', '.join(classes)}): {where}",
    )
