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

from domicile.headroom import arrays, grid, prices
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.cut_pool import CutPool
from domicile.headroom.lazy import SLACK, Lazy, Row
from domicile.headroom.network import Network
from domicile.headroom.program import Program, Solution
from domicile.headroom.question import read
from domicile.headroom.scenarios import Scenarios, distinct
from domicile.headroom.strengthen import strengthened

_SAME = 1e-13
"""Part by which steps of a table may differ and still be told apart by rounding alone."""


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
    task = _Task(scenarios, room, steps, cost, integral, CutPool(scenarios, room))
    return task.infeasible(proved=True) if homeless else task.answer()


def _scenarios(allowed: Bools, needed: Floats, lost: Bools | Floats) -> tuple[Scenarios, bool]:
    """Each different scenario once; and whether some demand has no place at all."""
    network = Network.of(allowed)
    classes = network.of_demands(needed)
    homeless = bool(needed[..., network.homeless].any()) and len(lost) > 0
    several = [lost.astype(np.float64), classes] if classes.ndim > 1 else [lost.astype(np.float64)]
    first, _ = distinct(np.hstack(several))
    left = 1.0 - lost[first].astype(np.float64)
    rates = np.broadcast_to(classes, (len(lost), classes.shape[-1]))[first]
    return Scenarios(network, rates, left), homeless


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
    """One column for each step of each place's table, or for each run of equal steps."""
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
    runs = [
        (place, unit, length)
        for place, end in enumerate(most.tolist())
        for unit, length in _runs(gains[place, :end].tolist())
    ]
    place, unit, length = (np.array(column) for column in zip(*runs, strict=True)) if runs else (
        np.zeros(0), np.zeros(0), np.zeros(0)
    )  # fmt: skip
    return _Steps(place.astype(np.int64), unit.astype(np.float64), length.astype(np.float64))


def _runs(gains: list[float]) -> list[tuple[float, int]]:
    """Put steps that gain the same into one column: what each gains, how many there are.

    Of two columns that follow each other one is a single step, so that one row can say that the
    second waits until the first is full.
    """
    runs: list[tuple[float, int]] = []
    for gain in gains:
        unit, length = runs[-1] if runs else (0.0, 0)
        same = length > 0 and abs(gain - unit) <= _SAME * unit
        if same and (length > 1 or len(runs) < 2 or runs[-2][1] == 1):  # noqa: PLR2004
            runs[-1] = min(gain, unit), length + 1
        else:
            runs.append((gain, 1))
    return runs


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    scenarios: Scenarios
    capacity: Floats
    steps: _Steps
    cost: Floats
    integral: bool
    pool: CutPool

    def answer(self) -> Expansion:
        nothing = np.zeros(len(self.steps.place))
        broken = self.find(nothing)
        if not broken:
            return self.finish(Solution(nothing, 0.0, feasible=True, proved=True), exact=True)
        whole = np.full(len(nothing), self.integral)
        # Whole prices help a search for whole counts alone.
        cost = prices.whole(self.cost) if self.integral else prices.scaled(self.cost)
        program = Program(cost[self.steps.place], nothing, self.steps.most, whole)
        lazy = Lazy(program, self.find)
        self.order_steps(program)
        lazy.add(broken)
        solution = lazy.settle_whole() if self.integral else lazy.settle_exactly(again=True)
        unclear = solution.values is None or lazy.doubtful
        # Rows of the solver hold within its tolerance only: whether anything at all suffices is
        # settled by exact flows.
        if unclear and self.pool.broken(self.total(self.steps.most)):
            return self.infeasible(proved=True)
        return self.finish(solution, exact=not lazy.doubtful)

    def stretched(self, values: Floats) -> Floats:
        """Fractions carry the solver's tolerance: a billionth more makes them suffice."""
        return values if self.integral else np.minimum(values * (1 + 4 * SLACK), self.steps.most)

    def total(self, values: Floats) -> Floats:
        return self.capacity + self.steps.capacity(values, len(self.capacity))

    def order_steps(self, program: Program) -> None:
        """A table's steps are taken from the first on."""
        for index in range(1, len(self.steps.place)):
            if self.steps.place[index] == self.steps.place[index - 1]:
                parts = np.array([1.0, -1.0]) / self.steps.most[index - 1 : index + 1]
                program.add_sparse(np.array([index - 1, index]), parts, 0.0)

    def find(self, values: Floats, slack: float = 0.0) -> list[Row[None]]:
        """The sets that are short with these additions, as rows."""
        broken = self.pool.broken(self.total(self.stretched(values)), slack)
        if not broken:
            return []
        scenario = np.array([its.scenario for its in broken])
        short = np.array([its.short for its in broken])
        usable = self.scenarios.usable(scenario, short)
        need = self.scenarios.need(scenario, short)
        if self.integral:
            # What is missing within rounding of the need costs no whole backend.
            need = need * (1 - grid.ROUNDING)
        lacking = need - usable @ self.capacity
        factors = usable[:, self.steps.place] * self.steps.unit / lacking[:, None]
        if self.integral:
            factors = strengthened(factors)
        return [Row(row, None) for row in factors]

    def finish(self, solution: Solution, *, exact: bool) -> Expansion:
        if solution.values is None:
            return self.infeasible(proved=False)
        added: npt.NDArray[Any] = self.steps.added(
            self.stretched(solution.values), len(self.capacity)
        )
        if self.integral:
            added = np.rint(added).astype(np.int64)
        cost = float(added @ self.cost)
        return Expansion(added, cost, feasible=True, proved=solution.proved and exact)

    def infeasible(self, *, proved: bool) -> Expansion:
        kind = np.int64 if self.integral else np.float64
        none = np.zeros(len(self.capacity), dtype=kind)
        return Expansion(none, np.inf, feasible=False, proved=proved)
