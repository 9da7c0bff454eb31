"""The cheapest additions after which nothing is short in any scenario.

Only the additions are unknown. That a scenario is served is said by one row for each set of
demands: the capacity that the set may use is at least its demand. Those rows are far too many,
so they come lazily; which are broken is found by exact flows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.lazy import SLACK, Lazy, Row
from domicile.headroom.network import Network
from domicile.headroom.program import Program, Solution
from domicile.headroom.question import read
from domicile.headroom.scenarios import Broken, Scenarios, distinct


@dataclass(frozen=True, slots=True, eq=False)
class Expansion:
    """What to add.

    Attributes:
        added: int [places] (float where counts need not be whole, and for links); zeros where
            nothing within the limits suffices.
        cost: of all that is added; infinite where nothing suffices.
        feasible: whether the additions leave nothing short.
        proved: whether it is proved that nothing cheaper would do, or that nothing would.
    """

    added: npt.NDArray[Any]
    cost: float
    feasible: bool
    proved: bool


def expand(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    failures: npt.ArrayLike,
    unit_capacity: npt.ArrayLike | None,
    unit_cost: npt.ArrayLike,
    limit: npt.ArrayLike,
    integral: bool = True,
    capacity_table: npt.ArrayLike | None = None,
) -> Expansion:
    """Find the cheapest additions that leave nothing short in any scenario.

    Args:
        admissible: bool [demands, places].
        demand: float [demands], or [scenarios, demands].
        capacity: float [places], usable, already there.
        failures: bool [scenarios, places] lost, or float: the share lost.
        unit_capacity: float [places]: what one more backend adds; None with a table.
        unit_cost: float [places]: what one more backend costs.
        limit: int [places]: most backends that may be added.
        integral: whether only whole backends can be added.
        capacity_table: float [places, counts], instead of `unit_capacity`: what 0, 1, 2 …
            added backends add together, never less for more. Column 0 is 0.

    Returns:
        The additions; `proved` only where HiGHS closed the gap to 0 and every row is checked.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    allowed, needed, room, lost = read(admissible, demand, capacity, failures)
    places = (allowed.shape[1],)
    cost = arrays.amounts("unit_cost", unit_cost, places)
    most = arrays.counts("limit", limit, places)
    if capacity_table is None:
        unit = arrays.amounts("unit_capacity", unit_capacity, places)  # type: ignore[arg-type]
        steps = _Steps(np.arange(places[0]), unit, most.astype(np.float64))
    else:
        if not integral:
            raise ValueError("`capacity_table` holds whole backends: `integral` must be true")
        steps = _read_table(capacity_table, most)
    scenarios, homeless = _scenarios(allowed, needed, lost)
    task = _Task(scenarios, room, steps, cost, integral)
    return task.infeasible(proved=True) if homeless else task.answer()


def _scenarios(allowed: Bools, needed: Floats, lost: Bools | Floats) -> tuple[Scenarios, bool]:
    """Each different scenario once; and whether some demand has no place at all."""
    network = Network.of(allowed)
    rates = np.broadcast_to(needed, (len(lost), needed.shape[-1]))
    first, _ = distinct(np.hstack([lost.astype(np.float64), rates]))
    rates = rates[first]
    left = 1.0 - lost[first].astype(np.float64)
    homeless = bool(rates[:, network.homeless].any())
    return Scenarios(network, network.of_demands(rates), left), homeless


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """The columns: whose place each is, what one unit of it adds, how many units there are."""

    place: npt.NDArray[np.int64]
    unit: Floats
    most: Floats

    def added(self, values: Floats, places: int) -> Floats:
        return np.bincount(self.place, values, places).astype(np.float64)

    def capacity(self, values: Floats, places: int) -> Floats:
        return np.bincount(self.place, values * self.unit, places).astype(np.float64)


def _read_table(given: npt.ArrayLike, most: npt.NDArray[np.int64]) -> _Steps:
    """One column for each step of each place's table."""
    table = arrays.amounts("capacity_table", given, (len(most), None))
    if not table.shape[1] or table[:, 0].any():
        raise ValueError("`capacity_table` must begin with 0: no added backend adds nothing")
    gains = np.diff(table, axis=1)
    if (gains < 0).any():
        raise ValueError("`capacity_table` must never give less capacity for more backends")
    if most.size and most.max() >= table.shape[1]:
        raise ValueError(
            f"`capacity_table` ends at {table.shape[1] - 1} backends, `limit` at {most.max()}"
        )
    place = np.repeat(np.arange(len(most)), most)
    unit = np.concatenate([gains[index, :end] for index, end in enumerate(most)] or [np.zeros(0)])
    return _Steps(place, unit, np.ones(len(unit)))


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    scenarios: Scenarios
    capacity: Floats
    steps: _Steps
    cost: Floats
    integral: bool

    def answer(self) -> Expansion:
        if self.scenarios.broken(self.total(self.steps.most)):
            return self.infeasible(proved=True)
        count = len(self.steps.place)
        nothing = np.zeros(count)
        if not self.scenarios.broken(self.capacity):
            return self.finish(Solution(nothing, 0.0, feasible=True, proved=True), exact=True)
        largest = self.cost.max(initial=0.0) or 1.0
        whole = np.full(count, self.integral)
        prices = self.cost[self.steps.place] / largest
        lazy = Lazy(Program(prices, nothing, self.steps.most, whole), self.find)
        self.order_steps(lazy.program)
        lazy.add(self.find(nothing, 0.0))
        solution = lazy.settle_whole() if self.integral else lazy.settle(SLACK)
        return self.finish(solution, exact=not lazy.doubtful)

    def total(self, values: Floats) -> Floats:
        return self.capacity + self.steps.capacity(values, len(self.capacity))

    def order_steps(self, program: Program) -> None:
        """A table's steps are taken from the first on."""
        for index in range(1, len(self.steps.place)):
            if self.steps.place[index] == self.steps.place[index - 1]:
                program.add_sparse(np.array([index - 1, index]), np.array([1.0, -1.0]), 0.0)

    def find(self, values: Floats, slack: float) -> list[Row[None]]:
        """The sets that are short with these additions, as rows."""
        broken = self.scenarios.broken(self.total(values), slack)
        return [Row(self.factors(row), None) for row in broken]

    def factors(self, broken: Broken) -> Floats:
        """What each column gives the set that is short, as a part of what it lacks at first."""
        usable = self.scenarios.usable(broken.scenario, broken.short)
        need = self.scenarios.need(broken.scenario, broken.short)
        lacking = need - float((usable * self.capacity).sum())
        factors: Floats = usable[self.steps.place] * self.steps.unit / lacking
        # A whole backend that alone gives more than is lacking helps no more than that.
        return np.minimum(factors, 1.0) if self.integral else factors

    def finish(self, solution: Solution, *, exact: bool) -> Expansion:
        if solution.values is None:
            return self.infeasible(proved=False)
        places = len(self.capacity)
        added: npt.NDArray[Any] = self.steps.added(solution.values, places)
        if self.integral:
            added = np.rint(added).astype(np.int64)
        else:
            # Fractions carry the solver's tolerance: a billionth more makes them suffice.
            added = np.minimum(added * (1 + 4 * SLACK), self.steps.added(self.steps.most, places))
        cost = float(added @ self.cost)
        return Expansion(added, cost, feasible=True, proved=solution.proved and exact)

    def infeasible(self, *, proved: bool) -> Expansion:
        kind = np.int64 if self.integral else np.float64
        none = np.zeros(len(self.capacity), dtype=kind)
        return Expansion(none, np.inf, feasible=False, proved=proved)
