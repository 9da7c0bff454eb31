"""One piece of a sweep, examined: every scenario of it, for every service."""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.sweep.happening import least, mass, taken
from domicile.sweep.needing import through
from domicile.sweep.pieces import Piece, Scenarios, Subsets
from domicile.sweep.question import Question
from domicile.sweep.shortage import Shortage, shortage
from domicile.sweep.tally import NOTHING, RiskTally, SizeTally, Tally, binned


def examine(question: Question, piece: Piece) -> tuple[Tally, ...]:
    """Judge each scenario of a piece.

    Args:
        question: what may happen, and who stands where.
        piece: which scenarios.

    Returns:
        One tally for each stand. The same for the same piece, whoever examines it.
    """
    drawn = piece.draw(question)
    bits = taken(question, drawn)
    probable = mass(question, piece, drawn)
    limits = np.array([each.together for each in question.events], dtype=np.int64)
    asked = drawn.size <= least(limits, drawn)

    def counted(short: Shortage) -> Tally:
        sizes = {
            int(size): _of_size(drawn, short.missing, asked, drawn.size == size)
            for size in np.unique(drawn.size)
        }
        return Tally(sizes, None if probable is None else _risk(short, probable))

    tabled = isinstance(piece, Subsets) and question.only_loses
    shorts = [shortage(stand, bits, tabled=tabled) for stand in question.judged]
    found = []
    for stand, short in zip(question.stands, shorts, strict=False):
        tally = counted(short)
        if stand.needs:
            needed = [(question.judged[index], shorts[index]) for index in stand.needs]
            tally.through = counted(through(stand, short, needed))
        found.append(tally)
    return tuple(found)


def _of_size(drawn: Scenarios, missing: Floats, asked: Bools, chosen: Bools) -> SizeTally:
    amounts, number, wanted = missing[chosen], drawn.number[chosen], asked[chosen]
    worst = amounts.argmax(axis=0)
    columns = np.arange(amounts.shape[1])
    return SizeTally(
        sets=len(amounts),
        asked=int(wanted.sum()),
        asked_short=int((wanted & (amounts[:, 0] > 0)).sum()),
        short=(amounts > 0).sum(axis=0).tolist(),
        worst=amounts[worst, columns].tolist(),
        which=np.where(amounts[worst, columns] > 0, number[worst], NOTHING).tolist(),
    )


def _risk(short: Shortage, probable: Integers) -> RiskTally:
    """Parts of demand that are missing, with probabilities, the largest of any subject last."""
    part = np.column_stack([short.part, short.part[:, 1:].max(axis=1, initial=0.0)])
    weighted = np.floor(probable[:, None] * part).astype(np.int64)
    served = np.where(short.missing > 0, 0, probable[:, None])
    return RiskTally(
        examined=int(probable.sum()),
        available=served.sum(axis=0).tolist(),
        expected=weighted.sum(axis=0).tolist(),
        tail=[binned(part[:, at], probable, weighted[:, at]) for at in range(part.shape[1])],
    )
