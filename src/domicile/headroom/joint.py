"""One program over the counts of one or several services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from domicile.headroom import prices
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.fleet import Beyond, Cut, Shared
from domicile.headroom.lazy import Lazy, Row
from domicile.headroom.program import Program, Solution
from domicile.headroom.survival import Survival

Within = Callable[[Integers], Sequence[Shared | Beyond]]
"""Counts [services, places] → what they must give together and do not, or that they do not do."""

_MOST_ASKED = 200
"""Counts that are shown to `Within`; then no more is asked, and nothing is called least."""
_EQUAL = 1e-9
"""Costs that differ by less than this part count as equally cheap."""
_WHOLE = 1e-3
"""Of whole costs: how far a bound that is rounded up may miss one by the solver's tolerance."""
_NODES = 2_000
"""Of the search for whole numbers that tries to close a gap: by work done, not by the clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A plan of some services.

    Attributes:
        counts: int [services, places]; None: there are none.
        proved: whether that is least, or within the gap that was asked for; or that there are none.
        surely: the part of its cost below which no plan can be: 1 where it is proved to be least.
    """

    counts: Integers | None
    proved: bool
    surely: float = 0.0


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
    """Columns: each service's count at each place, their steps, then what each count changes.

    Steps are there for places whose capacity is a table; changes are against now.

    Ties are settled by two further objectives. The first is the number of backends started or
    stopped. The second weighs each backend by the square root of a prime that grows with its
    service and place: those roots are linearly independent over the rationals (Besicovitch
    1940), so no two different plans weigh the same, and exactly one plan is left.
    """

    def __init__(
        self,
        fleet: Sequence[Survival],
        quota: Floats,
        known: Sequence[Cut] = (),
        within: Within | None = None,
    ) -> None:
        self.fleet, self.quota = list(fleet), quota
        self.within = within
        self.shared: list[Shared | Beyond] = []
        self.asked = 0
        self.places = len(quota)
        self.minimum = np.concatenate([survival.minimum for survival in fleet])
        self.maximum = np.concatenate([survival.maximum for survival in fleet])
        self.now = np.concatenate([survival.now for survival in fleet]).astype(np.float64)
        self.length = len(self.minimum)
        cost = np.concatenate([survival.cost for survival in fleet])
        self.cost = prices.whole(cost)
        starts = np.cumsum([0, *(survival.steps.length for survival in fleet)])
        self.step = (self.length + starts[:-1]).tolist()
        self.width = self.length + int(starts[-1])
        self.capped = np.zeros((len(fleet), self.places), dtype=np.bool_)
        program = self.program(self.cost, np.zeros(self.length))
        self.lazy: Lazy[Cut | Shared] = Lazy(program, partial(self.find, program))
        for bound in self.bounds():
            bound.add_to(program)
        self.lazy.add([self._known(cut) for cut in known])

    def program(self, cost: Floats, more: Floats) -> Program:
        """Lay out counts and steps, at this cost of each count, and whole columns at `more`."""
        steps = [survival.steps for survival in self.fleet]
        none = np.zeros(self.width - self.length)
        program = Program(
            np.concatenate([cost, none, more]),
            np.concatenate([self.minimum, none, np.zeros(len(more))]),
            np.concatenate(
                [self.maximum, *(its.most for its in steps), np.full(len(more), np.inf)]
            ),
            np.ones(self.width + len(more), dtype=np.bool_),
        )
        for position in range(len(self.fleet)):
            self._cap(program, position, self.capped[position])
        return program

    def _cap(self, program: Program, position: int, places: Bools) -> None:
        first = position * self.places
        self.fleet[position].steps.add_to(program, places, first, self.step[position])

    def answer(self, gap: float = 0.0) -> Answer:
        """Settle cost, then changes, then order; within a gap above 0, cost alone."""
        self.lazy.program.allow(gap)
        best = self.lazy.settle_whole()
        if best.values is None:
            return Answer(None, proved=best.proved)
        if gap:
            return self._near(best)
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
            program.price(np.append(roots(self.length), np.zeros(self.width)))
            first = self.lazy.settle_exactly(self._with_changes(chosen))
            if first.values is not None:
                chosen = first.values[: self.length]
        sure = proved and not self.lazy.doubtful
        return Answer(self._counts(chosen), proved=sure, surely=float(sure))

    def _near(self, best: Solution) -> Answer:
        """Close the gap of a solution as far as a short search does."""
        surely = self._surely(best)
        if surely < 1.0:
            self.lazy.program.allow(0.0)
            self.lazy.program.limit(_NODES)
            exact = self.lazy.settle_exactly(best.values)
            self.lazy.program.limit()
            if exact.values is not None and exact.objective <= best.objective:
                bound = max(best.bound, exact.bound)
                best = replace(exact, proved=best.proved or exact.proved, bound=bound)
                surely = self._surely(best)
        assert best.values is not None  # noqa: S101 - neither is kept without
        sure = not self.lazy.doubtful
        counts = self._counts(best.values[: self.length])
        return Answer(counts, proved=best.proved and sure, surely=surely if sure else 0.0)

    def _surely(self, found: Solution) -> float:
        """The part of a solution's cost below which nothing that keeps the rows can be."""
        bound = found.bound
        if (self.cost == np.floor(self.cost)).all():
            # Whole costs add up to whole ones.
            bound = float(np.ceil(bound - _WHOLE))
        if found.objective <= bound * (1 + _EQUAL):
            return 1.0
        return max(0.0, bound / found.objective)

    def _counts(self, chosen: Floats) -> Integers:
        """[services, places]."""
        return np.rint(chosen).astype(np.int64).reshape(len(self.fleet), self.places)

    def cuts(self) -> tuple[Cut, ...]:
        """The sets of loads that were needed, in order of service and contingency."""
        notes = [row.note for row in self.lazy.rows if isinstance(row.note, Cut)]
        return tuple(sorted(notes, key=lambda cut: (cut.service, cut.contingency)))

    def find(self, program: Program, values: Floats, slack: float) -> list[Row[Cut | Shared]]:
        """The sets that these values leave short, as rows.

        Where whole counts leave nothing short but for what tables take away, the places that were
        overrated are capped from now on, in this program. What all counts must give together is
        asked last, of whole counts that leave nothing short.
        """
        services = range(len(self.fleet))
        rows: list[Row[Cut | Shared]] = [
            row for at in services for row in self._rows(at, values, self.capped[at], slack)
        ]
        counts = values[: self.length]
        if rows or (counts != np.rint(counts)).any():
            return rows
        if self.width > self.length:
            rows = self._overrated(program, counts, slack)
        return rows or self._together(program, counts)

    def _overrated(self, program: Program, counts: Floats, slack: float) -> list[Row[Cut | Shared]]:
        values = self._whole(counts)
        rows: list[Row[Cut | Shared]] = []
        for at, own in enumerate(counts.reshape(-1, self.places)):
            overrated = self.fleet[at].steps.overrated(own)
            found = self._rows(at, values, self.capped[at] | overrated, slack)
            taking_part = np.any([row.note.places for row in found], axis=0)
            fresh = overrated & taking_part & ~self.capped[at]
            self._cap(program, at, fresh)
            self.capped[at] |= fresh
            rows += found
        return rows

    def _together(self, program: Program, counts: Floats) -> list[Row[Cut | Shared]]:
        """What these counts must give together and do not."""
        if self.within is None:
            return []
        if self.asked >= _MOST_ASKED:
            self.lazy.doubtful = True
            return []
        self.asked += 1
        every = self.within(self._counts(counts))
        self.shared += every
        for each in every:
            if isinstance(each, Beyond):
                self._exceed(program, each)
        found = [each for each in every if isinstance(each, Shared)]
        for shared in found:
            for at, own in enumerate(counts.reshape(-1, self.places)):
                overrated = self.fleet[at].steps.overrated(own)
                fresh = overrated & (shared.weights[at] > 0) & ~self.capped[at]
                self._cap(program, at, fresh)
                self.capped[at] |= fresh
        return [self._of_all(shared) for shared in found]

    def _exceed(self, program: Program, beyond: Beyond) -> None:
        """Ask for more than these counts somewhere, one switch for each place where more can be."""
        rows = [beyond.counts[survival.index] for survival in self.fleet]
        counts = np.concatenate(rows).astype(np.float64)
        can = np.flatnonzero(counts < self.maximum)
        switches = program.add_switches(len(can))
        for column, switch in zip(can.tolist(), switches.tolist(), strict=True):
            pair = np.array([column, switch])
            program.add_sparse(pair, np.array([1.0, -counts[column] - 1.0]), 0.0)
        program.add_sparse(switches, np.ones(len(switches)), 1.0)
        self.lazy.changed = True

    def _of_all(self, shared: Shared) -> Row[Cut | Shared]:
        """Say what columns must be."""
        factors = np.zeros(self.width)
        for position, survival in enumerate(self.fleet):
            contingency = int(shared.contingency[survival.index])
            if contingency < 0:
                continue
            weights = shared.weights[survival.index]
            given = survival.given(contingency, self.capped[position])
            given *= np.append(weights, weights[survival.steps.place])
            factors[self._columns(position)] = given
        return Row(factors / shared.least, shared)

    def _rows(self, position: int, values: Floats, capped: Bools, slack: float) -> list[Row[Cut]]:
        own = values[self._columns(position)]
        return [
            self._widened(position, row) for row in self.fleet[position].rows(own, capped, slack)
        ]

    def _columns(self, position: int) -> Integers:
        """The columns of one service: its counts, then its steps."""
        steps = np.arange(self.fleet[position].steps.length)
        return np.append(
            position * self.places + np.arange(self.places), self.step[position] + steps
        )

    def _widened(self, position: int, row: Row[Cut]) -> Row[Cut]:
        factors = np.zeros(self.width)
        factors[self._columns(position)] = row.factors
        return Row(factors, row.note)

    def _known(self, cut: Cut) -> Row[Cut]:
        """Write a cut that another program found for this one."""
        position = next(
            at for at, survival in enumerate(self.fleet) if survival.index == cut.service
        )
        row = self.fleet[position].row_of(cut, self.capped[position])
        return self._widened(position, row)

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
        return np.append(self._whole(counts), np.abs(counts - self.now))

    def _whole(self, counts: Floats) -> Floats:
        """Whole counts with their steps."""
        steps = [
            survival.steps.of_counts(its)[self.places :]
            for survival, its in zip(self.fleet, counts.reshape(-1, self.places), strict=True)
        ]
        return np.concatenate([counts, *steps])

    def _changes(self, program: Program) -> tuple[Floats, float]:
        """Prices of the columns that add up to the changes, but for a constant.

        Where a count can only grow or only shrink, it says so itself; elsewhere a column of
        its own is made at least as large as the change, up or down.
        """
        grows, shrinks = self.now <= self.minimum, self.now >= self.maximum
        either = ~(grows | shrinks)
        for column in np.flatnonzero(either):
            pair = np.array([column, self.width + column])
            now = float(self.now[column])
            program.add_sparse(pair, np.array([-1.0, 1.0]), -now)
            program.add_sparse(pair, np.array([1.0, 1.0]), now)
        own = np.where(grows, 1.0, np.where(shrinks, -1.0, 0.0))
        constant = -float(own @ self.now)
        none = np.zeros(self.width - self.length)
        return np.concatenate([own, none, either.astype(np.float64)]), constant


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
