"""Every failure set at once, by two transforms over sets of groups.

After losing the set F, the shortfall is `cap(F) + max over W ⊇ F of [D(W) - cap(W)]`, D(W)
being the demand whose admissible groups lie inside W (Gale 1957): W is what the demands that
are short together may use at most. A group that loses a part only may be in W, at the price of
what is left of it, or out of it; the better of both is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays, grid, subsets
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.lost_groups import Losses, Room
from domicile.headroom.network import Network, Part

MOST_PARTIAL = 8
"""Most groups that a scenario of the table loses in part: each of them doubles the look-ups."""


def every_shortfall(
    admissible: npt.ArrayLike, demand: npt.ArrayLike, capacity: npt.ArrayLike
) -> Floats:
    """Compute the shortfall of every set of lost places.

    Args:
        admissible: bool [demands, places]: lawful and within latency; at most 24 places.
        demand: float [demands].
        capacity: float [places], usable after the policy's utilisation.

    Returns:
        float [2**places], in the unit of `demand`: what `shortfalls` says where the places of
        the entry's bit mask are lost (bit *i* is place *i*). Exact up to 1e-12 of the demand.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    allowed = arrays.booleans("admissible", admissible, (None, None))
    demands, count = allowed.shape
    if count > subsets.MOST:
        raise ValueError(f"`admissible` must have at most {subsets.MOST} places, not {count}")
    needed = arrays.amounts("demand", demand, (demands,))
    room = arrays.amounts("capacity", capacity, (count,))
    network = Network.of(allowed)
    answer = np.full((1,) * count, needed[network.homeless].sum())
    for part in network.parts:
        places = np.flatnonzero(np.isin(network.group_of, part.groups))
        loads = np.flatnonzero(np.isin(network.class_of, part.classes))
        missing = _of_every_set(allowed[np.ix_(loads, places)], needed[loads], room[places])
        # One axis for each place, the last place first: a part's table is alike along the others.
        axes = [2 if place in places else 1 for place in reversed(range(count))]
        answer = missing.reshape(axes) + answer
    return np.ascontiguousarray(np.broadcast_to(answer, (2,) * count)).reshape(-1)


def _of_every_set(admissible: Bools, demand: Floats, capacity: Floats) -> Floats:
    """Shortfalls of one part, in its unit: float [2**places]."""
    home, of = np.unique(subsets.masks(admissible), return_inverse=True)
    # A place that could serve all demand is never one that is too small.
    plain = grid.decimal(demand, capacity[capacity < demand.sum()])
    factor = plain or grid.scale(float(demand.sum()))
    needed = np.rint(np.bincount(of, demand * factor)).astype(np.int64)
    steps = grid.steps(capacity, factor, needed.sum()).astype(np.int64)
    best = _best(home, needed, steps)
    if plain:
        subsets.add_sums(best, steps)
        exact: Floats = best / factor
        return exact
    # The given numbers are finer than the grid: add them up on the sets that the grid found.
    missing = np.zeros(len(best))
    standing = subsets.sums(steps)
    wanted = subsets.within(home, np.bincount(of, demand), len(capacity))
    spare = subsets.sums(capacity)
    for start in range(0, len(best), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        lost = start + np.flatnonzero(best[some] + standing[some])
        chosen = subsets.attained(best, lost)
        over = wanted[chosen] - spare[chosen & ~lost]
        missing[lost] = np.where(over > grid.ROUNDING * wanted[chosen], over, 0.0)
    return missing


def _best(home: Integers, demand: Integers, capacity: Integers) -> Integers:
    """Most demand beyond capacity of the sets that contain each set: int [2**places]."""
    table = subsets.within(home, demand, len(capacity))
    subsets.add_sums(table, -capacity)
    subsets.best_superset(table)
    return table


_AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class EverySet:
    """The table of one part with one demand, to be looked up.

    Attributes:
        adjacency: bool [classes, groups].
        best: int [2**groups], steps: as the formula has it, without cap(F).
    """

    adjacency: Bools
    best: Integers

    @classmethod
    def of(cls, part: Part, demand: Integers, room: Room) -> EverySet:
        """Compute the table for demand in steps, int [classes]."""
        home = subsets.masks(part.adjacency)
        return cls(part.adjacency, _best(home, demand, room.groups))

    @staticmethod
    def answers(losses: Losses) -> Bools:
        """Which scenarios can be looked up: bool [scenarios]."""
        return losses.partial() <= MOST_PARTIAL

    def missing(self, losses: Losses) -> Integers:
        """Look up the shortfall of each scenario, in steps: int [scenarios]."""
        return self._looked_up(losses)[0]

    def short(self, losses: Losses) -> Bools:
        """Who is short together: bool [scenarios, classes]."""
        _, mask = self._looked_up(losses)
        inside = subsets.members(subsets.attained(self.best, mask), self.adjacency.shape[1])
        beyond = self.adjacency.astype(np.float64) @ ~inside.T
        short: Bools = beyond.T == 0
        return short

    def _looked_up(self, losses: Losses) -> tuple[Integers, Integers]:
        """Steps that are missing, and the groups that W must contain to attain that."""
        amount = np.zeros(losses.scenarios, dtype=np.int64)
        mask = np.zeros(losses.scenarios, dtype=np.int64)
        whole = losses.whole
        np.add.at(amount, losses.row[whole], losses.lost[whole])
        np.add.at(mask, losses.row[whole], 1 << losses.group[whole])
        row, group, lost = losses.row[~whole], losses.group[~whole], losses.lost[~whole]
        value = amount + self.best[mask]
        first = np.searchsorted(row, np.arange(losses.scenarios))
        partial = losses.partial()
        for count in range(1, int(partial.max(initial=0)) + 1):
            rows = np.flatnonzero(partial == count)
            entries = first[rows, None] + np.arange(count)
            bits, gone = 1 << group[entries], lost[entries]
            fixed, paid = mask[rows], amount[rows]
            for chosen in subsets.members(np.arange(1, 1 << count), count):
                tried = fixed | bits[:, chosen].sum(axis=1)
                worth = self.best[tried] + paid + gone[:, chosen].sum(axis=1)
                better = worth > value[rows]
                value[rows] = np.where(better, worth, value[rows])
                mask[rows] = np.where(better, tried, mask[rows])
        return value, mask
