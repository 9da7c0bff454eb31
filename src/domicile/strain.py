"""One service under everything that its headroom policy says it must survive."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Contingency, Routing, as_arrays, by_law, shortfalls, solve
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
    shortfall: NDArray[np.float64]
    """[contingencies]: in the service's unit; exactly zero where nothing is missing."""

    @classmethod
    def of(
        cls,
        service: str,
        loads: tuple[Load, ...],
        places: tuple[str, ...],
        cases: Sequence[Contingency],
        admissible: NDArray[np.bool_],
        capacity: NDArray[np.float64],
    ) -> Strain:
        """Compute the shortfall in each contingency.

        Args:
            service: its id.
            loads: the service's loads.
            places: datacenters, as columns.
            cases: the contingencies of its policy.
            admissible: bool [loads, places].
            capacity: float [places], of all backends, before utilisation.
        """
        rate = np.array([load.rate for load in loads])
        missing = np.zeros(len(cases))
        for members in by_law(cases):
            some = [cases[index] for index in members]
            wanted, failures = as_arrays(some, rate)
            missing[members] = shortfalls(some[0].open(admissible), wanted, capacity, failures)
        missing[missing <= ROUNDING * max(float(rate.sum()), math.ulp(1.0))] = 0.0
        return cls(service, loads, places, tuple(cases), admissible, rate, capacity, missing)

    def route(self, contingency: Contingency) -> Routing:
        """A routing that serves as much as can be served in one contingency."""
        return solve(
            contingency.open(self.admissible),
            contingency.demand(self.rate),
            contingency.left * self.capacity,
        )
