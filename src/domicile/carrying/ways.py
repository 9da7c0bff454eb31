"""The links of a situation as a network: between places, and from where users enter.

A link may end at a country, a territory or a group: then it carries what goes between the users
there and places. Users of a subject with such links have no other way in; from the place where a
link ends they go on over links between places. Nothing else is forwarded over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Roads, connectivity
from domicile.legal import expand
from domicile.model.place import Link
from domicile.situation import Situation

Neighbours = Sequence[Sequence[tuple[int, int]]]
"""For each node, the links that stand and where they lead."""


class Ways:
    """Nodes are the situation's places, then other datacenters, countries and groups, subjects."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._places = {place: at for at, place in enumerate(situation.places)}

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Those that may be on a way to a place: the first rows of `roads`."""
        datacenters = self._situation.workspace.datacenters
        known = [
            link
            for link in self._situation.workspace.links
            if all(end in datacenters or end == link.users for end in link.between)
        ]
        names = sorted({end for link in known for end in link.between})
        index = {name: at for at, name in enumerate(names)}
        ends = [(index[link.between[0]], index[link.between[1]]) for link in known]
        part = connectivity.parts(len(names), ends)
        ours = {part[index[place]] for place in self._places if place in index}
        return tuple(link for link, (one, _) in zip(known, ends, strict=True) if part[one] in ours)

    @cached_property
    def nodes(self) -> dict[str, int]:
        """Name → node. Subjects who may enter in several ways have a node of their own."""
        ends = sorted({end for link in self.links for end in link.between} - self._places.keys())
        names = [*self._places, *ends]
        names += [
            subject
            for subject in sorted(self._entries)
            if len(self._entries[subject]) > 1 and subject not in names
        ]
        return {name: at for at, name in enumerate(names)}

    @cached_property
    def _entries(self) -> dict[str, tuple[str, ...]]:
        """Subject → the countries and groups at which links end that its users may take."""
        situation = self._situation
        members = {
            end: expand(situation.workspace, (end,), situation.as_of)
            for end in sorted({link.users for link in self.links if link.users is not None})
        }
        subjects = {load.subject for load in situation.loads}
        found = {
            subject: tuple(end for end, those in members.items() if subject in (end, *those))
            for subject in subjects
        }
        return {subject: ends for subject, ends in found.items() if ends}

    def entry(self, subject: str) -> int:
        """The node where a subject's users enter; -1 where no link is declared for them."""
        ends = self._entries.get(subject, ())
        if not ends:
            return -1
        return self.nodes[subject if len(ends) > 1 else ends[0]]

    @cached_property
    def inner(self) -> list[tuple[int, int]]:
        """From subjects' own nodes to the countries and groups at which they may enter."""
        return [
            (self.nodes[subject], self.nodes[end])
            for subject, ends in sorted(self._entries.items())
            if len(ends) > 1
            for end in ends
            if end != subject
        ]

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """[links, 2]: users' ends first, where there are any."""
        ends = [
            [self.nodes[each] for each in sorted(link.between, key=lambda end: end != link.users)]
            for link in self.links
        ]
        every = [*ends, *self.inner]
        return np.array(every, dtype=np.int64).reshape(len(every), 2)

    @cached_property
    def oneway(self) -> NDArray[np.bool_]:
        """[links]: whether they are users' ways in."""
        into = [link.users is not None for link in self.links]
        return np.array([*into, *(True for _ in self.inner)], dtype=np.bool_)

    @cached_property
    def room(self) -> NDArray[np.float64]:
        """[links]: in Gbit/s, while nothing is lost."""
        room = [link.capacity.value for link in self.links]
        return np.array([*room, *(np.inf for _ in self.inner)])

    def left(self, ids: Sequence[str]) -> NDArray[np.float64]:
        """[links]: what each carries in a contingency."""
        left = self.room.copy()
        for name, part in self._situation.foreseen.links_left(ids).items():
            left[self._rows.get(name, [])] *= part
        return left

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        """Name of a link → its rows."""
        rows: dict[str, list[int]] = {}
        for at, link in enumerate(self.links):
            rows.setdefault(link.name, []).append(at)
        return rows

    @cached_property
    def joined(self) -> NDArray[np.bool_]:
        """[nodes, places]: whether links lead from one to the other while nothing is lost."""
        count = len(self._places)
        found = np.zeros((len(self.nodes), count), dtype=np.bool_)
        next_to = self.next_to(self.room)
        for start in range(len(found)):
            found[start, [at for at in tree(next_to, start) if at < count]] = True
        return found

    @cached_property
    def networks(self) -> NDArray[np.float64]:
        """[places]: what each place's network carries, in Gbit/s; infinite where not declared."""
        given = (self._situation.workspace.datacenters[place].capacity for place in self._places)
        return np.array([np.inf if each is None else each.value for each in given])

    def roads(self, ids: Sequence[str]) -> Roads:
        """All of it in a contingency."""
        tail, head = self.ends[:, 0], self.ends[:, 1]
        return Roads(tail, head, self.left(ids), self.oneway, self.joined, self.networks)

    def next_to(self, room: NDArray[np.float64]) -> Neighbours:
        """Where links that stand lead."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.nodes]
        for link, (one, other) in enumerate(self.ends.tolist()):
            if room[link] > 0:
                found[one].append((link, other))
                if not self.oneway[link]:
                    found[other].append((link, one))
        return found

    def reached(self, room: NDArray[np.float64], starts: Sequence[int]) -> set[int]:
        """Nodes that links with room join to these, whichever way they lead."""
        part = connectivity.labels(len(self.nodes), self.ends[room > 0])
        return set(np.flatnonzero(np.isin(part, part[list(starts)])).tolist())

    def surely_carries(self, asked: NDArray[np.float64], room: NDArray[np.float64]) -> bool:
        """Whether no link can be overloaded, whatever way anything takes, and all has one.

        Args:
            asked: float [nodes, places]: what goes from where to where.
            room: float [links].
        """
        standing = room[room > 0]
        if self.oneway.any() or not len(standing) or asked.sum() > standing.min():
            return False
        key = (room > 0).tobytes()
        if key not in self._known_parts:
            self._known_parts[key] = connectivity.labels(len(self.nodes), self.ends[room > 0])
        part = self._known_parts[key]
        starts, targets = np.nonzero(asked)
        return bool((part[starts] == part[targets]).all())

    @cached_property
    def _known_parts(self) -> dict[bytes, NDArray[np.int64]]:
        return {}

    def along_shortest(
        self, asked: NDArray[np.float64], room: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """[links]: what is on each when everything takes a way of fewest links; inf: no way.

        Args:
            asked: float [nodes, places]: what goes from where to where.
            room: float [links]: only links with any stand.
        """
        load = np.zeros(len(room))
        next_to = self.next_to(room)
        for start in np.flatnonzero(asked.any(axis=1)).tolist():
            came = tree(next_to, start)
            for target in np.flatnonzero(asked[start]).tolist():
                at = target
                while at != start:
                    if at not in came:
                        return np.full(len(room), np.inf)
                    link, at = came[at]
                    load[link] += asked[start, target]
        return load


def tree(next_to: Neighbours, start: int) -> Mapping[int, tuple[int, int]]:
    """Node → the link over which it is reached with fewest links, and from where."""
    came: dict[int, tuple[int, int]] = {}
    reached = [start]
    for place in reached:
        for link, other in next_to[place]:
            if other != start and other not in came:
                came[other] = (link, place)
                reached.append(other)
    return came
