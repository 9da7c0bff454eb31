"""What each subject's demand on a service is served, contingency by contingency."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from domicile.model.answer import HeadroomRow
from domicile.situation import Situation
from domicile.strain import Strain

METHOD: Final = "max-flow"
"""Every shortfall is total demand minus an exact largest flow."""


def rows(
    strain: Strain, situation: Situation, contingency: str | None, matrix: bool
) -> list[HeadroomRow]:
    """Nominal and the worst for each subject; or those that were asked for."""
    unit = situation.workspace.services[strain.service].unit
    table = [
        (case, by_subject(strain, index, unit)) for index, case in enumerate(strain.contingencies)
    ]
    if contingency is not None:
        return [row for case, rows in table if contingency in case.ids for row in rows]
    if matrix:
        return [row for _, rows in table for row in rows]
    chosen = []
    for position, nominal in enumerate(table[0][1]):
        of_subject = [(rows[position], case) for case, rows in table[1:]]
        chosen.append(nominal)
        if of_subject:
            usable = _usable(strain, nominal.subject)
            row, _ = max(
                of_subject,
                key=lambda pair: (pair[0].shortfall, -float(usable @ pair[1].left)),
            )
            chosen.append(row)
    return chosen


def _usable(strain: Strain, subject: str) -> NDArray[np.float64]:
    """[places]: what a subject may use. Of losses that leave none short, the worst leaves least."""
    rows = [index for index, load in enumerate(strain.loads) if load.subject == subject]
    usable: NDArray[np.float64] = strain.capacity * strain.admissible[rows].any(axis=0)
    return usable


def by_subject(strain: Strain, index: int, unit: str) -> list[HeadroomRow]:
    """Demand, served and short of each subject, in one of the strain's contingencies."""
    case = strain.contingencies[index]
    wanted = case.demand(strain.rate)
    served = strain.route(case).served if strain.shortfall[index] else wanted
    sums: dict[str, list[float]] = {}
    for load, rate, got in zip(strain.loads, wanted, served, strict=True):
        entry = sums.setdefault(load.subject, [0.0, 0.0])
        entry[0] += float(rate)
        entry[1] += float(got)
    return [
        HeadroomRow(
            service=strain.service,
            subject=subject,
            contingency=case.ids,
            demand=rate,
            served=got,
            shortfall=max(0.0, rate - got) if rate - got > 1e-9 * rate else 0.0,
            unit=unit,
            method=METHOD,
            proved=True,
        )
        for subject, (rate, got) in sorted(sums.items())
    ]
