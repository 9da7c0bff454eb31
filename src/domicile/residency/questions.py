"""Narrower questions than a verdict: without trace or words, so every load may be asked about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domicile.model.tokens import Verdict
from domicile.residency.facts import Rule
from domicile.residency.judgement import cases
from domicile.residency.law import Law
from domicile.residency.place import Declaration, Place


def open_duty(
    law: Law,
    subject: str,
    data_classes: Iterable[str],
    activity: str,
    place: str | Place,
    *,
    placed: Iterable[str | Place],
    declared: Iterable[str | Declaration] = (),
    as_of: date,
) -> Rule | None:
    """The first duty to keep a copy, or the first recording, at home that nothing fulfils.

    Args:
        law: the law to apply.
        subject: country or territory whose people the data is about.
        data_classes: what the data is.
        activity: what is done with it.
        place: where.
        placed: the other planned places of the same data.
        declared: mechanisms and facts declared as met.
        as_of: the day.

    Raises:
        ValueError: as `verdict`.
    """
    for case in cases(
        law,
        subject,
        data_classes,
        activity,
        place,
        recipient=None,
        placed=placed,
        declared=declared,
        as_of=as_of,
    ):
        for index in case.matching():
            bound = case.law.rules[index]
            if bound.duty and case.value(index) < Verdict.WITH_MECHANISM.rank:
                return bound.rule
    return None


def has_regime(
    law: Law,
    subject: str,
    data_classes: Iterable[str],
    activity: str,
    place: str | Place,
    *,
    declared: Iterable[str | Declaration] = (),
    as_of: date,
) -> bool:
    """Whether the law on taking this data to a place is known well enough; arguments as above."""
    return not any(
        case.without_regime()
        for case in cases(
            law,
            subject,
            data_classes,
            activity,
            place,
            recipient=None,
            placed=None,
            declared=declared,
            as_of=as_of,
        )
    )
