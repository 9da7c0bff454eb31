"""What a plan's routing puts on networks: between services, and between users and places.

A service at one place asks one that it needs at another, as both are routed; what goes between them
needs links. What users send needs the network of the place that serves them. Places that no link
joins, and networks of which no capacity is declared, are not judged: nothing is known about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Contingency, connectivity, link_shortfalls
from domicile.legal import Load
from domicile.model.plan import DemandRouting, Plan
from domicile.situation import Situation

Neighbours = Sequence[Sequence[tuple[int, int]]]
"""For each node, the links that stand and where they lead."""

SURGE = "surge:"
"""Begins the id of a policy's surge."""
_LEAST = 1e-12
SLACK = 1e-6
"""Part of what is to be carried that may be missing: shares have six decimals."""


@dataclass(frozen=True, slots=True)
class Overload:
    """A network that is asked for more than it carries, in one contingency."""

    contingency: tuple[str, ...]
    row: int | None
    """Of the plan's contingencies; None: the nominal routing holds."""
    place: str | None
    """Whose network it is; None: it is the links."""
    asked: float
    """In Gbit/s: through the place; over all links together."""
    missing: float
    """In Gbit/s, what cannot be carried."""
    pairs: tuple[tuple[str, str], ...]
    """The pairs of places between which most goes, where links are too narrow."""


class Carrying:
    """The networks of a situation under its plan."""

    def __init__(self, situation: Situation, plan: Plan) -> None:
        self._situation = situation
        self._plan = plan

    def asked(self) -> bool:
        """Whether anything is counted at all."""
        return any(
            service.traffic or any(each.traffic for each in service.depends_on)
            for service in self._situation.workspace.services.values()
        )

    def overloads(self) -> Iterator[Overload]:
        """The worst network of each contingency that the plan routes, where one is overloaded.

        Policies may ask for the same loss under different surges: it is one contingency here, in
        which each service has the surge of its own policy.
        """
        rows: dict[tuple[str, ...], list[int]] = {}
        for at, planned in enumerate(self._plan.contingencies):
            rows.setdefault(_losses(planned.contingency), []).append(at)
        for ids in dict.fromkeys(
            _losses(case.ids)
            for strain in self._situation.strains.values()
            for case in strain.contingencies
            if not case.combined
        ):
            changes: DemandRouting = {}
            for at in rows.get(ids, ()):
                changes |= self._plan.contingencies[at].changes
            yield from self._overloads(ids, next(iter(rows.get(ids, ())), None), changes)

    def _overloads(
        self, ids: tuple[str, ...], row: int | None, changes: DemandRouting
    ) -> Iterator[Overload]:
        between, through = self._traffic(ids, changes)
        over = through - self._networks
        worst = int(over.argmax()) if len(over) else 0
        if len(over) and over[worst] > SLACK * through[worst]:
            place = self._situation.places[worst]
            yield Overload(ids, row, place, float(through[worst]), float(over[worst]), ())
        missing = self._over_links(ids, between)
        total = float(between.sum())
        if missing > SLACK * total:
            pairs = np.dstack(np.unravel_index(np.argsort(-between, axis=None)[:3], between.shape))
            places = self._situation.places
            most = tuple((places[one], places[other]) for one, other in pairs[0] if one != other)
            yield Overload(ids, row, None, total, missing, most)

    # What goes where.

    def _traffic(
        self, ids: tuple[str, ...], changes: DemandRouting
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """[places, places] between services, and [places] through each place's network."""
        situation = self._situation
        count = len(situation.places)
        between, users = np.zeros((count, count)), np.zeros(count)
        shares = self._shares(changes)
        for name in self._counted:
            strain, service = situation.strains[name], situation.workspace.services[name]
            case = self._cases[name].get(ids)
            factor = 1.0 if case is None else case.demand_factor
            surges = np.ones(len(self._subjects))
            if case is not None and case.surges is not None:
                for load, surge in zip(strain.loads, case.surges, strict=True):
                    surges[self._subjects[load.subject]] = surge
            if service.traffic is not None:
                own = self._own_rate(name) * factor * surges
                users += service.traffic.value * (own @ shares[name])
            for needed in service.depends_on:
                if needed.traffic is None or needed.service not in shares:
                    continue
                rate = self._rate(name) * factor * surges * needed.fan_out
                sent = shares[name].T @ (rate[:, None] * shares[needed.service])
                between += needed.traffic.value * sent
        np.fill_diagonal(between, 0.0)
        return between, users + between.sum(axis=0) + between.sum(axis=1)

    @cached_property
    def _cases(self) -> dict[str, dict[tuple[str, ...], Contingency]]:
        """Service → what happens → its first contingency in which that happens."""
        found: dict[str, dict[tuple[str, ...], Contingency]] = {}
        for name in self._counted:
            cases = found.setdefault(name, {})
            for case in self._situation.strains[name].contingencies:
                cases.setdefault(_losses(case.ids), case)
        return found

    @cached_property
    def _subjects(self) -> dict[str, int]:
        names = sorted({load.subject for load in self._situation.loads})
        return {name: at for at, name in enumerate(names)}

    @cached_property
    def _counted(self) -> tuple[str, ...]:
        """The services that say what they send."""
        services = self._situation.workspace.services
        return tuple(
            name
            for name in self._situation.strains
            if services[name].traffic or any(each.traffic for each in services[name].depends_on)
        )

    @cached_property
    def _loads(self) -> dict[str, Load]:
        """Those of services that send, and of services that these send to."""
        services = self._situation.workspace.services
        needed = {each.service for name in self._counted for each in services[name].depends_on}
        taking_part = needed | set(self._counted)
        return {load.key: load for load in self._situation.loads if load.service in taking_part}

    @cached_property
    def _rates(self) -> dict[str, NDArray[np.float64]]:
        """Service → [subjects]: nominal, of all its work."""
        rates: dict[str, NDArray[np.float64]] = {}
        for load in self._loads.values():
            rate = rates.setdefault(load.service, np.zeros(len(self._subjects)))
            rate[self._subjects[load.subject]] += load.rate
        return rates

    def _rate(self, service: str) -> NDArray[np.float64]:
        return self._rates.get(service, np.zeros(len(self._subjects)))

    def _own_rate(self, service: str) -> NDArray[np.float64]:
        """[subjects]: nominal, of what users ask for themselves."""
        return self._own_rates.get(service, np.zeros(len(self._subjects)))

    @cached_property
    def _own_rates(self) -> dict[str, NDArray[np.float64]]:
        rates: dict[str, NDArray[np.float64]] = {}
        for demand in self._situation.demand:
            if demand.subject in self._subjects:
                rate = rates.setdefault(demand.service, np.zeros(len(self._subjects)))
                rate[self._subjects[demand.subject]] += demand.rate.value
        return rates

    def _shares(self, changes: DemandRouting) -> dict[str, NDArray[np.float64]]:
        """Service → [subjects, places]: the part of each subject's work that each place does."""
        found = dict(self._nominal)
        copied = set[str]()
        for key, parts in changes.items():
            load = self._loads.get(key)
            if load is None:
                continue
            if load.service not in copied:
                copied.add(load.service)
                found[load.service] = found[load.service].copy()
            self._move(found[load.service], load, self._plan.nominal.get(key, {}), -1.0)
            self._move(found[load.service], load, parts, 1.0)
        return found

    @cached_property
    def _nominal(self) -> dict[str, NDArray[np.float64]]:
        shape = (len(self._subjects), len(self._columns))
        found = {load.service: np.zeros(shape) for load in self._loads.values()}
        for key, load in self._loads.items():
            self._move(found[load.service], load, self._plan.nominal.get(key, {}), 1.0)
        return found

    def _move(
        self, done: NDArray[np.float64], load: Load, parts: Mapping[str, float], sign: float
    ) -> None:
        row = self._subjects[load.subject]
        total = self._rates[load.service][row]
        for place, part in parts.items():
            if place in self._columns and total:
                done[row, self._columns[place]] += sign * part * load.rate / total

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {place: at for at, place in enumerate(self._situation.places)}

    @cached_property
    def _networks(self) -> NDArray[np.float64]:
        """[places]: what each place's network carries, in Gbit/s; infinite where not declared."""
        given = (self._situation.workspace.datacenters[p].capacity for p in self._situation.places)
        return np.array([np.inf if each is None else each.value for each in given])

    # Links.

    @cached_property
    def _nodes(self) -> dict[str, int]:
        names = {place for link in self._situation.workspace.links for place in link.between}
        ours = dict(self._columns)
        return ours | {
            name: len(ours) + at
            for at, name in enumerate(sorted(names - ours.keys()))
            if name in self._situation.workspace.datacenters
        }

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        """[links, 2]."""
        links = self._situation.workspace.links
        kept = [link.between for link in links if self._nodes.keys() >= set(link.between)]
        ends = [[self._nodes[one], self._nodes[other]] for one, other in kept]
        return np.array(ends, dtype=np.int64).reshape(len(ends), 2)

    @cached_property
    def _names(self) -> list[str]:
        links = self._situation.workspace.links
        return [link.name for link in links if self._nodes.keys() >= set(link.between)]

    @cached_property
    def _room(self) -> NDArray[np.float64]:
        links = self._situation.workspace.links
        kept = (link for link in links if self._nodes.keys() >= set(link.between))
        return np.array([link.capacity.value for link in kept])

    def _over_links(self, ids: tuple[str, ...], between: NDArray[np.float64]) -> float:
        """What links cannot carry: by shortest ways where those do, else by the largest flow."""
        # What rounding leaves of a share that moved away is no traffic.
        asked = np.where(between > _LEAST * max(float(between.sum()), _LEAST), between, 0.0)
        starts, targets = np.nonzero(asked * self._joined)
        if not len(starts):
            return 0.0
        rates = asked[starts, targets]
        room = self._left(ids)
        standing = room[room > 0]
        if len(standing) and rates.sum() <= standing.min():
            # Whatever way each takes, no link is overloaded: all that matters is that there is one.
            part = self._parts(room > 0)
            return float(rates[part[starts] != part[targets]].sum())
        if (self._along_shortest(starts, targets, rates, room) <= room).all():
            return 0.0
        lost = np.divide(room, self._room, out=np.ones_like(room), where=self._room > 0)
        return float(
            link_shortfalls(
                self._ends[:, 0], self._ends[:, 1], self._room, starts, targets, rates,
                (1.0 - lost)[None],
            )[0]
        )  # fmt: skip

    @cached_property
    def _joined(self) -> NDArray[np.bool_]:
        """[places, places]: whether links lead from one to the other while nothing is lost."""
        count = len(self._columns)
        found = np.zeros((count, count), dtype=np.bool_)
        next_to = self._next_to(self._room)
        for start in range(count):
            reached = [at for at in _tree(next_to, start) if at < count]
            found[start, reached] = True
        return found

    def _left(self, ids: tuple[str, ...]) -> NDArray[np.float64]:
        """[links]: what each carries in a contingency."""
        part = self._situation.foreseen.links_left(ids)
        left: NDArray[np.float64] = self._room * [part.get(name, 1.0) for name in self._names]
        return left

    def _parts(self, standing: NDArray[np.bool_]) -> NDArray[np.int64]:
        """[nodes]: which part each is in, by the links that stand."""
        key = standing.tobytes()
        if key not in self._known_parts:
            self._known_parts[key] = connectivity.labels(len(self._nodes), self._ends[standing])
        return self._known_parts[key]

    @cached_property
    def _known_parts(self) -> dict[bytes, NDArray[np.int64]]:
        return {}

    def _along_shortest(
        self,
        starts: NDArray[np.intp],
        targets: NDArray[np.intp],
        rates: NDArray[np.float64],
        room: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """[links]: what is on each when everything takes a way of fewest links; inf: no way."""
        load = np.zeros(len(room))
        next_to = self._next_to(room)
        for start in np.unique(starts).tolist():
            came = _tree(next_to, start)
            for target, rate in zip(
                targets[starts == start].tolist(), rates[starts == start].tolist(), strict=True
            ):
                at = target
                while at != start:
                    if at not in came:
                        return np.full(len(room), np.inf)
                    link, at = came[at]
                    load[link] += rate
        return load

    def _next_to(self, room: NDArray[np.float64]) -> Neighbours:
        found: list[list[tuple[int, int]]] = [[] for _ in self._nodes]
        for link, (one, other) in enumerate(self._ends.tolist()):
            if room[link] > 0:
                found[one].append((link, other))
                found[other].append((link, one))
        return found


def _tree(
    next_to: Sequence[Sequence[tuple[int, int]]], start: int
) -> Mapping[int, tuple[int, int]]:
    """Node → the link over which it is reached with fewest links, and from where."""
    came: dict[int, tuple[int, int]] = {}
    reached = [start]
    for place in reached:
        for link, other in next_to[place]:
            if other != start and other not in came:
                came[other] = (link, place)
                reached.append(other)
    return came


def _losses(ids: tuple[str, ...]) -> tuple[str, ...]:
    """What happens, whatever the surge; a surge alone is what happens then."""
    return tuple(each for each in ids if not each.startswith(SURGE)) or (SURGE,)
