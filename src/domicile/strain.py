"""One service under everything that its headroom policy says it must survive."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Contingency, Routing, as_arrays, by_law, examine, solve
from domicile.legal import Load

ROUNDING = 1e-6
"""Part of a service's demand below which a shortfall is the rounding of floating point sums."""


@dataclass(frozen=True, slots=True)
class Strain:
    """One service under all contingencies of its policy."""

    service: str
    loads: tuple[Load, ...]
    places: tuple[str, ...]
    contingencies: tuple[Contingency, ...]
    admissible: NDArray[np.bool_]
    """[loads, places]."""
    rate: NDArray[np.float64]
    """[loads]: nominal."""
    capacity: NDArray[np.float64]
    """[places]: of all backends, unscaled."""
    graded: NDArray[np.float64]
    """[places]: the most that may be used of it so that calls find a channel; infinite where the
    policy asks for no grade of service."""
    shortfall: NDArray[np.float64]
    """[contingencies]: in the service's unit; exactly zero where nothing is missing."""
    methods: tuple[str, ...]
    """For each contingency, the exact method by which its shortfall was found."""

    @classmethod
    def of(
        cls,
        service: str,
        loads: tuple[Load, ...],
        places: tuple[str, ...],
        cases: Sequence[Contingency],
        admissible: NDArray[np.bool_],
        capacity: NDArray[np.float64],
        graded: NDArray[np.float64] | None = None,
    ) -> Strain:
        """Compute the shortfall in each contingency.

        Args:
            service: its id.
            loads: the service's loads.
            places: datacenters, as columns.
            cases: the contingencies of its policy.
            admissible: bool [loads, places].
            capacity: float [places], of all backends, before utilisation.
            graded: float [places]: the most of it that a grade of service lets be used.
        """
        rate = np.array([load.rate for load in loads])
        most = np.full(len(places), np.inf) if graded is None else graded
        missing, methods = np.zeros(len(cases)), [""] * len(cases)
        for members in by_law(cases):
            some = [cases[index] for index in members]
            wanted, failures = as_arrays(some, rate, _busy(capacity, most))
            found = examine(some[0].open(admissible), wanted, capacity, failures)
            missing[members] = found.shortfall
            for number, index in enumerate(members):
                methods[index] = found.method(number)
        missing[missing <= ROUNDING * max(float(rate.sum()), math.ulp(1.0))] = 0.0
        return cls(
            service,
            loads,
            places,
            tuple(cases),
            admissible,
            rate,
            capacity,
            most,
            missing,
            tuple(methods),
        )

    def usable(self, contingency: Contingency) -> NDArray[np.float64]:
        """[places]: what may be used of each in one contingency."""
        return contingency.usable(self.capacity, self.graded)

    def route(self, contingency: Contingency) -> Routing:
        """A routing that serves as much as can be served in one contingency."""
        return solve(
            contingency.open(self.admissible),
            contingency.demand(self.rate),
            self.usable(contingency),
        )


def _busy(capacity: NDArray[np.float64], most: NDArray[np.float64]) -> NDArray[np.float64]:
    """[places]: the part of a place's capacity that its grade of service lets be used."""
    part: NDArray[np.float64] = np.divide(
        most, capacity, out=np.ones_like(capacity), where=capacity > 0
    )
    return np.minimum(part, 1.0)
