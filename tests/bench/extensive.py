"""The extensive form of a scale-out: one flow for each scenario, all in one program of HiGHS."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np
from fleets import Fleet
from numpy.typing import NDArray


class Extensive(NamedTuple):
    """Minimise cost · x over 0 ≤ x ≤ upper, least ≤ matrix · x ≤ most; additions come first."""

    cost: NDArray[np.float64]
    upper: NDArray[np.float64]
    starts: NDArray[np.int32]
    """Where each row's entries begin."""
    columns: NDArray[np.int32]
    factors: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]


def written_out(fleet: Fleet) -> Extensive:
    """Rows: every demand is served, no place gives more than is left of it, in each scenario."""
    demands, places = fleet.admissible.shape
    columns, rows, factors, capacity = [], [], [], []
    width, height = places, 0
    for lost in fleet.failures:
        demand, place = np.nonzero(fleet.admissible & ~lost)
        flow = width + np.arange(len(demand))
        stands = np.flatnonzero(~lost)
        number = np.full(places, -1)
        number[stands] = np.arange(len(stands))
        columns += [flow, flow, stands]
        rows += [
            height + demand,
            height + demands + number[place],
            height + demands + number[stands],
        ]
        factors += [np.ones(2 * len(flow)), -fleet.unit_capacity[stands]]
        capacity.append(fleet.capacity[stands])
        width += len(flow)
        height += demands + len(stands)
    row = np.concatenate(rows)
    order = np.argsort(row, kind="stable")
    least = [np.append(fleet.demand, np.full(len(room), -np.inf)) for room in capacity]
    most = [np.append(np.full(demands, np.inf), room) for room in capacity]
    idle = np.zeros(width - places)
    return Extensive(
        np.append(fleet.unit_cost, idle),
        np.append(fleet.limit.astype(float), idle + np.inf),
        np.searchsorted(row[order], np.arange(height)).astype(np.int32),
        np.concatenate(columns)[order].astype(np.int32),
        np.concatenate(factors)[order],
        np.concatenate(least),
        np.concatenate(most),
    )


class _Quiet(highspy.Highs):
    """HiGHS prints a banner while it is constructed unless told here not to."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's own name
        self.silent()
        super().enableCallbacks()


class Solved(NamedTuple):
    """What HiGHS said.

    Attributes:
        ended: whether it proved its answer before its time was over.
        least, cost: what nothing is cheaper than, and its best answer.
        columns, rows: of the program.
    """

    ended: bool
    least: float
    cost: float
    columns: int
    rows: int


def solve(fleet: Fleet, *, integral: bool, seconds: float) -> Solved:
    """Write out and solve."""
    form = written_out(fleet)
    highs = _Quiet()
    for name, value in {"threads": 1, "mip_rel_gap": 0.0, "time_limit": float(seconds)}.items():
        highs.setOptionValue(name, value)
    width = len(form.cost)
    none = np.zeros(0, dtype=np.int32)
    highs.addCols(width, form.cost, np.zeros(width), form.upper, 0, none, none, np.zeros(0))
    highs.addRows(
        len(form.least), form.least, form.most, len(form.columns), form.starts, form.columns,
        form.factors,
    )  # fmt: skip
    if integral:
        for place in range(len(fleet.unit_cost)):
            highs.changeColIntegrality(place, highspy.HighsVarType.kInteger)
    highs.run()
    ended = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    info = highs.getInfo()
    cost = float(info.objective_function_value)
    least = float(info.mip_dual_bound) if integral and not ended else cost
    return Solved(ended, least, cost, width, len(form.least))
