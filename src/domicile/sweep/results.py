"""From tallies to the answer that people and programs read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from domicile.model.sweep_answer import (
    Between,
    SweptRisk,
    SweptService,
    SweptSize,
    SweptSubject,
    SweptThrough,
)
from domicile.sweep import risk
from domicile.sweep.happening import SAMPLE
from domicile.sweep.pieces import Losses, Piece, Samples, Subsets
from domicile.sweep.question import Question, Stand
from domicile.sweep.tally import NOTHING, WHOLE, RiskTally, SizeTally, Tally

ALL = 0
"""Of a tally's columns: everyone together. Subjects follow, then whoever loses most."""
Find = Callable[[int, int], Piece]
"""The size and number of a scenario → the piece that holds it alone."""


def losses(question: int) -> Find:
    """Finds scenarios of a sweep of every set."""
    return lambda size, number: Losses(question, size, number, 1)


def subsets(question: int) -> Find:
    """Finds scenarios of a sweep of every subset."""
    return lambda _, number: Subsets(question, number, 1)


def samples(question: int, seed: int) -> Find:
    """Finds scenarios of a random sweep."""
    return lambda _, number: Samples(question, seed, number, 1)


def services(
    question: Question,
    tallies: Sequence[Tally],
    find: Find,
    confidence: float,
    *,
    drawn: bool,
    tabled: bool = False,
) -> tuple[SweptService, ...]:
    """What was found out about the services of a question.

    Args:
        question: the question.
        tallies: one for each stand.
        find: how a scenario is found again.
        confidence: part of the time that the worst cases leave, below 1.
        drawn: whether scenarios were random.
        tabled: whether they were looked up in tables of all sets of lost places.
    """
    return tuple(
        _Reading(question, stand, tally, find, confidence, drawn, tabled).service()
        for stand, tally in zip(question.stands, tallies, strict=True)
    )


class _Reading:
    """One service's tally, read."""

    def __init__(
        self,
        question: Question,
        stand: Stand,
        tally: Tally,
        find: Find,
        confidence: float,
        drawn: bool,
        tabled: bool,
    ) -> None:
        self._question, self._stand, self._tally = question, stand, tally
        self._find, self._confidence = find, confidence
        self._drawn, self._tabled = drawn, tabled

    def service(self) -> SweptService:
        stand, risk_ = self._stand, self._tally.risk
        whole = None if risk_ is None or self._drawn else risk_.examined / WHOLE
        judged = self._question.judged
        return SweptService(
            service=stand.service,
            policy=self._question.policy,
            unit=stand.unit,
            demand=float(stand.rate.sum()),
            events=len(self._question.events),
            judged="every-set" if self._tabled else "one-by-one",
            asked=sum(its.asked for its in self._tally.sizes.values()),
            asked_short=sum(its.asked_short for its in self._tally.sizes.values()),
            fewest=self._fewest(self._tally, ALL),
            sizes=self._sizes(self._tally, ALL),
            examined=whole,
            risk=self._risk(self._tally, ALL),
            worst_subject=self._worst_subject(self._tally),
            needs=tuple(judged[index].service for index in stand.needs),
            needs_left_out=self._question.left_out,
            through=self._through(ALL),
            subjects=tuple(
                self._subject(name, column) for column, name in enumerate(stand.subjects, 1)
            ),
        )

    def _subject(self, name: str, column: int) -> SweptSubject:
        of_subjects = self._stand.of_subjects(self._stand.rate)
        return SweptSubject(
            subject=name,
            demand=float(of_subjects[column - 1]),
            fewest=self._fewest(self._tally, column),
            sizes=self._sizes(self._tally, column),
            risk=self._risk(self._tally, column),
            through=self._through(column),
        )

    def _through(self, column: int) -> SweptThrough | None:
        tally = self._tally.through
        if tally is None:
            return None
        return SweptThrough(
            fewest=self._fewest(tally, column),
            sizes=self._sizes(tally, column),
            risk=self._risk(tally, column),
            worst_subject=self._worst_subject(tally) if column == ALL else None,
        )

    def _fewest(self, tally: Tally, column: int) -> int | None:
        return min((size for size, its in tally.sizes.items() if its.short[column]), default=None)

    def _sizes(self, tally: Tally, column: int) -> tuple[SweptSize, ...]:
        return tuple(
            SweptSize(
                size=size,
                sets=its.sets,
                short=its.short[column],
                worst=its.worst[column],
                losses=self._losses(size, its, column),
            )
            for size, its in sorted(tally.sizes.items())
        )

    def _losses(self, size: int, its: SizeTally, column: int) -> tuple[str, ...]:
        if its.which[column] == NOTHING:
            return ()
        drawn = self._find(size, its.which[column]).draw(self._question)
        return tuple(self._question.events[index].loss.id for index in drawn.event)

    def _risk(self, tally: Tally, column: int) -> SweptRisk | None:
        its = tally.risk
        if its is None:
            return None
        whole = its.examined if self._drawn else WHOLE
        available = its.available[column]
        return SweptRisk(
            availability=_between(
                risk.sampled(available // SAMPLE, its.examined // SAMPLE)
                if self._drawn
                else risk.availability(available, its.examined, whole)
            ),
            expected=_between(risk.expected(its.expected[column], its.examined, whole)),
            worst_mean=self._worst_mean(its, column),
        )

    def _worst_subject(self, tally: Tally) -> Between | None:
        last = len(self._stand.subjects) + 1
        return None if tally.risk is None else self._worst_mean(tally.risk, last)

    def _worst_mean(self, its: RiskTally, column: int) -> Between:
        whole = its.examined if self._drawn else WHOLE
        return _between(risk.worst_mean(its.tail[column], self._confidence, its.examined, whole))


def _between(bounds: risk.Bounds) -> Between:
    """Rounded where binary fractions end: a whole probability is said to be 1."""
    least, most = np.clip(np.round(bounds, 12), 0.0, 1.0).tolist()
    return Between(least=least, most=most)
