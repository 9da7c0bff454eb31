"""Every shortfall of a situation, explained by as few as possible."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Binding
from domicile.shortage.backends import backends
from domicile.shortage.closing import Question
from domicile.shortage.elsewhere import Elsewhere, elsewhere, places
from domicile.shortage.grouping import Group, groups
from domicile.shortage.links import links
from domicile.shortage.naming import where
from domicile.shortage.needs import need_of
from domicile.shortage.opening import laws
from domicile.shortage.records import Kind, Remedy, Shortage
from domicile.shortage.relaxing import relaxations
from domicile.shortage.spare import spare
from domicile.shortage.together import together
from domicile.situation import Situation
from domicile.strain import Strain

_ORDER = get_args(Kind)


def explain(
    situation: Situation, services: Iterable[str] | None = None, most: int = 5
) -> tuple[Shortage, ...]:
    """Explain every shortfall.

    Args:
        situation: whatever is short in it, in any contingency of its policies.
        services: only these; None: all.
        most: how many shortages are given remedies; of the others it is only said what is
            missing and where spare stands.

    Returns:
        The largest part of demand missing first.
    """
    chosen = situation.strains if services is None else services
    found = []
    for service in sorted(set(chosen) & set(situation.strains)):
        strain = situation.strains[service]
        if strain.shortfall.any():
            standing = standing_of(situation, strain)
            for group in groups(need_of(situation, strain), standing):
                question = Question(situation, strain, standing, group)
                found.append((shortage_of(situation, strain, standing, group), question))
    found.sort(key=lambda each: (-each[0].missing / each[0].demand, each[0].service))
    return tuple(
        looked_into(shortage, question, remedies) if index < most else shortage
        for index, (shortage, question) in enumerate(found)
    )


def standing_of(situation: Situation, strain: Strain) -> NDArray[np.float64]:
    """A service's backends: float [places]."""
    return np.asarray(need_of(situation, strain).now, dtype=np.float64)


def shortage_of(
    situation: Situation, strain: Strain, standing: NDArray[np.float64], group: Group
) -> Shortage:
    """What is said of a group, without remedies."""
    first = min(
        group.simplest, key=lambda each: (each.contingency > 0, -each.missing, each.contingency)
    )
    worst = max(group.shortfalls, key=lambda each: (each.missing, -each.contingency))
    loads = [load for load, yes in zip(strain.loads, first.loads, strict=True) if yes]
    binding = tuple(p for p, yes in zip(strain.places, first.places, strict=True) if yes)
    return Shortage(
        service=strain.service,
        unit=situation.workspace.services[strain.service].unit,
        contingency=_ids(strain, first),
        missing=first.missing,
        demand=first.demand,
        subjects=tuple(sorted({load.subject for load in loads})),
        data_classes=tuple(sorted({name for load in loads for name in load.data_classes})),
        binding=binding,
        where=where(situation, binding),
        others=tuple(_ids(strain, each) for each in group.simplest if each is not first),
        explained=len(group.contingencies),
        worst=_ids(strain, worst),
        worst_missing=worst.missing,
        spare=spare(situation, strain, standing, first),
    )


def looked_into(
    shortage: Shortage,
    question: Question,
    search: Callable[[Question, Elsewhere], list[Remedy]],
) -> Shortage:
    """The same with what closes it: what provides first, cheapest first, then what asks less."""
    further = elsewhere(question)
    found = tuple(sorted(search(question, further), key=rank))
    return replace(shortage, remedies=found, unpriced=further.unpriced)


def remedies(question: Question, further: Elsewhere) -> list[Remedy]:
    """Everything that closes it.

    Args:
        question: what is to be closed.
        further: places without a pool of the service.
    """
    first = backends(question)
    least = None if first is None else first.cost
    found = [] if first is None else [first]
    found += places(question, further)
    found += links(question)
    found += laws(question, least, withdrawing=False)
    found += relaxations(question)
    found += laws(question, least, withdrawing=True)
    found += combined(question, further, found)
    return [
        replace(each, saves=round(least - each.cost, 6))
        if each.saves is None
        and least is not None
        and each.cost is not None
        and each.kind != "backends"
        else each
        for each in found
    ]


def combined(question: Question, further: Elsewhere, found: list[Remedy]) -> list[Remedy]:
    """Several remedies together, where none provides alone; some that ask less, where none do."""
    if any(not each.asks_less for each in found):
        return []
    several = together(question, further, giving_up=False)
    if several is None and not found:
        several = together(question, further, giving_up=True)
    return [] if several is None else [several]


def rank(remedy: Remedy) -> tuple[bool, float, int, str]:
    """What provides comes first, and the cheapest of that; then what asks less."""
    cost = float("inf") if remedy.cost is None else remedy.cost
    return (remedy.asks_less, cost, _ORDER.index(remedy.kind), remedy.says)


def _ids(strain: Strain, short: Binding) -> tuple[str, ...]:
    return strain.contingencies[short.contingency].ids
