"""Counts of backends before the networks: are they carried, what else must they give, why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.carrying import BASE, Moments, Ways, working
from domicile.foreseen import SURGE
from domicile.headroom import Beyond, Contingency, Exchange, Shared, place, uncarried
from domicile.rerouting.mending import Mending, Rerouted, Unplaced
from domicile.routing import route_all
from domicile.shortage import Narrow, Strait, explained
from domicile.shortage.needs import need_of, place_quotas
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
        situation, backends = self._situation, self._backends(counts)
        routings = [route_all(situation, strain, backends) for strain in self._strains]
        standing = self._standing(counts)
        mending = Mending(situation, self._moments, self._ways, standing, routings, backends)
        return mending.run()

    def _backends(self, counts: Counts) -> dict[tuple[str, str], int]:
        backends = dict.fromkeys(self._situation.known_pools, 0)
        for strain, row in zip(self._strains, counts.tolist(), strict=True):
            for at, count in zip(strain.places, row, strict=True):
                if (strain.service, at) in backends:
                    backends[strain.service, at] = count
        return backends

    def _standing(self, counts: Counts) -> list[Strain]:
        """The services with what these counts can do."""
        backends, standing = self._backends(counts), []
        for strain in self._strains:
            capacity, graded = self._situation.capacity(strain.service, backends)
            standing.append(replace(strain, capacity=capacity, graded=graded))
        return standing

    def asked(self, counts: Counts) -> list[Shared | Beyond]:
        """What counts would have to give together, which these do not; or that they do not do.

        Where prices say what is missing, it is a sum that any counts must reach. Where whoever
        asks cannot choose whom, there are none: then it is said how large counts may be and still
        not do, whatever else is larger.
        """
        found: list[Shared | Beyond] = []
        for each in self.routed(counts).unplaced:
            if each.placed.relaxed is not None:
                found.append(self._shared(each))
            elif each.placed.proved:
                found.append(self._beyond(each, counts))
        return found

    def _beyond(self, unplaced: Unplaced, counts: Counts) -> Beyond:
        """Raise one pool after the other to its maximum, as long as nothing does."""
        exchange, largest = unplaced.exchange, self.largest
        raised, usable = counts.copy(), exchange.usable.copy()
        standing = self._standing(largest)
        for at, (strain, full) in enumerate(zip(self._strains, standing, strict=True)):
            case = working(self._moments, strain.service, unplaced.key)
            if strain.service not in self._moments.services or case is None:
                raised[at] = largest[at]
                continue
            row = self._moments.services.index(strain.service)
            most = full.usable(case)
            for column in np.flatnonzero(raised[at] < largest[at]).tolist():
                tried = usable.copy()
                tried[row, column] = most[column]
                found = place(replace(exchange, usable=tried), self._present(exchange))
                if found.flow is None and found.proved:
                    raised[at, column], usable = largest[at, column], tried
        return Beyond(raised)

    @staticmethod
    def _present(exchange: Exchange) -> NDArray[np.float64]:
        present: NDArray[np.float64] = exchange.shares[exchange.party] * exchange.demand[:, None]
        return present

    @cached_property
    def largest(self) -> Counts:
        """Every pool at its maximum, or its place's whole quota."""
        quota = place_quotas(self._situation)
        rows = [np.asarray(need_of(self._situation, strain).maximum) for strain in self._strains]
        largest: Counts = np.minimum(np.array(rows), quota).astype(np.int64)
        return largest

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
            # The nominal routing was asked under the surge, where there is one.
            surged = each.key == BASE and (SURGE,) in self._moments.keys
            key = (SURGE,) if surged else each.key
            if relaxed is not None:
                straits.append(Strait(key, exchange, relaxed))
                continue
            fixed = exchange.keeping(np.zeros_like(exchange.free), exchange.shares)
            found = uncarried(fixed, fixed.shares)
            straits.append(Strait(key, fixed, found, exchange, proved=each.placed.proved))
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
