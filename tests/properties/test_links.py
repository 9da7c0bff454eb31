"""What must always be true where links have limits, whatever the numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.headroom import expand_links, link_shortfalls

AMOUNT = st.one_of(st.integers(0, 20).map(float), st.sampled_from([0.0, 1e-3, 0.1, 1e4]))


class Given(NamedTuple):
    """A network, its flows and scenarios."""

    ends: np.ndarray
    capacity: np.ndarray
    flows: tuple[np.ndarray, np.ndarray, np.ndarray]
    lost: np.ndarray

    def short(self, capacity: np.ndarray) -> np.ndarray:
        """What is short after each failure, with these capacities."""
        return link_shortfalls(*self.ends.T, capacity, *self.flows, self.lost)


@st.composite
def networks(draw: st.DrawFn) -> Given:
    """Draw a ring with further links, capacities, flows and failures."""
    nodes, more, flows = draw(st.integers(2, 5)), draw(st.integers(0, 4)), draw(st.integers(1, 4))
    node = st.integers(0, nodes - 1)
    ring = [(one, (one + 1) % nodes) for one in range(nodes)]
    ends = np.array([*ring, *draw(st.lists(st.tuples(node, node), min_size=more, max_size=more))])
    each = {"min_size": len(ends), "max_size": len(ends)}
    capacity = np.array(draw(st.lists(AMOUNT, **each)))
    moved = draw(st.lists(st.tuples(node, node, AMOUNT), min_size=flows, max_size=flows))
    source, sink, rate = (np.array(column) for column in zip(*moved, strict=True))
    lost = np.array(draw(st.lists(st.lists(st.booleans(), **each), min_size=1, max_size=4)))
    return Given(ends, capacity, (source, sink, rate), lost)


@given(networks())
@settings(max_examples=40, deadline=None)
def test_what_is_added_is_enough_and_nothing_is_added_in_vain(network: Given) -> None:
    """Afterwards nothing is short; and nothing is bought where nothing was."""
    total = float(network.flows[2].sum())
    cost = np.ones(len(network.capacity))
    answer = expand_links(*network.ends.T, network.capacity, cost, *network.flows, network.lost)
    before = network.short(network.capacity)
    assert answer.proved
    if not answer.feasible:
        assert before.max() > 0
        return
    assert network.short(network.capacity + answer.added).max() <= 2e-9 * total
    # A unit of capacity serves at most a unit more.
    assert answer.cost >= before.max() - 1e-6 * total
    assert before.max() > 0 or answer.cost <= 1e-6 * total


@given(networks(), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_more_capacity_and_fewer_losses_never_serve_less(network: Given, which: int) -> None:
    """With all links standing, or all twice as wide, no more is short."""
    total = float(network.flows[2].sum())
    short = network.short(network.capacity)
    assert (short >= 0).all()
    assert (short <= total * (1 + 1e-9)).all()
    assert (network.short(2 * network.capacity) <= short + 1e-8 * total).all()
    fewer = network.lost.copy()
    fewer[which % len(fewer)] = False
    stands = network._replace(lost=fewer).short(network.capacity)
    assert (stands <= short + 1e-8 * total).all()


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_which_end_is_first_does_not_matter(network: Given, random: object) -> None:
    """Turning links or flows round, and asking in another order, changes nothing."""
    total = float(network.flows[2].sum())
    turned = network._replace(
        ends=network.ends[:, ::-1], flows=(network.flows[1], network.flows[0], network.flows[2])
    )
    order = list(range(len(network.lost)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = turned._replace(lost=network.lost[order]).short(network.capacity)
    assert np.abs(again - network.short(network.capacity)[order]).max() <= 1e-8 * total
