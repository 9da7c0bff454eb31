"""A strengthened row keeps just the whole numbers that the given row keeps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from domicile.headroom.strengthen import strengthened


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([0.3, 0.3, 0.0], [0.25, 0.25, 0.0]),  # 3.3 of them are 4
        ([0.3, 0.6, 0.0], [0.25, 0.5, 0.0]),  # 6 is two times 3: still multiples of 3
        ([0.3, 0.9, 1.5], [0.25, 0.75, 1.0]),  # five times 0.3 is more than is lacking
        ([0.3, 0.4, 1.5], [0.3, 0.4, 1.0]),  # no common measure
        ([2.0, 0.0, 3.0], [1.0, 0.0, 1.0]),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
    ],
)
def test_by_hand(given: list[float], expected: list[float]) -> None:
    """Worked out beside each row."""
    assert strengthened(np.array([given]))[0] == pytest.approx(expected)


def test_keeps_the_same_whole_numbers_and_fewer_fractions() -> None:
    """Every point of 0 to 6 in each of three columns, for random rows of several kinds."""
    random = np.random.default_rng(9)
    points = np.array(list(itertools.product(range(7), repeat=3)), dtype=float)
    rows = np.vstack([
        random.integers(0, 5, (200, 3)) * random.uniform(0.05, 0.7, (200, 1)),
        random.uniform(0, 0.7, (100, 3)) * (random.random((100, 3)) < 0.8),
    ])  # fmt: skip
    strong = strengthened(rows)
    assert (strong <= rows + 1e-12).all()
    assert (strong < rows - 1e-6).any(axis=1).sum() > 100
    np.testing.assert_array_equal(points @ strong.T >= 1 - 1e-9, points @ rows.T >= 1 - 1e-9)
