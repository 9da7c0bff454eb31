"""Link capacity by plain linear programs: each flow and each direction for itself, all at once."""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray


class _Plain:
    """One program, written down variable by variable."""

    def __init__(self) -> None:
        self.highs = highspy.Highs()
        self.highs.silent()
        self.highs.setOptionValue("threads", 1)

    def column(self, cost: float = 0.0, most: float = highspy.kHighsInf) -> int:
        self.highs.addVar(0.0, most)
        number = int(self.highs.getNumCol()) - 1
        self.highs.changeColCost(number, cost)
        return number

    def row(self, least: float, most: float, terms: list[tuple[int, float]]) -> None:
        total: dict[int, float] = {}
        for column, factor in terms:
            total[column] = total.get(column, 0.0) + factor
        columns = np.array(list(total), dtype=np.int32)
        factors = np.array(list(total.values()), dtype=np.float64)
        self.highs.addRow(least, most, len(columns), columns, factors)

    def least(self) -> float:
        """The least cost; infinite where nothing satisfies the rows."""
        self.highs.run()
        status = highspy.HighsModelStatus
        if self.highs.getModelStatus() not in (status.kOptimal, status.kModelEmpty):
            return float("inf")
        return float(self.highs.getInfo().objective_function_value)


def least_cost(
    ends: NDArray[np.int64],
    capacity: NDArray[np.float64],
    cost: NDArray[np.float64],
    flows: list[tuple[int, int, float]],
    lost: NDArray[np.bool_],
) -> float:
    """The extensive form of `expand_links`: ends int [links, 2]."""
    plain = _Plain()
    added = [plain.column(price) for price in cost.tolist()]
    for row in lost if len(lost) else np.zeros((1, len(ends)), dtype=bool):
        used: dict[int, list[tuple[int, float]]] = {link: [] for link in range(len(ends))}
        for source, sink, rate in flows:
            _route(plain, ends, row, ({source: rate}, {sink: rate}), used, fixed=True)
        for link, terms in used.items():
            plain.row(-highspy.kHighsInf, capacity[link], [*terms, (added[link], -1.0)])
    return plain.least()


def unserved(
    ends: NDArray[np.int64],
    width: ArrayLike,
    demands: list[tuple[int, list[int], float]],
    capacity: NDArray[np.float64],
) -> float:
    """Total demand less the most that is served: demands enter somewhere and may go to places."""
    plain = _Plain()
    used: dict[int, list[tuple[int, float]]] = {link: [] for link in range(len(ends))}
    placed: dict[int, list[tuple[int, float]]] = {place: [] for place in range(len(capacity))}
    none = np.zeros(len(ends), dtype=bool)
    for entry, places, rate in demands:
        goals = dict.fromkeys(places, rate)
        for place, column in _route(plain, ends, none, ({entry: rate}, goals), used, fixed=False):
            placed[place].append((column, 1.0))
    for link, terms in used.items():
        plain.row(-highspy.kHighsInf, float(np.asarray(width)[link]), terms)
    for place, terms in placed.items():
        plain.row(-highspy.kHighsInf, float(capacity[place]), terms)
    return sum(rate for _, _, rate in demands) + plain.least()


def _route(
    plain: _Plain,
    ends: NDArray[np.int64],
    lost: NDArray[np.bool_],
    between: tuple[dict[int, float], dict[int, float]],
    used: dict[int, list[tuple[int, float]]],
    *,
    fixed: bool,
) -> list[tuple[int, int]]:
    """Write down one flow; what leaves where, as pairs of node and column."""
    starts, goals = between
    nodes = {int(node) for node in ends.reshape(-1)} | set(starts) | set(goals)
    balance: dict[int, list[tuple[int, float]]] = {node: [] for node in nodes}
    for link in np.flatnonzero(~lost).tolist():
        for one, other in (ends[link], ends[link][::-1]):
            column = plain.column()
            used[link].append((column, 1.0))
            balance[int(one)].append((column, -1.0))
            balance[int(other)].append((column, 1.0))
    leaving = []
    for node, rate in starts.items():
        enter = plain.column(0.0 if fixed else -1.0, rate)
        balance[node].append((enter, 1.0))
        if fixed:
            plain.row(rate, rate, [(enter, 1.0)])
    for node in goals:
        leave = plain.column()
        leaving.append((node, leave))
        balance[node].append((leave, -1.0))
    for terms in balance.values():
        plain.row(0.0, 0.0, terms)
    return leaving
