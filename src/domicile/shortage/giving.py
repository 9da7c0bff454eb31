"""Where no plan exists: what is short with every pool at its largest, and what would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from domicile.model.words import listed, number, quoted
from domicile.shortage.closing import Added, Question, name_of
from domicile.shortage.elsewhere import Elsewhere, places
from domicile.shortage.explaining import combined, looked_into, shortage_of
from domicile.shortage.grouping import groups
from domicile.shortage.links import links
from domicile.shortage.needs import need_of, place_quotas
from domicile.shortage.opening import laws
from domicile.shortage.records import Remedy, Shortage
from domicile.shortage.relaxing import relaxations
from domicile.situation import Situation
from domicile.strain import Strain

STEP = 0.001
"""How finely a demand that gives way is told: a tenth of a per cent of it."""
FEW = 3
"""Contingencies that may be named as what is not to be foreseen."""


def gives(situation: Situation, most: int = 3) -> tuple[Shortage, ...]:
    """What no plan can serve, in as few sets as possible, each with what would have to give.

    Args:
        situation: whose pools may grow to their maxima, each service as if it were alone.
        most: how many of them are looked into, the largest part of demand missing first.

    Returns:
        None where each service alone can be planned.
    """
    found = []
    for strain in situation.strains.values():
        standing = largest(situation, strain)
        for group in groups(need_of(situation, strain), standing):
            question = Question(situation, strain, standing, group)
            found.append((shortage_of(situation, strain, standing, group), question))
    found.sort(key=lambda each: (-each[0].missing / each[0].demand, each[0].service))
    return tuple(
        looked_into(shortage, question, _all) if index < most else shortage
        for index, (shortage, question) in enumerate(found)
    )


def largest(situation: Situation, strain: Strain) -> NDArray[np.float64]:
    """[places]: the most backends that a service may have: its maxima, within quotas."""
    maximum = np.asarray(need_of(situation, strain).maximum, dtype=np.float64)
    return np.floor(np.minimum(maximum, place_quotas(situation)))


def _all(question: Question, further: Elsewhere) -> list[Remedy]:
    found = [*_limits(question)]
    found += places(question, further)
    found += links(question)
    found += laws(question, None, withdrawing=False)
    found += relaxations(question)
    found += laws(question, None, withdrawing=True)
    found += _demand(question)
    found += _contingencies(question)
    found += combined(question, further, found)
    return found


def _limits(question: Question) -> Iterator[Remedy]:
    """Higher maxima, where quotas leave room; else higher quotas, too."""
    situation, strain = question.situation, question.strain
    quota = place_quotas(situation)
    pools = np.array([(strain.service, place) in situation.known_pools for place in strain.places])
    within = question.add(situation, strain, at=pools, most=quota)
    if within is not None:
        yield _raised("maximum", f"raise the maximum of `{strain.service}`", question, within)
        return
    beyond = question.add(situation, strain, at=pools, most=np.full(len(quota), np.inf))
    if beyond is not None:
        what = f"raise the quota, and the maximum of `{strain.service}` where it is less,"
        yield _raised("quota", what, question, beyond)


def _raised(kind: str, what: str, question: Question, added: Added) -> Remedy:
    have = dict(zip(question.situation.places, question.standing, strict=True))
    to = (
        f"{number(have[place] + count)} at {place}, from {number(have[place])}"
        for place, count in zip(added.places, added.counts, strict=True)
    )
    return Remedy(
        kind=kind,  # type: ignore[arg-type]
        says=f"{what} to {listed(to, 4)}; at {number(added.cost)} EUR/h more",
        cost=added.cost,
        places=added.places,
        backends=added.total,
        proved=added.proved,
    )


def _demand(question: Question) -> Iterator[Remedy]:
    """The largest part of their demand that can be served, as nominal rates."""
    strain, loads = question.strain, question.group.loads

    def served(part: int) -> bool:
        rate = np.where(loads, strain.rate * part * STEP, strain.rate)
        fewer = tuple(
            replace(load, rate=float(each)) for load, each in zip(strain.loads, rate, strict=True)
        )
        less = replace(strain, rate=rate, loads=fewer)
        return question.closed(question.situation, less, question.standing)

    low, high = 0, round(1 / STEP)
    if not served(low):
        return
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if served(middle) else (low, middle)
    total = float(strain.rate[loads].sum())
    unit = question.situation.workspace.services[strain.service].unit
    subjects = sorted({x.subject for x, yes in zip(strain.loads, loads, strict=True) if yes})
    yield Remedy(
        kind="demand",
        says=f"serve {number(round(total * low * STEP, 3))} {unit} nominally for "
        f"{listed(subjects, 6)}, instead of {number(total)}",
        cost=0.0,
    )


def _contingencies(question: Question) -> Iterator[Remedy]:
    """Not to foresee it, where that is a loss or a strain of few names."""
    cases = [question.strain.contingencies[index] for index in question.group.contingencies]
    names = [" and ".join(name_of(case)) for case in cases]
    if len(cases) <= FEW and all(case.ids != ("nominal",) for case in cases):
        yield Remedy(kind="contingency", says=f"foresee {quoted(names)} no more", cost=0.0)
