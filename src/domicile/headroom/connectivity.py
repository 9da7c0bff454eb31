"""Which places are cut off when links break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from domicile.headroom.arrays import Bools

Ends = tuple[int, int]


def cut_off(links: Iterable[Ends], kept: Iterable[Ends], lost: Bools, ours: Bools) -> Bools:
    """Find places that hung together by links before, and no longer reach the largest part.

    Places that no link ever joined are not judged by links: nothing is known about how they
    are reached, so no link's loss can be said to cut them off. Lost places forward nothing.

    Args:
        links: ends of all links.
        kept: ends of those that are not broken.
        lost: bool [places], lost for another reason.
        ours: bool [places]: of parts equally large, the one that holds more of these stays;
            then the one with the first place.

    Returns:
        bool [places].
    """
    away = np.zeros(len(lost), dtype=np.bool_)
    standing = [ends for ends in kept if not (lost[ends[0]] or lost[ends[1]])]
    after = parts(len(lost), standing)
    for whole in _groups(parts(len(lost), links)):
        pieces = _groups({place: after[place] for place in whole if not lost[place]})
        pieces.sort(key=lambda piece: (-len(piece), -int(ours[piece].sum()), piece[0]))
        for piece in pieces[1:]:
            away[piece] = True
    return away


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


def _groups(part_of: dict[int, int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for place, part in part_of.items():
        groups.setdefault(part, []).append(place)
    return list(groups.values())
