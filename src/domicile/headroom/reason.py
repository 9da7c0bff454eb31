"""Why each pool has no backend fewer."""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Floats, Integers
from domicile.headroom.fleet import Reason
from domicile.headroom.scenarios import Broken
from domicile.headroom.survival import Survival


def reasons(survival: Survival, counts: Integers) -> dict[tuple[int, int], tuple[Reason, ...]]:
    """Take one backend away from each place in turn, and see what then fails.

    Args:
        survival: the service.
        counts: int [places] of a plan that survives everything.

    Returns:
        (service, place) → contingencies that one fewer leaves short, in order, then the pool's
        minimum and duties; for each place with backends. Empty where nothing binds it: an
        equally cheap plan that changes less against now.
    """
    answer = {}
    for place in np.flatnonzero(counts > 0):
        fewer = counts.astype(np.float64)
        fewer[place] -= 1
        found = _contingencies(survival, fewer, int(place))
        if counts[place] == survival.minimum[place]:
            found.append(Reason("minimum"))
        for index, duty in enumerate(survival.duties):
            if duty.places[place] and counts[duty.places].sum() == duty.least:
                found.append(Reason("duty", duty=index))
        answer[survival.index, int(place)] = tuple(found)
    return answer


def _contingencies(survival: Survival, fewer: Floats, place: int) -> list[Reason]:
    broken: dict[int, Broken] = {
        its.scenario: its
        for its in survival.broken(fewer)
        if survival.left(its.scenario)[place] > 0
    }
    return [
        Reason("contingency", survival.cut(broken[scenario], contingency))
        for contingency, scenario in enumerate(survival.scenario.tolist())
        if scenario in broken
    ]
