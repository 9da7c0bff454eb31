"""A plan's routing, mended where networks do not carry what it sends.

Near places come first in a routing, and networks are not looked at. Where they are overloaded, the
work that takes part is placed anew, as near to where it was as may be. Contingencies whose networks
carry everything keep their routing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.carrying import (
    BASE,
    Key,
    Moments,
    Ways,
    asking,
    judged,
    key_of,
    shares_of,
    to_judge,
    working,
)
from domicile.foreseen import SURGE
from domicile.headroom import Exchange, Placed, place
from domicile.model.plan import DemandRouting
from domicile.routing import Routed, parts, rounded, route_all
from domicile.situation import Situation
from domicile.strain import Strain


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A contingency whose networks carry no routing of these backends that was found."""

    key: Key
    placed: Placed
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Rerouted:
    """Routings of all services, and what is left that networks do not carry."""

    routings: tuple[Routed, ...]
    unplaced: tuple[Unplaced, ...]
    quiet: Mapping[tuple[str, ...], DemandRouting]
    """Losses of links alone → the loads that go elsewhere in them."""


class Mending:
    """The routings of one set of counts.

    Args:
        situation: what is declared.
        moments: who sends what.
        ways: what carries it.
        strains: all services, with what these backends can do.
        routings: one for each.
        backends: (service, datacenter) → how many.
    """

    def __init__(
        self,
        situation: Situation,
        moments: Moments,
        ways: Ways,
        strains: Sequence[Strain],
        routings: Sequence[Routed],
        backends: Mapping[tuple[str, str], int],
    ) -> None:
        self._situation, self._moments, self._ways = situation, moments, ways
        self._strains = {strain.service: strain for strain in strains}
        self._routings = {
            strain.service: routed for strain, routed in zip(strains, routings, strict=True)
        }
        self._backends = backends
        self._quiet: dict[tuple[str, ...], DemandRouting] = {}

    def run(self) -> Rerouted:
        """Place anew what networks do not carry."""
        unplaced: list[Unplaced] = []
        if self._moments.counted:
            calm = [key for key in (BASE, (SURGE,)) if self._is_over(key)]
            base = self._settle_base() if calm else None
            if base is not None:
                unplaced.append(base)
            else:
                surge = self._asking((SURGE,), self._shares((SURGE,)), fixed=True)
                every = to_judge(self._moments, self._ways, surge)
                others = [key for key in every if key not in {BASE, (SURGE,)}]
                found = [self._settle(key) for key in others if self._is_over(key)]
                unplaced += [each for each in found if each is not None]
        return Rerouted(tuple(self._routings.values()), tuple(unplaced), self._quiet)

    def _settle_base(self) -> Unplaced | None:
        """Place what is routed while nothing is lost, and route all losses anew from there."""
        exchange, placed = self._placed(BASE, self._shares(BASE))
        if placed.flow is None:
            return Unplaced(BASE, placed, exchange)
        for service, flow in self._flows(placed.flow).items():
            strain = self._strains[service]
            case = working(self._moments, service, BASE)
            if case is None:
                continue
            shares = rounded(flow, strain.usable(case) - flow.sum(axis=0))
            self._routings[service] = route_all(self._situation, strain, self._backends, shares)
        return None

    def _settle(self, key: Key) -> Unplaced | None:
        exchange, placed = self._placed(key, self._shares(key))
        if placed.flow is None:
            return Unplaced(key, placed, exchange)
        for service, flow in self._flows(placed.flow).items():
            strain, case = self._strains[service], working(self._moments, service, key)
            if case is None:
                continue
            routed = self._routings[service]
            shares = parts(strain, rounded(flow, strain.usable(case) - flow.sum(axis=0)))
            moved = {each: to for each, to in shares.items() if to != routed.nominal[each]}
            if key in self._moments.quiet:
                surge = tuple(each for each in case.ids if each.startswith(SURGE))
                self._quiet.setdefault((*key, *surge), {}).update(moved)
                continue
            changes = list(routed.contingencies)
            at = next(at for at, its in enumerate(strain.contingencies) if its is case)
            changes[at] = moved
            self._routings[service] = Routed(routed.nominal, tuple(changes), routed.order)
        return None

    def _is_over(self, key: Key) -> bool:
        exchange = self._asking(key, self._shares(key), fixed=True)
        return any(judged(self._situation.places, self._ways, key, exchange))

    def _asking(self, key: Key, shares: NDArray[np.float64], *, fixed: bool = False) -> Exchange:
        strains = None if fixed else self._strains
        return asking(self._situation, self._moments, self._ways, key, shares, strains)

    def _placed(self, key: Key, shares: NDArray[np.float64]) -> tuple[Exchange, Placed]:
        exchange = self._asking(key, shares)
        routing, rate = self._routing(key), exchange.demand[:, None]
        present = np.array(
            [
                [routing.get(name, {}).get(place, 0.0) for place in self._places]
                for name in self._moments.loads
            ]
        ).reshape(len(rate), len(self._places))
        return exchange, place(exchange, present * rate)

    @property
    def _places(self) -> tuple[str, ...]:
        return self._situation.places

    def _routing(self, key: Key) -> DemandRouting:
        """Load → shares in a contingency, as it stands."""
        found: DemandRouting = {}
        for service, routed in self._routings.items():
            found |= routed.nominal
            cases = self._strains[service].contingencies
            for case, changes in zip(cases, routed.contingencies, strict=True):
                if key_of(case.ids) == key:
                    found |= changes
        for ids, changes in self._quiet.items():
            if key_of(ids) == key:
                found |= changes
        return found

    def _shares(self, key: Key) -> NDArray[np.float64]:
        return shares_of(self._situation, self._moments, self._routing(key))

    def _flows(self, flow: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Service → [its loads, places]."""
        rows: dict[str, list[int]] = {}
        for row, load in enumerate(self._moments.loads.values()):
            rows.setdefault(load.service, []).append(row)
        return {service: flow[its] for service, its in rows.items() if service in self._strains}
