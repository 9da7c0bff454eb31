"""`expand` against one program that holds every scenario's flow, on many small cases."""

from __future__ import annotations

from typing import Any, NamedTuple

import highspy
import numpy as np
import pytest

from domicile.headroom import expand, shortfalls


class Case(NamedTuple):
    """What `expand` is asked; the table is None where every backend adds the same."""

    admissible: np.ndarray
    demand: np.ndarray
    capacity: np.ndarray
    lost: np.ndarray
    unit: np.ndarray
    cost: np.ndarray
    limit: np.ndarray
    integral: bool
    table: np.ndarray | None

    def answer(self) -> Any:  # noqa: ANN401 - an Expansion
        """Ask."""
        unit = self.unit if self.table is None else None
        return expand(
            self.admissible, self.demand, self.capacity, self.lost, unit, self.cost, self.limit,
            self.integral, self.table,
        )  # fmt: skip

    def gains(self, added: np.ndarray) -> np.ndarray:
        """What the added backends give."""
        if self.table is None:
            return self.unit * added
        return self.table[np.arange(len(added)), added]

    def steps(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Columns of additions: their place, what a unit gives, how many units."""
        if self.table is None:
            return np.arange(len(self.unit)), self.unit, self.limit.astype(float)
        place = np.repeat(np.arange(len(self.limit)), self.limit)
        gain = [np.diff(row)[:most] for row, most in zip(self.table, self.limit, strict=True)]
        return place, np.concatenate(gain), np.ones(len(place))


def written_out(case: Case) -> float:  # rows are written entry by entry: slow and plain
    """Solve the extensive form; infinite where it is infeasible."""
    place, unit, most = case.steps()
    rows: list[tuple[dict[int, float], float, float]] = [
        ({column - 1: 1.0, column: -1.0}, 0.0, np.inf)
        for column in range(1, len(place))
        if case.table is not None and place[column] == place[column - 1]
    ]
    width = len(place)
    demands = np.broadcast_to(case.demand, (len(case.lost), len(case.admissible)))
    for rates, gone in zip(demands, case.lost, strict=True):
        flow = {
            (d, p): width + at for at, (d, p) in enumerate(np.argwhere(case.admissible).tolist())
        }
        width += len(flow)
        for d, rate in enumerate(rates.tolist()):
            rows.append(({at: 1.0 for (of, _), at in flow.items() if of == d}, rate, np.inf))
        for p, room in enumerate(case.capacity.tolist()):
            left = 1.0 - float(gone[p])
            row = {at: 1.0 for (_, to), at in flow.items() if to == p}
            row |= {int(at): -left * unit[at] for at in np.flatnonzero(place == p)}
            rows.append((row, -np.inf, left * room))
    if any(not row and low > 0 for row, low, _ in rows):
        return np.inf
    model = highspy.Highs()
    model.silent()
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    none = np.zeros(0, dtype=np.int32)
    cost = np.append(case.cost[place], np.zeros(width - len(place)))
    upper = np.append(most, np.full(width - len(place), np.inf))
    model.addCols(width, cost, np.zeros(width), upper, 0, none, none, np.zeros(0))
    starts = np.cumsum([0] + [len(row) for row, _, _ in rows[:-1]]).astype(np.int32)
    columns = np.array([at for row, _, _ in rows for at in row], dtype=np.int32)
    factors = np.array([factor for row, _, _ in rows for factor in row.values()], dtype=float)
    least = np.array([low for _, low, _ in rows])
    room = np.array([high for _, _, high in rows])
    model.addRows(len(rows), least, room, len(columns), starts, columns, factors)
    for column in range(len(place) if case.integral else 0):
        model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    model.run()
    status = model.getModelStatus()
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        return np.inf
    assert status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
    return float(model.getInfo().objective_function_value)


def random_case(random: np.random.Generator, kind: str) -> Case:
    """Small, and often degenerate: nothing asked for, no place, nothing given, all alike."""
    demands, places = int(random.integers(1, 7)), int(random.integers(2, 7))
    scenarios = int(random.integers(0, 6))
    surging = random.random() < 0.3
    shape = (scenarios, demands) if surging else (demands,)
    demand = random.integers(0, random.choice([2, 15, 40]), shape).astype(float)
    alike = random.random() < 0.4
    unit = (
        np.full(places, 7.0)
        if alike
        else random.choice([0.0, 2.5, 6.0, 8.0, 40.0], places, p=[0.1, 0.2, 0.2, 0.3, 0.2])
    )
    cost = np.ones(places) if random.random() < 0.3 else random.integers(0, 5, places) * 1.5
    lost = random.random((scenarios, places)) < 0.2
    if random.random() < 0.3:
        lost = lost * random.choice([0.5, 1.0], (scenarios, places))
    limit = random.integers(0, random.choice([2, 12, 25]) + 1, places)
    table = None
    if kind == "table":
        limit = random.integers(3, 7, places)
        # Few different gains make runs of equal steps.
        gains = random.integers(0, 14, (places, 7)) if random.random() < 0.5 else (
            random.choice([0, 4, 4, 9], (places, 7))
        )  # fmt: skip
        table = np.cumsum(gains * (np.arange(7) > 0), axis=1) * 1.0
    return Case(
        admissible=random.random((demands, places)) < random.choice([0.5, 0.8, 1.0]),
        demand=demand,
        capacity=random.integers(0, 9, places) * float(random.random() < 0.7),
        lost=lost,
        unit=unit, cost=cost, limit=limit, integral=kind != "fractions", table=table,
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "count"), [("fractions", 300), ("whole", 250), ("table", 120)])
def test_agrees_with_the_extensive_form(
    kind: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same cost, always proved, and nothing short; or nothing suffices for both."""
    random = np.random.default_rng(len(kind))
    feasible = 0
    for number in range(count):
        # Every other time all sets are searched for, as in networks too large to list them.
        monkeypatch.setattr("domicile.headroom.network._MOST_CLOSED_SETS", 1024 * (number % 2))
        case = random_case(random, kind)
        answer, best = case.answer(), written_out(case)
        assert answer.proved
        assert answer.feasible == (best < np.inf)
        assert answer.cost == pytest.approx(best, rel=1e-6, abs=1e-6)
        if answer.feasible:
            feasible += answer.cost > 0
            room = case.capacity + case.gains(answer.added)
            assert not shortfalls(case.admissible, case.demand, room, case.lost).any()
            assert (answer.added <= case.limit).all()
    assert feasible > count / 4, "too few cases that need something and can have it"


@pytest.mark.parametrize("integral", [True, False])
@pytest.mark.parametrize("standing", [1e6, 1e9])
def test_a_little_is_missing_beside_much(standing: float, *, integral: bool) -> None:
    """1 is missing beside a million (a billion) that stands: 1 is added, not a rounding less."""
    answer = expand([[True]], [standing + 1], [standing], [[False]], [1], [1], [5], integral)
    assert answer.proved
    assert answer.added == pytest.approx([1.0], rel=1e-6)
    assert not shortfalls([[True]], [standing + 1], standing + answer.added, [[False]]).any()


def test_just_what_the_limit_gives() -> None:
    """0.3 at three places that give 0.1 each, all at their limit: no hair is left, none needed."""
    answer = expand(
        [[True] * 3], [0.3], [0] * 3, [[False] * 3], [0.1] * 3, [1, 2, 3], [1] * 3, integral=False
    )  # fmt: skip
    assert (answer.feasible, answer.proved) == (True, True)
    assert answer.cost == pytest.approx(6)
