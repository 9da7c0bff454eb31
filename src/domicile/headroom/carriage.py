"""The most that can be served over links with capacities, at places with capacities.

Demand enters at nodes and leaves where it may be served. What may be served at the same nodes
is one class: it need not be told apart. Any prices of links and nodes prove how much must go
unserved: whoever must pay more than 1 to be served is not, and all that the prices earn is
what capacity can give. Each program's prices and routing are tried on all other scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.distances import distances
from domicile.headroom.program import Program, Rows

EXACT = 1e-9
"""Part of the rate by which what is proved and what is routed may differ."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One scenario's routing, and prices that prove that no other serves more.

    Attributes:
        served: float [classes, nodes]: of what enters there.
        carried: float [links], both ways together.
        placed: float [nodes]: served there.
        length: float [links], price: float [nodes]: what a unit pays to pass, and to be served.
        paid: float [classes, nodes]: the least that what enters there pays, at most 1.
    """

    served: Floats
    carried: Floats
    placed: Floats
    length: Floats
    price: Floats
    paid: Floats


class Carriage:
    """One program, asked again for each scenario.

    Columns, for each class: each link forth, each link back, what enters at each node, and what
    leaves there. Rows: each link, each node's capacity, then each class's balance at each node.

    Args:
        ends: int [links] twice; links are undirected, capacity is shared by both directions.
        allowed: bool [classes, nodes]: where the class may be served.
        unit: what amounts are counted in.
    """

    def __init__(self, ends: tuple[Integers, Integers], allowed: Bools, unit: float) -> None:
        self.tail, self.head = ends
        self.allowed, self.unit = allowed, unit
        classes, nodes = allowed.shape
        links = len(self.tail)
        self.shape = (classes, 2 * links + 2 * nodes)
        cost = np.zeros(self.shape)
        cost[:, 2 * links : 2 * links + nodes] = -1.0
        self.program = Program(cost.reshape(-1), np.zeros(cost.size), np.zeros(cost.size))
        column = np.arange(2 * links + 2 * nodes)
        forth, back, enter, leave = np.split(column, [links, 2 * links, 2 * links + nodes])
        first = np.arange(classes)[:, None] * len(column)
        limited = np.concatenate([np.arange(links), np.arange(links), links + np.arange(nodes)])
        limits = links + nodes
        every = np.concatenate([forth, back, leave])
        free = np.full(limits, np.inf)
        self.program.add_rows(
            Rows.of(
                np.tile(limited, classes),
                (first + every).reshape(-1),
                np.ones(classes * len(every)),
                -free,
                free,
            )
        )
        row = np.concatenate(
            [self.head, self.tail, self.tail, self.head, np.arange(nodes), np.arange(nodes)]
        )
        column = np.concatenate([forth, forth, back, back, enter, leave])
        sign = np.concatenate(
            [np.repeat([1.0, -1.0, 1.0, -1.0], links), np.repeat([1.0, -1.0], nodes)]
        )
        moving = np.append(np.tile(self.tail != self.head, 4), np.ones(2 * nodes, dtype=np.bool_))
        row, column, sign = row[moving], column[moving], sign[moving]
        none = np.zeros(classes * nodes)
        self.program.add_rows(
            Rows.of(
                (np.arange(classes)[:, None] * nodes + row).reshape(-1),
                (first + column).reshape(-1),
                np.tile(sign, classes),
                none,
                none,
            )
        )

    def ask(self, rate: Floats, capacity: Floats, room: Floats, *, again: bool = True) -> Answer:
        """Serve the most of `rate` [classes, nodes] over `capacity` [links] at `room` [nodes]."""
        links, nodes = len(self.tail), len(room)
        upper = np.full(self.shape, np.inf)
        # A row alone would let a little pass where nothing does.
        upper[:, : 2 * links] = np.tile(np.where(capacity > 0, np.inf, 0.0), 2)
        upper[:, 2 * links : 2 * links + nodes] = rate / self.unit
        upper[:, 2 * links + nodes :] = np.where(self.allowed, np.inf, 0.0)
        self.program.bound_columns(upper.reshape(-1))
        self.program.bound_rows(np.append(capacity, room) / self.unit)
        solution = self.program.solve(again=again)
        if solution.values is None:
            return self._nothing(rate)
        values = np.maximum(solution.values, 0.0).reshape(self.shape) * self.unit
        used = values[:, :links] + values[:, links : 2 * links]
        prices = np.maximum(-self.program.prices()[: links + nodes], 0.0)
        length, price = np.minimum(prices[:links], 1.0), np.minimum(prices[links:], 1.0)
        return Answer(
            served=values[:, 2 * links : 2 * links + nodes],
            carried=used.sum(axis=0),
            placed=values[:, 2 * links + nodes :].sum(axis=0),
            length=length,
            price=price,
            paid=self._paid(length, price),
        )

    def _nothing(self, rate: Floats) -> Answer:
        """Serve nobody, prove nothing: what stands when the solver has no answer."""
        links, nodes = np.zeros(len(self.tail)), np.zeros(rate.shape[1])
        none = np.zeros(rate.shape)
        return Answer(none, links, nodes, links, nodes, none)

    def _paid(self, length: Floats, price: Floats) -> Floats:
        far = distances(self.tail, self.head, len(price), length[None])[0]
        cheapest = np.array(
            [(far[:, where] + price[where]).min(axis=1, initial=1.0) for where in self.allowed]
        )
        return cheapest.reshape(self.allowed.shape)

    def missing(
        self, rates: Floats, capacity: Floats, room: Floats, enough: float = np.inf
    ) -> Floats:
        """Compute how much goes unserved in each scenario.

        Args:
            rates: float [scenarios, classes, nodes], or [1, classes, nodes].
            capacity: float [scenarios, links].
            room: float [scenarios, nodes], or [1, nodes]; may be infinite.
            enough: a scenario that surely misses more than this is not looked at any closer.

        Returns:
            float [scenarios].
        """
        scenarios = len(capacity)
        total = np.broadcast_to(rates.sum(axis=(1, 2)), (scenarios,))
        least, most = np.zeros(scenarios), total.copy()
        fine = EXACT * total
        tried = np.zeros(scenarios, dtype=np.bool_)
        while True:
            open_ = np.flatnonzero(~tried & (most - least > fine) & (least <= enough))
            if not len(open_):
                break
            one = int(open_[0])
            tried[one] = True
            question = rates[one % len(rates)], capacity[one], room[one % len(room)]
            answer = self.ask(*question)
            _learn(answer, rates, capacity, room, open_, least, most)
            if most[one] - least[one] > fine[one] and least[one] <= enough:
                # The way from the last scenario's answer was rough: begin anew.
                _learn(self.ask(*question, again=False), rates, capacity, room, open_, least, most)
        # Where they still differ, what no routing was found for counts as missing.
        closed = most - least <= fine
        answered = np.where(closed, least, np.where(least > enough, least, most))
        return np.where(closed & (least <= fine), 0.0, answered)


def _learn(
    answer: Answer,
    rates: Floats,
    capacity: Floats,
    room: Floats,
    open_: Integers,
    least: Floats,
    most: Floats,
) -> None:
    """Try one scenario's prices and routing on all open ones."""
    rate = rates if len(rates) == 1 else rates[open_]
    space = room if len(room) == 1 else room[open_]
    worth = (rate * answer.paid).sum(axis=(1, 2)) - capacity[open_] @ answer.length
    # Infinite room has no price.
    worth = worth - (np.where(answer.price > 0, space, 0.0) * answer.price).sum(axis=1)
    least[open_] = np.maximum(least[open_], worth)
    # Taking a unit off a link, a place or a demand takes at most a unit off what is served.
    over = np.maximum(answer.carried - capacity[open_], 0.0).sum(axis=1)
    over = over + np.maximum(answer.placed - space, 0.0).sum(axis=1)
    over = over + np.maximum(answer.served - rate, 0.0).sum(axis=(1, 2))
    left = rate.sum(axis=(1, 2)) - answer.served.sum() + over
    most[open_] = np.maximum(np.minimum(most[open_], left), least[open_])
