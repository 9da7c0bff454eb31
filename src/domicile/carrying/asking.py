"""A contingency as a question to the solver: what is sent, which work may move, what carries it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from domicile.carrying.moments import BASE, Key, Moments
from domicile.carrying.ways import Ways
from domicile.foreseen import SURGE
from domicile.headroom import Contingency, Exchange
from domicile.model.plan import DemandRouting
from domicile.situation import Situation
from domicile.strain import Strain

Strains = Mapping[str, Strain]


def shares_of(
    situation: Situation, moments: Moments, routing: DemandRouting
) -> NDArray[np.float64]:
    """[parties, places]: the part of each party's work that each place does."""
    column = {place: at for at, place in enumerate(situation.places)}
    shares = np.zeros((len(moments.parties), len(column)))
    for key, load in moments.loads.items():
        at = moments.index[load.service, load.subject]
        for place, part in routing.get(key, {}).items():
            if place in column and moments.rate[at]:
                shares[at, column[place]] += part * load.rate / moments.rate[at]
    return shares


def asking(
    situation: Situation,
    moments: Moments,
    ways: Ways,
    key: Key,
    shares: NDArray[np.float64],
    strains: Strains | None = None,
) -> Exchange:
    """What is sent in a contingency.

    Args:
        situation: what is declared.
        moments: who sends what in it.
        ways: what carries it.
        key: the contingency. Where work may move in the nominal one, it is asked under the surge,
            since its routing has to hold then, too.
        shares: float [parties, places]: where each is.
        strains: with the backends that work may be moved to; None: nothing may move. What a
            service's policy does not foresee leaves it where it is.
    """
    loads = [load for load in moments.loads.values() if strains is not None]
    free = np.zeros(len(moments.parties), dtype=np.bool_)
    admissible = np.zeros((len(loads), len(situation.places)), dtype=np.bool_)
    demand, usable = np.zeros(len(loads)), np.zeros((len(moments.services), len(situation.places)))
    service = np.array([moments.services.index(load.service) for load in loads], dtype=np.int64)
    party = np.array([moments.index[load.service, load.subject] for load in loads], dtype=np.int64)
    for at, name in enumerate(moments.services):
        case = None if strains is None else working(moments, name, key)
        if strains is None or case is None:
            continue
        strain = strains[name]
        rows = np.flatnonzero(service == at)
        placed = np.array([(name, place) in situation.known_pools for place in situation.places])
        order = {load.key: row for row, load in enumerate(strain.loads)}
        own = [order[loads[row].key] for row in rows]
        admissible[rows] = case.open(strain.admissible)[own] & placed
        demand[rows] = case.demand(strain.rate)[own]
        usable[at] = strain.usable(case)
        free[party[rows]] = True
    if key == BASE and strains is not None:
        sent = [moments.sent(each) for each in (BASE, (SURGE,))]
        asks, amounts = sent[0][0], np.maximum(sent[0][1], sent[1][1])
        users = np.maximum(moments.users(BASE), moments.users((SURGE,)))
    else:
        (asks, amounts), users = moments.sent(key), moments.users(key)
    return Exchange(
        admissible=admissible,
        demand=demand,
        service=service,
        party=party,
        usable=usable,
        free=free,
        shares=shares,
        asks=asks,
        sent=amounts,
        users=users,
        entry=np.array([ways.entry(each.subject) for each in moments.parties], dtype=np.int64),
        roads=ways.roads(key),
    )


def working(moments: Moments, service: str, key: Key) -> Contingency | None:
    """A service's own contingency; for the nominal routing, the one that leaves least room."""
    found = [moments.case(service, each) for each in ((BASE, (SURGE,)) if key == BASE else (key,))]
    calm = [case for case in found if case is not None]
    return max(calm, key=lambda case: case.demand_factor / case.utilisation, default=None)
