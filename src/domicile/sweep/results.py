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
    question: Question, tallies: Sequence[Tally], find: Find, confidence: float, *, drawn: bool
) -> tuple[SweptService, ...]:
    """What was found out about the services of a question.

    Args:
        question: the question.
        tallies: one for each stand.
        find: how a scenario is found again.
        confidence: part of the time that the worst cases leave, below 1.
        drawn: whether scenarios were random.
    """
    return tuple(
        _Reading(question, stand, tally, find, confidence, drawn).service()
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
    ) -> None:
        self._question, self._stand, self._tally = question, stand, tally
        self._find, self._confidence, self._drawn = find, confidence, drawn

    def service(self) -> SweptService:
        stand, risk_ = self._stand, self._tally.risk
        whole = None if risk_ is None or self._drawn else risk_.examined / WHOLE
        last = len(stand.subjects) + 1
        return SweptService(
            service=stand.service,
            policy=self._question.policy,
            unit=stand.unit,
            demand=float(stand.rate.sum()),
            events=len(self._question.events),
            asked=sum(its.asked for its in self._tally.sizes.values()),
            asked_short=sum(its.asked_short for its in self._tally.sizes.values()),
            fewest=self._fewest(ALL),
            sizes=self._sizes(ALL),
            examined=whole,
            risk=None if risk_ is None else self._risk(risk_, ALL),
            worst_subject=None if risk_ is None else self._worst_mean(risk_, last),
            subjects=tuple(
                self._subject(name, column) for column, name in enumerate(stand.subjects, 1)
            ),
        )

    def _subject(self, name: str, column: int) -> SweptSubject:
        of_subjects = self._stand.of_subjects(self._stand.rate)
        return SweptSubject(
            subject=name,
            demand=float(of_subjects[column - 1]),
            fewest=self._fewest(column),
            sizes=self._sizes(column),
            risk=None if self._tally.risk is None else self._risk(self._tally.risk, column),
        )

    def _fewest(self, column: int) -> int | None:
        return min(
            (size for size, its in self._tally.sizes.items() if its.short[column]), default=None
        )

    def _sizes(self, column: int) -> tuple[SweptSize, ...]:
        return tuple(
            SweptSize(
                size=size,
                sets=its.sets,
                short=its.short[column],
                worst=its.worst[column],
                losses=self._losses(size, its, column),
            )
            for size, its in sorted(self._tally.sizes.items())
        )

    def _losses(self, size: int, its: SizeTally, column: int) -> tuple[str, ...]:
        if its.which[column] == NOTHING:
            return ()
        drawn = self._find(size, its.which[column]).draw(self._question)
        return tuple(self._question.events[index].loss.id for index in drawn.event)

    def _risk(self, its: RiskTally, column: int) -> SweptRisk:
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

    def _worst_mean(self, its: RiskTally, column: int) -> Between:
        whole = its.examined if self._drawn else WHOLE
        return _between(risk.worst_mean(its.tail[column], self._confidence, its.examined, whole))


def _between(bounds: risk.Bounds) -> Between:
    """Rounded where binary fractions end: a whole probability is said to be 1."""
    least, most = np.clip(np.round(bounds, 12), 0.0, 1.0).tolist()
    return Between(least=least, most=most)
