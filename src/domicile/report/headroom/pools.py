"""Why each pool is needed: what one backend fewer would leave short."""

from __future__ import annotations

from collections.abc import Iterable

from domicile import planner
from domicile.report.headroom.levels import Solved
from domicile.report.headroom.records import PoolLine
from domicile.situation import Situation


def needed(situation: Situation, solved: Iterable[Solved]) -> tuple[PoolLine, ...]:
    """Every pool that stands or is needed, as the emitted plan has it.

    Without a plan, as the fleet has it that was found for all that the policies foresee.
    """
    found = _planned(situation) if situation.plan is not None else _found(situation, solved)
    lines = []
    for (service, place), pool in situation.known_pools.items():
        now = situation.backends[service, place]
        after, reasons = found.get((service, place), (0, ()))
        if now or after:
            lines.append(
                PoolLine(
                    service=service,
                    service_name=situation.workspace.services[service].name,
                    datacenter=place,
                    now=now,
                    needed=after,
                    price=situation.unit_price(pool),
                    reasons=reasons,
                )
            )
    return tuple(lines)


_Needed = dict[tuple[str, str], tuple[int, tuple[str, ...]]]


def _planned(situation: Situation) -> _Needed:
    plan = situation.plan
    assert plan is not None  # noqa: S101 - the caller's choice, told to the type checker
    return {(pool.service, pool.datacenter): (pool.after, pool.reasons) for pool in plan.pools}


def _found(situation: Situation, solved: Iterable[Solved]) -> _Needed:
    whole = next(each for each in solved if each.level.id == "policy")
    if not whole.fleet.feasible:
        return {}
    return {
        (strain.service, place): (
            int(whole.fleet.counts[row, column]),
            planner.reasons(strain, whole.fleet.reasons.get((row, column), ())),
        )
        for row, strain in enumerate(whole.strains)
        for column, place in enumerate(situation.places)
    }
