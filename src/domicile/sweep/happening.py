"""What scenarios take from everyone: lost places, further strains, and how probable each is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.sweep.cutting import Cutting
from domicile.sweep.pieces import Piece, Samples, Scenarios
from domicile.sweep.question import Question
from domicile.sweep.tally import WHOLE

SAMPLE = 1 << 30
"""One random scenario, in the whole numbers of a tally: up to four thousand million of them."""
Words = npt.NDArray[np.uint64]
"""Bits, 64 to a word."""


def taken(question: Question, drawn: Scenarios) -> Words:
    """What scenarios take: [scenarios, words]; a bit for each place here, then for each strain."""
    places = len(question.here)
    strains = max((each.strain for each in question.events), default=-1) + 1
    bits = np.zeros((len(question.events), places + strains), dtype=np.bool_)
    for index, event in enumerate(question.events):
        bits[index, :places] = event.loss.places[question.here]
        if event.strain >= 0:
            bits[index, places + event.strain] = True
    found = _united(words(bits), drawn)
    cut = list(_cut_off(question, drawn))
    if cut:
        lost = np.zeros((len(cut), places + strains), dtype=np.bool_)
        for index, (_, its) in enumerate(cut):
            lost[index, :places] = its[question.here]
        found[[row for row, _ in cut]] |= words(lost)
    return found


def words(bits: Bools) -> Words:
    """Bits of bool [rows, columns] as words."""
    narrow = np.packbits(bits, axis=1)
    wide = np.pad(narrow, ((0, 0), (0, -narrow.shape[1] % 8)))
    return wide.view(np.uint64)


def bits(found: Words, columns: int) -> Bools:
    """Words as bool [rows, columns]."""
    narrow = np.ascontiguousarray(found).view(np.uint8)
    return np.unpackbits(narrow, axis=1, count=columns).astype(np.bool_)


def _united(of_event: Words, drawn: Scenarios) -> Words:
    """What the events of each scenario take together."""
    found = np.zeros((len(drawn.size), of_event.shape[1]), dtype=np.uint64)
    some = np.flatnonzero(drawn.size)
    if len(some):
        starts = np.searchsorted(drawn.row, some)
        found[some] = np.bitwise_or.reduceat(of_event[drawn.event], starts, axis=0)
    return found


def _cut_off(question: Question, drawn: Scenarios) -> Iterator[tuple[int, Bools]]:
    """Scenarios in which links break → all places that are lost then."""
    cutting = Cutting(question.ground)
    losses = [each.loss for each in question.events]
    broken = [cutting.broken(loss) for loss in losses]
    breaks = np.array([bool(each) for each in broken], dtype=np.bool_)
    if not breaks.any():
        return
    away = np.array([loss.places for loss in losses])
    for row in np.unique(drawn.row[breaks[drawn.event]]):
        members = drawn.event[slice(*np.searchsorted(drawn.row, (row, row + 1)))]
        together = 0
        for each in members:
            together |= broken[each]
        gone: Bools = np.logical_or.reduce(away[members], axis=0)
        yield int(row), cutting.lost(gone, together, [losses[each] for each in members])


def least(of_event: Integers, drawn: Scenarios) -> Integers:
    """The least value of any of a scenario's events: [scenarios]; very large where none happens."""
    found = np.full(len(drawn.size), np.iinfo(np.int64).max)
    np.minimum.at(found, drawn.row, of_event[drawn.event])
    return found


def mass(question: Question, piece: Piece, drawn: Scenarios) -> Integers | None:
    """How probable scenarios are, in parts of `WHOLE`: int [scenarios], rounded down.

    Events are independent, so a set's probability is the product of its members' and of the
    others' complements. What has no probability is taken never to happen. None: nothing has one.
    """
    if not question.has_chances:
        return None
    if isinstance(piece, Samples):
        return np.full(len(drawn.size), SAMPLE)
    chances = np.nan_to_num(question.chances)
    certain = chances >= 1
    # What is certain has no odds: it is counted, and a scenario without it is impossible.
    odds = np.where(certain, 1.0, chances / np.where(certain, 1.0, 1.0 - chances))
    probable = np.full(len(drawn.size), float(np.prod(1.0 - chances[~certain])))
    np.multiply.at(probable, drawn.row, odds[drawn.event])
    happen = np.bincount(drawn.row, certain[drawn.event], minlength=len(drawn.size))
    probable[happen < certain.sum()] = 0.0
    return _parts(probable)


def _parts(probable: Floats) -> Integers:
    return np.floor(probable * WHOLE).astype(np.int64)
