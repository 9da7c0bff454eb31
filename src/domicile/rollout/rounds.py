"""The rounds in which traffic moves: one where quotas let both sides stand, else as few as found.

A round grows pools as far as quotas allow, moves traffic, and shrinks pools as far as headroom
allows. Growing never harms headroom and shrinking never harms a quota, so any lawful order is a
path of single steps between the counts at the start and the plan's: where it is small enough, that
whole grid is searched, and that there is no path is then proved.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from domicile.rollout.counts import Counts, Key, at_places, less, more, same
from domicile.rollout.proof import Proof

_SHUFFLES = 12
"""Orders of pools that are tried before the whole grid is."""
_GRID = 20_000
"""Most counts that are searched whole."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The counts of each round, or where none leads any further."""

    trimmed: Counts
    """What stands once backends have gone that neither traffic counts on nor the plan wants."""
    counts: tuple[Counts, ...]
    """What stands, and is counted on, after each round; the last one is the plan's."""
    stuck: Counts | None = None
    """Where no round leads on; None: it leads to the plan."""
    proved: bool = True
    """Whether it is certain that there is no other way within the counts of start and plan."""


def rounds(proof: Proof, goal: Counts) -> Rounds:
    """Find rounds from where a proof starts to a plan's counts, which must hold themselves."""
    start = proof.start
    if not proof.over_quota(more(start.standing, goal)):
        return Rounds(start.standing, (goal,))
    trimmed = less(start.standing, more(start.counted, goal))
    if not proof.over_quota(more(trimmed, goal)):
        return Rounds(trimmed, (goal,))
    found, stuck = _climb_in_some_order(proof, trimmed, goal)
    if stuck is None:
        return Rounds(trimmed, tuple(found))
    small = _size(trimmed, goal) <= _GRID
    path = _search(proof, trimmed, goal) if small else None
    if path is not None:
        return Rounds(trimmed, tuple(_as_rounds(path)))
    lent = _borrowing(proof, trimmed, stuck, goal)
    if lent is not None:
        return Rounds(trimmed, tuple(lent))
    return Rounds(trimmed, (), stuck, proved=small)


def _climb_in_some_order(
    proof: Proof, begin: Counts, goal: Counts
) -> tuple[list[Counts], Counts | None]:
    """Rounds by the first order of pools that leads to the goal; else the least that is left."""
    keys = sorted(begin.keys() | goal.keys())
    best: tuple[int, Counts] | None = None
    for number in range(_SHUFFLES):
        order = list(keys)
        if number:
            random.Random(number).shuffle(order)  # noqa: S311 - an order to try, the same each time
        found, end = _climb(proof, begin, goal, order)
        if same(end, goal):
            return found, None
        left = sum(abs(end.get(key, 0) - goal.get(key, 0)) for key in keys)
        if best is None or left < best[0]:
            best = left, end
    return [], best[1] if best else begin


def _climb(
    proof: Proof, begin: Counts, goal: Counts, order: Sequence[Key]
) -> tuple[list[Counts], Counts]:
    """Rounds as far as they lead, pools in this order."""
    found: list[Counts] = []
    here = begin
    while not same(here, goal):
        after = _shrunk(proof, _grown(proof, here, goal, order), goal, order)
        if same(after, here):
            break
        found.append(after)
        here = after
    return found, here


def _grown(proof: Proof, here: Counts, goal: Counts, order: Sequence[Key]) -> dict[Key, int]:
    """Every pool as near to its goal as quotas let it grow."""
    after, standing, quotas = dict(here), at_places(here), proof.quotas
    for key in order:
        place = key[1]
        room = quotas.get(place, math.inf) - standing.get(place, 0)
        added = int(max(0, min(goal.get(key, 0) - after.get(key, 0), room)))
        if added:
            after[key] = after.get(key, 0) + added
            standing[place] = standing.get(place, 0) + added
    return after


def _shrunk(proof: Proof, here: Counts, goal: Counts, order: Sequence[Key]) -> dict[Key, int]:
    """Every pool as near to its goal as headroom lets it shrink, one after the other."""
    after = dict(here)
    for key in order:
        low, high = goal.get(key, 0), after.get(key, 0)  # high holds
        while low < high:
            middle = (low + high) // 2
            if proof.holds({**after, key: middle}, key[0]):
                high = middle
            else:
                low = middle + 1
        if high < after.get(key, 0):
            after[key] = high
    return after


def _size(begin: Counts, goal: Counts) -> int:
    """How many counts lie between two."""
    size = 1
    for key in begin.keys() | goal.keys():
        size *= abs(begin.get(key, 0) - goal.get(key, 0)) + 1
    return size


def _search(proof: Proof, begin: Counts, goal: Counts) -> list[Counts] | None:
    """A path of single backends from one to the other, through the whole grid between them."""
    grid = _Grid(proof, begin, goal)
    came: dict[tuple[int, ...], tuple[int, ...] | None] = {grid.first: None}
    waiting = [grid.first]
    while waiting:
        here = waiting.pop()
        if here == grid.last:
            return grid.path(here, came)
        for after in grid.steps(here):
            if after not in came:
                came[after] = here
                waiting.append(after)
    return None


class _Grid:
    """The counts between two, as tuples over the pools that differ."""

    def __init__(self, proof: Proof, begin: Counts, goal: Counts) -> None:
        every = sorted(begin.keys() | goal.keys())
        self.proof = proof
        self.keys = [key for key in every if begin.get(key, 0) != goal.get(key, 0)]
        self.still = {key: count for key, count in begin.items() if key not in self.keys}
        self.first = tuple(begin.get(key, 0) for key in self.keys)
        self.last = tuple(goal.get(key, 0) for key in self.keys)
        self.quotas = proof.quotas

    def counts(self, at: tuple[int, ...]) -> dict[Key, int]:
        """All pools there."""
        return {**self.still, **dict(zip(self.keys, at, strict=True))}

    def steps(self, here: tuple[int, ...]) -> list[tuple[int, ...]]:
        """One backend nearer to the goal; growing last, which the search takes first."""
        standing = at_places(self.counts(here))
        shrinking, growing = [], []
        for index, key in enumerate(self.keys):
            by = (self.last[index] > here[index]) - (self.last[index] < here[index])
            after = (*here[:index], here[index] + by, *here[index + 1 :])
            if by > 0 and standing.get(key[1], 0) < self.quotas.get(key[1], math.inf):
                growing.append(after)
            elif by < 0 and self.proof.holds(self.counts(after), key[0]):
                shrinking.append(after)
        return shrinking + growing

    def path(
        self, end: tuple[int, ...], came: dict[tuple[int, ...], tuple[int, ...] | None]
    ) -> list[Counts]:
        """How the search came there."""
        found: list[Counts] = []
        at: tuple[int, ...] | None = end
        while at is not None:
            found.append(self.counts(at))
            at = came[at]
        return found[::-1]


def _as_rounds(path: Sequence[Counts]) -> list[Counts]:
    """A path of single steps as rounds: each grows, then shrinks."""
    found: list[Counts] = []
    shrinking = False
    for before, after in itertools.pairwise(path):
        grows = sum(after.values()) > sum(before.values())
        if grows and shrinking:
            found.append(before)
        shrinking = not grows
    return [*found, path[-1]]


def _borrowing(proof: Proof, begin: Counts, stuck: Counts, goal: Counts) -> list[Counts] | None:
    """Rounds with backends for a while where neither start nor plan has them; fewest tried first.

    Only services that keep a place full are lent any, within their pools' maxima and quotas.
    """
    held = {key: n - goal.get(key, 0) for key, n in stuck.items() if n > goal.get(key, 0)}
    lent = 1
    most = 4 * max(held.values(), default=0)
    while held and lent <= 2 * most:
        wider = _with_lent(proof, more(stuck, goal), goal, {key[0] for key in held}, lent)
        if same(wider, goal):
            return None
        there, left = _climb_in_some_order(proof, begin, wider)
        if left is None:
            return [*there, goal]
        lent *= 2
    return None


def _with_lent(
    proof: Proof, highest: Counts, goal: Counts, services: set[str], lent: int
) -> dict[Key, int]:
    """The goal, with up to so many backends more in each pool of some services that has room."""
    after, standing = dict(goal), at_places(highest)
    for (service, place), pool in sorted(proof.situation.known_pools.items()):
        if service not in services:
            continue
        room = proof.quotas.get(place, math.inf) - standing.get(place, 0)
        key = service, place
        least = highest.get(key, 0)
        extra = int(max(0, min(lent, room, pool.maximum.value - least)))
        if extra:
            after[key] = after.get(key, 0) + extra
            standing[place] = standing.get(place, 0) + extra
    return after
