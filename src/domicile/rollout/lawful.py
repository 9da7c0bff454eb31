"""Where a plan sends whom, held against where the law lets them go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from domicile.model.plan import Plan


def offences(plan: Plan, allowed: Mapping[str, Collection[str]]) -> tuple[tuple[str, str], ...]:
    """Every (load, place) of a plan's routings that is not admissible, in order.

    Args:
        plan: its routings are looked at, its static order too.
        allowed: load → places that may serve it.
    """
    return tuple(sorted({each for each in uses(plan) if each[1] not in allowed.get(each[0], ())}))


def uses(plan: Plan) -> Iterable[tuple[str, str]]:
    """Every load and place that some routing of the plan, or its static order, puts together."""
    for routing in (plan.nominal, *(case.changes for case in plan.contingencies)):
        for load, shares in routing.items():
            yield from ((load, place) for place, part in shares.items() if part > 0)
    for load, places in plan.order.items():
        yield from ((load, place) for place in places)
