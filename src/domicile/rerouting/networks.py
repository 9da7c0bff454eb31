"""Counts of backends before the networks: are they carried, what else must they give, why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from domicile.carrying import BASE, Moments, Ways, working
from domicile.headroom import Contingency, Shared, uncarried
from domicile.rerouting.mending import Mending, Rerouted, Unplaced
from domicile.routing import route_all
from domicile.shortage import Narrow, Strait, explained
from domicile.situation import Situation
from domicile.strain import Strain

Counts = NDArray[np.int64]
"""[services, places]."""


class Networks:
    """The networks of a situation, over which any counts can be routed.

    Args:
        situation: what is declared.
        strains: its services, in the order of counts.
    """

    def __init__(self, situation: Situation, strains: Sequence[Strain]) -> None:
        self._situation = situation
        self._strains = tuple(strains)
        self._moments = Moments(situation)
        self._ways = Ways(situation)
        self._last: tuple[bytes, Rerouted] | None = None

    @property
    def counted(self) -> bool:
        """Whether anything says what it sends."""
        return bool(self._moments.counted)

    def routed(self, counts: Counts) -> Rerouted:
        """Route these counts everywhere, within networks where that was found."""
        key = counts.tobytes()
        if self._last is None or self._last[0] != key:
            self._last = key, self._route(counts)
        return self._last[1]

    def _route(self, counts: Counts) -> Rerouted:
        situation = self._situation
        backends = dict.fromkeys(situation.known_pools, 0)
        for strain, row in zip(self._strains, counts.tolist(), strict=True):
            for place, count in zip(strain.places, row, strict=True):
                if (strain.service, place) in backends:
                    backends[strain.service, place] = count
        routings = [route_all(situation, strain, backends) for strain in self._strains]
        standing = []
        for strain in self._strains:
            capacity, graded = situation.capacity(strain.service, backends)
            standing.append(replace(strain, capacity=capacity, graded=graded))
        mending = Mending(situation, self._moments, self._ways, standing, routings, backends)
        return mending.run()

    def asked(self, counts: Counts) -> list[Shared]:
        """What counts would have to give together, which these do not, at the least."""
        return [
            self._shared(each)
            for each in self.routed(counts).unplaced
            if each.placed.relaxed is not None
        ]

    def _shared(self, unplaced: Unplaced) -> Shared:
        relaxed = unplaced.placed.relaxed
        if relaxed is None:
            raise ValueError("what was not proved to be impossible has no prices")
        usable = unplaced.exchange.usable
        weights = np.zeros((len(self._strains), usable.shape[1]))
        contingency = np.full(len(self._strains), -1)
        for at, strain in enumerate(self._strains):
            case = working(self._moments, strain.service, unplaced.key)
            if strain.service in self._moments.services and case is not None:
                contingency[at], part = _own(strain, case)
                prices = relaxed.work_price[self._moments.services.index(strain.service)]
                weights[at] = prices * part
        least = relaxed.missing + float((relaxed.work_price * usable).sum())
        # As much less as floating point may have added.
        return Shared(weights, contingency, least * (1 - 1e-9))

    def too_narrow(self, counts: Counts) -> tuple[Narrow, ...]:
        """Why networks carry no routing of these counts that was found, and what would do."""
        straits = []
        for each in self.routed(counts).unplaced:
            relaxed, exchange = each.placed.relaxed, each.exchange
            if relaxed is not None:
                straits.append(Strait(each.key, exchange, relaxed))
                continue
            fixed = exchange.keeping(np.zeros_like(exchange.free), exchange.shares)
            found = uncarried(fixed, fixed.shares)
            straits.append(Strait(each.key, fixed, found, exchange, proved=each.placed.proved))
        return explained(self._situation, self._moments, self._ways, straits)


def _own(strain: Strain, case: Contingency) -> tuple[int, float]:
    """Index of a contingency among the service's own, and 1.

    Where links alone are lost it is the nominal one, with what may be used then as a multiple of
    what may be used in that. Where a grade of service caps pools it may be less: then counts are
    asked for less than networks need, never for more.
    """
    found = [at for at, its in enumerate(strain.contingencies) if its is case]
    if found:
        return found[0], 1.0
    at = next(at for at, its in enumerate(strain.contingencies) if its.ids == BASE)
    part = case.utilisation / strain.contingencies[at].utilisation
    return at, max(part, 1.0) if np.isfinite(strain.graded).any() else part
