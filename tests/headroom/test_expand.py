"""What `expand` must answer, by hand, by trying everything, and against a written-out program."""

from __future__ import annotations

import itertools

import highspy
import numpy as np
import pytest

from domicile.headroom import expand, shortfalls

ONE = np.zeros((1, 1), dtype=bool)


def cheapest_by_trying(
    network: tuple[np.ndarray, ...], gains: np.ndarray, cost: np.ndarray, limit: np.ndarray
) -> float:
    """Try every number of backends at every place; gains are [places, counts]."""
    admissible, demand, capacity, lost = network
    best = np.inf
    for added in itertools.product(*(range(most + 1) for most in limit)):
        room = capacity + gains[np.arange(len(cost)), added]
        if cost @ added < best and not shortfalls(admissible, demand, room, lost).any():
            best = float(cost @ added)
    return best


def written_out(  # every scenario with its own flow, all in one program
    admissible: np.ndarray, demand: np.ndarray, capacity: np.ndarray, lost: np.ndarray,
    unit: np.ndarray, cost: np.ndarray, limit: np.ndarray, *, integral: bool,
) -> float:  # fmt: skip
    """Solve the extensive form with HiGHS; infinite where infeasible."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS's own signature
    highs.setOptionValue("mip_rel_gap", 0.0)
    added = [highs.addVariable(0, int(most), float(c)) for most, c in zip(limit, cost, strict=True)]
    if integral:
        for variable in added:
            highs.setInteger(variable)
    for row in lost:
        flow = {
            (d, p): highs.addVariable(0)
            for d, p in np.argwhere(admissible).tolist()
        }  # fmt: skip
        for d, rate in enumerate(demand):
            out = [variable for (of, _), variable in flow.items() if of == d]
            if out:
                highs.addConstr(sum(out) >= float(rate))
            elif rate > 0:
                return np.inf
        for p in range(len(capacity)):
            into = [variable for (_, to), variable in flow.items() if to == p]
            if into:
                left = float(1 - row[p])
                highs.addConstr(
                    sum(into) - left * float(unit[p]) * added[p] <= left * float(capacity[p])
                )
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return np.inf
    return float(highs.getInfo().objective_function_value)


def test_cheapest_lawful_place() -> None:
    """5 are missing; place 0 costs 1 but is not admissible, place 1 costs 3: two of 4 there."""
    answer = expand([[False, True]], [10], [9, 5], np.zeros((1, 2), bool), [4, 4], [1, 3], [9, 9])
    assert answer.added.tolist() == [0, 2]
    assert (answer.cost, answer.feasible, answer.proved) == (6, True, True)


def test_survives_each_loss() -> None:
    """20 at three places of backends that do 10, each lost once: two must always stand."""
    lost = np.eye(3, dtype=bool)
    answer = expand([[True] * 3], [20], [0] * 3, lost, [10] * 3, [1, 1, 1], [5] * 3)
    assert answer.added.tolist() == [1, 1, 1]
    assert answer.cost == 3


def test_fractions() -> None:
    """Without whole backends 5 missing at 4 each are 1.25 of them."""
    answer = expand([[True]], [5], [0], ONE, [4], [2], [9], integral=False)
    assert answer.added == pytest.approx([1.25])
    assert answer.cost == pytest.approx(2.5)
    assert answer.proved


def test_table_instead_of_unit() -> None:
    """The table's third backend is what reaches 5: 0, 1, 3, 6."""
    answer = expand([[True]], [5], [0], ONE, None, [2], [3], capacity_table=[[0, 1, 3, 6]])
    assert answer.added.tolist() == [3]
    assert answer.cost == 6


@pytest.mark.parametrize("admissible", [[[True]], [[False]]])
def test_infeasible_is_proved(admissible: list[list[bool]]) -> None:
    """Beyond the limit, or without any admissible place, nothing suffices."""
    answer = expand(admissible, [5], [0], ONE, [1], [1], [4])
    assert (answer.feasible, answer.proved, answer.cost) == (False, True, np.inf)
    assert answer.added.tolist() == [0]


def test_nothing_to_do() -> None:
    """Where nothing is short nothing is added, whatever it costs."""
    answer = expand([[True]], [5], [5], ONE, [1], [0], [4])
    assert answer.added.tolist() == [0]
    assert answer.proved


def test_agrees_with_trying_everything() -> None:
    """Random small cases, with zero costs, zero units and zero limits; tables too."""
    random = np.random.default_rng(3)
    feasible = 0
    for _ in range(120):
        demands, places = random.integers(1, 5), random.integers(1, 4)
        admissible = random.random((demands, places)) < 0.7
        demand, capacity = random.integers(0, 12, demands), random.integers(0, 10, places)
        lost = random.random((3, places)) < 0.2
        unit, cost = random.integers(0, 9, places) * 0.7, random.integers(0, 4, places) * 1.0
        limit = random.integers(0, 5, places)
        table = np.cumsum(random.integers(0, 8, (places, 5)) * np.arange(5).clip(max=1), axis=1)
        for gains in (unit[:, None] * np.arange(5), table):
            network = (admissible, demand, capacity, lost)
            best = cheapest_by_trying(network, gains, cost, limit)
            tabled = gains is table
            answer = expand(
                admissible, demand, capacity, lost, None if tabled else unit, cost, limit,
                capacity_table=table if tabled else None,
            )  # fmt: skip
            assert answer.proved
            assert answer.feasible == (best < np.inf)
            assert answer.cost == pytest.approx(best)
            feasible += answer.feasible
    assert feasible > 40, "too few cases that can be met"


@pytest.mark.parametrize("integral", [True, False])
def test_agrees_with_the_program_written_out(*, integral: bool) -> None:
    """Random larger cases: the same cost as one program that holds every scenario's flow."""
    random = np.random.default_rng(7)
    for _ in range(15):
        demands, places = random.integers(2, 9), random.integers(3, 8)
        admissible = random.random((demands, places)) < 0.6
        demand, capacity = random.integers(1, 40, demands), random.integers(0, 20, places)
        lost = np.eye(places, dtype=bool)[: random.integers(1, places)]
        unit, cost = random.choice([5.0, 8.0], places), random.choice([1.0, 1.5, 4.0], places)
        limit = np.full(places, 12)
        answer = expand(admissible, demand, capacity, lost, unit, cost, limit, integral)
        best = written_out(
            admissible, demand, capacity, lost, unit, cost, limit, integral=integral
        )  # fmt: skip
        assert answer.cost == pytest.approx(best, rel=1e-7)
        if answer.feasible:
            after = shortfalls(admissible, demand, capacity + unit * answer.added, lost)
            assert not after.any()


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("unit_capacity", [1.0, 2.0]),
        ("unit_capacity", [-1.0]),
        ("unit_capacity", None),
        ("unit_cost", [float("nan")]),
        ("limit", [1.5]),
        ("limit", [-1]),
        ("capacity_table", [[1.0, 2.0, 3.0]]),
        ("capacity_table", [[0.0, 2.0, 1.0]]),
        ("capacity_table", [[0.0, 2.0]]),
    ],
)
def test_wrong_input_is_named(argument: str, value: object) -> None:
    """Every wrong shape or value raises an error with the name of its argument."""
    given: dict[str, object] = {
        "admissible": [[True]], "demand": [1.0], "capacity": [0.0], "failures": ONE,
        "unit_capacity": [1.0], "unit_cost": [1.0], "limit": [2],
    }  # fmt: skip
    given[argument] = value
    with pytest.raises(ValueError, match=f"`{argument}`"):
        expand(**given)  # type: ignore[arg-type]
