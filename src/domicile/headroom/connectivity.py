"""Which places are cut off when links break."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.headroom.arrays import Bools

Ends = tuple[int, int]

_FORESTS = 24
"""How many are tried before parts are computed anew."""


class Joined:
    """Places joined by links, asked many times what some broken links cut off.

    Links of a spanning forest hold all parts together. So whatever broken links a forest does not
    use matter to no one: of several forests the one is taken that uses fewest of them. Where all
    that is left parts something alone, it parts the same together with the others.
    """

    def __init__(self, length: int, links: Sequence[Ends], ours: Bools) -> None:
        """Of so many places.

        Args:
            length: number of places.
            links: ends of each link.
            ours: bool [places]: of parts equally large, the one that holds more of these stays;
                then the one with the first place.
        """
        self._length = length
        self._links = tuple(links)
        self._ours = ours
        joined = [place for one, other in links for place in (one, other) if one != other]
        self._linked = np.isin(np.arange(length), joined)
        self._known: dict[tuple[bytes, frozenset[int]], Bools] = {}

    def cut_off(self, broken: frozenset[int], lost: Bools) -> Bools:
        """Find places that hung together by links before, and no longer reach the largest part.

        Places that no link ever joined are not judged by links: nothing is known about how they
        are reached, so no link's loss can be said to cut them off. Lost places forward nothing.

        Args:
            broken: the links that are, by index.
            lost: bool [places], lost for another reason.

        Returns:
            bool [places].
        """
        away = lost & self._linked
        if not away.any():
            fewest = min((broken & forest for forest in self._forests), key=len, default=broken)
            if fewest <= self._bridges:
                broken = fewest
            if not broken:
                return np.zeros(self._length, dtype=np.bool_)
        key = (away.tobytes(), broken)
        if key not in self._known:
            self._known[key] = self._compute(broken, away)
        return self._known[key]

    def _compute(self, broken: frozenset[int], lost: Bools) -> Bools:
        away = np.zeros(self._length, dtype=np.bool_)
        for whole in self._wholes:
            pieces = self._pieces([place for place in whole if not lost[place]], broken)
            for piece in pieces[1:]:
                away[piece] = True
        return away

    def _pieces(self, standing: list[int], broken: frozenset[int]) -> list[list[int]]:
        """What still hangs together, the part that stays first."""
        left = set(standing)
        pieces = []
        for start in standing:
            if start not in left:
                continue
            left.remove(start)
            piece = [start]
            for place in piece:
                for index, other in self._next_to[place]:
                    if other in left and index not in broken:
                        left.remove(other)
                        piece.append(other)
            pieces.append(piece)
        pieces.sort(key=lambda piece: (-len(piece), -int(self._ours[piece].sum()), min(piece)))
        return pieces

    @cached_property
    def _next_to(self) -> list[list[tuple[int, int]]]:
        found: list[list[tuple[int, int]]] = [[] for _ in range(self._length)]
        for index, (one, other) in enumerate(self._links):
            found[one].append((index, other))
            found[other].append((index, one))
        return found

    @cached_property
    def _wholes(self) -> list[list[int]]:
        """The parts while nothing is lost; a place without links is in none."""
        linked = np.flatnonzero(self._linked).tolist()
        return self._pieces(linked, frozenset())

    @cached_property
    def _bridges(self) -> set[int]:
        return bridges(self._length, self._links)

    @cached_property
    def _forests(self) -> list[frozenset[int]]:
        """Spanning forests, of links in a different order each."""
        # Any orders do. numpy's generators would have to be imported for nothing else.
        draw = random.Random(0)  # noqa: S311 - no secret
        every = range(len(self._links))
        return [
            _forest(self._length, self._links, draw.sample(every, len(every)))
            for _ in range(_FORESTS)
        ]


def parts(length: int, links: Iterable[Ends]) -> dict[int, int]:
    """For each of so many places, the first place of its connected part."""
    parent = list(range(length))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for one, other in links:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return {place: root(place) for place in range(length)}


def labels(length: int, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """As `parts`, of ends in an array [links, 2]: [places], faster for thousands of links.

    Every place takes the least number that it finds at the other ends of its links, then that of
    the place with this number, until nothing changes.
    """
    found = np.arange(length)
    one, other = ends.T
    while True:
        least = np.minimum(found[one], found[other])
        before = found.copy()
        np.minimum.at(found, one, least)
        np.minimum.at(found, other, least)
        np.minimum.at(found, before[one], least)
        np.minimum.at(found, before[other], least)
        found = found[found]
        if np.array_equal(found, before):
            return found


def _forest(length: int, links: Sequence[Ends], order: Iterable[int]) -> frozenset[int]:
    """The links that join two parts when taken in this order."""
    parent = list(range(length))
    chosen = []
    for index in order:
        ends = []
        for place in links[index]:
            while parent[place] != place:
                parent[place] = parent[parent[place]]
                place = parent[place]  # noqa: PLW2901 - the walk up to the root
            ends.append(place)
        if ends[0] != ends[1]:
            parent[ends[0]] = ends[1]
            chosen.append(index)
    return frozenset(chosen)


def bridges(length: int, links: Sequence[Ends]) -> set[int]:
    """The links that alone hold parts together, by index; no other link's loss cuts anything off.

    A depth-first search gives each place a number. A link down the search tree is a bridge when
    nothing below it reaches back above it. Of two links between the same places none is one.
    """
    joined: list[list[tuple[int, int]]] = [[] for _ in range(length)]
    for index, (one, other) in enumerate(links):
        joined[one].append((index, other))
        joined[other].append((index, one))
    number = [-1] * length
    highest = [0] * length
    found: set[int] = set()
    for start in range(length):
        if number[start] >= 0:
            continue
        order = 0
        number[start] = highest[start] = order
        path = [(start, -1, iter(joined[start]))]
        while path:
            place, came, left = path[-1]
            for index, other in left:
                if index == came:
                    continue
                if number[other] >= 0:
                    highest[place] = min(highest[place], number[other])
                    continue
                order += 1
                number[other] = highest[other] = order
                path.append((other, index, iter(joined[other])))
                break
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    highest[above] = min(highest[above], highest[place])
                    if highest[place] > number[above]:
                        found.add(came)
    return found
