"""The cheapest fleet that survives every declared contingency, lawfully."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Floats, Integers
from domicile.headroom.conflict import coupled, over_quota, too_small
from domicile.headroom.fleet import Beyond, Conflict, Cut, FleetPlan, Need, Shared
from domicile.headroom.joint import Joint, Within
from domicile.headroom.reason import reasons
from domicile.headroom.survival import Survival


def least_cost(
    services: Sequence[Need],
    quota: npt.ArrayLike | None = None,
    *,
    gap: float = 0.0,
    known: Sequence[Cut] = (),
    within: Within | None = None,
) -> FleetPlan:
    """Find how many backends of each service should stand where.

    Each service must serve all of its demand in each of its contingencies, with flows that may
    be routed anew in each. Services share nothing but quotas: each is planned alone, and only
    where the plans together exceed a quota are all planned in one program. A plan that is least
    for each alone and fits is least for all.

    Args:
        services: their needs; order decides the last ties.
        quota: float [places]: most backends of all services together; infinite or None: no
            limit.
        gap: the part of its cost by which a plan may be dearer than the least, for answers that
            come soon: it survives everything all the same, but which of several it is stays
            open, and `proved` means within the gap. A short search closes it where it can;
            `least` of the answer says how far.
        known: sets of loads, with the places that they may use and their demand, to begin with.
            They change no answer, but how soon it comes.
        within: what else counts must give together, beside what each service needs: told whole
            counts that leave nothing short, it says what these break. All services are planned in
            one program once it says anything.

    Returns:
        A plan of least cost. Among those (equal within a billionth), one with the fewest backends
        started or stopped against `now`; among those, the one whose backends stand earliest in
        the order of services and places, as weighed by `Joint`.

    Raises:
        ValueError: naming the service and the argument.
    """
    arrays.amounts("gap", [gap], (1,))
    if not services:
        return FleetPlan(
            np.zeros((0, 0), dtype=np.int64), 0.0, feasible=True, proved=True, cuts=(),
            reasons={}, conflicts=(), least=0.0,
        )  # fmt: skip
    limits = read_quota(services, quota)
    fleet = [Survival.of(need, index, limits) for index, need in enumerate(services)]
    conflicts = over_quota(fleet, limits)
    conflicts += [conflict for survival in fleet for conflict in too_small(survival)]
    if conflicts:
        return _infeasible(fleet, tuple(conflicts), proved=True)
    alone = [
        Joint([survival], limits, [cut for cut in known if cut.service == index])
        for index, survival in enumerate(fleet)
    ]
    answers = [joint.answer(gap) for joint in alone]
    proved = all(answer.proved for answer in answers)
    found = [answer.counts for answer in answers if answer.counts is not None]
    if len(found) < len(answers):
        # Each can survive at its maximum, so only a solver that gave up ends here.
        return _infeasible(fleet, (), proved=False)
    counts = np.vstack(found)
    least = sum(
        answer.surely * _cost([survival], counts[[at]])
        for at, (answer, survival) in enumerate(zip(answers, fleet, strict=True))
    )
    cuts = tuple(cut for joint in alone for cut in joint.cuts())
    if (counts.sum(axis=0) > limits).any():
        joint = Joint(fleet, limits, known=cuts)
        answer = joint.answer(gap)
        cuts, proved = joint.cuts(), answer.proved
        if answer.counts is None:
            return _infeasible(fleet, (coupled(joint),) if proved else (), proved=proved)
        counts = answer.counts
        least = max(least, answer.surely * _cost(fleet, counts))
    shared: tuple[Shared | Beyond, ...] = ()
    if within is not None and within(counts):
        joint = Joint(fleet, limits, known=cuts, within=within)
        answer = joint.answer(gap)
        cuts, proved, shared = joint.cuts(), answer.proved, tuple(joint.shared)
        if answer.counts is None:
            return replace(_infeasible(fleet, (), proved=proved), shared=shared)
        counts = answer.counts
        least = max(least, answer.surely * _cost(fleet, counts))
    return FleetPlan(
        counts=counts,
        cost=_cost(fleet, counts),
        feasible=True,
        proved=proved,
        cuts=cuts,
        reasons={
            key: value
            for survival, row in zip(fleet, counts, strict=True)
            for key, value in reasons(survival, row).items()
        },
        conflicts=(),
        least=least,
        shared=shared,
    )


def read_quota(services: Sequence[Need], quota: npt.ArrayLike | None) -> Floats:
    """Read the quota, whole: float [places]; infinite where there is none.

    Raises:
        ValueError: naming the argument, also where services have different places.
    """
    places = np.asarray(services[0].admissible).shape[-1]
    for index, need in enumerate(services):
        if np.asarray(need.admissible).shape[-1:] != (places,):
            raise ValueError(f"`services[{index}].admissible` must have {places} places")
    if quota is None:
        return np.full(places, np.inf)
    given = np.asarray(quota, dtype=np.float64)
    finite = arrays.amounts("quota", np.where(np.isposinf(given), 0.0, given), (places,))
    return np.where(np.isposinf(given), np.inf, np.floor(finite))


def _cost(fleet: list[Survival], counts: Integers) -> float:
    return float(
        sum(float(row @ survival.cost) for survival, row in zip(fleet, counts, strict=True))
    )


def _infeasible(
    fleet: list[Survival], conflicts: tuple[Conflict, ...], *, proved: bool
) -> FleetPlan:
    counts = np.vstack([survival.minimum for survival in fleet])
    cuts: tuple[Cut, ...] = tuple(cut for conflict in conflicts for cut in conflict.cuts)
    return FleetPlan(
        counts,
        np.inf,
        feasible=False,
        proved=proved,
        cuts=cuts,
        reasons={},
        conflicts=conflicts,
        least=np.inf,
    )
