"""The cheapest additions after which nothing is short in any scenario.

Only the additions are unknown. That a scenario is served is said by one row for each set of
demands: the capacity that the set may use is at least its demand. There are far too many such
rows to write down; so those are added that the answer so far breaks (Benders 1962). When none
is broken the answer satisfies all of them, and as fewer rows can only be cheaper, it is least.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays, cuts, grid
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.network import Network
from domicile.headroom.program import Program, Solution
from domicile.headroom.shortfall import read, surviving


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


def expand(  # noqa: PLR0917 - the arguments of the published contract
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
    task = _Task(
        network=Network.of(allowed),
        demand=needed,
        capacity=room,
        lost=lost,
        steps=steps,
        cost=cost,
        integral=integral,
    )
    return task.answer()


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


class _Task:
    def __init__(
        self,
        *,
        network: Network,
        demand: Floats,
        capacity: Floats,
        lost: Bools | Floats,
        steps: _Steps,
        cost: Floats,
        integral: bool,
    ) -> None:
        self.network, self.capacity, self.steps, self.cost = network, capacity, steps, cost
        self.integral = integral
        rates = np.broadcast_to(demand, (len(lost), demand.shape[-1]))
        scenarios = np.unique(np.hstack([lost.astype(np.float64), rates]), axis=0)
        self.lost, rates = np.split(scenarios, [lost.shape[1]], axis=1)
        self.homeless = bool(rates[:, network.homeless].any())
        self.demand = network.of_demands(rates)
        self.rows: set[bytes] = set()
        self.doubtful = False

    def answer(self) -> Expansion:
        """Add broken rows until none is, first with fractions allowed, then without."""
        if self.homeless or len(self.broken(self.steps.most, whole=True)[0]):
            return self.infeasible(proved=True)
        count = len(self.steps.place)
        if not len(self.broken(np.zeros(count), whole=True)[0]):
            return self.finish(Solution(np.zeros(count), 0.0, feasible=True, proved=True))
        largest = self.cost.max(initial=0.0) or 1.0
        whole = np.full(count, self.integral)
        program = Program(
            self.cost[self.steps.place] / largest, np.zeros(count), self.steps.most, whole
        )
        self.order_steps(program)
        self.cut(program, np.zeros(count), whole=True)
        for relaxed in (True, False) if self.integral else (False,):
            program.relax(relaxed=relaxed)
            solution = program.solve()
            while solution.values is not None and self.cut(
                program, solution.values, whole=self.integral and not relaxed
            ):
                solution = program.solve()
        return self.finish(solution)

    def order_steps(self, program: Program) -> None:
        """A table's steps are taken from the first on."""
        if self.steps.most.size and len(np.unique(self.steps.place)) < len(self.steps.place):
            for index in range(1, len(self.steps.place)):
                if self.steps.place[index] == self.steps.place[index - 1]:
                    row = np.zeros(len(self.steps.place))
                    row[index - 1], row[index] = 1.0, -1.0
                    program.add(row, 0.0)

    def broken(self, values: Floats, *, whole: bool) -> tuple[npt.NDArray[np.int64], Bools]:
        """Scenarios that these additions leave short, worst first, and their classes."""
        room = self.capacity + self.steps.capacity(values, len(self.capacity))
        groups = self.network.of_places(surviving(room, self.lost))
        short = cuts.worst(self.network, self.demand, groups)
        over = cuts.excess(self.network, short, self.demand, groups)
        if not whole:
            # Fractions carry the solver's tolerance; `finish` makes good what this passes over.
            over = np.where(over > _SLACK * self.demand.sum(axis=1), over, 0.0)
        worst = np.argsort(-over, kind="stable")[: np.count_nonzero(over)]
        return worst, short

    def cut(self, program: Program, values: Floats, *, whole: bool) -> bool:
        """Add a row for each set that is short; False when that changes nothing."""
        scenarios, short = self.broken(values, whole=whole)
        fresh = 0
        for scenario in scenarios:
            row, least = self.row(scenario, short[scenario])
            key = row.tobytes()
            if key in self.rows:
                continue
            self.rows.add(key)
            program.add(row, least)
            fresh += 1
        if whole and len(scenarios) and not fresh:
            # The solver took a point that misses a row by less than its tolerance: ask for a
            # hair more. What lies between is then not judged, so the proof is not claimed.
            self.doubtful = True
            row, least = self.row(scenarios[0], short[scenarios[0]])
            missed = least - float(row @ values)
            program.add(row, least + max(missed, 0.0) + 4 * _SLACK)
            fresh += 1
        return fresh > 0

    def row(self, scenario: int, short: Bools) -> tuple[Floats, float]:
        """Columns that help this set, so scaled that 1 is needed."""
        usable = self.network.places_of(self.network.used_by(short))
        left = 1.0 - self.lost[scenario]
        missing = float(self.demand[scenario][short].sum() - (left * self.capacity)[usable].sum())
        unit = np.where(usable, left, 0.0)[self.steps.place] * self.steps.unit
        scaled = unit / missing
        # A whole backend that alone gives more than is missing helps no more than that.
        return (np.minimum(scaled, 1.0) if self.integral else scaled), 1.0

    def finish(self, solution: Solution) -> Expansion:
        if solution.values is None:
            return self.infeasible(proved=False)
        added = self.steps.added(solution.values, len(self.capacity))
        if self.integral:
            added = np.rint(added).astype(np.int64)
        else:
            most = self.steps.added(self.steps.most, len(self.capacity))
            added = np.minimum(added * (1 + 4 * _SLACK), most)
        proved = solution.proved and not self.doubtful
        return Expansion(added, float(added @ self.cost), feasible=True, proved=proved)

    def infeasible(self, *, proved: bool) -> Expansion:
        kind = np.int64 if self.integral else np.float64
        none = np.zeros(len(self.capacity), dtype=kind)
        return Expansion(none, np.inf, feasible=False, proved=proved)


_SLACK = max(1e-9, grid.ROUNDING)
"""Part of the demand by which fractions may miss a row before they are stretched."""
