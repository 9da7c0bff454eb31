"""Which demands are short together, contingency by contingency, and the places that bind them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays, grid
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.fleet import Need
from domicile.headroom.survival import Survival


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """Demands that are short together in one contingency, and share places with no others short.

    Attributes:
        contingency: its index.
        loads: bool [loads].
        places: bool [places]: all that they may use and that still stand, every one full.
        demand: of these loads, in that contingency.
        missing: by how much it exceeds what the places give.
    """

    contingency: int
    loads: Bools
    places: Bools
    demand: float
    missing: float


def bindings(need: Need, counts: npt.ArrayLike) -> tuple[Binding, ...]:
    """Split what is missing with these counts into sets that have nothing to do with each other.

    What is missing in a contingency, in all, is the sum over its bindings: each is a set for
    which the inequality of docs/headroom.md is broken, and together they are its worst set.

    Args:
        need: one service's; its limits do not matter.
        counts: whole numbers [places], within `capacity_table` where there is one.

    Returns:
        In order of contingencies; within one, of the first load. Demand that has no admissible
        place at all is a binding without places.

    Raises:
        ValueError: naming the argument.
    """
    standing = arrays.amounts("counts", counts, (np.asarray(need.admissible).shape[-1],))
    wide = replace(need, maximum=np.maximum(np.asarray(need.maximum), standing))
    survival = Survival.of(wide, 0, np.full(len(standing), np.inf))
    broken = {its.scenario: its for its in survival.broken(standing)}
    admissible = np.asarray(need.admissible)
    given = _given(need, standing)
    found: list[Binding] = []
    for index, row in enumerate(survival.contingencies):
        wanted = row.demand(survival.demand)
        capacity = row.usable(*given)
        allowed = row.open(admissible) & (capacity > 0)
        short = survival.homeless(index)
        its = broken.get(int(survival.scenario[index]))
        if its is not None:
            short = short | survival.cut(its, index).loads
        for loads in _apart(allowed, short):
            places = np.logical_or.reduce(allowed[loads], axis=0)
            demand = float(wanted[loads].sum())
            missing = demand - float(capacity[places].sum())
            if missing > grid.ROUNDING * demand:
                found.append(Binding(index, loads, places, demand, missing))
    return tuple(found)


def _apart(allowed: Bools, short: Bools) -> list[Bools]:
    """The short loads in sets that share no place; those without any are one set."""
    sets: list[tuple[Bools, Bools]] = []
    for load in np.flatnonzero(short):
        loads = np.arange(len(short)) == load
        places = allowed[load]
        apart = []
        for other, theirs in sets:
            if (theirs & places).any() or not (theirs.any() or places.any()):
                loads, places = loads | other, places | theirs
            else:
                apart.append((other, theirs))
        sets = [*apart, (loads, places)]
    return sorted((loads for loads, _ in sets), key=lambda loads: int(loads.argmax()))


def _given(need: Need, counts: Floats) -> tuple[Floats, Floats | None]:
    """[places]: what so many backends can do, and the most that their table lets them take."""
    capacity = np.asarray(need.unit_capacity, dtype=np.float64) * counts
    if need.capacity_table is None:
        return capacity, None
    table = np.asarray(need.capacity_table, dtype=np.float64)
    return capacity, table[np.arange(len(counts)), counts.astype(np.int64)]


def excess(
    need: Need, contingencies: npt.ArrayLike, loads: npt.ArrayLike, counts: npt.ArrayLike
) -> Floats:
    """By how much a set of loads exceeds what it may use: float [contingencies], perhaps negative.

    Args:
        need: one service's.
        contingencies: int: which of its contingencies.
        loads: bool [loads].
        counts: float [places].
    """
    chosen = arrays.booleans("loads", loads, (np.asarray(need.demand).shape[0],))
    standing = arrays.amounts("counts", counts, (np.asarray(need.admissible).shape[1],))
    given = _given(need, standing)
    admissible, rate = np.asarray(need.admissible), np.asarray(need.demand, dtype=np.float64)
    usable = admissible[chosen].any(axis=0)
    over = []
    for index in np.asarray(contingencies, dtype=np.int64):
        row = need.contingencies[index]
        at = usable if row.withdrawn is None else row.open(admissible)[chosen].any(axis=0)
        wanted = row.demand(rate)[chosen].sum()
        over.append(float(wanted - row.usable(*given)[at].sum()))
    return np.array(over)
