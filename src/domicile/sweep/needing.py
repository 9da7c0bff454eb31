"""What a service lacks once those that it needs are asked too.

It serves no more of a country's demand than the weakest of these serves in the same scenario.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domicile.sweep.question import Stand
from domicile.sweep.shortage import Shortage, rounded


def through(stand: Stand, own: Shortage, needed: Sequence[tuple[Stand, Shortage]]) -> Shortage:
    """What a service lacks, itself or through those that it needs.

    Args:
        stand: the service.
        own: what its own places cannot serve.
        needed: the services that it needs, each with what it lacks in the same scenarios.

    Returns:
        Never less than its own shortage. In all, the sum over subjects.
    """
    part = own.part[:, 1:].copy()
    for other, short in needed:
        column = {subject: index for index, subject in enumerate(other.subjects, 1)}
        for index, subject in enumerate(stand.subjects):
            if subject in column:
                np.maximum(part[:, index], short.part[:, column[subject]], out=part[:, index])
    raised = part > own.part[:, 1:]
    missing, wanted = own.missing.copy(), own.wanted
    missing[:, 1:] = np.where(raised, part * wanted[:, 1:], missing[:, 1:])
    rows = np.flatnonzero(raised.any(axis=1))
    # One subject after the other: a sum that is the same whatever other scenarios there are.
    total = np.add.accumulate(missing[rows, 1:], axis=1)[:, -1:].reshape(-1)
    missing[rows, 0] = np.minimum(np.maximum(total, missing[rows, 0]), wanted[rows, 0])
    for row_wanted in np.unique(wanted[rows, 0]):
        some = rows[wanted[rows, 0] == row_wanted]
        missing[some] = rounded(missing[some], float(row_wanted))
    return Shortage.of(missing, wanted)
