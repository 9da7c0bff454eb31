"""What services send each other and their users, in each contingency, before it is routed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.foreseen import SURGE, losses_of
from domicile.headroom import Contingency
from domicile.legal import Load
from domicile.model.tokens import Loss
from domicile.situation import Situation

Key = tuple[str, ...]
"""What happens in a contingency, whatever each service's surge."""
BASE: Key = ("nominal",)
"""While nothing is lost; the routing of then holds under the surge, too."""


def key_of(ids: tuple[str, ...]) -> Key:
    """The key of a contingency; a surge alone is what happens then."""
    return losses_of(ids) or (SURGE,)


@dataclass(frozen=True, slots=True)
class Party:
    """What one service does for one subject."""

    service: str
    subject: str


class Moments:
    """The services of a situation that send anything, and those that they send it to."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every contingency that a plan routes, whatever the surge."""
        found = (
            key_of(case.ids)
            for strain in self._situation.strains.values()
            for case in strain.contingencies
            if not case.combined
        )
        return tuple(dict.fromkeys(found))

    @cached_property
    def quiet(self) -> tuple[Key, ...]:
        """Losses of links alone that policies foresee: no place of ours goes with them.

        No capacity of backends is lost with these, so they are no contingency of any service;
        what is sent has to find another way all the same.
        """
        foreseen = self._situation.foreseen
        kinds = {str(kind) for name in self.services for kind in self._kinds(name)}
        losses = [each for kind in sorted(kinds) for each in foreseen.ground.of_kind(kind)]
        known = set(self.keys)
        return tuple(
            (each.id,)
            for each in losses
            if each.broken
            and (each.id,) not in known
            and not (foreseen.ground.lost((each,)) & foreseen.ground.ours).any()
        )

    def _kinds(self, service: str) -> tuple[Loss, ...]:
        policy = self._situation.policy(service)
        return () if policy is None else policy.losses

    @cached_property
    def _quiet(self) -> frozenset[Key]:
        return frozenset(self.quiet)

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """The services that say what they send."""
        services = self._situation.workspace.services
        return tuple(
            name
            for name in self._situation.strains
            if services[name].traffic or any(each.traffic for each in services[name].depends_on)
        )

    @cached_property
    def loads(self) -> dict[str, Load]:
        """Those of services that send, and of services that these send to."""
        services = self._situation.workspace.services
        needed = {
            each.service
            for name in self.counted
            for each in services[name].depends_on
            if each.traffic
        }
        taking_part = needed | set(self.counted)
        return {load.key: load for load in self._situation.loads if load.service in taking_part}

    @cached_property
    def services(self) -> tuple[str, ...]:
        """Whose loads these are."""
        return tuple(dict.fromkeys(load.service for load in self.loads.values()))

    @cached_property
    def parties(self) -> tuple[Party, ...]:
        """All of them, by service, then subject."""
        every = (Party(load.service, load.subject) for load in self.loads.values())
        return tuple(dict.fromkeys(every))

    @cached_property
    def index(self) -> dict[tuple[str, str], int]:
        """(service, subject) → party."""
        return {(each.service, each.subject): at for at, each in enumerate(self.parties)}

    @cached_property
    def rate(self) -> NDArray[np.float64]:
        """[parties]: nominal, of all their work."""
        rate = np.zeros(len(self.parties))
        for load in self.loads.values():
            rate[self.index[load.service, load.subject]] += load.rate
        return rate

    @cached_property
    def own(self) -> NDArray[np.float64]:
        """[parties]: nominal, of what users ask for themselves."""
        rate = np.zeros(len(self.parties))
        for demand in self._situation.demand:
            at = self.index.get((demand.service, demand.subject))
            if at is not None:
                rate[at] += demand.rate.value
        return rate

    def case(self, service: str, key: Key) -> Contingency | None:
        """A service's own contingency in which this happens, where its policy foresees it.

        Where links alone are lost, it is the surge; without one, what is nominal, with backends as
        busy as after a loss.
        """
        strain = self._situation.strains.get(service)
        if strain is None:
            return None
        if key in self._quiet:
            if key[0].partition(":")[0] not in map(str, self._kinds(service)):
                return None
            return self._links_alone(service, key)
        return self._cases[service].get(key)

    @cached_property
    def _cases(self) -> dict[str, dict[Key, Contingency]]:
        """Service → contingency → its own, the first where there are several."""
        return {
            name: {key_of(case.ids): case for case in reversed(strain.contingencies)}
            for name, strain in self._situation.strains.items()
        }

    def _links_alone(self, service: str, key: Key) -> Contingency | None:
        surge, policy = self.case(service, (SURGE,)), self._situation.policy(service)
        nominal = self.case(service, BASE)
        if surge is not None or nominal is None or policy is None:
            return surge
        return replace(nominal, ids=key, utilisation=policy.utilisation.after.value)

    def factor(self, key: Key) -> NDArray[np.float64]:
        """[parties]: demand in a contingency, as a multiple of nominal."""
        factor = np.ones(len(self.parties))
        for service, rows in self._rows.items():
            case = self.case(service, key)
            if case is None:
                continue
            factor[rows] = case.demand_factor
            if case.surges is not None:
                loads = self._situation.strains[service].loads
                for load, surge in zip(loads, case.surges, strict=True):
                    factor[self.index[service, load.subject]] = case.demand_factor * surge
        return factor

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        """Service → its parties."""
        rows: dict[str, list[int]] = {}
        for at, party in enumerate(self.parties):
            rows.setdefault(party.service, []).append(at)
        return rows

    def sent(self, key: Key) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Who asks whom [asks, 2], and what goes between the two [asks], in Gbit/s."""
        asks, nominal = self._asks
        return asks, nominal * self.factor(key)[asks[:, 0]]

    @cached_property
    def _asks(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        services = self._situation.workspace.services
        asks, amounts = [], []
        for at, party in enumerate(self.parties):
            for needed in services[party.service].depends_on:
                other = self.index.get((needed.service, party.subject))
                if party.service in self.counted and needed.traffic and other is not None:
                    asks.append((at, other))
                    amounts.append(needed.traffic.value * self.rate[at] * needed.fan_out)
        return np.array(asks, dtype=np.int64).reshape(len(asks), 2), np.array(amounts)

    def users(self, key: Key) -> NDArray[np.float64]:
        """[parties]: what goes between them and their users, in Gbit/s."""
        users: NDArray[np.float64] = self._from_users * self.factor(key)
        return users

    @cached_property
    def _from_users(self) -> NDArray[np.float64]:
        services = self._situation.workspace.services
        each = (services[party.service].traffic for party in self.parties)
        unit = np.array([0.0 if rate is None else rate.value for rate in each])
        users: NDArray[np.float64] = self.own * unit
        return users
