"""Made up networks for shortfalls, of whole numbers: every peer can be given them as they are."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import shortfalls


class FlowWorld(NamedTuple):
    """Demands, places, and who may go where."""

    admissible: NDArray[np.bool_]
    demand: NDArray[np.int64]
    capacity: NDArray[np.int64]

    def merged(self) -> FlowWorld:
        """Demands with equal admissible places as one, as any modeller would write them."""
        rows, of = np.unique(self.admissible, axis=0, return_inverse=True)
        demand = np.zeros(len(rows), dtype=np.int64)
        np.add.at(demand, of.reshape(-1), self.demand)
        return FlowWorld(rows, demand, self.capacity)


def of_classes(places: int, classes: int, seed: int) -> FlowWorld:
    """Every demand has a set of places of its own, about a third of all."""
    chance = np.random.default_rng(seed)
    admissible = np.zeros((0, places), dtype=np.bool_)
    while len(admissible) < classes:
        more = chance.random((classes, places)) < 1 / 3
        admissible = np.unique(np.concatenate([admissible, more[more.any(axis=1)]]), axis=0)
        chance.shuffle(admissible)
    demand = chance.integers(1, 100, classes)
    share = chance.integers(50, 150, places)
    return FlowWorld(admissible[:classes], demand, share * (2 * demand.sum()) // share.sum())


def of_regimes(places: int, demands: int, regimes: int, seed: int, least_short: int) -> FlowWorld:
    """Demands of some regimes, each with a sixth of the places; as full as leaves some pairs short.

    Args:
        places: how many.
        demands: how many.
        regimes: how many different sets of places they have.
        seed: of the random numbers.
        least_short: number of pairs of places whose loss shall leave something short.
    """
    chance = np.random.default_rng(seed)
    regime = chance.random((regimes, places)) < 1 / 6
    regime[np.arange(regimes), chance.integers(0, places, regimes)] = True
    of = np.concatenate([np.arange(regimes), chance.integers(0, regimes, demands)])[:demands]
    demand = chance.integers(1, 100, demands)
    share = chance.integers(20, 200, places)
    lost = losses(places, 2)
    least, most = 0, 1 << 14
    while most - least > 1:
        middle = (least + most) // 2
        capacity = share * middle * demand.sum() // (share.sum() << 10)
        short = np.count_nonzero(shortfalls(regime[of], demand, capacity, lost))
        least, most = (middle, most) if short >= least_short else (least, middle)
    return FlowWorld(regime[of], demand, share * least * demand.sum() // (share.sum() << 10))


def losses(places: int, together: int) -> NDArray[np.bool_]:
    """Every loss of so many places together: bool [scenarios, places]."""
    members = np.array(list(combinations(range(places), together)), dtype=np.int64)
    lost = np.zeros((len(members), places), dtype=np.bool_)
    lost[np.arange(len(members))[:, None], members] = True
    return lost


def of_growth(places: int) -> FlowWorld:
    """Ten demands for each place, of up to 30 regimes, a tenth more capacity than demand."""
    chance = np.random.default_rng(places)
    regime = chance.random((30, places)) < 1 / 6
    regime[np.arange(30), chance.integers(0, places, 30)] = True
    demand = chance.integers(1, 100, 10 * places)
    share = chance.integers(20, 200, places)
    capacity = share * 11 * demand.sum() // (10 * share.sum())
    return FlowWorld(regime[chance.integers(0, 30, len(demand))], demand, capacity)
