"""What each level of headroom costs at least: the planner's question, asked for more and more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile import planner
from domicile.foreseen import Foreseen
from domicile.headroom import FleetPlan, least_cost
from domicile.model.policy import HeadroomPolicy, Together
from domicile.model.tokens import Loss
from domicile.report.headroom.records import Conflict, Level
from domicile.situation import Situation
from domicile.strain import Strain

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
    whole: bool = False
    """Everything that the policies foresee, instead."""


_ASKED = (
    _Asked("nominal", "nothing lost, nominal demand", None, surge=False),
    _Asked("surge", "the policy’s surge", "nominal"),
    _Asked("n-1-datacenter", "any one datacenter", "surge", _EVERY[:1]),
    _Asked("n-1-provider", "… or any one provider", "n-1-datacenter", _EVERY[:2]),
    _Asked("n-1-failure-domain", "… or any one failure domain", "n-1-provider", _EVERY[:3]),
    _Asked("n-1-link", "… or any one link", "n-1-failure-domain", _EVERY),
    _Asked("policy", "all that the policies foresee", "n-1-link", whole=True),
    _Asked("n-2-datacenter", "any two datacenters", "n-1-datacenter", _EVERY[:1], pairs=True),
)
"""Each under the surge, but the first. Each asks for all that the one it adds to asks for, but
the policies' own, which may leave kinds of loss out."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A level with the fleet that is least for it."""

    level: Level
    strains: tuple[Strain, ...]
    fleet: FleetPlan


def solve(situation: Situation) -> tuple[Solved, ...]:
    """The least costly fleet for each level, in order.

    Each is proved to be the least, or says that it is not; where none is feasible within the
    pools' maxima and the quotas, it says who is short. A level that asks for just what an earlier
    one asks for has its answer.
    """
    found: dict[str, Solved] = {}
    for asked in _ASKED:
        strains = tuple(_strains(situation, asked))
        known = (each for each in found.values() if _same(each.strains, strains))
        earlier = next(known, None)
        if earlier is None:
            needs = [planner.need(situation, strain) for strain in strains]
            fleet = least_cost(needs, planner.quotas(situation))
        else:
            fleet = earlier.fleet
        base = None if asked.against is None else found[asked.against].level
        found[asked.id] = Solved(_level(situation, asked, strains, fleet, base), strains, fleet)
    return tuple(found.values())


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
        yield Strain.of(
            service, strain.loads, strain.places, cases, strain.admissible, strain.capacity
        )


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
    situation: Situation,
    asked: _Asked,
    strains: Sequence[Strain],
    fleet: FleetPlan,
    base: Level | None,
) -> Level:
    cost = round(fleet.cost, 6) if fleet.feasible else None
    before = None if base is None else base.cost
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
        backends=int(fleet.counts.sum()) if fleet.feasible else None,
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
