"""A sweep cut into pieces: each a few whole numbers from which a worker makes its scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domicile.headroom.arrays import Integers
from domicile.sweep.question import Question
from domicile.sweep.ranks import count, unrank

AT_ONCE = 8192
"""Scenarios of one piece: enough to be worth a message, few enough to fit in memory."""
BLOCK = 1024
"""Random scenarios that share a stream of random numbers, so pieces may be of any whole number
of blocks and draw the same."""
MOST_SUBSETS = 22
"""Events of which all subsets are tried: 4,194,304."""


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Some scenarios, as pairs of a scenario and an event that happens in it.

    Attributes:
        number: int [scenarios]: by which `members` finds the scenario again.
        size: int [scenarios]: how many events happen.
        row: int [pairs], ascending: the scenario, as an index.
        event: int [pairs]: the event, as an index.
    """

    number: Integers
    size: Integers
    row: Integers
    event: Integers


@dataclass(frozen=True, slots=True)
class Losses:
    """Sets of a size, numbered from `first`: every set of so many events."""

    question: int
    size: int
    first: int
    many: int

    def draw(self, question: Question) -> Scenarios:
        """The scenarios."""
        chosen = unrank(len(question.events), self.size, self.first, self.many)
        return Scenarios(
            number=np.arange(self.first, self.first + self.many),
            size=np.full(self.many, self.size),
            row=np.repeat(np.arange(self.many), self.size),
            event=chosen.reshape(-1),
        )

    def only(self, number: int) -> Losses:
        """The piece that holds just that scenario."""
        return Losses(self.question, self.size, number, 1)


@dataclass(frozen=True, slots=True)
class Subsets:
    """Subsets of all events, numbered from `first`: bit `i` of the number is event `i`."""

    question: int
    first: int
    many: int

    def draw(self, question: Question) -> Scenarios:
        """The scenarios."""
        number = np.arange(self.first, self.first + self.many)
        happens = number[:, None] >> np.arange(len(question.events)) & 1 > 0
        row, event = np.nonzero(happens)
        return Scenarios(number, happens.sum(axis=1), row, event)

    def only(self, number: int) -> Subsets:
        """The piece that holds just that scenario."""
        return Subsets(self.question, number, 1)


@dataclass(frozen=True, slots=True)
class Samples:
    """Random scenarios, numbered from `first`; each event happens by its own chance.

    Attributes:
        question: its index.
        seed: of the whole sweep.
        first: the first of them, a multiple of `BLOCK`.
        many: how many.
    """

    question: int
    seed: int
    first: int
    many: int

    def draw(self, question: Question) -> Scenarios:
        """The scenarios."""
        chances = np.nan_to_num(question.chances)
        happens = np.concatenate(
            [
                self._block(block, chances)
                for block in range(self.first // BLOCK, -(-(self.first + self.many) // BLOCK))
            ]
        )[self.first % BLOCK :][: self.many]
        row, event = np.nonzero(happens)
        number = np.arange(self.first, self.first + self.many)
        return Scenarios(number, happens.sum(axis=1), row, event)

    def _block(
        self, block: int, chances: np.ndarray[tuple[int], np.dtype[np.float64]]
    ) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """As `SeedSequence(seed).spawn` gives the block's stream, without spawning all before."""
        stream = np.random.SeedSequence(self.seed, spawn_key=(self.question, block))
        drawn = np.random.default_rng(stream).random((BLOCK, len(chances)))
        happens: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = drawn < chances
        return happens

    def only(self, number: int) -> Samples:
        """The piece that holds just that scenario."""
        return Samples(self.question, self.seed, number, 1)


Piece = Losses | Subsets | Samples


def every_set(question: int, events: int, most: int, at_once: int = AT_ONCE) -> Iterator[Losses]:
    """All sets of up to `most` of so many events, the empty one first.

    Raises:
        ValueError: there are too many to be numbered.
    """
    for size in range(min(most, events) + 1):
        every = count(events, size)
        for first in range(0, every, at_once):
            yield Losses(question, size, first, min(at_once, every - first))


def every_subset(question: int, events: int, at_once: int = AT_ONCE) -> Iterator[Subsets]:
    """All subsets of so many events.

    Raises:
        ValueError: there are more than can be tried.
    """
    if events > MOST_SUBSETS:
        raise ValueError(f"`events` must be at most {MOST_SUBSETS} for all subsets, not `{events}`")
    for first in range(0, 1 << events, at_once):
        yield Subsets(question, first, min(at_once, (1 << events) - first))


def samples(question: int, many: int, seed: int, at_once: int = AT_ONCE) -> Iterator[Samples]:
    """So many random scenarios, in pieces of whole blocks.

    Raises:
        ValueError: naming the argument.
    """
    if at_once % BLOCK:
        raise ValueError(f"`at_once` must be a multiple of {BLOCK}, not `{at_once}`")
    for first in range(0, many, at_once):
        yield Samples(question, seed, first, min(at_once, many - first))
