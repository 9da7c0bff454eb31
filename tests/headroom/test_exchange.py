"""Placing work over networks, against linear programs that are written out plainly.

The plain program has a column for what goes over each link in each direction from each place to
each other place, and one for each share; where one side's shares are given, products are numbers
and it is exact. Where both sides are free, the asked side is tried at every twentieth.
"""

from __future__ import annotations

import itertools

import highspy
import numpy as np
import pytest
from numpy.typing import NDArray

from domicile.headroom import Exchange, ExchangeProgram, Roads, place, uncarried

Floats = NDArray[np.float64]


def triangle(*room: float, network: float = np.inf) -> Roads:
    """Places 0, 1, 2; links 0~1, 0~2, 1~2."""
    return Roads(
        np.array([0, 0, 1]),
        np.array([1, 2, 2]),
        np.array(room),
        np.zeros(3, dtype=np.bool_),
        np.ones((3, 3), dtype=np.bool_),
        np.full(3, network),
    )


def two_services(
    roads: Roads, sent: float, room: tuple[Floats, Floats], where: tuple[Floats, Floats]
) -> Exchange:
    """Party 0 asks party 1; each does 100 in all.

    Args:
        roads: what carries it.
        sent: in all.
        room: what each may do at each place.
        where: shares of each now.
    """
    places = len(room[0])
    return Exchange(
        admissible=np.ones((2, places), dtype=np.bool_),
        demand=np.full(2, 100.0),
        service=np.arange(2),
        party=np.arange(2),
        usable=np.array(room),
        free=np.ones(2, dtype=np.bool_),
        shares=np.array(where, dtype=np.float64),
        asks=np.array([[0, 1]]),
        sent=np.array([sent]),
        users=np.zeros(2),
        entry=np.full(2, -1),
        roads=roads,
    )


class Plain:
    """One program, written down column by column: shares, pairs, then each pair on each arc."""

    def __init__(self, roads: Roads, places: int) -> None:
        self.places = range(places)
        self.pairs = list(itertools.product(self.places, repeat=2))
        ends = list(zip(roads.tail.tolist(), roads.head.tolist(), strict=True))
        self.arcs = [(a, b, at) for at, (a, b) in enumerate(ends)]
        self.arcs += [(b, a, at) for a, b, at in self.arcs]
        self.sending = {pair: places + at for at, pair in enumerate(self.pairs)}
        first = places + len(self.pairs)
        every = list(itertools.product(self.pairs, range(len(self.arcs))))
        self.over = {each: first + at for at, each in enumerate(every)}
        self.width = first + len(every)
        self.under: list[tuple[Floats, float]] = []
        self.equal: list[tuple[Floats, float]] = []

    def row(self, entries: dict[int, float]) -> Floats:
        """All columns, of which these are not 0."""
        found = np.zeros(self.width)
        found[list(entries)] = list(entries.values())
        return found

    def exactly(self, entries: dict[int, float], value: float) -> None:
        """Add a row that equals a value."""
        self.equal.append((self.row(entries), value))

    def at_most(self, entries: dict[int, float], value: float) -> None:
        """Add a row that does not exceed a value."""
        self.under.append((self.row(entries), value))

    def carry(self, roads: Roads) -> None:
        """What each pair sends leaves the one place, arrives at the other, and passes the rest."""
        for pair, node in itertools.product(self.pairs, self.places):
            if pair[0] == pair[1]:
                continue
            entries = {
                self.over[pair, at]: 1.0 if node == start else -1.0
                for at, (start, end, _) in enumerate(self.arcs)
                if node in (start, end)
            }
            entries[self.sending[pair]] = float(node == pair[1]) - float(node == pair[0])
            self.exactly(entries, 0.0)
        for link, room in enumerate(roads.room.tolist()):
            on_it = (at for at, arc in enumerate(self.arcs) if arc[2] == link)
            entries = {self.over[each]: 1.0 for each in itertools.product(self.pairs, on_it)}
            self.at_most(entries, room)
        for place_, network in enumerate(roads.network.tolist()):
            if np.isfinite(network):
                touching = [
                    pair for pair in self.pairs if (pair[0] == place_) != (pair[1] == place_)
                ]
                self.at_most({self.sending[pair]: 1.0 for pair in touching}, network)


def plain(roads: Roads, sent: float, room: Floats, asked: Floats, *, exact: bool = True) -> bool:
    """Whether some shares of the first party fit, where the second's are these.

    Args:
        roads: what carries it.
        sent: in all.
        room: what the first may do at each place, of 100.
        asked: shares of the second; where not `exact`, the most of it that each place may do.
        exact: the part of each place in what is asked is its share, wherever it is asked from.
    """
    program = Plain(roads, len(room))
    sending = program.sending
    program.exactly(dict.fromkeys(program.places, 1.0), 1.0)
    for place_ in program.places:
        program.at_most({place_: 100.0}, float(room[place_]))
    for a, b in program.pairs if exact else ():
        program.exactly({sending[a, b]: 1.0, a: -sent * float(asked[b])}, 0.0)
    for a in () if exact else program.places:
        program.exactly({**{sending[a, b]: 1.0 for b in program.places}, a: -sent}, 0.0)
        program.at_most({sending[b, a]: 1.0 for b in program.places}, sent * float(asked[a]))
    program.carry(roads)
    return feasible(program.width, program.under, program.equal)


def feasible(
    width: int, under: list[tuple[Floats, float]], equal: list[tuple[Floats, float]]
) -> bool:
    """Whether some columns, none below 0, keep rows at most, and others exactly, at these."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.silent()
    for _ in range(width):
        highs.addVar(0.0, highspy.kHighsInf)
    for rows, exact in ((under, False), (equal, True)):
        for row, value in rows:
            columns = np.flatnonzero(row).astype(np.int32)
            least = value if exact else -highspy.kHighsInf
            highs.addRow(least, value, len(columns), columns, row[columns])
    highs.run()
    return bool(highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def test_work_moves_off_a_narrow_link() -> None:
    """100 from 0 to 1 over links of 30, 0 and 100: 70 of it has to be sent from 2 or 1 itself."""
    everywhere = np.full(3, 200.0)
    only_1 = np.array([0, 200.0, 0])
    asked = two_services(
        triangle(30, 0, 100), 100, (everywhere, only_1), (np.eye(3)[0], np.eye(3)[1])
    )
    assert uncarried(asked, asked.shares).missing == pytest.approx(70)
    found = place(asked, 100 * asked.shares)
    assert found.proved
    assert found.flow is not None
    shares = asked.placed(found.flow)
    assert uncarried(asked, shares).missing == pytest.approx(0, abs=1e-6)
    # As much stays as may: 30 of 100, but for what is left free for rounding.
    assert shares[0, 0] == pytest.approx(0.3, abs=1e-4)


def test_nothing_fits_and_prices_say_why() -> None:
    """The first may do 20 at place 1 and 0 elsewhere but at 0, from where 30 can go: 50 miss."""
    asked = two_services(
        triangle(30, 0, 100),
        100,
        (np.array([200.0, 20, 0]), np.array([0, 200.0, 0])),
        (np.eye(3)[0], np.eye(3)[1]),
    )
    found = place(asked, 100 * asked.shares)
    assert found.flow is None
    assert found.proved
    assert found.missing == pytest.approx(50)
    assert found.relaxed is not None
    assert found.relaxed.link_price == pytest.approx([1, 0, 0])
    # A unit of work more at place 1 spares as much as it sends: 1 Gbit/s.
    assert found.relaxed.work_price[0] == pytest.approx([0, 1, 1], abs=1e-6)


def test_who_asks_cannot_choose_whom() -> None:
    """Half of each at 0 and half at 1 sends a quarter each way, though each could ask at home.

    Both places must do half of either service, so nothing can be chosen, and 50 of 100 cross
    a link of 40: none fits, although the relaxation, in which each asks at home, sends nothing.
    """
    half = np.array([50.0, 50, 0])
    asked = two_services(triangle(40, 0, 0), 100, (half, half), (half / 100, half / 100))
    relaxed = ExchangeProgram(asked).solve()
    assert relaxed is not None
    assert relaxed.missing == pytest.approx(0, abs=1e-9)
    found = place(asked, 100 * asked.shares)
    assert found.flow is None
    assert found.proved


def test_each_can_be_placed_at_home() -> None:
    """The same with room for all of both at 0: then nothing needs a link."""
    half, all_ = np.array([50.0, 50, 0]), np.array([100.0, 50, 0])
    asked = two_services(triangle(10, 0, 0), 100, (all_, all_), (half / 100, half / 100))
    found = place(asked, 100 * asked.shares)
    assert found.flow is not None
    shares = asked.placed(found.flow)
    # What crosses is u0 v1 + u1 v0, at most 10 of 100.
    assert 100 * (shares[0, 0] * shares[1, 1] + shares[0, 1] * shares[1, 0]) <= 10 + 1e-6


@pytest.mark.parametrize("seed", range(60))
def test_random_networks_where_one_side_is_given(seed: int) -> None:
    """Found where the plain program finds one, else proved to be none; both ways of asking."""
    random = np.random.default_rng(seed)
    places = int(random.integers(2, 5))
    ends = list(itertools.combinations(range(places), 2))
    width = random.choice([0, 5, 15, 30, 60], len(ends)).astype(np.float64)
    network = np.where(random.random(places) < 0.3, random.integers(20, 120, places), np.inf)
    roads = Roads(
        np.array([a for a, _ in ends]),
        np.array([b for _, b in ends]),
        width,
        np.zeros(len(ends), dtype=np.bool_),
        np.ones((places, places), dtype=np.bool_),
        network,
    )
    room = random.integers(20, 110, places).astype(np.float64)
    if room.sum() < 100:
        room[0] = 100.0
    asked = random.dirichlet(np.ones(places)).round(2)
    asked[0] = 1 - asked[1:].sum()
    exchange = two_services(roads, 100.0, (room, 100 * asked), (np.eye(places)[0], asked))
    given = exchange.keeping(np.array([True, False]), exchange.shares)
    found = place(given, 100 * np.array([np.eye(places)[0], asked]))
    assert found.proved
    assert (found.flow is not None) == plain(roads, 100.0, room, asked)
    if found.flow is None:
        assert found.missing > 0
    else:
        assert (found.flow.sum(axis=1)[0]) == pytest.approx(100)
        assert (found.flow[0] <= room + 1e-6).all()


@pytest.mark.parametrize("seed", range(25))
def test_random_networks_where_both_sides_are_free(seed: int) -> None:
    """What is found fits; what is proved to be none is none at any twentieth of what is asked."""
    random = np.random.default_rng(1000 + seed)
    places = 3
    roads = triangle(*random.choice([0, 8, 16, 24], 3).astype(np.float64))
    room = random.integers(25, 70, (2, places)).astype(np.float64)
    room[:, 0] += np.maximum(100 - room.sum(axis=1), 0)
    start = room / room.sum(axis=1, keepdims=True)
    exchange = two_services(roads, 40.0, (room[0], room[1]), (start[0], start[1]))
    found = place(exchange, 100 * start)
    if found.flow is not None:
        shares = exchange.placed(found.flow)
        assert uncarried(exchange, shares).missing <= 1e-6
        assert (100 * shares <= room + 1e-5).all()
        assert plain(roads, 40.0, room[0], room[1] / 100, exact=False)
    elif found.proved:
        steps = [
            np.array(some) / 20
            for some in itertools.product(range(21), repeat=places)
            if sum(some) == 20 and (5.0 * np.array(some) <= room[1]).all()
        ]
        assert not any(plain(roads, 40.0, room[0], asked) for asked in steps)
