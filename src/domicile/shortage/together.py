"""Several remedies that only together close a shortfall: as few as can be, then cheapest."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from domicile.model.words import number, several
from domicile.shortage.closing import Added, Question
from domicile.shortage.elsewhere import Elsewhere
from domicile.shortage.records import ASKS_LESS, Remedy
from domicile.shortage.steps import Step, asking_less, providing
from domicile.situation import Situation

MOST_TRIED = 60
"""Combinations that are solved for one shortfall; after that the smallest is not proved."""


def together(question: Question, further: Elsewhere, *, giving_up: bool) -> Remedy | None:
    """The fewest steps that close it, with backends; of equally few, the cheapest.

    More steps never close less, so where all of them at once do not, none do. Else steps are left
    out one by one as long as it stays closed, and then every smaller combination, and every one of
    that size, is solved, as far as `MOST_TRIED` reaches.

    Args:
        question: what is to be closed.
        further: places without a pool of the service.
        giving_up: take steps that ask less, too.
    """
    steps = list(providing(question, further))
    if giving_up:
        steps += asking_less(question)
    search = _Search(question)
    best = search.solve(steps) if steps else None
    if best is None:
        return None
    for step in reversed(steps):
        fewer = search.solve([each for each in best.steps if each is not step])
        best = fewer or best
    proved = True
    for size in range(1, len(best.steps) + 1):
        tries = list(itertools.combinations(steps, size))
        proved &= len(tries) <= search.left
        closed = [one for each in tries[: search.left] if (one := search.solve(each)) is not None]
        if closed:
            best = min(closed, key=lambda one: (len(one.steps), one.added.cost))
            break
    return _remedy(question, search.least(best), proved=proved and best.added.proved)


@dataclass(frozen=True, slots=True, eq=False)
class _Closed:
    """Steps that close it, how far each goes, and the backends that it takes."""

    steps: tuple[Step, ...]
    values: tuple[float, ...]
    added: Added


@dataclass(slots=True, eq=False)
class _Search:
    """Solves combinations, each of them once."""

    question: Question
    left: int = field(default_factory=lambda: MOST_TRIED)
    _known: dict[frozenset[int], _Closed | None] = field(default_factory=dict)

    def solve(self, steps: Sequence[Step]) -> _Closed | None:
        """Solve with all of these as far as they go; None where that does not close it."""
        key = frozenset(map(id, steps))
        if key not in self._known:
            self.left = max(0, self.left - 1)
            self._known[key] = self._solved(tuple(steps), tuple(each.values[-1] for each in steps))
        return self._known[key]

    def _solved(self, steps: tuple[Step, ...], values: tuple[float, ...]) -> _Closed | None:
        question = self.question
        world: Situation = question.situation
        for step, value in zip(steps, values, strict=True):
            world = step.apply(world, value)
        strain = world.strains.get(question.strain.service)
        if strain is None:
            return None
        if question.closed(world, strain, question.standing_in(world)):
            return _Closed(steps, values, Added((), (), 0.0, proved=True))
        added = question.add(world, strain)
        return None if added is None else _Closed(steps, values, added)

    def least(self, found: _Closed) -> _Closed:
        """The same, each step going no farther than it must, the others being so."""
        best = found
        for index, step in enumerate(found.steps):
            low, high = 0, len(step.values) - 1
            while low < high:
                middle = (low + high) // 2
                values = list(best.values)
                values[index] = step.values[middle]
                tried = self._solved(best.steps, tuple(values))
                if tried is None:
                    low = middle + 1
                else:
                    best, high = tried, middle
        return best


def _remedy(question: Question, found: _Closed, *, proved: bool) -> Remedy:
    service, added = question.strain.service, found.added
    said = " and ".join(
        step.says(value, added) for step, value in zip(found.steps, found.values, strict=True)
    )
    if added.total:
        said += (
            f", and add {several(added.total, 'backend')} of `{service}` ({added.words}), "
            f"at {number(added.cost)} EUR/h"
        )
    priced = all(step.priced for step in found.steps)
    kinds = {step.kind for step in found.steps}
    return Remedy(
        kind="together" if len(found.steps) > 1 else found.steps[0].kind,
        says=said,
        cost=added.cost if priced else None,
        places=added.places,
        backends=added.total,
        proved=proved,
        gives_up=bool(kinds & ASKS_LESS),
    )
