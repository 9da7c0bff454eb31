"""`lawful`: the verdicts of many placements at once, each equal to `verdict` of that one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domicile.model.tokens import Verdict
from domicile.residency.columns import Columns
from domicile.residency.day import Day
from domicile.residency.evaluate import is_public
from domicile.residency.judgement import read_activity, read_classes
from domicile.residency.law import Law
from domicile.residency.place import Declaration, Place, check_territory

_KEPT = 64
"""Sets of places, with what is declared of them, that are kept ready."""


@dataclass(frozen=True, slots=True)
class Lawful:
    """Verdicts of placements."""

    matrix: NDArray[np.uint8]
    """[subjects, classes, activities, places]: 0 prohibited to 4 permitted, as `Verdict.rank`."""

    @property
    def lets_through(self) -> NDArray[np.bool_]:
        """Of the same shape: where the placement may stand."""
        result: NDArray[np.bool_] = self.matrix >= Verdict.WITH_MECHANISM.rank
        return result


def lawful(
    law: Law,
    subjects: Sequence[str],
    data_classes: Sequence[str | Iterable[str]],
    activities: Sequence[str],
    places: Sequence[str | Place],
    as_of: date,
    declared: Iterable[str | Declaration] = (),
    placed: Iterable[str | Place] | None = None,
) -> Lawful:
    """Judge every subject, data class (or set of them), activity and place.

    Args:
        law: the law to apply.
        subjects: countries or territories whose people the data is about.
        data_classes: each one class, or a set of classes that travel together.
        activities: what is done.
        places: where; a code alone is an ordinary company's place there.
        as_of: the day whose law is applied.
        declared: mechanisms and facts declared as met.
        placed: places of further planned copies, the same for every cell; None leaves duties to
            keep one copy or the first recording at home out.

    Raises:
        ValueError: a code, data class or activity is not known; the message names the argument.
    """
    day = law.on(as_of)
    for subject in subjects:
        check_territory(subject, "subjects")
    sets = [read_classes(day, each) for each in data_classes]
    asked = [read_activity(day, each) for each in activities]
    everywhere, limited = day.in_force(declared)
    copies = None if placed is None else tuple(Place.read(each) for each in placed)
    columns = _columns(law, day, tuple(map(Place.read, places)), copies, everywhere, limited)
    matrix = np.empty((len(subjects), len(sets), len(asked), len(places)), dtype=np.uint8)
    public = [is_public(day, each) for each in sets]
    split = [[i for i, each in enumerate(public) if each is flag] for flag in (False, True)]
    for row, subject in enumerate(subjects):
        if not day.subject(subject).heeds_public:
            matrix[row] = columns.verdicts(subject, sets, asked, public=False)
            continue
        for flag, which in zip((False, True), split, strict=True):
            if which:
                chosen = [sets[index] for index in which]
                matrix[row, which] = columns.verdicts(subject, chosen, asked, public=flag)
    return Lawful(matrix)


def _columns(
    law: Law,
    day: Day,
    places: tuple[Place, ...],
    placed: tuple[Place, ...] | None,
    everywhere: frozenset[str],
    limited: tuple[Declaration, ...],
) -> Columns:
    """Places ready to be judged, as they were left by who last asked about the same ones."""
    key = (places, everywhere, limited)
    known = law.columns.get(key)
    if known is None and len(law.columns) >= _KEPT:
        law.columns.clear()
    if known is None:
        found = Columns(day, places, placed, everywhere, limited)
    else:
        found = known.on(day, limited, placed)
    law.columns[key] = found
    return found
