"""The records of the planner's question: how many backends of each service where?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.contingency import Contingency


@dataclass(frozen=True, slots=True, eq=False)
class Duty:
    """At least so many backends within these places, such as a copy kept at home.

    Attributes:
        places: bool [places].
        least: backends that must stand there, whatever else holds.
    """

    places: Bools
    least: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """What one service needs, and what its backends can do.

    Attributes:
        admissible: bool [loads, places].
        demand: float [loads], nominal.
        contingencies: all that must be survived; each with `lost` bool [places].
        unit_capacity: float [places]: what one backend can do, before utilisation.
        unit_cost: float [places].
        minimum: int [places].
        maximum: int [places]; 0 where no pool is declared.
        now: int [places]: ties go to plans that change least against it.
        duties: what must stand where, whatever else holds.
        capacity_table: float [places, counts]: what so many backends of a place may take at most,
            such as `erlang_table`; what is usable is the lower of it and utilisation times
            capacity, and a loss takes its share of that. Never less for more backends; column 0
            is 0. None: nothing but utilisation.
    """

    admissible: npt.ArrayLike
    demand: npt.ArrayLike
    contingencies: Sequence[Contingency]
    unit_capacity: npt.ArrayLike
    unit_cost: npt.ArrayLike
    minimum: npt.ArrayLike
    maximum: npt.ArrayLike
    now: npt.ArrayLike
    duties: Sequence[Duty] = ()
    capacity_table: npt.ArrayLike | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A set of loads that binds: their demand needs all of what these places may give.

    Attributes:
        service: its index.
        contingency: its index among the service's contingencies.
        loads: bool [loads]: those that are short, or would be, together.
        places: bool [places]: where any of them may go and that still stand.
        demand: of those loads, in that contingency.
    """

    service: int
    contingency: int
    loads: Bools
    places: Bools
    demand: float


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What counts of several services must give together, such as networks ask.

    The sum over services and places of `weights` times what may be used there, in each service's
    `contingency`, must be at least `least`.

    Attributes:
        weights: float [services, places].
        contingency: int [services]: in which what is left counts; -1: the service takes no part.
        least: more than 0.
    """

    weights: Floats
    contingency: Integers
    least: float


@dataclass(frozen=True, slots=True, eq=False)
class Beyond:
    """Counts that do not do, nor do any that are nowhere larger.

    Attributes:
        counts: int [services, places].
    """

    counts: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """Why a place has no backend fewer.

    Attributes:
        kind: `contingency`: one fewer leaves something short in it; `minimum`: its pool's own;
            `duty`: one of the service's duties.
        cut: the loads that one fewer leaves short, for a contingency.
        duty: index of the duty, for a duty.
    """

    kind: Literal["contingency", "minimum", "duty"]
    cut: Cut | None = None
    duty: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """Demands that cannot all be met; without any one of them, the rest could be.

    Attributes:
        cuts: what must be served. One alone, without quotas: the full maximum is too small.
        duties: (service, duty) that take part.
        quotas: bool [places]: whose quota takes part.
        missing: for one cut alone, the demand that stays unserved with every pool at its
            maximum (or its place's whole quota, where that is less); else the fewest backends
            by which quotas (or, for a duty alone, its maximum) fall short.
    """

    cuts: tuple[Cut, ...]
    duties: tuple[tuple[int, int], ...]
    quotas: Bools
    missing: float


@dataclass(frozen=True, slots=True, eq=False)
class FleetPlan:
    """Backends of all services.

    Attributes:
        counts: int [services, places]; the minimum where nothing feasible was found.
        cost: of all backends; infinite where nothing is feasible.
        feasible: whether every contingency of every service is survived.
        proved: whether no cheaper plan can be, or (where infeasible) none at all.
        cuts: the sets of loads that the proof needed, service by service.
        reasons: (service, place) → why it has no backend fewer; for every count above 0.
        conflicts: why nothing is feasible.
        least: no plan costs less; infinite where nothing is feasible.
        shared: what else was asked of the counts together; where nothing is feasible and there is
            no conflict, these are why.
    """

    counts: Integers
    cost: float
    feasible: bool
    proved: bool
    cuts: tuple[Cut, ...]
    reasons: Mapping[tuple[int, int], tuple[Reason, ...]]
    conflicts: tuple[Conflict, ...]
    least: float
    shared: tuple[Shared | Beyond, ...] = ()


def read_need(need: Need, index: int) -> Need:
    """Read one service's arrays.

    Raises:
        ValueError: naming the service's index and the argument.
    """
    name = f"services[{index}]."
    admissible = arrays.booleans(f"{name}admissible", need.admissible, (None, None))
    loads, places = admissible.shape
    minimum = arrays.counts(f"{name}minimum", need.minimum, (places,))
    maximum = arrays.counts(f"{name}maximum", need.maximum, (places,))
    if (minimum > maximum).any():
        place = int(np.argmax(minimum > maximum))
        raise ValueError(f"`{name}minimum` exceeds `maximum` at place {place}")
    for row in need.contingencies:
        arrays.booleans(f"{name}contingencies", row.lost, (places,))
        strain: Floats = np.array([row.demand_factor, row.utilisation])
        arrays.amounts(f"{name}contingencies", strain, (2,))
        if row.kept is not None:
            arrays.amounts(f"{name}contingencies", row.kept, (places,))
        if row.surges is not None:
            arrays.amounts(f"{name}contingencies", row.surges, (loads,))
        if row.withdrawn is not None:
            arrays.booleans(f"{name}contingencies", row.withdrawn, (loads, places))
    for duty in need.duties:
        arrays.booleans(f"{name}duties", duty.places, (places,))
    return Need(
        admissible=admissible,
        demand=arrays.amounts(f"{name}demand", need.demand, (loads,)),
        contingencies=tuple(need.contingencies),
        unit_capacity=arrays.amounts(f"{name}unit_capacity", need.unit_capacity, (places,)),
        unit_cost=arrays.amounts(f"{name}unit_cost", need.unit_cost, (places,)),
        minimum=minimum,
        maximum=maximum,
        now=arrays.counts(f"{name}now", need.now, (places,)),
        duties=tuple(need.duties),
        capacity_table=_read_table(f"{name}capacity_table", need.capacity_table, maximum),
    )


def _read_table(name: str, given: npt.ArrayLike | None, maximum: Integers) -> Floats | None:
    if given is None:
        return None
    table = arrays.amounts(name, given, (len(maximum), None))
    if not table.shape[1] or table[:, 0].any():
        raise ValueError(f"`{name}` must begin with 0: no backend takes nothing")
    if (np.diff(table, axis=1) < 0).any():
        raise ValueError(f"`{name}` must never give less capacity for more backends")
    if maximum.max(initial=0) >= table.shape[1]:
        raise ValueError(
            f"`{name}` ends at {table.shape[1] - 1} backends, `maximum` at {maximum.max()}"
        )
    return table
