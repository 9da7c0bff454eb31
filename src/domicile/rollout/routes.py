"""Routings for the counts on the way, as the planner makes them for a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domicile.model.plan import ContingencyRouting, DemandRouting
from domicile.rerouting import Networks
from domicile.situation import Situation


@dataclass(frozen=True, slots=True)
class Routes:
    """Every service's routings, as a plan carries them."""

    nominal: DemandRouting
    """Load → shares, while nothing is lost."""
    contingencies: tuple[ContingencyRouting, ...]
    """Where loads go instead, for each contingency that is no combination."""
    order: dict[str, tuple[str, ...]]
    """Load → admissible places with backends, in the static order."""


def routes(situation: Situation, backends: Mapping[tuple[str, str], int]) -> Routes:
    """Route every service in every contingency of its policy, within what networks carry.

    Args:
        situation: where the services stand.
        backends: (service, datacenter) → backends to route to.
    """
    strains = tuple(situation.strains.values())
    counts = [[backends.get((s.service, place), 0) for place in s.places] for s in strains]
    found = Networks(situation, strains).routed(np.array(counts, dtype=np.int64))
    changes: dict[tuple[str, ...], DemandRouting] = {}
    lost: dict[tuple[str, ...], tuple[str, ...]] = {}
    for strain, its in zip(strains, found.routings, strict=True):
        for case, routing in zip(strain.contingencies, its.contingencies, strict=True):
            if case.combined:
                continue
            changes.setdefault(case.ids, {}).update(routing)
            gone = (place for place, yes in zip(strain.places, case.lost, strict=True) if yes)
            lost[case.ids] = tuple(gone)
    for ids, routing in found.quiet.items():
        changes[ids], lost[ids] = dict(routing), ()
    return Routes(
        nominal={key: shares for its in found.routings for key, shares in its.nominal.items()},
        contingencies=tuple(
            ContingencyRouting(contingency=ids, lost=lost[ids], changes=moved)
            for ids, moved in changes.items()
        ),
        order={key: places for its in found.routings for key, places in its.order.items()},
    )
