"""Who is served in each contingency, how far, and what holds the rest up.

What a service's own places cannot serve is shared by priority, then max-min fair. A service that
needs others serves no more of a country's demand than the weakest of these does in the same loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from domicile.foreseen import losses_of
from domicile.headroom import share
from domicile.model.tokens import Priority
from domicile.situation import Situation
from domicile.strain import Strain

ROUNDING = 1e-9
"""Part of a demand below which what is missing is the rounding of floating point sums."""


@dataclass(frozen=True, slots=True)
class Served:
    """One subject's demand on one service in one contingency."""

    subject: str
    demand: float
    served: float
    """By the service's own places, and by those of every service that it needs."""
    limited_by: tuple[str, ...]
    """The services that it needs whose places serve less than its own do."""
    by_priority: Mapping[Priority, tuple[float, float]]
    """Asked for and served by its own places, for each priority that there is."""

    @property
    def shortfall(self) -> float:
        """What is missing."""
        missing = self.demand - self.served
        return missing if missing > ROUNDING * self.demand else 0.0


class Ledger:
    """The services of a situation in all their contingencies; each is worked out once."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._own = cache(self._compute)

    def of(self, service: str, index: int) -> tuple[Served, ...]:
        """Every subject of a service in one of its contingencies, by its index."""
        own = self._own(service, index)
        needed = [
            (name, self._own(name, at))
            for name in self._situation.reached(service)
            if name != service and (at := self._same_loss(service, index, name)) is not None
        ]
        return tuple(_through(each, needed) for each in own.values())

    def _same_loss(self, service: str, index: int, other: str) -> int | None:
        """Another service's contingency in which the same happens."""
        strains = self._situation.strains
        if other not in strains:
            return None
        ids = strains[service].contingencies[index].ids
        cases = strains[other].contingencies
        exact = (at for at, case in enumerate(cases) if case.ids == ids)
        # Policies may ask for different surges, so the surge does not tell.
        what = losses_of(ids) or ids
        alike = (at for at, case in enumerate(cases) if (losses_of(case.ids) or case.ids) == what)
        return next(exact, next(alike, None))

    def _compute(self, service: str, index: int) -> dict[str, Served]:
        strain = self._situation.strains[service]
        asked, served, owner = _by_part(strain, index)
        found: dict[str, dict[Priority, tuple[float, float]]] = {}
        for (row, priority), wanted, got in zip(owner, asked, served, strict=True):
            parts = found.setdefault(strain.loads[row].subject, {})
            before = parts.get(priority, (0.0, 0.0))
            parts[priority] = (before[0] + float(wanted), before[1] + float(got))
        return {
            subject: Served(
                subject,
                sum(each[0] for each in parts.values()),
                sum(each[1] for each in parts.values()),
                (),
                dict(sorted(parts.items(), key=lambda each: -each[0].rank)),
            )
            for subject, parts in sorted(found.items())
        }


def _by_part(
    strain: Strain, index: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[tuple[int, Priority]]]:
    """Asked for and served [parts], and each part's load and priority."""
    case = strain.contingencies[index]
    wanted = case.demand(strain.rate)
    parts = [
        (row, priority, rate / load.rate if load.rate else 0.0)
        for row, load in enumerate(strain.loads)
        for priority, rate in load.priorities or ((Priority.NORMAL, load.rate),)
    ]
    owner = [(row, priority) for row, priority, _ in parts]
    rows = [row for row, _ in owner]
    asked = wanted[rows] * np.array([part for *_, part in parts])
    if not strain.shortfall[index]:
        return asked, asked, owner
    rank = np.array([priority.rank for _, priority in owner], dtype=np.int64)
    served = share(case.open(strain.admissible)[rows], asked, strain.usable(case), rank)
    return asked, served, owner


def _through(own: Served, needed: list[tuple[str, dict[str, Served]]]) -> Served:
    """What is left once services that it needs are asked too."""
    part = own.served / own.demand if own.demand else 1.0
    least, limits = part, list[str]()
    for name, others in needed:
        other = others.get(own.subject)
        if other is None or not other.demand or not other.shortfall:
            continue
        its = other.served / other.demand
        if its < part:
            limits.append(name)
            least = min(least, its)
    return Served(own.subject, own.demand, own.demand * least, tuple(limits), own.by_priority)
