"""Losses of one or two groups at a time, by cuts that are forced to contain given classes.

A loss raises the excess of just those cuts whose classes may use what is lost. So the shortfall
after losing parts of groups *g* and *h* is the largest of: the best cut of all; the best one
with a class that may use *g*, plus what is lost of *g*; likewise *h*; and the best one with a
class that may use *g* and a class that may use *h*, plus both losses. It takes the best cut with
each pair of classes inside, whatever the number of places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom import subsets
from domicile.headroom.arrays import Bools, Integers
from domicile.headroom.cuts import Finder
from domicile.headroom.greedy import most_missing
from domicile.headroom.losses import Losses

NOTHING = -(1 << 62)
"""Worth of a cut that cannot be."""


@dataclass(frozen=True, slots=True, eq=False)
class Forced:
    """The best cuts of one part with one demand.

    Attributes:
        uses: bool [groups, classes]: who may use it.
        best: int, steps: excess of the best cut of all, before any loss.
        pairs: int [classes, classes], steps: of the best that contains both.
        cuts: bool [1 + classes · classes, classes]: these cuts, the best of all first.
        most: groups that a scenario may take something from: 1 or 2.
    """

    uses: Bools
    best: int
    pairs: Integers
    cuts: Bools
    most: int

    @classmethod
    def by_table(cls, adjacency: Bools, demand: Integers, groups: Integers) -> Forced:
        """Read the best cuts from a table of all sets of classes.

        Args:
            adjacency: bool [classes, groups].
            demand: int [classes], steps.
            groups: int [groups], steps.
        """
        count = len(demand)
        users = subsets.masks(adjacency.T)
        # A group is not used by a set of classes where all its users lie outside the set.
        unused = subsets.within(users, groups, count)[::-1]
        table = subsets.sums(demand) + unused - groups.sum()
        subsets.best_superset(table)
        bits = 1 << np.arange(count)
        sets = np.append(0, (bits[:, None] | bits).reshape(-1))
        chosen = subsets.members(subsets.attained(table, sets), count)
        worth = table[sets]
        return cls(adjacency.T, int(worth[0]), worth[1:].reshape(count, count), chosen, _GROUPS)

    @classmethod
    def by_flows(
        cls, adjacency: Bools, demand: Integers, groups: Integers, find: Finder, most: int
    ) -> Forced:
        """Compute the best cut with each pair of classes: what else is short where these lose all.

        Pairs whose cuts could not be short, whatever group is lost of each, are left out: that
        their excess is at most so much is shown by a greedy flow.

        Args:
            adjacency: bool [classes, groups].
            demand: int [classes], steps.
            groups: int [groups], steps.
            find: who is short together; see `cuts.Finder`.
            most: groups that a scenario may take something from; for 1 no class needs another.
        """
        count = len(demand)
        one, other = np.triu_indices(count) if most > 1 else np.diag_indices(count)
        lost = adjacency[one] | adjacency[other]
        gone = np.where(lost, groups, 0).sum(axis=1)
        needed = np.broadcast_to(demand.astype(np.float64), (len(lost), count))
        largest = np.where(adjacency, groups, 0).max(axis=1)
        bound = most_missing(adjacency, needed, np.where(lost, 0.0, groups)).astype(np.int64)
        kept = np.flatnonzero(bound - gone + largest[one] + largest[other] > 0)
        one, other = one[kept], other[kept]
        left = np.vstack([groups, np.where(lost[kept], 0, groups)]).astype(np.float64)
        cuts = find(np.broadcast_to(needed[0], (len(left), count)), left)
        rows = 1 + np.arange(len(kept))
        cuts[rows, one] = cuts[rows, other] = True
        used = cuts.astype(np.float64) @ adjacency > 0
        worth = np.where(cuts, demand, 0).sum(axis=1) - np.where(used, groups, 0).sum(axis=1)
        pairs = np.full((count, count), NOTHING)
        which = np.zeros((count, count), dtype=np.int64)
        pairs[one, other] = pairs[other, one] = worth[1:]
        which[one, other] = which[other, one] = rows
        chosen = np.concatenate([cuts[:1], cuts[which.reshape(-1)]])
        return cls(adjacency.T, int(worth[0]), pairs, chosen, most)

    def answers(self, losses: Losses) -> Bools:
        """Which scenarios can be looked up, those of few enough groups: bool [scenarios]."""
        return losses.touched() <= self.most

    def missing(self, losses: Losses) -> Integers:
        """Combine the shortfall of each scenario, in steps: int [scenarios]."""
        value = np.full(losses.scenarios, max(self.best, 0))
        single = np.where(self.uses, np.diagonal(self.pairs), NOTHING).max(axis=1)
        worth = single[losses.group] + losses.lost
        np.maximum.at(value, losses.row, worth)
        rows, first, second = _twos(losses)
        for start in range(0, len(rows), _AT_ONCE):
            now = slice(start, start + _AT_ONCE)
            both = self._with_both(losses, first[now], second[now]).max(axis=1)
            value[rows[now]] = np.maximum(value[rows[now]], both)
        return value

    def short(self, losses: Losses) -> Bools:
        """Who is short together: bool [scenarios, classes]."""
        value = np.full(losses.scenarios, self.best)
        cut = np.zeros(losses.scenarios, dtype=np.int64)
        single = np.where(self.uses, np.diagonal(self.pairs), NOTHING)
        alone = single.argmax(axis=1)
        touched = losses.touched()
        count = len(self.pairs)
        start = np.searchsorted(losses.row, np.arange(losses.scenarios))
        for nth in range(_GROUPS):
            rows = np.flatnonzero(touched > nth)
            entry = start[rows] + nth
            group = losses.group[entry]
            worth = single[group, alone[group]] + losses.lost[entry]
            better = worth > value[rows]
            value[rows[better]] = worth[better]
            cut[rows[better]] = 1 + alone[group[better]] * (count + 1)
        rows, first, second = _twos(losses)
        both = self._with_both(losses, first, second)
        other = both.argmax(axis=1)
        better = both[np.arange(len(rows)), other] > value[rows]
        rows, other = rows[better], other[better]
        inner = np.where(self.uses[losses.group[first[better]]], self.pairs[:, other].T, NOTHING)
        cut[rows] = 1 + inner.argmax(axis=1) * count + other
        return self.cuts[cut]

    def _with_both(self, losses: Losses, first: Integers, second: Integers) -> Integers:
        """Worth of the best cut with a user of one group and this user of the other."""
        with_first = np.where(self.uses[:, :, None], self.pairs, NOTHING).max(axis=1)
        worth = with_first[losses.group[first]]
        worth += (losses.lost[first] + losses.lost[second])[:, None]
        return np.where(self.uses[losses.group[second]], worth, NOTHING)


_GROUPS = 2
_AT_ONCE = 1 << 16


def _twos(losses: Losses) -> tuple[Integers, Integers, Integers]:
    """Scenarios of two groups, and the entries of both."""
    rows = np.flatnonzero(losses.touched() == _GROUPS)
    first = np.searchsorted(losses.row, rows)
    return rows, first, first + 1
