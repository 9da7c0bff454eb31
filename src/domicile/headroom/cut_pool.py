"""Which sets are short: among those known so far first, by exact flows only where none of them is.

A set that one scenario leaves short is likely to be short in many. So what a set lacks is
computed in all scenarios at once, and flows are asked only for the proof at the end.
"""

from __future__ import annotations

import numpy as np

from domicile.headroom import grid
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.chain import worst_in_turn
from domicile.headroom.network import Part
from domicile.headroom.scenarios import Broken, Scenarios, distinct

_MOST_PAIRS = 1 << 9
"""Most sets of two classes to begin with."""

_MOST_ROWS = 64
"""Rows of one answer; more of them slow the program down, fewer make more rounds."""

_SMALL_PRODUCT = 1 << 18
"""Multiplications up to which OpenBLAS stays on one thread."""


class CutPool:
    """The sets of classes known so far, and what each lacks in each scenario."""

    def __init__(self, scenarios: Scenarios, capacity: Floats) -> None:
        """Begin with what is likely to be short.

        Args:
            scenarios: what each needs, and what it leaves.
            capacity: float [places], of what stands already.
        """
        self._scenarios, self._standing = scenarios, capacity
        network = scenarios.network
        self._adjacency = network.adjacency.astype(np.float64)
        # A whole list of the sets that can be the worst one is as good as any flow.
        self._open = [part for part in network.parts if part.closed is None]
        self._sets = np.zeros((0, len(self._adjacency)), dtype=np.bool_)
        self._need = self._weight = np.zeros((len(scenarios.left), 0))
        self._usable = np.zeros((0, self._adjacency.shape[1]))
        # Demand of each part: float [scenarios, parts]; and each class's part: int [classes].
        self._part = np.zeros(len(self._adjacency), dtype=np.intp)
        for number, part in enumerate(network.parts):
            self._part[part.classes] = number
        self._around = np.array(
            [scenarios.demand[:, part.classes].sum(axis=1) for part in network.parts]
        ).T.reshape(len(scenarios.left), len(network.parts))
        for part in network.parts:
            inner = _likely(part) if part.closed is None else part.closed
            self._learn(_widened(part, inner, len(self._adjacency)))

    def broken(self, capacity: Floats, slack: float = 0.0) -> list[Broken]:
        """List sets that are short with these capacities; none only where nothing is short.

        Args:
            capacity: float [places], at least what stands already.
            slack: part of what a set lacked at first that may still be missing unnoticed.

        Returns:
            At most a few dozen: each set's worst scenario and each scenario's worst set, those
            that lack most first.
        """
        groups = self._scenarios.network.of_places(self._scenarios.left * capacity)
        found = self._known(groups, slack, 0)
        if not found:
            before = len(self._sets)
            for part in self._open:
                self._learn(self._searched(part, groups))
            found = self._known(groups, slack, before)
        return found

    def _known(self, groups: Floats, slack: float, first: int) -> list[Broken]:
        """Those of the sets from the first on that are short."""
        over = self._need[:, first:] - product(groups, self._usable[first:].T)
        part = over * self._weight[:, first:]
        if not part.size or part.max() <= slack:
            return []
        scenario, column = np.arange(len(part)), np.arange(part.shape[1])
        pairs = np.vstack([
            np.column_stack([part.argmax(axis=0), column]),
            np.column_stack([scenario, part.argmax(axis=1)]),
        ])  # fmt: skip
        lacks = part[pairs[:, 0], pairs[:, 1]]
        kept = np.flatnonzero(lacks > slack)
        kept = kept[np.argsort(-lacks[kept], kind="stable")]
        chosen = dict.fromkeys(map(tuple, pairs[kept].tolist()))
        return [
            Broken(scenario, self._sets[first + column], float(over[scenario, column]))
            for scenario, column in list(chosen)[:_MOST_ROWS]
        ]

    def _searched(self, part: Part, groups: Floats) -> Bools:
        """Sets of this part that are short in some scenario, each once."""
        demand = self._scenarios.demand[:, part.classes]
        factor = grid.scale(float(demand.sum(axis=1).max(initial=0.0)))
        steps = grid.steps(demand, factor, np.array(np.inf))
        room = grid.steps(groups[:, part.groups], factor, steps.sum(axis=1, keepdims=True))
        short = worst_in_turn(part.adjacency, steps, room)
        return _widened(part, _closed(part, short), len(self._adjacency))

    def _learn(self, sets: Bools) -> None:
        """Take sets in that are not known yet."""
        before = len(self._sets)
        first, _ = distinct(np.packbits(np.vstack([self._sets, sets]), axis=1).astype(np.float64))
        new = sets[first[before:] - before]
        new = new[new.any(axis=1)]
        usable = (new.astype(np.float64) @ self._adjacency > 0).astype(np.float64)
        scenarios = self._scenarios
        need = product(scenarios.demand, new.T.astype(np.float64))
        standing = scenarios.network.of_places(scenarios.left * self._standing)
        lacking = need - product(standing, usable.T)
        rounding = grid.ROUNDING * self._around[:, self._part[new.argmax(axis=1)]]
        lacks = lacking > rounding
        weight = np.where(lacks, 1.0, 0.0) / np.where(lacks, lacking, 1.0)
        self._sets = np.vstack([self._sets, new])
        self._usable = np.vstack([self._usable, usable])
        # What is missing within rounding of what its part needs is not missing, as in shortfalls.
        self._need = np.hstack([self._need, need - rounding])
        self._weight = np.hstack([self._weight, weight])


def product(left: Floats, right: Floats) -> Floats:
    """Multiply matrices, in blocks small enough that BLAS starts no threads.

    For matrices of this size waiting for a thread takes longer than the work, where other
    processes keep the cores busy: by far.
    """
    rows = max(1, _SMALL_PRODUCT // max(1, right.size))
    if rows >= len(left):
        return left @ right
    blocks = [left[start : start + rows] @ right for start in range(0, len(left), rows)]
    return np.vstack(blocks)


def _likely(part: Part) -> Bools:
    """Each class, each two, and all: bool [sets, classes of the part]."""
    one = np.eye(len(part.classes), dtype=np.bool_)
    first, second = np.triu_indices(len(one), 1)
    two = one[first] | one[second] if len(first) <= _MOST_PAIRS else one[:0]
    every = np.ones((1, len(one)), dtype=np.bool_)
    return _closed(part, np.vstack([one, two, every]))


def _closed(part: Part, sets: Bools) -> Bools:
    """With each set, the classes that may use nothing else."""
    outside = sets.astype(np.float64) @ part.adjacency.astype(np.float64) == 0
    closed = outside.astype(np.float64) @ part.adjacency.T.astype(np.float64) == 0
    inside: Bools = closed & sets.any(axis=1, keepdims=True)
    return inside


def _widened(part: Part, sets: Bools, classes: int) -> Bools:
    wide = np.zeros((len(sets), classes), dtype=np.bool_)
    wide[:, part.classes] = sets
    return wide
