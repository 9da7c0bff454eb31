"""What one service lacks in scenarios, in all and for each subject.

Scenarios that take the same of what a service can use are judged once. Those left short are then
asked who it is that is short: a set of demands that attains the shortfall fills, in any largest
flow, all that it may use, and every other demand is served. So sharing within that set alone, by
priority and then fairly, shares what is missing as sharing among everyone would.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from domicile.headroom import cuts, share, shortfalls
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.every_loss import EveryLoss
from domicile.headroom.network import Network
from domicile.strain import ROUNDING
from domicile.sweep.happening import Words, bits, words
from domicile.sweep.question import Stand

_SAME = 1e-9
"""Part of a subject's demand below which what is missing is rounding."""
_LEAST = 1e-200
_TOGETHER = (64, 8)
"""Scenarios whose losses are tried all at once: where nothing is short then, nothing is in any."""
_ENTRIES = 1 << 22
"""Most entries [scenarios, classes, groups] of a flow that is looked at in one go."""
_DIGITS = 12
"""Of amounts: what is beyond depends on which of several equal cuts was found first."""


@dataclass(frozen=True, slots=True, eq=False)
class Shortage:
    """What a service lacks; for all together, then for each subject.

    Attributes:
        missing: float [scenarios, 1 + subjects], in the service's unit.
        part: float [scenarios, 1 + subjects]: of what is asked for in the scenario.
        wanted: float [scenarios, 1 + subjects]: what is asked for in it.
    """

    missing: Floats
    part: Floats
    wanted: Floats

    @classmethod
    def of(cls, missing: Floats, wanted: Floats) -> Shortage:
        """What is missing of what is wanted."""
        part = np.divide(missing, wanted, out=np.zeros_like(missing), where=wanted > 0)
        return cls(missing, part, wanted)

    def at(self, rows: Integers) -> Shortage:
        """The same for these scenarios, in this order."""
        return Shortage(self.missing[rows], self.part[rows], self.wanted[rows])


def shortage(stand: Stand, taken: Words, *, tabled: bool = False) -> Shortage:
    """Judge scenarios.

    Args:
        stand: the service.
        taken: what they take, as `happening.taken` says it.
        tabled: look them up in tables of all sets of lost places; for events that only lose
            places, of which there are few.
    """
    places, strains = len(stand.room), len(stand.strains)
    matters = np.append(stand.useful, np.ones(strains, dtype=np.bool_))
    kept, which = _distinct(taken & words(matters[None]))
    rows = bits(kept, places + strains)
    lost, strained = rows[:, :places], rows[:, places:]
    missing = np.zeros((len(rows), 1 + len(stand.subjects)))
    wanted = np.zeros_like(missing)
    of = _distinct(words(strained))[1] if strains else np.zeros(len(rows), dtype=np.int64)
    for state in range(int(of.max()) + 1):
        members = np.flatnonzero(of == state)
        state_ = _State.of(stand, strained[members[0]], tabled=tabled)
        missing[members] = state_.missing(lost[members])
        wanted[members] = state_.wanted
    return Shortage.of(missing, wanted).at(which)


def rounded(amounts: Floats, wanted: float) -> Floats:
    """Amounts without the digits that depend on how they were found.

    Args:
        amounts: float [...].
        wanted: all that is asked for.
    """
    return np.round(amounts, _DIGITS - int(np.ceil(np.log10(max(wanted, _LEAST)))))


@lru_cache(maxsize=4)
def _table(stand: Stand) -> EveryLoss:
    """Made once for all pieces of a sweep that a process examines."""
    return EveryLoss.of(stand.admissible, stand.rate, stand.room)


def _distinct(rows: Words) -> tuple[Words, Integers]:
    """Different rows, and for each row which of them it is."""
    kept, which = np.unique(rows, axis=0, return_inverse=True)
    return kept, which.reshape(-1)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """A service while certain strains hold, whichever places are lost.

    Attributes:
        stand: the service.
        network: which class of its loads may use which group of places.
        rate: float [loads]: what is asked for.
        room: float [places]: what may be used.
        wanted: float [1 + subjects]: all demand, then each subject's.
        table: of all sets of lost places; None: none is made.
    """

    stand: Stand
    network: Network
    rate: Floats
    room: Floats
    wanted: Floats
    table: EveryLoss | None = None

    @classmethod
    def of(cls, stand: Stand, holds: Bools, *, tabled: bool) -> _State:
        """Several strains keep the least that any keeps, ask for the most that any asks for."""
        chosen = [each for each, yes in zip(stand.strains, holds, strict=True) if yes]
        room, admissible = stand.room, stand.admissible
        asked = [each.rate for each in chosen if each.rate is not None]
        rate = np.max(asked, axis=0) if asked else stand.rate
        kept = [each.kept for each in chosen if each.kept is not None]
        if kept:
            room = room * np.min(kept, axis=0)
        for each in chosen:
            if each.withdrawn is not None:
                admissible = admissible & ~each.withdrawn
        wanted = np.append(rate.sum(), stand.of_subjects(rate))
        network = Network.of(admissible & (room > 0))
        return cls(stand, network, rate, room, wanted, _table(stand) if tabled else None)

    def missing(self, lost: Bools) -> Floats:
        """What is missing after losses: float [scenarios, 1 + subjects]."""
        found = np.zeros((len(lost), len(self.wanted)))
        left = np.arange(len(lost))
        for together in _TOGETHER:
            starts = np.arange(0, len(left), together)
            united = np.logical_or.reduceat(lost[left], starts, axis=0)
            left = left[np.repeat(self._totals(united) > 0, together)[: len(left)]]
            if not len(left):
                return found
        total = self._totals(lost[left])
        left, total = left[total > 0], total[total > 0]
        found[left, 0] = total
        found[left, 1:] = self.stand.of_subjects(self._of_loads(lost[left]))
        found[found <= _SAME * self.wanted] = 0.0
        return rounded(found, self.wanted[0])

    def _totals(self, lost: Bools) -> Floats:
        """What is missing in all: float [scenarios]."""
        if self.table is not None:
            total = self.table.amount(lost)
        else:
            places = self.network.places_of(self.network.adjacency)
            total = shortfalls(places, self._classes, self.room, lost)
            total += self.rate[self.network.homeless].sum()
        total[total <= ROUNDING * self.wanted[0]] = 0.0
        return total

    @property
    def _classes(self) -> Floats:
        return self.network.of_demands(self.rate)

    def _short(self, lost: Bools) -> Bools:
        """Classes that attain the shortfall together: bool [scenarios, classes]."""
        if self.table is not None:
            return self.table.short(lost)
        classes, size = self._classes, max(1, self.network.adjacency.size)
        short = np.zeros((len(lost), len(classes)), dtype=np.bool_)
        at_once = max(1, _ENTRIES // size)
        for at in range(0, len(lost), at_once):
            some = slice(at, at + at_once)
            demand = np.broadcast_to(classes, short[some].shape)
            room = self.network.of_places(np.where(lost[some], 0.0, self.room))
            short[some] = cuts.worst(self.network, demand, room)
        return short

    def _of_loads(self, lost: Bools) -> Floats:
        """What each load lacks: float [scenarios, loads]."""
        short = self._short(lost)
        groups = self.network.of_places(np.where(lost, 0.0, self.room))
        lacks = np.zeros((len(short), len(self.rate)))
        lacks[:, self.network.homeless] = self.rate[self.network.homeless]
        sets, of = np.unique(short, axis=0, return_inverse=True)
        for index, members in enumerate(sets):
            if not members.any():
                continue
            rows = np.flatnonzero(of.reshape(-1) == index)
            loads = np.flatnonzero(self.network.demands_of(members))
            usable = np.flatnonzero(self.network.adjacency[members].any(axis=0))
            rooms, back = np.unique(groups[np.ix_(rows, usable)], axis=0, return_inverse=True)
            served = share(
                self.network.adjacency[np.ix_(self.network.class_of[loads], usable)],
                self.rate[loads],
                rooms,
                self.stand.priority[loads],
            )
            lacks[np.ix_(rows, loads)] = (self.rate[loads] - served)[back.reshape(-1)]
        return lacks
