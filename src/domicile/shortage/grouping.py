"""Which few sets of loads, and which few contingencies, explain every shortfall of a service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Binding, Contingency, Need, bindings, excess
from domicile.headroom.program import Program
from domicile.strain import ROUNDING


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Shortfalls that one set of loads explains."""

    loads: NDArray[np.bool_]
    """[loads]: short in each of these contingencies, by themselves."""
    shortfalls: tuple[Binding, ...]
    """All that it explains, in order of contingencies; each may hold further loads."""
    simplest: tuple[Binding, ...]
    """Those in whose contingency no other explained one is contained; most missing first."""

    @property
    def contingencies(self) -> tuple[int, ...]:
        """The explained contingencies."""
        return tuple(dict.fromkeys(each.contingency for each in self.shortfalls))


def groups(need: Need, counts: NDArray[np.float64]) -> tuple[Group, ...]:
    """Explain every shortfall of a service by the fewest sets of loads.

    A set explains a shortfall that holds some of it, in a contingency in which the set alone is
    short. Fewest is exact (a set cover, solved as a program); of equally few, sets come first
    that are short in earlier contingencies.

    Args:
        need: the service's.
        counts: float [places]: backends.
    """
    least = ROUNDING * float(np.asarray(need.demand).sum())
    found = [each for each in bindings(need, counts) if each.missing > least]
    if not found:
        return ()
    sets = list({each.loads.tobytes(): each.loads for each in found}.values())
    covers = np.array([_explained(need, counts, loads, found, least) for loads in sets])
    chosen = np.flatnonzero(_fewest(covers))
    result = []
    left = np.ones(len(found), dtype=np.bool_)
    for index in chosen:
        mine = [each for each, yes in zip(found, covers[index] & left, strict=True) if yes]
        left &= ~covers[index]
        if mine:
            result.append(Group(sets[index], tuple(mine), _simplest(need.contingencies, mine)))
    return tuple(result)


def _explained(
    need: Need,
    counts: NDArray[np.float64],
    loads: NDArray[np.bool_],
    found: Sequence[Binding],
    least: float,
) -> NDArray[np.bool_]:
    """[shortfalls]: those that hold some of these loads, which are short there by themselves."""
    holds = np.array([bool((each.loads & loads).any()) for each in found])
    cases = sorted({each.contingency for each, yes in zip(found, holds, strict=True) if yes})
    over = dict(zip(cases, excess(need, cases, loads, counts) > least, strict=True))
    return np.array(
        [bool(yes) and over[each.contingency] for each, yes in zip(found, holds, strict=True)]
    )


def _fewest(covers: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[sets]: the fewest that cover every column. Each column's own set covers it."""
    count = len(covers)
    # A hair more for each later one settles ties: all hairs together weigh less than one set.
    cost = 1.0 + np.arange(count) / (2.0 * count * count)
    program = Program(cost, np.zeros(count), np.ones(count), np.ones(count, dtype=np.bool_))
    for column in np.unique(covers.T, axis=0):
        program.add(column.astype(np.float64), 1.0)
    solution = program.solve()
    if solution.values is None:
        return np.ones(count, dtype=np.bool_)
    return np.rint(solution.values) > 0


def _simplest(cases: Sequence[Contingency], mine: Sequence[Binding]) -> tuple[Binding, ...]:
    kept: list[Binding] = []
    for each in sorted(mine, key=lambda each: _hardness(cases[each.contingency])):
        if not any(no_harder(cases[one.contingency], cases[each.contingency]) for one in kept):
            kept.append(each)
    return tuple(sorted(kept, key=lambda each: (-each.missing, each.contingency)))


def _hardness(case: Contingency) -> tuple[float, float]:
    """Grows with everything that makes a contingency harder."""
    fallen = 0.0 if case.withdrawn is None else float(case.withdrawn.sum())
    surges = 1.0 if case.surges is None else float(case.surges.mean())
    return (fallen - float(case.left.sum()), case.demand_factor * surges)


def no_harder(easy: Contingency, hard: Contingency) -> bool:
    """Whether one contingency takes and asks nothing that another does not."""
    if (easy.left < hard.left).any():
        return False
    one = 1.0 if easy.surges is None else easy.surges
    other = 1.0 if hard.surges is None else hard.surges
    if np.any(np.asarray(one) * easy.demand_factor > np.asarray(other) * hard.demand_factor):
        return False
    if easy.withdrawn is None:
        return True
    fallen = np.zeros_like(easy.withdrawn) if hard.withdrawn is None else hard.withdrawn
    return not (easy.withdrawn & ~fallen).any()
