"""Which demands bind which places: the sets that leave no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from domicile.report.headroom.records import (
    Binding,
)
from domicile.report.headroom.spare import Spare
from domicile.report.page.report import Named
from domicile.strain import Strain


def bindings(
    strain: Strain, spare: Spare, name: str, unit: str, named: Callable[[str], Named]
) -> Iterator[Binding]:
    """Each set of demands that binds in some contingency once, the tightest first.

    Demand grows until a set of it fills every place that any of it may use. Where a service is
    short, that is the set that is short together, or one that is full beside it.

    Args:
        strain: the service.
        spare: what it can spare.
        name: of the service.
        unit: of its demand.
        named: a country by its code.
    """
    found: dict[bytes, list[int]] = {}
    for index, loads in enumerate(spare.binding):
        if loads.any():
            found.setdefault(loads.tobytes(), []).append(index)
    sets = [
        (min(members, key=lambda index: _tightness(strain, spare, index)), members)
        for members in found.values()
    ]
    for index, members in sorted(sets, key=lambda each: _tightness(strain, spare, each[0])):
        yield _binding(strain, spare.binding[index], index, len(members), name, unit, named)


def _tightness(strain: Strain, spare: Spare, index: int) -> tuple[float, float, int]:
    return -float(strain.shortfall[index]), float(spare.whole[index]), index


def _binding(
    strain: Strain,
    loads: NDArray[np.bool_],
    index: int,
    count: int,
    name: str,
    unit: str,
    named: Callable[[str], Named],
) -> Binding:
    case = strain.contingencies[index]
    usable = strain.usable(case)
    places = case.open(strain.admissible)[loads].any(axis=0) & (usable > 0)
    its = [load for load, yes in zip(strain.loads, loads, strict=True) if yes]
    demand, room = float(case.demand(strain.rate)[loads].sum()), float(usable[places].sum())
    return Binding(
        service=strain.service,
        service_name=name,
        unit=unit,
        subjects=tuple(named(code) for code in sorted({load.subject for load in its})),
        data_classes=tuple(sorted({each for load in its for each in load.data_classes})),
        places=tuple(place for place, yes in zip(strain.places, places, strict=True) if yes),
        contingency=case.ids,
        others=count - 1,
        demand=demand,
        usable=room,
        shortfall=max(demand - room, 0.0) if strain.shortfall[index] else 0.0,
    )
