"""One program over the counts of one or several services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domicile.headroom import prices
from domicile.headroom.arrays import Floats, Integers
from domicile.headroom.fleet import Cut
from domicile.headroom.lazy import Lazy, Row
from domicile.headroom.program import Program
from domicile.headroom.survival import Survival

_EQUAL = 1e-9
"""Costs that differ by less than this part count as equally cheap."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Counts int [services, places], None where there are none; whether that is proved."""

    counts: Integers | None
    proved: bool


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A sum of counts that a duty or a quota bounds."""

    columns: Integers
    least: float = -np.inf
    most: float = np.inf
    duty: tuple[int, int] | None = None
    quota: int | None = None

    def add_to(self, program: Program) -> None:
        """Make the program hold it."""
        program.add_sparse(self.columns, np.ones(len(self.columns)), self.least, self.most)


class Joint:
    """Columns: each service's count at each place, then for each what it changes against now.

    Ties are settled by two further objectives. The first is the number of backends started or
    stopped. The second weighs each backend by the square root of a prime that grows with its
    service and place: those roots are linearly independent over the rationals (Besicovitch
    1940), so no two different plans weigh the same, and exactly one plan is left.
    """

    def __init__(self, fleet: Sequence[Survival], quota: Floats, known: Sequence[Cut] = ()) -> None:
        self.fleet, self.quota = list(fleet), quota
        self.places = len(quota)
        self.minimum = np.concatenate([survival.minimum for survival in fleet])
        self.maximum = np.concatenate([survival.maximum for survival in fleet])
        self.now = np.concatenate([survival.now for survival in fleet]).astype(np.float64)
        self.length = len(self.minimum)
        cost = np.concatenate([survival.cost for survival in fleet])
        self.cost = prices.whole(cost)
        idle = np.zeros(self.length)
        program = Program(
            np.append(self.cost, idle),
            np.append(self.minimum.astype(np.float64), idle),
            np.append(self.maximum.astype(np.float64), np.full(self.length, np.inf)),
            np.ones(2 * self.length, dtype=np.bool_),
        )
        self.lazy: Lazy[Cut] = Lazy(program, self.find)
        for bound in self.bounds():
            bound.add_to(program)
        self.lazy.add([self._known(cut) for cut in known])

    def answer(self) -> Answer:
        """Settle cost, then changes, then order."""
        best = self.lazy.settle_whole()
        if best.values is None:
            return Answer(None, proved=best.proved)
        proved = best.proved
        least = float(self.cost @ best.values[: self.length])
        chosen = best.values[: self.length]
        program = self.lazy.program
        # Whole costs add up exactly; others may differ by a billionth and still be equal.
        spare = 0.5 if (self.cost == np.floor(self.cost)).all() else least * _EQUAL
        program.add(self.cost, -np.inf, least + spare)
        changes, unchanged = self._changes(program)
        program.price(changes)
        fewest = self.lazy.settle_exactly(self._with_changes(chosen))
        if fewest.values is not None:
            chosen = fewest.values[: self.length]
            least_changed = float(np.abs(chosen - self.now).sum()) - unchanged
            program.add(changes, -np.inf, least_changed + 0.5)
            program.price(np.append(roots(self.length), np.zeros(self.length)))
            first = self.lazy.settle_exactly(self._with_changes(chosen))
            if first.values is not None:
                chosen = first.values[: self.length]
        counts = np.rint(chosen).astype(np.int64).reshape(len(self.fleet), self.places)
        return Answer(counts, proved=proved and not self.lazy.doubtful)

    def cuts(self) -> tuple[Cut, ...]:
        """The sets of loads that were needed, in order of service and contingency."""
        notes = [row.note for row in self.lazy.rows]
        return tuple(sorted(notes, key=lambda cut: (cut.service, cut.contingency)))

    def find(self, values: Floats, slack: float) -> list[Row[Cut]]:
        """The sets that these counts leave short, as rows."""
        counts = values[: self.length].reshape(len(self.fleet), self.places)
        return [
            self._widened(position, row)
            for position, survival in enumerate(self.fleet)
            for row in survival.rows(counts[position], slack)
        ]

    def _widened(self, position: int, row: Row[Cut]) -> Row[Cut]:
        factors = np.zeros(self.length)
        start = position * self.places
        factors[start : start + self.places] = row.factors
        return Row(factors, row.note)

    def _known(self, cut: Cut) -> Row[Cut]:
        """Write a cut that another program found for this one."""
        position = next(
            at for at, survival in enumerate(self.fleet) if survival.index == cut.service
        )
        return self._widened(position, self.fleet[position].row_of(cut))

    def bounds(self) -> list[Bound]:
        """Duties of each service, and quotas that several share."""
        duties = [
            Bound(
                position * self.places + np.flatnonzero(duty.places),
                least=float(duty.least),
                duty=(survival.index, number),
            )
            for position, survival in enumerate(self.fleet)
            for number, duty in enumerate(survival.duties)
        ]
        several = len(self.fleet) > 1
        shared = np.flatnonzero(np.isfinite(self.quota) & several)
        first = np.arange(len(self.fleet)) * self.places
        quotas = [
            Bound(first + place, most=float(self.quota[place]), quota=int(place))
            for place in shared
        ]
        return duties + quotas

    def _with_changes(self, counts: Floats) -> Floats:
        return np.append(counts, np.abs(counts - self.now))

    def _changes(self, program: Program) -> tuple[Floats, float]:
        """Prices of the columns that add up to the changes, but for a constant.

        Where a count can only grow or only shrink, it says so itself; elsewhere a column of
        the second half is made at least as large as the change, up or down.
        """
        grows, shrinks = self.now <= self.minimum, self.now >= self.maximum
        either = ~(grows | shrinks)
        for column in np.flatnonzero(either):
            pair = np.array([column, self.length + column])
            now = float(self.now[column])
            program.add_sparse(pair, np.array([-1.0, 1.0]), -now)
            program.add_sparse(pair, np.array([1.0, 1.0]), now)
        own = np.where(grows, 1.0, np.where(shrinks, -1.0, 0.0))
        constant = -float(own @ self.now)
        return np.append(own, either.astype(np.float64)), constant


def roots(length: int) -> Floats:
    """Square roots of the first primes, divided by the last: float [length], growing."""
    primes: list[int] = []
    candidate = 2
    while len(primes) < length:
        if all(candidate % prime for prime in primes if prime * prime <= candidate):
            primes.append(candidate)
        candidate += 1
    weights = np.sqrt(np.array(primes, dtype=np.float64))
    return weights / weights[-1] if length else weights
