"""Onward transfer: data that passes several places is under more law at every hop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domicile.model.tokens import Verdict
from domicile.residency.judgement import Judgement, verdict
from domicile.residency.law import Law
from domicile.residency.place import Declaration, Place


@dataclass(frozen=True, slots=True)
class Hop:
    """One leg of a journey: where the data arrives, and what is done with it there."""

    activity: str
    place: Place
    recipient: str | None = None
    """Country of the company that receives it there, where that is not the place's."""


def onward(
    law: Law,
    subject: str,
    data_classes: Iterable[str],
    hops: Sequence[Hop],
    *,
    placed: Iterable[str | Place] | None = None,
    declared: Iterable[str | Declaration] = (),
    as_of: date,
) -> tuple[Judgement, ...]:
    """Judge each hop of a journey: one judgement for each.

    A hop is judged by the subject's law and by that of every place passed before it: data that
    came to a place leaves it under that place's export rules too. So coming home is a transfer
    (US → DE → US needs what EU law asks of a transfer to the US), and a hop is as good as the
    least of these judgements; its trace holds them all.

    Raises:
        ValueError: as `verdict`.
    """
    classes = (data_classes,) if isinstance(data_classes, str) else tuple(data_classes)
    given = tuple(declared)
    copies = None if placed is None else tuple(placed)

    def judged() -> Iterator[Judgement]:
        exporters = [subject]
        for hop in hops:
            found = [
                verdict(
                    law,
                    exporter,
                    classes,
                    hop.activity,
                    hop.place,
                    recipient=hop.recipient,
                    # A duty to keep a copy at home is owed to the subject's country alone.
                    placed=copies if exporter == subject else None,
                    declared=given,
                    as_of=as_of,
                )
                for exporter in exporters
            ]
            worst = min(each.verdict.rank for each in found)
            yield Judgement(
                Verdict.of_rank(worst),
                tuple(step.against(worst) for each in found for step in each.trace),
            )
            passed = hop.place.jurisdiction
            if passed not in exporters:
                exporters.append(passed)

    return tuple(judged())
