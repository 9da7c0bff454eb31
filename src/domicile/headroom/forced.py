"""Losses of up to three groups at a time, by cuts that are forced to contain given classes.

A loss raises the excess of just those cuts whose classes may use what is lost. So the shortfall
after losing parts of groups *g* and *h* is the largest of: the best cut of all; the best one
with a class that may use *g*, plus what is lost of *g*; likewise *h*; and the best one with a
class that may use *g* and a class that may use *h*, plus both losses. It takes the best cut with
each pair of classes inside (with each three, for three groups), whatever the number of places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, combinations_with_replacement, permutations
from typing import Any

import numpy as np

from domicile.headroom import subsets
from domicile.headroom.arrays import Bools, Integers
from domicile.headroom.cuts import Finder
from domicile.headroom.greedy import most_missing
from domicile.headroom.lost_groups import Losses

NOTHING = -(1 << 62)
"""Worth of a cut that cannot be."""

MOST_GROUPS = 3
"""Most groups that a scenario takes something from."""

_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Forced:
    """The best cuts of one part with one demand.

    Attributes:
        uses: bool [groups, classes]: who may use it.
        best: int, steps: excess of the best cut of all, before any loss.
        worth: int [classes, …], one axis for each group that may be lost, steps: excess of the
            best cut that contains these classes; `NOTHING` where no loss could make it short.
        cuts: bool [1 + entries of `worth`, classes]: these cuts, the best of all first.
    """

    uses: Bools
    best: int
    worth: Integers
    cuts: Bools

    @classmethod
    def by_table(cls, adjacency: Bools, demand: Integers, groups: Integers, most: int) -> Forced:
        """Read the best cuts from a table of all sets of classes.

        Args:
            adjacency: bool [classes, groups].
            demand: int [classes], steps.
            groups: int [groups], steps.
            most: groups that a scenario may take something from.
        """
        count = len(demand)
        users = subsets.masks(adjacency.T)
        # A group is not used by a set of classes where all its users lie outside the set.
        table = subsets.within(users, groups, count)[::-1] - groups.sum()
        subsets.add_sums(table, demand)
        subsets.best_superset(table)
        inside = np.zeros(1, dtype=np.int64)
        for _ in range(most):
            inside = (inside[:, None] | 1 << np.arange(count)).reshape(-1)
        chosen = subsets.members(subsets.attained(table, np.append(0, inside)), count)
        worth = table[inside].reshape((count,) * most)
        return cls(adjacency.T, int(table[0]), worth, chosen)

    @classmethod
    def by_flows(
        cls, adjacency: Bools, demand: Integers, groups: Integers, most: int, find: Finder
    ) -> Forced:
        """Compute the best cut with classes inside: what else is short where these lose all.

        Classes whose cuts could not be short, whatever groups are lost of them, are left out:
        that their excess is at most so much is shown by a greedy flow.

        Args:
            adjacency: bool [classes, groups].
            demand: int [classes], steps.
            groups: int [groups], steps.
            most: groups that a scenario may take something from.
            find: who is short together; see `cuts.Finder`.
        """
        count = len(demand)
        inside = np.array(list(combinations_with_replacement(range(count), most)))
        lost = adjacency[inside].any(axis=1)
        gone = np.where(lost, groups, 0).sum(axis=1)
        needed = np.broadcast_to(demand.astype(np.float64), (len(lost), count))
        bound = most_missing(adjacency, needed, np.where(lost, 0.0, groups)).astype(np.int64)
        largest = np.where(adjacency, groups, 0).max(axis=1)
        loss = largest[inside]
        # The bound of fewer classes is one for more of them too, so any group may be the other.
        loss[:, 1:][inside[:, 1:] == inside[:, :-1]] = largest.max()
        kept = np.flatnonzero(bound - gone + loss.sum(axis=1) > 0)
        inside = inside[kept]
        left = np.vstack([groups, np.where(lost[kept], 0, groups)]).astype(np.float64)
        cuts = find(np.broadcast_to(needed[0], (len(left), count)), left)
        rows = 1 + np.arange(len(kept))
        cuts[rows[:, None], inside] = True
        used = cuts.astype(np.float64) @ adjacency > 0
        value = np.where(cuts, demand, 0).sum(axis=1) - np.where(used, groups, 0).sum(axis=1)
        worth = np.full((count,) * most, NOTHING)
        which = np.zeros((count,) * most, dtype=np.int64)
        for order in permutations(range(most)):
            at = tuple(inside[:, axis] for axis in order)
            worth[at], which[at] = value[1:], rows
        chosen = np.concatenate([cuts[:1], cuts[which.reshape(-1)]])
        return cls(adjacency.T, int(value[0]), worth, chosen)

    def answers(self, losses: Losses) -> Bools:
        """Which scenarios can be looked up, those of few enough groups: bool [scenarios]."""
        return losses.touched() <= self.worth.ndim

    def missing(self, losses: Losses) -> Integers:
        """Combine the shortfall of each scenario, in steps: int [scenarios]."""
        return self._combined(losses, witness=False)[0]

    def short(self, losses: Losses) -> Bools:
        """Who is short together: bool [scenarios, classes]."""
        return self.cuts[self._combined(losses, witness=True)[1]]

    def _combined(self, losses: Losses, *, witness: bool) -> tuple[Integers, Integers]:
        """Steps that are missing, and which cut says so."""
        value = np.full(losses.scenarios, max(self.best, 0))
        cut = np.zeros(losses.scenarios, dtype=np.int64)
        touched = losses.touched()
        levels = self._levels()
        chunk = max(1, _LARGEST // self.uses.shape[1] ** max(1, self.worth.ndim - 1))
        for count in range(1, self.worth.ndim + 1):
            all_rows = np.flatnonzero(touched == count)
            for start in range(0, len(all_rows), chunk):
                rows = all_rows[start : start + chunk]
                entries = np.searchsorted(losses.row, rows)[:, None] + np.arange(count)
                group, lost = losses.group[entries], losses.lost[entries]
                without: dict[tuple[int, ...], Integers] = {}
                for some in (
                    one for k in range(count) for one in combinations(range(count), k + 1)
                ):
                    paid = lost[:, some].sum(axis=1)
                    # A cut with one class more is worth no more: most scenarios end here.
                    bound = without.get(some[:-1])
                    hope = slice(None) if bound is None else bound + paid > value[rows]
                    at = rows[hope]
                    users = group[hope][:, some]
                    level = levels[len(some) - 1]
                    worth, inside = self._worth(level, users, witness=witness)
                    without[some] = np.empty_like(value[rows]) if bound is None else bound.copy()
                    without[some][hope] = worth
                    worth = worth + paid[hope]
                    better = worth > value[at]
                    value[at] = np.where(better, worth, value[at])
                    cut[at] = np.where(better, inside, cut[at])
        return value, cut

    def _levels(self) -> list[Level]:
        """Worth by the number of groups: of one group first."""
        worth, levels = self.worth, []
        while worth.ndim:
            first = np.array([worth[users].max(axis=0) for users in self.uses])
            levels.append((worth, first))
            worth = np.diagonal(worth, axis1=-2, axis2=-1) if worth.ndim > 1 else worth[0]
        return levels[::-1]

    def _worth(self, level: Level, group: Integers, *, witness: bool) -> tuple[Integers, Integers]:
        """Worth of the best cut with a user of each group, int [scenarios, groups]; and which."""
        worth, first = level
        now, before = first[group[:, 0]], []
        for users in self.uses[group[:, 1:]].transpose(1, 0, 2):
            before.append(
                np.where(users.reshape(*users.shape, *[1] * (now.ndim - 2)), now, NOTHING)
            )
            now = before[-1].max(axis=1)
        if not witness:
            return now, np.zeros_like(now)
        chosen: list[Integers] = []
        for state in reversed(before):
            rest: Any = (np.arange(len(group)), slice(None), *chosen)
            chosen.insert(0, state[rest].argmax(axis=1))
        rest = (slice(None), *chosen)
        line = worth[rest]
        line = np.where(self.uses[group[:, 0]], line.T if chosen else line, NOTHING)
        chosen.insert(0, line.argmax(axis=1))
        chosen += [chosen[-1]] * (self.worth.ndim - len(chosen))
        return now, 1 + np.ravel_multi_index(tuple(chosen), self.worth.shape)


Level = tuple[Integers, Integers]
"""Worth of the best cut with given classes, and with a user of each group instead of the first."""


def _fewest_first(count: int) -> Iterator[tuple[int, ...]]:
    """Every choice of some of so many, the smaller ones before those that hold them."""
    return chain.from_iterable(combinations(range(count), size + 1) for size in range(count))
