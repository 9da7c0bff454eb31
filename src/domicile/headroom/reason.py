"""Why each pool has no backend fewer."""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Integers
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
    standing = np.flatnonzero(counts > 0)
    fewer = np.tile(counts.astype(np.float64), (len(standing), 1))
    fewer[np.arange(len(standing)), standing] -= 1
    for place, broken in zip(standing.tolist(), survival.broken_by_each(fewer), strict=True):
        found = _contingencies(survival, broken, place)
        if counts[place] == survival.minimum[place]:
            found.append(Reason("minimum"))
        for index, duty in enumerate(survival.duties):
            if duty.places[place] and counts[duty.places].sum() == duty.least:
                found.append(Reason("duty", duty=index))
        answer[survival.index, place] = tuple(found)
    return answer


def _contingencies(survival: Survival, broken: list[Broken], place: int) -> list[Reason]:
    """Those of the broken scenarios in which the place stands, contingency by contingency."""
    short: dict[int, Broken] = {
        its.scenario: its for its in broken if survival.left(its.scenario)[place] > 0
    }
    return [
        Reason("contingency", survival.cut(short[scenario], contingency))
        for contingency, scenario in enumerate(survival.scenario.tolist())
        if scenario in short
    ]
