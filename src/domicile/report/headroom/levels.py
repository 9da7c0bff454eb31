"""What each level of headroom costs at least: the planner's question, asked for more and more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile import planner
from domicile.foreseen import Foreseen
from domicile.headroom import Contingency, Cut, FleetPlan, least_cost
from domicile.model.policy import HeadroomPolicy, Together
from domicile.model.tokens import Loss
from domicile.report.headroom.records import Conflict, Level
from domicile.shortage.needs import need_of, place_quotas
from domicile.situation import Situation
from domicile.strain import Strain

GAP = 0.005
"""How much dearer than the least a level's fleet may be, as a part of its cost, where a short
search does not settle it."""
_SMALL = 1e-9
"""Gaps below this are rounding."""
_EVERY = tuple(Loss)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A level: what is lost, and how."""

    id: str
    name: str
    against: str | None
    losses: tuple[Loss, ...] = ()
    surge: bool = True
    pairs: bool = False
    possible: bool = False
    """Leaving out what would be short even with every pool at its maximum."""
    whole: bool = False
    """Everything that the policies foresee, instead."""


_ASKED = (
    _Asked("nominal", "nothing lost, nominal demand", None, surge=False),
    _Asked("surge", "the surge of the policies", "nominal"),
    _Asked("n-1-datacenter", "any one datacenter", "surge", _EVERY[:1]),
    _Asked("n-1-provider", "… or any one provider", "n-1-datacenter", _EVERY[:2]),
    _Asked("n-1-failure-domain", "… or any one failure domain", "n-1-provider", _EVERY[:3]),
    _Asked("n-1-link", "… or any one link", "n-1-failure-domain", _EVERY),
    _Asked("policy", "all that the policies foresee", "n-1-link", whole=True),
    _Asked("n-2-datacenter", "any two datacenters", "n-1-datacenter", _EVERY[:1], pairs=True),
    _Asked(
        "n-2-possible",
        "any two datacenters, where the maxima of the pools suffice",
        "n-1-datacenter",
        _EVERY[:1],
        pairs=True,
        possible=True,
    ),
)
"""Each under the surge, but the first. Each asks for all that the one it adds to asks for, but
the policies' own, which may leave kinds of loss out."""
_FIRST = "n-1-datacenter"


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A level with the fleet that is least for it."""

    level: Level
    strains: tuple[Strain, ...]
    fleet: FleetPlan


def solve(situation: Situation) -> tuple[Solved, ...]:
    """The least costly fleet for each level, in order; where that takes long, within `GAP`.

    Where none is feasible within the pools' maxima and the quotas, a level says who is short. One
    that asks for just what another asks for has its answer. Any one datacenter comes first: where
    losses are many, the sets of demands that bind are found soon, and most bind elsewhere too.
    """
    strains = {asked.id: tuple(_strains(situation, asked)) for asked in _ASKED}
    fleets: dict[str, FleetPlan] = {}
    sets: tuple[Cut, ...] = ()
    for name in sorted(strains, key=lambda name: name != _FIRST):
        its = strains[name]
        earlier = next((each for each in fleets if _same(strains[each], its)), None)
        if earlier is not None:
            fleets[name] = fleets[earlier]
            continue
        needs = [need_of(situation, strain) for strain in its]
        known = tuple(_elsewhere(its, sets))
        fleets[name] = least_cost(needs, place_quotas(situation), gap=GAP, known=known)
        sets = sets or fleets[name].cuts
    costs = _costs(fleets)
    return tuple(
        Solved(
            _level(asked, situation, strains[asked.id], fleets[asked.id], costs),
            strains[asked.id],
            fleets[asked.id],
        )
        for asked in _ASKED
    )


def _elsewhere(strains: Sequence[Strain], sets: Iterable[Cut]) -> Iterator[Cut]:
    """What other contingencies ask of sets of loads: those in which nothing is lost."""
    for service, strain in enumerate(strains):
        loads = {cut.loads.tobytes(): cut.loads for cut in sets if cut.service == service}
        for index, case in enumerate(strain.contingencies[:2]):
            wanted, usable = case.demand(strain.rate), case.left > 0
            for its in loads.values():
                demand = float(wanted[its].sum())
                places = case.open(strain.admissible)[its].any(axis=0) & usable
                if demand > 0 and places.any():
                    yield Cut(service, index, its, places, demand)


def _costs(fleets: Mapping[str, FleetPlan]) -> dict[str, float]:
    """What each feasible level costs: a fleet that survives more survives less too."""
    found = {name: round(its.cost, 6) for name, its in fleets.items() if its.feasible}
    for asked in reversed(_ASKED):
        if asked.against in found and asked.id in found and not asked.whole:
            found[asked.against] = min(found[asked.against], found[asked.id])
    return found


def _gap(cost: float | None, fleet: FleetPlan) -> float | None:
    """The part of a cost by which it may exceed the least."""
    if cost is None or not fleet.least:
        return None if cost is None or cost else 0.0
    gap = 1.0 - min(fleet.least, cost) / cost
    return gap if gap > _SMALL else 0.0


def _same(one: Sequence[Strain], other: Sequence[Strain]) -> bool:
    """Whether two levels ask for the same of each service, in the same order."""
    return all(_said(its) == _said(others) for its, others in zip(one, other, strict=True))


def _said(strain: Strain) -> list[tuple[tuple[str, ...], bytes, bytes, bytes]]:
    return [
        (
            case.ids,
            case.left.tobytes(),
            case.demand(strain.rate).tobytes(),
            b"" if case.withdrawn is None else case.withdrawn.tobytes(),
        )
        for case in strain.contingencies
    ]


def _strains(situation: Situation, asked: _Asked) -> Iterable[Strain]:
    """Each service under what a level asks, with the counts that are judged."""
    if asked.whole:
        yield from situation.strains.values()
        return
    foreseen = Foreseen(situation.workspace, situation.places, situation.as_of)
    for service, strain in situation.strains.items():
        general = situation.policy(service)
        assert general is not None  # noqa: S101 - a service without policy has no strain
        policy = _asking(general, asked)
        cases = foreseen.of((policy,), strain.loads, _nothing_falls)
        if asked.possible:
            cases = _possible(situation, strain, cases)
        yield Strain.of(
            service,
            strain.loads,
            strain.places,
            cases,
            strain.admissible,
            strain.capacity,
            strain.graded,
        )


def _possible(
    situation: Situation, strain: Strain, cases: Sequence[Contingency]
) -> tuple[Contingency, ...]:
    """Those in which nothing is short, each pool being at its maximum, or its place's quota."""
    need = need_of(situation, strain)
    most = np.minimum(np.asarray(need.maximum), place_quotas(situation))
    capacity: NDArray[np.float64] = most * np.asarray(need.unit_capacity)
    full = Strain.of(
        strain.service,
        strain.loads,
        strain.places,
        cases,
        strain.admissible,
        capacity,
    )
    kept = zip(cases, full.shortfall, strict=True)
    return tuple(case for case, missing in kept if not missing)


def _asking(policy: HeadroomPolicy, asked: _Asked) -> HeadroomPolicy:
    """A service's policy, of other losses."""
    return policy.model_copy(
        update={
            "losses": asked.losses,
            "contingencies": (),
            "surge": policy.surge if asked.surge else 1.0,
            "together": Together(most=2) if asked.pairs else None,
        }
    )


def _nothing_falls(ids: tuple[str, ...]) -> NDArray[np.bool_]:
    raise AssertionError(f"no level withdraws law, not even {ids}")


def _level(
    asked: _Asked,
    situation: Situation,
    strains: Sequence[Strain],
    fleet: FleetPlan,
    costs: Mapping[str, float],
) -> Level:
    cost = costs.get(asked.id)
    before = None if asked.against is None else costs.get(asked.against)
    ids = {case.ids for strain in strains for case in strain.contingencies}
    short = {
        case.ids
        for strain in strains
        for case, missing in zip(strain.contingencies, strain.shortfall, strict=True)
        if missing
    }
    return Level(
        id=asked.id,
        name=asked.name,
        against=asked.against,
        contingencies=len(ids),
        short=len(short),
        feasible=fleet.feasible,
        proved=fleet.proved,
        cost=cost,
        gap=_gap(cost, fleet),
        step=None if cost is None or before is None else round(cost - before, 6),
        conflicts=tuple(
            Conflict(
                service=each.service,
                contingency=each.contingency,
                subjects=each.subjects,
                missing=each.missing,
                unit=each.unit,
                says=each.reason,
            )
            for each in planner.conflicts(situation, strains, fleet)
        ),
    )
