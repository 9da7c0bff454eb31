"""The routing of each contingency, as a plan carries it: few places for each load, near ones first.

Nominally each load goes to the nearest capacity, so that nominal demand stays within the nominal
utilisation and the surge within the utilisation after a loss, with one set of shares: a surge is
not observed before it hurts. After a loss every share that can stay stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Contingency, nearest
from domicile.model.plan import DemandRouting, Shares
from domicile.situation import Situation
from domicile.strain import Strain

DIGITS = 6
"""Decimals of a share: a millionth of a load is less than any backend notices."""
_LAST_BITS = 1e-3
"""Part of a grid step by which floating point may fall short of it."""


@dataclass(frozen=True, slots=True)
class Routed:
    """One service's routings."""

    nominal: DemandRouting
    """Load → shares, while nothing is lost."""
    contingencies: tuple[DemandRouting, ...]
    """For each contingency, the loads whose shares differ from the nominal ones."""
    order: dict[str, tuple[str, ...]]
    """Load → admissible places with backends: those of the nominal routing, then the nearest."""


def route_all(
    situation: Situation,
    strain: Strain,
    backends: Mapping[tuple[str, str], int],
    nominal: NDArray[np.float64] | None = None,
) -> Routed:
    """Route one service in every contingency of its policy.

    Args:
        situation: where the service stands.
        strain: the service; its counts are not looked at.
        backends: (service, datacenter) → backends to route to.
        nominal: float [loads, places]: shares while nothing is lost; None: near places first.
    """
    capacity, graded = situation.capacity(strain.service, backends)
    rows = [index for index, load in enumerate(situation.loads) if load.service == strain.service]
    distance = situation.admissible.latency[rows]
    allowed = strain.admissible & (capacity > 0)[None, :]

    def route(case: Contingency, keep: NDArray[np.float64] | None) -> NDArray[np.float64]:
        usable = case.usable(capacity, graded)
        flow = nearest(case.open(allowed), case.demand(strain.rate), usable, distance, keep)
        return rounded(flow, usable - flow.sum(axis=0))

    if nominal is None:
        standing = [case for case in strain.contingencies if _calm(case)]
        tightest = max(standing, key=lambda case: case.demand_factor / case.utilisation)
        nominal = route(tightest, None)
    base = parts(strain, nominal)
    changes: list[DemandRouting] = []
    for case in strain.contingencies:
        if case.combined or _calm(case):
            changes.append({})
            continue
        shares = parts(strain, route(case, nominal))
        changes.append({key: to for key, to in shares.items() if to != base[key]})
    return Routed(base, tuple(changes), _order(strain, nominal, allowed, distance))


def _calm(case: Contingency) -> bool:
    """Whether nobody can tell that anything happened, unless more demand than before comes."""
    strained = case.kept is not None or case.surges is not None or case.withdrawn is not None
    return not (strained or case.lost.any())


def rounded(flow: NDArray[np.float64], spare: NDArray[np.float64]) -> NDArray[np.float64]:
    """Flows as shares of DIGITS decimals, each row adding up to 1 (to 0 where nothing flows).

    Every share is cut, never rounded up, and what a row loses by that goes to the roomiest of its
    places: so no place is given more than it can carry while another of them has room.
    """
    total = flow.sum(axis=1, keepdims=True)
    shares = np.divide(flow, total, out=np.zeros_like(flow), where=total > 0)
    # A share that is kept from an earlier routing stands on the grid but for its last bits.
    cut = np.floor(shares * 10**DIGITS + _LAST_BITS)
    room = np.where(flow > 0, spare[None, :], -np.inf)
    rest = np.where(total[:, 0] > 0, 10**DIGITS - cut.sum(axis=1), 0.0)
    cut[np.arange(len(cut)), room.argmax(axis=1)] += rest
    rounded: NDArray[np.float64] = np.round(cut / 10**DIGITS, DIGITS)
    return rounded


def parts(strain: Strain, shares: NDArray[np.float64]) -> dict[str, Shares]:
    """Load → place → share, of float [loads, places]."""
    return {
        load.key: {
            place: float(part) for place, part in zip(strain.places, row, strict=True) if part > 0
        }
        for load, row in zip(strain.loads, shares, strict=True)
    }


def _order(
    strain: Strain,
    nominal: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    distance: NDArray[np.float64],
) -> dict[str, tuple[str, ...]]:
    found = {}
    for row, load in enumerate(strain.loads):
        open_ = np.flatnonzero(allowed[row])
        # Places stand in order of their ids, and the last key is the first to sort by.
        ranked = open_[np.lexsort((distance[row, open_], -nominal[row, open_]))]
        found[load.key] = tuple(strain.places[column] for column in ranked)
    return found
