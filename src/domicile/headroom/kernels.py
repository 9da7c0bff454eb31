"""One part of the network under one demand: its table, where one pays, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.batches import Batch
from domicile.headroom.cuts import Finder
from domicile.headroom.every_set import EverySet
from domicile.headroom.forced import MOST_GROUPS, Forced
from domicile.headroom.lost_groups import Losses, Lost, Room
from domicile.headroom.methods import Method, choose
from domicile.headroom.network import Network, Part

_SAMPLE = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """A table of one part, and which scenarios of a batch it answers.

    Attributes:
        method: how it was made.
        table: looks scenarios up.
        room: the part's capacities on its grid.
        plain: amounts on the grid are those given, so nothing needs to be added up again.
    """

    method: Method
    table: EverySet | Forced
    room: Room
    plain: bool

    def missing(self, lost: Lost, scenarios: int) -> Missing:
        """Look up all scenarios that the table answers."""
        losses = self.room.losses(lost, scenarios)
        answered = self.table.answers(losses)
        inner = losses.of(answered)
        steps = self.table.missing(inner)
        amount = np.zeros(scenarios)
        amount[answered] = steps / self.room.factor
        positive = steps > 0
        return Missing(
            answered, amount, np.flatnonzero(answered)[positive], self.table, inner, positive
        )


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """What a table says of some scenarios.

    Attributes:
        answered: bool [scenarios].
        amount: float [scenarios], on the grid; 0 where not answered.
        rows: int [short ones]: scenarios with a shortfall.
    """

    answered: Bools
    amount: Floats
    rows: Integers
    _table: EverySet | Forced
    _losses: Losses
    _positive: Bools

    def short(self) -> Bools:
        """Who is short together: bool [short ones, classes of the part]."""
        return self._table.short(self._losses.of(self._positive))


def kernel(
    network: Network,
    part: Part,
    find: Finder,
    batch: Batch,
    demand: Floats,
    capacity: Floats,
    failures: Bools | Floats,
) -> Kernel | None:
    """Make the table of a part, where that is faster than scenario by scenario.

    Args:
        network: the whole.
        part: of it.
        find: how scenarios are answered one by one.
        batch: whose scenarios share a demand.
        demand: float [classes of the part].
        capacity: float [places].
        failures: [scenarios, places], of all scenarios.
    """
    room, steps = Room.of(network, part, demand, capacity, batch.usual)
    sample = batch.rows[:: -(-len(batch.rows) // _SAMPLE)]
    losses = room.losses(Lost.of(failures[sample], batch.usual), len(sample))
    each = len(batch.rows) / len(sample)
    by_set = int(each * np.count_nonzero(EverySet.answers(losses)))
    touched = losses.touched()
    most = min(MOST_GROUPS, int(touched.max()))
    by_cuts = [int(each * np.count_nonzero(touched <= k + 1)) for k in range(most)]
    method, most = choose(part, len(batch.rows), by_set, by_cuts)
    table: EverySet | Forced
    if method is Method.EVERY_SET:
        table = EverySet.of(part, steps, room)
    elif method is Method.REGIME_CUTS:
        table = Forced.by_table(part.adjacency, steps, room.groups, most)
    elif method is Method.FORCED_CUTS:
        table = Forced.by_flows(part.adjacency, steps, room.groups, most, find)
    else:
        return None
    left = capacity if batch.usual is None else (1.0 - batch.usual) * capacity
    left = np.minimum(left[room.group_of >= 0], demand.sum())
    plain = (
        failures.dtype == np.bool_
        and grid.plain(demand, room.factor)
        and grid.plain(left, room.factor)
    )
    return Kernel(method, table, room, plain)
