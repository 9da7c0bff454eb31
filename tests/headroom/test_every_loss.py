"""Tables of every set of lost places, against the same scenarios one by one."""

from __future__ import annotations

import numpy as np
import pytest

from domicile.headroom import cuts, shortfalls
from domicile.headroom.every_loss import EveryLoss


@pytest.mark.parametrize("seed", range(30))
def test_as_one_by_one(seed: int) -> None:
    """Equal amounts; those who are said to be short together attain them by themselves."""
    chance = np.random.default_rng(seed)
    loads, places = int(chance.integers(1, 8)), int(chance.integers(1, 9))
    admissible = chance.random((loads, places)) < chance.choice([0.3, 0.7])
    rate = chance.integers(0, 20, loads) * chance.choice([1.0, 1.1])
    room = chance.integers(0, 25, places) * chance.choice([1.0, 0.9])
    table = EveryLoss.of(admissible, rate, room)
    lost = np.arange(1 << places)[:, None] >> np.arange(places) & 1 > 0
    amount = table.amount(lost)
    np.testing.assert_allclose(amount, shortfalls(admissible, rate, room, lost), atol=1e-9)
    network = table.network
    short = table.short(lost)
    left = network.of_places(np.where(lost, 0.0, room))
    attained = cuts.excess(
        network, short, network.of_demands(rate)[None].repeat(len(lost), 0), left
    )
    np.testing.assert_allclose(attained, amount - rate[network.homeless].sum(), atol=1e-9)


def test_too_many_places_are_refused() -> None:
    """23 of them that matter; one more that has nothing does not."""
    with pytest.raises(ValueError, match="`capacity` matters at 23 places"):
        EveryLoss.of(np.ones((1, 23), dtype=bool), np.ones(1), np.ones(23))
    room = np.append(np.ones(4), np.zeros(30))
    assert EveryLoss.of(np.ones((1, 34), dtype=bool), np.ones(1), room).useful.tolist() == [
        0,
        1,
        2,
        3,
    ]
