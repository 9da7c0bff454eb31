"""Who is served when not all can be: by hand, and against two other methods."""

from __future__ import annotations

import itertools

import highspy
import networkx as nx
import numpy as np
import pytest

from domicile.headroom import share, shortfalls, solve

Network = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def test_equal_parts_of_one_place() -> None:
    """30 asked of a place of 20: two thirds of each."""
    served = share([[True], [True]], [10, 20], [20])
    np.testing.assert_allclose(served, [20 / 3, 40 / 3])


def test_emergency_calls_first() -> None:
    """10 of emergency, 20 of telephony, 8 of telemetry, 18 in all: 10, 8 and nothing."""
    served = share([[True]] * 3, [10, 20, 8], [18], priority=[2, 1, 0])
    np.testing.assert_allclose(served, [10, 8, 0])


def test_who_may_go_elsewhere_leaves_room() -> None:
    """Place 0 (10) is all that demand 0 has; demand 1 of 10 goes to place 1 (4): 5, then 4 more.

    Together they ask 20 of 14, so 7 each; place 0 gives 7 to demand 0 and 3 to demand 1.
    """
    np.testing.assert_allclose(share([[True, False], [True, True]], [10, 10], [10, 4]), [7, 7])


def test_the_least_part_first_then_the_next() -> None:
    """Demand 0 has only place 0 (2 of 10, one fifth); 1 and 2 then share 9 of 12 at place 1."""
    admissible = [[True, False], [True, True], [False, True]]
    np.testing.assert_allclose(share(admissible, [10, 4, 8], [2, 9]), [2, 3, 6])


def test_priority_takes_the_least_that_others_need() -> None:
    """Emergency calls (5) may use both places; they stand aside for those that have place 0 only.

    Places of 5 and 5: emergency goes to place 1, telephony keeps its place 0 in full.
    """
    served = share([[True, True], [True, False]], [5, 5], [5, 5], priority=[1, 0])
    np.testing.assert_allclose(served, [5, 5])


def test_one_class_of_places_at_two_priorities() -> None:
    """Equal places, unequal priority: the rest of the place goes to the lower one."""
    served = share([[True], [True], [True]], [4, 6, 6], [10], priority=[7, -1, -1])
    np.testing.assert_allclose(served, [4, 3, 3])


def test_nothing_to_share() -> None:
    """No place, no capacity, no demand, no scenario: nothing is served, and nothing fails."""
    assert share([[False], [True]], [3, 2], [1]).tolist() == [0, 1]
    assert share([[True, True]], [3], [0, 0]).tolist() == [0]
    assert share([[True]], [0], [5]).tolist() == [0]
    assert share(np.zeros((0, 2), dtype=bool), [], [1, 2]).tolist() == []
    assert share([[True]], np.zeros((0, 1)), [1]).shape == (0, 1)


def random_network(random: np.random.Generator) -> Network:
    """Draw up to six demands and five places, often degenerate: whole amounts, zeros, ties."""
    demands, places = random.integers(1, 7), random.integers(1, 6)
    admissible = random.random((demands, places)) < random.choice([0.2, 0.5, 0.8])
    if random.random() < 0.3:
        admissible = admissible[random.integers(0, demands, demands)]
    size = random.choice([1, 1, 1000])
    demand = random.integers(0, 9, demands) * np.where(random.random(demands) < 0.5, size, 1)
    capacity = random.integers(0, 9, places) * np.where(random.random(places) < 0.5, size, 1)
    return admissible, demand.astype(float), capacity * 1.0, random.integers(0, 3, demands)


def raised(network: Network) -> np.ndarray:
    """Raise all of one priority together, until some set of demands is stopped by its places.

    Every set of demands is tried: no flow, no cut.
    """
    admissible, demand, capacity, priority = network
    sets = np.array(list(itertools.product([False, True], repeat=len(demand)))[1:])
    room = (sets.astype(float) @ admissible > 0) @ capacity
    served = np.zeros(len(demand))
    for level in np.unique(priority)[::-1]:
        rising = (priority == level) & (demand > 0)
        while rising.any():
            moving = sets[:, rising] @ demand[rising]
            limits = np.full(len(sets), np.inf)
            left = room - sets[:, ~rising] @ served[~rising]
            np.divide(left, moving, out=limits, where=moving > 0)
            part = min(1.0, limits.min())
            served[rising] = part * demand[rising]
            stopped = sets[limits <= part + 1e-9].any(axis=0)
            rising &= ~stopped & (part < 1)
    return served


def test_equals_raising_all_together() -> None:
    """200 random networks, ten scenarios each: every amount as by trying every set of demands."""
    random = np.random.default_rng(51)
    scarce = 0
    for _ in range(200):
        admissible, demand, capacity, priority = random_network(random)
        rates = demand * random.choice([0.0, 0.5, 1.0, 1.3], (10, len(demand)))
        room = capacity * random.choice([0.0, 0.3, 1.0], (10, len(capacity)))
        together = share(admissible, rates, room, priority)
        for served, its, left in zip(together, rates, room, strict=True):
            expected = raised((admissible, its, left, priority))
            np.testing.assert_allclose(served, expected, rtol=1e-11, atol=1e-12 * its.sum())
        scarce += np.count_nonzero((together < rates * 0.999).any(axis=1))
    assert scarce > 1000, "too few cases in which something gives"


def test_total_is_the_maximum_flow() -> None:
    """Larger networks: the sum is networkx's maximum flow, in whole numbers."""
    random = np.random.default_rng(52)
    for _ in range(100):
        demands, places = random.integers(5, 18), random.integers(3, 12)
        admissible = random.random((demands, places)) < 0.3
        demand = random.integers(0, 10**6, demands)
        capacity = random.integers(0, 3 * 10**6, places)
        graph = nx.DiGraph()
        graph.add_nodes_from(["from", "to"])
        for index, amount in enumerate(demand.tolist()):
            graph.add_edge("from", index, capacity=amount)
            graph.add_edges_from(
                (index, f"place {place}") for place in np.flatnonzero(admissible[index]).tolist()
            )
        for place, amount in enumerate(capacity.tolist()):
            graph.add_edge(f"place {place}", "to", capacity=amount)
        most = nx.maximum_flow_value(graph, "from", "to")
        served = share(admissible, demand, capacity, random.integers(0, 4, demands))
        assert abs(served.sum() - most) <= 1e-12 * max(demand.sum(), 1)


def best_parts(network: Network) -> np.ndarray:
    """The same by linear programs: raise the least part, then see who is stuck, and go on."""
    admissible, demand, capacity, priority = network
    pairs = np.argwhere(admissible)
    count = len(pairs)
    served = np.zeros(len(demand))
    settled = (demand == 0) | ~admissible.any(axis=1)
    for level in sorted(set(priority.tolist()), reverse=True):
        rising = (priority == level) & ~settled
        while rising.any():
            part = _program(pairs, count, demand, capacity, served, settled, rising, rising)
            stuck = []
            for index in np.flatnonzero(rising):
                floor = served.copy()
                floor[rising] = part * demand[rising]
                alone = np.arange(len(demand)) == index
                more = _program(pairs, count, demand, capacity, floor, settled, rising, alone)
                if more <= part + 1e-7:
                    stuck.append(index)
            served[stuck] = part * demand[stuck]
            settled[stuck] = True
            rising[stuck] = False
    return served


def _program(
    pairs: np.ndarray, count: int, demand: np.ndarray, capacity: np.ndarray, floor: np.ndarray,
    settled: np.ndarray, rising: np.ndarray, raised: np.ndarray,
) -> float:  # fmt: skip
    """The largest part, at most 1, that `raised` can have, where others keep their floor."""
    model = highspy.Highs()
    model.silent()
    # As many as the planner's: HiGHS keeps one pool of threads, and refuses another number.
    model.setOptionValue("threads", 1)
    flows = [model.addVariable(lb=0) for _ in range(count)]
    part = model.addVariable(lb=0, ub=1)
    for index in range(len(demand)):
        own = [flows[at] for at in np.flatnonzero(pairs[:, 0] == index)]
        if not own:
            continue
        if raised[index]:
            model.addConstr(sum(own) - part * demand[index] == 0)
        elif settled[index]:
            model.addConstr(sum(own) == floor[index])
        elif rising[index]:
            model.addConstr(sum(own) >= floor[index] * (1 - 1e-9))
    for place in range(len(capacity)):
        inside = [flows[at] for at in np.flatnonzero(pairs[:, 1] == place)]
        if inside:
            model.addConstr(sum(inside) <= capacity[place] * (1 + 1e-10))
    model.maximize(part)
    return float(model.getSolution().col_value[count])


def test_equals_a_sequence_of_linear_programs() -> None:
    """Small random networks: the parts are lexicographically best, as HiGHS finds them."""
    random = np.random.default_rng(53)
    for _ in range(40):
        network = random_network(random)
        np.testing.assert_allclose(
            share(*network), best_parts(network), atol=1e-5 * max(network[1].max(), 1)
        )


def test_scenarios_are_shared_one_by_one() -> None:
    """All scenarios at once equal each alone, their shortfalls, and a routing of what is served."""
    random = np.random.default_rng(54)
    for _ in range(15):
        admissible, demand, capacity, priority = random_network(random)
        lost = random.random((6, len(capacity))) < 0.3
        rates = demand * random.choice([1.0, 1.2, 0.0], (6, len(demand)))
        together = share(admissible, rates, capacity * ~lost, priority)
        for row, its, left in zip(together, rates, capacity * ~lost, strict=True):
            np.testing.assert_array_equal(row, share(admissible, its, left, priority))
            routing = solve(admissible, row, left)
            np.testing.assert_allclose(routing.served, row, atol=1e-11 * max(its.sum(), 1))
        missing = rates.sum(axis=1) - together.sum(axis=1)
        np.testing.assert_allclose(
            missing, shortfalls(admissible, rates, capacity, lost), atol=1e-11 * demand.sum()
        )


def test_many_classes_are_searched_alike() -> None:
    """Beyond the sets that can be listed, cuts come from flows: same law, by its proof.

    Whoever gets less than another of its priority shares all its places with none that gets
    a larger part: else moving some would help it.
    """
    random = np.random.default_rng(55)
    for _ in range(5):
        admissible = random.random((30, 20)) < 0.15
        demand, capacity = random.random(30) * 10, random.random(20) * 6
        priority = random.integers(0, 2, 30)
        served = share(admissible, demand, capacity, priority)
        whole = share(admissible[priority == 1], demand[priority == 1], capacity)
        np.testing.assert_allclose(served[priority == 1], whole, atol=1e-9)
        routing = solve(admissible, served, capacity)
        part = served / demand
        for index in np.flatnonzero((part < 1 - 1e-9) & admissible.any(axis=1)):
            users = _reachable(admissible, routing.flow, index)
            assert (part[users & (priority == priority[index])] <= part[index] + 1e-9).all()
            assert not (users & (priority < priority[index]) & (served > 1e-9)).any()
            places = admissible[users].any(axis=0)
            np.testing.assert_allclose(routing.flow.sum(axis=0)[places], capacity[places])


def _reachable(admissible: np.ndarray, flow: np.ndarray, start: int) -> np.ndarray:
    """Demands that hold capacity which `start` could get, directly or by others moving."""
    users = np.arange(len(flow)) == start
    while True:
        wider = users | (flow[:, admissible[users].any(axis=0)] > 1e-9).any(axis=1)
        if (wider == users).all():
            return users
        users = wider


def test_huge_ratios() -> None:
    """A hundredth beside a hundred millions that could use its place keeps its own part."""
    served = share([[True, False], [False, True], [True, True]], [1e-2, 1e8, 0], [5e-3, 4e7])
    np.testing.assert_allclose(served, [5e-3, 4e7, 0], rtol=1e-12)
    served = share([[True], [True]], [1e-4, 1e10], [1e9], priority=[1, 0])
    np.testing.assert_allclose(served, [1e-4, 1e9 - 1e-4], rtol=1e-12)


@pytest.mark.parametrize(
    ("argument", "given"),
    [
        ("demand", {"demand": [1, 2]}),
        ("demand", {"demand": [np.nan]}),
        ("capacity", {"capacity": [-1.0]}),
        ("capacity", {"demand": [[1.0], [2.0]], "capacity": [[1.0]]}),
        ("priority", {"priority": [0.5]}),
        ("priority", {"priority": [1, 2]}),
        ("priority", {"priority": ["high"]}),
        ("admissible", {"admissible": [True]}),
    ],
)
def test_wrong_input_is_named(argument: str, given: dict[str, object]) -> None:
    """Wrong shapes and values raise, by name."""
    figures = {"admissible": [[True]], "demand": [1.0], "capacity": [1.0], "priority": [0]}
    with pytest.raises(ValueError, match=f"`{argument}`"):
        share(**{**figures, **given})  # type: ignore[arg-type]
