"""Made-up fleets: places, regimes that admit some of them, many demands, and every pair lost."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_REGIONS = 5
_LEAST_PLACES = 4
"""Of a regime: with two lost, some are left."""


class Fleet(NamedTuple):
    """What `expand` is asked, and the extensive form of it."""

    admissible: NDArray[np.bool_]
    """[demands, places]"""
    demand: NDArray[np.float64]
    capacity: NDArray[np.float64]
    failures: NDArray[np.bool_]
    """[scenarios, places]: nothing lost, and each pair."""
    unit_capacity: NDArray[np.float64]
    unit_cost: NDArray[np.float64]
    limit: NDArray[np.int64]

    def collapsed(self) -> Fleet:
        """The same with one demand for each set of admissible places: it asks the same."""
        rows, of = np.unique(self.admissible, axis=0, return_inverse=True)
        return self._replace(admissible=rows, demand=np.bincount(of.reshape(-1), self.demand))


def fleet(places: int, regimes: int, demands: int, *, alike: bool = False, seed: int = 1) -> Fleet:
    """Make one: regimes admit whole regions, a few places elsewhere, or only some at home.

    Args:
        places: how many.
        regimes: different sets of admissible places.
        demands: each of one regime.
        alike: whether all backends do the same; else there are three sizes.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    region = np.arange(places) % _REGIONS
    sets: list[NDArray[np.bool_]] = []
    while len(sets) < regimes:
        home = region == random.integers(_REGIONS)
        row = home & (random.random(places) < random.choice([0.6, 1.0]))
        row |= random.random(places) < random.choice([0.0, 0.15, 0.4])
        fresh = not any((row == other).all() for other in sets)
        if row.sum() >= _LEAST_PLACES and fresh:
            sets.append(row)
    of = np.append(np.arange(regimes), random.integers(regimes, size=demands - regimes))
    demand = random.lognormal(3.0, 1.0, demands).round(2)
    pairs = list(itertools.combinations(range(places), 2))
    failures = np.zeros((1 + len(pairs), places), dtype=bool)
    for index, pair in enumerate(pairs, start=1):
        failures[index, list(pair)] = True
    sizes = np.full(places, 10.0) if alike else random.choice([8.0, 12.5, 20.0], places)
    cost = (sizes / 10 * random.uniform(0.7, 1.6, places)).round(2)
    total = float(demand.sum())
    standing = random.integers(0, 3, places) * sizes
    limit = np.ceil(total / sizes).astype(np.int64)
    return Fleet(np.array(sets)[of], demand, standing, failures, sizes, cost, limit)
