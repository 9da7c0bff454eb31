"""A linear program over few columns whose rows come as they are needed, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers

_TOLERANCE = 1e-9
"""How far HiGHS may miss a row, where each row is scaled to about 1."""

_INCONSISTENT = 1e-6
"""Part by which what HiGHS says of a cost may differ from what its values cost."""

_FEW_COLUMNS = 1 << 10
"""Columns up to which a program without whole numbers goes to the simplex method as it is."""

_MOST_NODES = 50_000
"""Where the search for whole numbers stops without a proof: by work done, not by the clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What HiGHS said.

    Attributes:
        values: float [columns], whole numbers where columns are integral; None: no solution.
        objective: what they cost.
        feasible: False only where HiGHS proved that nothing satisfies the rows.
        proved: whether optimality (or infeasibility) was proved, with gap 0.
        bound: nothing that satisfies the rows costs less.
    """

    values: Floats | None
    objective: float
    feasible: bool
    proved: bool
    bound: float = -np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Many rows at once: least ≤ factors · x ≤ most, each row's entries one after another.

    Attributes:
        starts: int [rows]: where each row's entries begin.
        columns, factors: int and float [entries].
        least, most: float [rows].
    """

    starts: Integers
    columns: Integers
    factors: Floats
    least: Floats
    most: Floats

    @classmethod
    def of(
        cls, row: Integers, column: Integers, factor: Floats, least: Floats, most: Floats
    ) -> Rows:
        """Sort entries, each with its row and column, by row."""
        order = np.argsort(row, kind="stable")
        starts = np.searchsorted(row[order], np.arange(len(least)))
        return cls(starts, column[order], factor[order], least, most)

    def shifted(self, first: int) -> Rows:
        """The same rows over columns that begin at `first`."""
        return Rows(self.starts, self.columns + first, self.factors, self.least, self.most)


class Program:
    """Minimise cost · x where lower ≤ x ≤ upper and rows hold; rows can be added later.

    One thread and fixed seeds: the same rows in the same order give the same answer.
    """

    def __init__(
        self, cost: Floats, lower: Floats, upper: Floats, integral: Bools | None = None
    ) -> None:
        import highspy

        self._highspy = highspy
        self._highs = _quiet()()
        options: dict[str, Any] = {
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 0.0,
            "mip_max_nodes": _MOST_NODES,
            "mip_feasibility_tolerance": _TOLERANCE,
            "primal_feasibility_tolerance": _TOLERANCE,
            "dual_feasibility_tolerance": _TOLERANCE,
        }
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        length = len(cost)
        none = np.zeros(0, dtype=np.int32)
        self._columns = np.arange(length, dtype=np.int32)
        self._cost = cost
        self._highs.addCols(
            length, cost, lower, upper, 0, none, none, np.zeros(0, dtype=np.float64)
        )
        self._integral = np.zeros(length, dtype=np.bool_) if integral is None else integral
        self.relax(relaxed=False)

    def relax(self, *, relaxed: bool) -> None:
        """Let integral columns be fractional for now, or whole again."""
        kinds = self._highspy.HighsVarType
        self._relaxed = relaxed
        self._whole = np.zeros_like(self._integral) if relaxed else self._integral
        # Programs this small are solved sooner than made smaller.
        plain = not self._whole.any() and len(self._cost) <= _FEW_COLUMNS
        self._highs.setOptionValue("presolve", "off" if plain else "choose")
        self._highs.setOptionValue("solver", "simplex" if plain else "choose")
        for column in np.flatnonzero(self._integral):
            self._highs.changeColIntegrality(
                int(column), kinds.kContinuous if relaxed else kinds.kInteger
            )

    def allow(self, gap: float) -> None:
        """End a search for whole numbers once no answer can be cheaper by more than this part."""
        self._highs.setOptionValue("mip_rel_gap", gap)

    def limit(self, nodes: int = _MOST_NODES) -> None:
        """End a search for whole numbers after so many nodes: by work done, not by the clock."""
        self._highs.setOptionValue("mip_max_nodes", nodes)

    def price(self, cost: Floats) -> None:
        """Replace the cost of every column; those that were added later cost nothing."""
        self._cost = np.append(cost, np.zeros(len(self._columns) - len(cost)))
        self._highs.changeColsCost(len(self._cost), self._columns, self._cost)

    def add_switches(self, count: int) -> Integers:
        """Add columns that are 0 or 1 and cost nothing; their numbers."""
        first = len(self._columns)
        none = np.zeros(0, dtype=np.int32)
        zero, one = np.zeros(count), np.ones(count)
        self._highs.addCols(count, zero, zero, one, 0, none, none, np.zeros(0, dtype=np.float64))
        self._columns = np.arange(first + count, dtype=np.int32)
        self._cost = np.append(self._cost, zero)
        self._integral = np.append(self._integral, one > 0)
        self.relax(relaxed=self._relaxed)
        return np.arange(first, first + count)

    def add(self, columns: Floats, least: float, most: float = np.inf) -> None:
        """Add the row least ≤ columns · x ≤ most, for the first columns."""
        used = np.flatnonzero(columns)
        self.add_sparse(used, columns[used], least, most)

    def add_sparse(
        self, columns: Integers, factors: Floats, least: float, most: float = np.inf
    ) -> None:
        """Add the row least ≤ factors · x[columns] ≤ most."""
        self._highs.addRow(least, most, len(columns), columns.astype(np.int32), factors)

    def add_rows(self, rows: Rows) -> None:
        """Add many rows."""
        self._highs.addRows(
            len(rows.least),
            rows.least,
            rows.most,
            len(rows.columns),
            rows.starts.astype(np.int32),
            rows.columns.astype(np.int32),
            rows.factors,
        )

    def bound_columns(self, upper: Floats) -> None:
        """Let columns be between 0 and these."""
        zero = np.zeros(len(upper))
        self._highs.changeColsBounds(len(upper), self._columns, zero, upper)

    def bound_rows(self, most: Floats) -> None:
        """Let the first rows be at most these."""
        for row, value in enumerate(most.tolist()):
            self._highs.changeRowBounds(row, -np.inf, value)

    def prices(self) -> Floats:
        """What the last objective would change by, for one unit more of each row's bound."""
        return np.array(self._highs.getSolution().row_dual, dtype=np.float64)

    def solve(self, start: Floats | None = None, *, again: bool = False) -> Solution:
        """Solve with the rows so far.

        Args:
            start: values that satisfy them, to begin with.
            again: begin where the last solution ended. Which of several best values comes out
                may then depend on the way there; the objective does not.
        """
        if not again:
            self._highs.clearSolver()
        # What was added since a start was found has no values in it.
        if start is not None and len(start) == len(self._columns):
            solution = self._highspy.HighsSolution()
            solution.col_value = start.tolist()
            self._highs.setSolution(solution)
        answer, consistent = self._run()
        if not consistent:
            # HiGHS 1.16 may call a start the best although its own bound says otherwise.
            self._highs.clearSolver()
            answer, consistent = self._run()
        return answer if consistent else replace(answer, proved=False)

    def _run(self) -> tuple[Solution, bool]:
        """Solve; and whether the values cost what HiGHS says that they do."""
        highs, status = self._highs, self._highspy.HighsModelStatus
        if highs.run() == self._highspy.HighsStatus.kError:
            # Somebody else in this process began with another number of threads.
            highs.resetGlobalScheduler(True)  # noqa: FBT003 - HiGHS's own signature
            highs.run()
        verdict = highs.getModelStatus()
        if verdict in (status.kInfeasible, status.kUnboundedOrInfeasible):
            return Solution(None, np.inf, feasible=False, proved=True), True
        values = np.array(highs.getSolution().col_value, dtype=np.float64)
        info = highs.getInfo()
        feasible = (
            info.primal_solution_status == self._highspy.SolutionStatus.kSolutionStatusFeasible
        )
        proved = verdict == status.kOptimal
        if not feasible or not len(values):
            empty = len(self._columns) == 0 and proved
            return Solution(values if empty else None, 0.0, feasible=True, proved=empty), True
        # Adding 0 turns -0 into 0.
        values[self._whole] = np.rint(values[self._whole]) + 0.0
        objective = float(info.objective_function_value)
        apart = abs(float(self._cost @ values) - objective)
        consistent = apart <= _INCONSISTENT * max(1.0, abs(objective))
        bound = objective if proved else -np.inf
        if self._whole.any():
            bound = float(info.mip_dual_bound)
        return Solution(values, objective, feasible=True, proved=proved, bound=bound), consistent


@cache
def _quiet() -> type[Any]:
    """HiGHS's own class prints a banner while it is constructed unless told in there not to."""
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's own name
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Quiet
