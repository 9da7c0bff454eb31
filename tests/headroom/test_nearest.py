"""What `nearest` must answer."""

from __future__ import annotations

import numpy as np

from domicile.headroom import nearest, shortfalls


def test_near_places_first() -> None:
    """12 over places of 10: the nearer one is filled, the other takes 2."""
    flow = nearest([[True, True]], [12], [10, 10], [[7.0, 3.0]])
    np.testing.assert_allclose(flow, [[2, 10]])


def test_keeps_an_earlier_routing() -> None:
    """Half stood at each place: that stays, though one is nearer."""
    flow = nearest([[True, True]], [8], [10, 10], [[7.0, 3.0]], keep=[[0.5, 0.5]])
    np.testing.assert_allclose(flow, [[4, 4]])


def test_serves_what_can_be_served() -> None:
    """Random networks: lawful, within capacity, and as short as `shortfalls` says."""
    random = np.random.default_rng(1)
    for _ in range(150):
        demands, places = random.integers(1, 8, 2)
        admissible = random.random((demands, places)) < 0.5
        demand = random.integers(0, 9, demands) * random.choice([0.1, 1.0])
        capacity = random.integers(0, 9, places) * 1.0
        shares = random.random((demands, places))
        shares /= shares.sum(axis=1, keepdims=True)
        short = shortfalls(admissible, demand, capacity, np.zeros((1, places), dtype=bool))[0]
        for keep in (None, shares):
            flow = nearest(admissible, demand, capacity, random.random((demands, places)), keep)
            assert abs(demand.sum() - flow.sum() - short) < 1e-9
            assert (flow >= 0).all()
            assert not flow[~admissible].any()
            assert (flow.sum(axis=0) <= capacity + 1e-9).all()
            assert (flow.sum(axis=1) <= demand + 1e-9).all()
