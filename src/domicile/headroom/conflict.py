"""Why no fleet survives: what the full maximum cannot serve, and what quotas cannot hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np

from domicile.headroom.arrays import Floats
from domicile.headroom.fleet import Conflict, Cut, Shared
from domicile.headroom.joint import Bound, Joint
from domicile.headroom.lazy import Lazy, Row
from domicile.headroom.survival import Survival

Item = TypeVar("Item")


def too_small(survival: Survival) -> list[Conflict]:
    """List what fails even with every pool at its maximum: contingency by contingency."""
    nowhere = np.zeros(len(survival.minimum), dtype=np.bool_)
    conflicts = []
    broken = {its.scenario: its for its in survival.broken(survival.maximum.astype(np.float64))}
    for index, row in enumerate(survival.contingencies):
        homeless = survival.homeless(index)
        if homeless.any():
            rate = float(row.demand(survival.demand)[homeless].sum())
            cut = Cut(survival.index, index, homeless, nowhere, rate)
            conflicts.append(Conflict((cut,), (), nowhere, rate))
        its = broken.get(int(survival.scenario[index]))
        if its is not None:
            cut = survival.cut(its, index)
            conflicts.append(Conflict((cut,), (), nowhere, its.missing))
    for number, duty in enumerate(survival.duties):
        lacking = duty.least - int(survival.maximum[duty.places].sum())
        if lacking > 0:
            duties = ((survival.index, number),)
            conflicts.append(Conflict((), duties, nowhere, float(lacking)))
    return conflicts


def over_quota(fleet: list[Survival], quota: Floats) -> list[Conflict]:
    """List places whose quota is below what the pools' minima add up to."""
    excess = np.sum([survival.minimum for survival in fleet], axis=0) - quota
    at = np.arange(len(quota))
    return [
        Conflict((), (), at == place, float(excess[place])) for place in np.flatnonzero(excess > 0)
    ]


def coupled(joint: Joint) -> Conflict:
    """Find an irreducible reason why services that each could survive cannot all.

    Each row is left out in turn, for good where the rest still cannot be met. What is left
    cannot be met, and without any one of its rows it could.
    """
    items: list[Row[Cut | Shared] | Bound] = [*joint.lazy.rows, *joint.bounds()]
    relaxed = not _possible(joint, items, relaxed=True)
    kept = _irreducible(items, lambda rows: not _possible(joint, rows, relaxed=relaxed))
    quotas = np.zeros(joint.places, dtype=np.bool_)
    for item in kept:
        if isinstance(item, Bound) and item.quota is not None:
            quotas[item.quota] = True
    return Conflict(
        cuts=tuple(
            item.note for item in kept if isinstance(item, Row) and isinstance(item.note, Cut)
        ),
        duties=tuple(item.duty for item in kept if isinstance(item, Bound) and item.duty),
        quotas=quotas,
        missing=_fewest_missing(joint),
    )


def _irreducible(items: list[Item], impossible: Callable[[list[Item]], bool]) -> list[Item]:
    """Leave out ever smaller runs of items, as long as what is left stays impossible."""
    size = len(items)
    while size:
        start = 0
        while start < len(items):
            rest = items[:start] + items[start + size :]
            if impossible(rest):
                items = rest
            else:
                start += size
        size //= 2
    return items


def _possible(joint: Joint, items: list[Row[Cut | Shared] | Bound], *, relaxed: bool) -> bool:
    """Whether some counts meet these rows. A solver that gives up counts as possible."""
    program = joint.program(np.zeros(joint.length), np.zeros(0))
    program.relax(relaxed=relaxed)
    for item in items:
        if isinstance(item, Bound):
            item.add_to(program)
        else:
            program.add(item.factors, 1.0)
    return program.solve().feasible


def _fewest_missing(joint: Joint) -> float:
    """The fewest backends by which quotas would have to rise in all."""
    shared = [bound for bound in joint.bounds() if bound.quota is not None]
    program = joint.program(np.zeros(joint.length), np.ones(len(shared)))
    for index, bound in enumerate(shared):
        factors = np.append(np.ones(len(bound.columns)), -1.0)
        columns = np.append(bound.columns, joint.width + index)
        program.add_sparse(columns, factors, -np.inf, bound.most)
    for bound in joint.bounds():
        if bound.quota is None:
            bound.add_to(program)
    lazy: Lazy[Cut | Shared] = Lazy(program, partial(joint.find, program))
    lazy.add(joint.lazy.rows)
    solution = lazy.settle_whole()
    return np.inf if solution.values is None else float(solution.values[joint.width :].sum())
