"""How much more of a service's demand could be served lawfully, in each contingency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Growth, by_law, growth
from domicile.strain import Strain


@dataclass(frozen=True, slots=True, eq=False)
class Spare:
    """What one service's demand may grow by.

    Attributes:
        whole: float [contingencies]: all demand grows alike.
        binding: bool [contingencies, loads]: the loads that bind it.
        of_subject: subject → float [contingencies]: this subject's demand grows, all other
            demand being served as before.
    """

    whole: NDArray[np.float64]
    binding: NDArray[np.bool_]
    of_subject: dict[str, NDArray[np.float64]]

    @classmethod
    def of(cls, strain: Strain) -> Spare:
        """Compute it."""
        loads, cases = len(strain.loads), len(strain.contingencies)
        every = np.ones(loads, dtype=np.bool_)
        subjects = sorted({load.subject for load in strain.loads})
        theirs = {
            subject: np.array([load.subject == subject for load in strain.loads])
            for subject in subjects
        }
        whole = np.zeros(cases)
        binding = np.zeros((cases, loads), dtype=np.bool_)
        of_subject = {subject: np.zeros(cases) for subject in subjects}
        for members in by_law(strain.contingencies):
            found = _growths(strain, members, [every, *theirs.values()])
            whole[members], binding[members] = found[0].part, found[0].binding
            for subject, its in zip(subjects, found[1:], strict=True):
                of_subject[subject][members] = its.part
        return cls(whole, binding, of_subject)


def _growths(strain: Strain, members: list[int], growing: list[NDArray[np.bool_]]) -> list[Growth]:
    """One growth for each choice of loads, over contingencies that find the same law.

    Contingencies that ask and leave the same are looked at once, and all choices together.
    """
    cases = [strain.contingencies[index] for index in members]
    wanted = np.array([case.demand(strain.rate) for case in cases])
    usable = np.array([strain.usable(case) for case in cases])
    part = np.divide(usable, strain.capacity, out=np.zeros_like(usable), where=strain.capacity > 0)
    failures = 1.0 - np.minimum(part, 1.0)
    _, first, of = np.unique(
        np.column_stack([wanted, failures]), axis=0, return_index=True, return_inverse=True
    )
    wanted, failures, of = wanted[first], failures[first], of.reshape(-1)
    found = growth(
        cases[0].open(strain.admissible),
        np.tile(wanted, (len(growing), 1)),
        strain.capacity,
        np.tile(failures, (len(growing), 1)),
        np.repeat(np.array(growing), len(first), axis=0),
    )
    return [
        Growth(found.part[rows], found.binding[rows])
        for number in range(len(growing))
        for rows in (number * len(first) + of,)
    ]


def part(grown: float, shortfall: float, demand: float) -> float | None:
    """Spare as a part of demand: what is short counts below 0; None where nothing is asked."""
    if shortfall > 0:
        return -shortfall / demand
    return float(grown) if np.isfinite(grown) else None
