"""How much is short in each scenario, by which exact method, and what that proves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom import cuts
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.batches import Batch, batches
from domicile.headroom.kernels import Kernel, Missing, kernel
from domicile.headroom.lost_groups import Lost
from domicile.headroom.methods import Method, alone, one_by_one
from domicile.headroom.network import Network, Part
from domicile.headroom.question import read, surviving

_LARGEST_CHUNK = 1 << 21
"""Most entries [scenarios, places] that are looked at in one go."""

_WORTH_A_TABLE = 2000.0
"""Microseconds: what takes less without tables is not worth a thought about them."""


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What scenarios leave short, and how that is known.

    Attributes:
        shortfall: float [scenarios], in the unit of demand.
        used: bool [scenarios, methods]: which methods, in the order of `Method`, it took; more than
            one where parts of the network that share nothing were examined in different ways.
    """

    shortfall: Floats
    used: Bools

    def method(self, scenario: int) -> str:
        """Name the methods of a scenario; `none` where no demand has any place."""
        used = [one for one, took in zip(Method, self.used[scenario], strict=True) if took]
        return " + ".join(used) or "none"

    @property
    def explanation(self) -> tuple[str, ...]:
        """One sentence for each method used: how many scenarios, and what it proves."""
        counts = self.used.sum(axis=0).tolist()
        return tuple(
            f"{method} ({count:,} scenarios): {method.proves}"
            for method, count in zip(Method, counts, strict=True)
            if count
        )


def examine(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    failures: npt.ArrayLike,
) -> Examination:
    """Compute the shortfall of each scenario, by whichever exact method is the fastest.

    Args:
        admissible: bool [demands, places]: lawful and within latency.
        demand: float [demands], or [scenarios, demands] under surge.
        capacity: float [places], usable after the policy's utilisation.
        failures: bool [scenarios, places] lost, or float: the share lost.

    Returns:
        The shortfalls, exact up to 1e-12 of the demand, and how each is known.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    allowed, needed, room, lost = read(admissible, demand, capacity, failures)
    network = Network.of(allowed)
    finders = [cuts.finder(part) for part in network.parts]
    answer = np.zeros(len(lost))
    answer += needed[..., network.homeless].sum(axis=-1)
    used = np.zeros((len(lost), len(Method)), dtype=np.bool_)
    at_once = max(256, min(1 << 13, _LARGEST_CHUNK // max(1, len(room))))
    kinds: Iterable[Batch] = [Batch(np.arange(len(lost)), shared=False, usual=None)]
    if any(len(lost) * alone(part) > _WORTH_A_TABLE for part in network.parts):
        kinds = batches(needed, lost)
    for batch in kinds:
        work = _Batch(network, finders, batch, needed, room, lost)
        for start in range(0, len(batch.rows), at_once):
            rows = batch.rows[start : start + at_once]
            answer[rows] += work.missing(rows, used)
    return Examination(answer, used)


class _Batch:
    """One batch of scenarios, with the tables that pay for it."""

    def __init__(
        self,
        network: Network,
        finders: list[cuts.Finder],
        batch: Batch,
        demand: Floats,
        capacity: Floats,
        failures: Bools | Floats,
    ) -> None:
        self._network, self._finders, self._batch = network, finders, batch
        self._demand, self._capacity, self._failures = demand, capacity, failures
        self._kernels: list[Kernel | None] = [None] * len(finders)
        if batch.shared:
            classes = self._classes(batch.rows[:1])[0]
            self._kernels = [
                kernel(network, part, find, batch, classes[part.classes], capacity, failures)
                for part, find in zip(network.parts, finders, strict=True)
            ]

    def missing(self, rows: Integers, used: Bools) -> Floats:
        """Shortfalls of some scenarios, without those of homeless demands: float [rows]."""
        network = self._network
        failures = self._failures[rows]
        amount = np.zeros(len(rows))
        short = np.zeros((len(rows), len(network.adjacency)), dtype=np.bool_)
        classes = self._classes(rows)
        lost = Lost.of(failures, self._batch.usual) if any(self._kernels) else None
        looked_up: list[tuple[Part, Missing]] = []
        plain = True
        for part, find, own in zip(network.parts, self._finders, self._kernels, strict=True):
            rest = np.ones(len(rows), dtype=np.bool_)
            if own is not None and lost is not None:
                found = own.missing(lost, len(rows))
                looked_up.append((part, found))
                amount += found.amount
                rest = ~found.answered
                plain &= own.plain
                used[rows[found.answered], _number(own.method)] = True
            if rest.any():
                plain = False
                room = network.of_places(surviving(self._capacity, failures[rest]))
                needed = classes[rest][:, part.classes]
                cut = cuts.on_grid(find, needed, room[:, part.groups])
                short[np.ix_(rest, part.classes)] = cut
                used[rows[rest], _number(one_by_one(part))] = True
        if plain:
            return amount
        for part, found in looked_up:
            short[np.ix_(found.rows, part.classes)] = found.short()
        some = np.flatnonzero(short.any(axis=1))
        room = network.of_places(surviving(self._capacity, failures[some]))
        missing = np.zeros(len(rows))
        missing[some] = cuts.excess(network, short[some], classes[some], room)
        return missing

    def _classes(self, rows: Integers) -> Floats:
        """Demand of the classes: float [rows, classes]."""
        if self._demand.ndim > 1 and not self._batch.shared:
            return self._network.of_demands(self._demand[rows])
        one = self._demand if self._demand.ndim == 1 else self._demand[self._batch.rows[0]]
        classes = self._network.of_demands(one)
        return np.broadcast_to(classes, (len(rows), len(classes)))


def _number(method: Method) -> int:
    return list(Method).index(method)
