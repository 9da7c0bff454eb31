"""The linear program behind an exchange: what its networks cannot carry, at the least.

Where two parties that ask each other are both to be placed, what goes from *a* to *b* is a product
of two unknowns. It gets a column of its own, which adds up to either side's part; without more that
is a relaxation: whoever asks may choose whom. Within *boxes* around the parts it is held to the
product's envelope (McCormick 1976), ever closer as boxes shrink.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.exchange import Exchange
from domicile.headroom.program import Program
from domicile.headroom.rows_so_far import RowsSoFar

Box = tuple[Floats, Floats]
"""float [parties, places] twice: between which parts each party is held."""


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """An answer of the program.

    Attributes:
        missing: what is not carried and what is over, in all.
        flow: float [loads, places]; rows of loads that were not to be placed are 0.
        product: float [asks, places, places] for asks of two free parties, else 0: what goes.
        uncarried: float [nodes, places]: from where to where.
        over: float [places]: more than the place's network carries.
        link_use: float [links].
        network_use: float [places]: over included.
        link_price, network_price: what a unit more of each would spare.
        work_price: float [services, places]: what a unit more of usable capacity would spare.
        wider_links, wider_networks: float [links], [places]: what was added, where it may be.
    """

    missing: float
    flow: Floats
    product: Floats
    uncarried: Floats
    over: Floats
    link_use: Floats
    network_use: Floats
    link_price: Floats
    network_price: Floats
    work_price: Floats
    wider_links: Floats
    wider_networks: Floats


class ExchangeProgram:
    """The program of one exchange.

    Args:
        exchange: what is to be carried.
        box: between which parts parties are held; None: anything.
        near: float [loads, places]: an earlier flow. Given, all must be carried, and as little as
            can be moves against it; else what is not carried is as little as can be.
        wider: float [links] and [places]: what a unit more of each link and each network gives;
            0: it stays as it is. Given, all must be carried, and as little as can be is added.
    """

    def __init__(
        self,
        exchange: Exchange,
        box: Box | None = None,
        near: Floats | None = None,
        wider: tuple[Floats, Floats] | None = None,
    ) -> None:
        self._of = exchange
        self._unit = exchange.total or 1.0
        self._places = exchange.admissible.shape[1]
        self._nodes = len(exchange.roads.joined)
        self._links = len(exchange.roads.tail)
        self._columns = 0
        self._upper: list[Floats] = []
        self._cost: list[Floats] = []
        self._rows = RowsSoFar()
        self._constant_row: list[tuple[Integers, Floats]] = []
        self._lay_out(box, near, wider)

    @property
    def columns(self) -> int:
        """How many there are."""
        return self._columns

    # Columns.

    def _add(self, count: int, cost: float = 0.0, upper: float = np.inf) -> Integers:
        numbers = self._columns + np.arange(count)
        self._columns += count
        self._upper.append(np.full(count, upper))
        self._cost.append(np.full(count, cost))
        return numbers

    def _lay_out(
        self, box: Box | None, near: Floats | None, wider: tuple[Floats, Floats] | None
    ) -> None:
        of, rows = self._of, self._rows
        scale = float(of.demand.max(initial=0.0)) or 1.0
        self._scale = scale
        work = rows.begin(
            np.full(of.usable.size, -np.inf), (of.usable / scale).reshape(-1)
        ).reshape(of.usable.shape)
        network = rows.begin(np.full(self._places, -np.inf), of.roads.network / self._unit)
        links = rows.begin(np.full(self._links, -np.inf), of.roads.room / self._unit)
        self._work, self._network, self._link_rows = work, network, links
        # Work.
        placing = of.free[of.party]
        self._load, self._at = np.nonzero(of.admissible & placing[:, None])
        self._x = self._add(len(self._load))
        rows.put(work[of.service[self._load], self._at], self._x, np.ones(len(self._x)))
        placed = np.flatnonzero(placing)
        all_ = np.full(len(of.demand), -1)
        all_[placed] = rows.begin(of.demand[placed] / scale, of.demand[placed] / scale)
        rows.put(all_[self._load], self._x, np.ones(len(self._x)))
        rate = np.bincount(of.party, of.demand, minlength=len(of.free)) / scale
        self._part = 1.0 / np.where(rate > 0, rate, 1.0)[of.party[self._load]]
        if box is not None:
            self._hold(box)
        self._exchange(box)
        self._carry()
        none = np.zeros(self._links), np.zeros(self._places)
        self._widen(*(none if wider is None else wider))
        if near is not None:
            self._stay(near)

    def _hold(self, box: Box) -> None:
        """Rows of those parts that are held between others than 0 and 1."""
        low, high = box
        who, where = np.nonzero(((low > 0) | (high < 1)) & self._of.free[:, None])
        if not len(who):
            return
        row = np.full(low.shape, -1)
        row[who, where] = self._rows.begin(low[who, where], high[who, where])
        mine = row[self._of.party[self._load], self._at]
        self._rows.put(mine[mine >= 0], self._x[mine >= 0], self._part[mine >= 0])

    # What goes from where to where: terms of (from, to, column, factor), and constants.

    def _exchange(self, box: Box | None) -> None:
        of = self._of
        self._terms: list[tuple[Integers, Integers, Integers, Floats]] = []
        count = self._nodes, self._places
        self._given = np.zeros(count)
        party = of.party[self._load]
        of_party = {int(each): np.flatnonzero(party == each) for each in np.unique(party)}
        none = np.zeros(0, dtype=np.int64)
        self._products: list[tuple[int, Integers, Integers, Integers]] = []
        for number, ((one, other), sent) in enumerate(
            zip(of.asks.tolist(), (of.sent / self._unit).tolist(), strict=True)
        ):
            if not sent:
                continue
            if of.free[one] and of.free[other]:
                self._product(number, sent, of_party.get(one, none), of_party.get(other, none), box)
            elif of.free[one] or of.free[other]:
                mine, fixed = (one, other) if of.free[one] else (other, one)
                own = of_party.get(mine, none)
                there = np.flatnonzero(of.shares[fixed])
                here = np.repeat(self._at[own], len(there))
                away = np.tile(there, len(own))
                column = np.repeat(self._x[own], len(there))
                factor = np.outer(self._part[own], of.shares[fixed, there]).reshape(-1) * sent
                self._terms.append((here, away, column, factor))
            else:
                part = sent * np.outer(of.shares[one], of.shares[other])
                self._given[: self._places] += part
        self._users(of_party)

    def _users(self, of_party: dict[int, Integers]) -> None:
        of = self._of
        self._constant_users = np.zeros(self._places)
        self._user_terms: list[tuple[Integers, Integers, Floats]] = []
        for each, amount in enumerate((of.users / self._unit).tolist()):
            if not amount:
                continue
            entry = int(of.entry[each])
            if not of.free[each]:
                self._constant_users += amount * of.shares[each]
                if entry >= 0:
                    self._given[entry] += amount * of.shares[each]
                continue
            own = of_party.get(each, np.zeros(0, dtype=np.int64))
            factor = amount * self._part[own]
            self._user_terms.append((self._at[own], self._x[own], factor))
            if entry >= 0:
                here = np.full(len(own), entry)
                self._terms.append((here, self._at[own], self._x[own], factor))

    def _product(
        self, number: int, sent: float, one: Integers, other: Integers, box: Box | None
    ) -> None:
        """Columns of what goes from each place of the first to each of the second."""
        rows = self._rows
        here, there = np.unique(self._at[one]), np.unique(self._at[other])
        column = self._add(len(here) * len(there)).reshape(len(here), len(there))
        for own, places, along in ((one, here, column), (other, there, column.T)):
            row = rows.begin(np.zeros(len(places)), np.zeros(len(places)))
            rows.put(np.repeat(row, along.shape[1]), along.reshape(-1), np.ones(along.size))
            at = row[np.searchsorted(places, self._at[own])]
            rows.put(at, self._x[own], -sent * self._part[own])
        from_, to = np.repeat(here, len(there)), np.tile(there, len(here))
        self._terms.append((from_, to, column.reshape(-1), np.ones(column.size)))
        self._products.append((number, from_, to, column.reshape(-1)))
        if box is not None:
            asks = self._of.asks[number]
            low = box[0][asks[0]][from_], box[0][asks[1]][to]
            high = box[1][asks[0]][from_], box[1][asks[1]][to]
            narrow = (low[0] > 0) | (high[0] < 1) | (low[1] > 0) | (high[1] < 1)
            for first, second, under in (
                (low[0], low[1], True),
                (high[0], high[1], True),
                (high[0], low[1], False),
                (low[0], high[1], False),
            ):
                self._envelope(
                    sent, column.reshape(-1), from_, to, first, second, (one, other), narrow,
                    under=under,
                )  # fmt: skip

    def _envelope(
        self,
        sent: float,
        column: Integers,
        from_: Integers,
        to: Integers,
        first: Floats,
        second: Floats,
        own: tuple[Integers, Integers],
        narrow: Bools,
        *,
        under: bool,
    ) -> None:
        """One side: y ≥ (or ≤) sent · (first · v + second · u - first · second)."""
        rows = self._rows
        which = np.flatnonzero(narrow)
        bound = -sent * (first * second)[which]
        free = np.full(len(which), np.inf)
        row = rows.begin(bound, free) if under else rows.begin(-free, bound)
        rows.put(row, column[which], np.ones(len(which)))
        # y - sent · first · v - sent · second · u
        for mine, at, factor in ((own[0], from_, second), (own[1], to, first)):
            match, load = np.nonzero(at[which][:, None] == self._at[mine][None, :])
            rows.put(
                row[match],
                self._x[mine[load]],
                -sent * factor[which[match]] * self._part[mine[load]],
            )

    # Networks and links.

    def _carry(self) -> None:
        of, rows, joined = self._of, self._rows, self._of.roads.joined
        finite = np.flatnonzero(np.isfinite(of.roads.network))
        self._over = self._add(len(finite), cost=1.0)
        self._finite = finite
        rows.put(self._network[finite], self._over, -np.ones(len(finite)))
        for at, column, factor in self._user_terms:
            rows.put(self._network[at], column, factor)
        for from_, to, column, factor in self._terms:
            apart = (from_ < self._places) & (from_ != to)
            for end in (from_, to):
                rows.put(self._network[end[apart]], column[apart], factor[apart])
        between = self._given[: self._places].copy()
        np.fill_diagonal(between, 0.0)
        fixed = self._constant_users + between.sum(axis=0) + between.sum(axis=1)
        self._fixed_network = fixed
        self._constant_row.append((self._network, fixed))
        asked = self._given > 0
        for from_, to, _, _ in self._terms:
            asked[from_, to] = True
        asked &= joined
        asked[np.arange(self._places), np.arange(self._places)] = False
        goals = np.flatnonzero(asked.any(axis=0))
        self._goals = goals
        links = np.arange(self._links)
        forth = self._add(len(goals) * self._links).reshape(len(goals), self._links)
        back = self._add(len(goals) * self._links).reshape(len(goals), self._links)
        shut = np.where(of.roads.room > 0, np.inf, 0.0)
        self._upper[-2] = np.tile(shut, len(goals))
        self._upper[-1] = np.tile(np.where(of.roads.oneway, 0.0, shut), len(goals))
        for each in (forth, back):
            rows.put(np.tile(self._link_rows, len(goals)), each.reshape(-1), np.ones(each.size))
        self._forth, self._back = forth, back
        balance = np.full((self._nodes, len(goals)), -1)
        index = np.full(self._places, -1)
        index[goals] = np.arange(len(goals))
        for number, goal in enumerate(goals.tolist()):
            nodes = np.flatnonzero(np.arange(self._nodes) != goal)
            given = -(self._given[nodes, goal] * joined[nodes, goal])
            balance[nodes, number] = rows.begin(given, given)
            for start, end, column in (
                (of.roads.tail, of.roads.head, forth[number]),
                (of.roads.head, of.roads.tail, back[number]),
            ):
                for node, sign in ((end, 1.0), (start, -1.0)):
                    inner = node != goal
                    row = balance[node[inner], number]
                    rows.put(row, column[links[inner]], np.full(int(inner.sum()), sign))
        for from_, to, column, factor in self._terms:
            counted = joined[from_, to] & (from_ != to)
            row = balance[from_[counted], index[to[counted]]]
            rows.put(row, column[counted], factor[counted])
        self._short = np.nonzero(asked[:, goals])
        self._missing = self._add(len(self._short[0]), cost=1.0)
        rows.put(balance[self._short], self._missing, -np.ones(len(self._missing)))

    def _stay(self, near: Floats) -> None:
        """Carry all, and move as little as can be."""
        moved = self._add(len(self._x), cost=1.0)
        count = len(self._x)
        row = self._rows.begin(np.full(count, -np.inf), near[self._load, self._at] / self._scale)
        self._rows.put(row, self._x, np.ones(count))
        self._rows.put(row, moved, -np.ones(count))

    def _widen(self, links: Floats, networks: Floats) -> None:
        """Let links and networks be wider, at a cost of 1 for each unit."""
        self._wider = []
        for rows, gives in ((self._link_rows, links), (self._network, networks)):
            which = np.flatnonzero(gives > 0)
            column = self._add(len(which), cost=1.0)
            self._rows.put(rows[which], column, -gives[which])
            self._wider.append((which, column))

    def solve(self, *, strictly: bool = False) -> Carried | None:
        """Solve; None where work finds no room, or nothing is carried as it must be."""
        cost, upper = np.concatenate(self._cost), np.concatenate(self._upper)
        if strictly:
            for columns in (self._over, self._missing):
                cost[columns] = 0.0
                upper[columns] = 0.0
        rows = self._rows.all(self._columns)
        for row, value in self._constant_row:
            rows.most[row] -= value
        if not self._columns:
            return self._read(np.zeros(0), np.zeros(self._rows.length))
        program = Program(cost, np.zeros(self._columns), upper)
        program.add_rows(rows)
        solution = program.solve()
        if solution.values is None:
            return None
        return self._read(np.maximum(solution.values, 0.0), program.prices())

    def _read(self, values: Floats, prices: Floats) -> Carried:
        of = self._of
        flow = np.zeros(of.admissible.shape)
        flow[self._load, self._at] = values[self._x] * self._scale
        product = np.zeros((len(of.asks), self._places, self._places))
        for number, from_, to, column in self._products:
            product[number, from_, to] = values[column] * self._unit
        uncarried = np.zeros((self._nodes, self._places))
        uncarried[self._short[0], self._goals[self._short[1]]] = values[self._missing] * self._unit
        over = np.zeros(self._places)
        over[self._finite] = values[self._over] * self._unit
        used = (values[self._forth] + values[self._back]).sum(axis=0) * self._unit
        through = self._fixed_network.copy()
        for at, column, factor in self._user_terms:
            np.add.at(through, at, factor * values[column])
        for from_, to, column, factor in self._terms:
            apart = (from_ < self._places) & (from_ != to)
            for end in (from_, to):
                np.add.at(through, end[apart], (factor * values[column])[apart])
        added = []
        for (which, column), length in zip(self._wider, (self._links, self._places), strict=True):
            more = np.zeros(length)
            more[which] = values[column] * self._unit
            added.append(more)
        return Carried(
            wider_links=added[0],
            wider_networks=added[1],
            missing=float(uncarried.sum() + over.sum()),
            flow=flow,
            product=product,
            uncarried=uncarried,
            over=over,
            link_use=used,
            network_use=through * self._unit,
            link_price=np.maximum(-prices[self._link_rows], 0.0),
            network_price=np.maximum(-prices[self._network], 0.0),
            work_price=np.maximum(-prices[self._work], 0.0) * self._unit / self._scale,
        )
