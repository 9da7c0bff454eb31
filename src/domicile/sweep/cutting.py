"""Which places a set of losses takes where some of them break links, asked very many times.

Links outside a spanning forest of what stands hold nothing together: without them the same parts
remain. So where a forest avoids every broken link, the answer is that of the places lost alone.
Only what no forest avoids is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domicile.headroom import Ground, Loss
from domicile.headroom.arrays import Bools

_MOST_FORESTS = 64
"""Kept for one set of lost places; more of them are seldom of use."""


class Cutting:
    """Asks a ground what is lost, and remembers what makes no difference.

    Args:
        ground: the places and their links. It keeps what it computes as long as it lives, so
            this one is a copy, to be dropped with the piece of the sweep that it serves.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = replace(ground)
        self._ends = [link.ends for link in ground.links]
        self._numbers: dict[str, int] = {}
        for index, link in enumerate(ground.links):
            self._numbers[link.id] = self._numbers.get(link.id, 0) | 1 << index
        self._known: dict[bytes, _Standing] = {}

    def broken(self, loss: Loss) -> int:
        """The links that a loss breaks: bit `i` for link `i`."""
        found = 0
        for name in loss.broken:
            found |= self._numbers[name]
        return found

    def lost(self, away: Bools, broken: int, losses: Sequence[Loss]) -> Bools:
        """The places that are lost: bool [places].

        Args:
            away: bool [places]: those that the losses take by themselves.
            broken: the links that they break.
            losses: the losses themselves.
        """
        key = away.tobytes()
        standing = self._known.get(key)
        if standing is None:
            standing = self._known[key] = _Standing(self._ends, away)
        if not standing.parted_by(broken):
            if standing.lost is None:
                standing.lost = self._ground.lost(losses)
            return standing.lost
        return self._ground.lost(losses)


class _Standing:
    """What stands after some places are lost, and forests that hold it together."""

    def __init__(self, ends: Sequence[tuple[int, int]], away: Bools) -> None:
        self._links = [
            (1 << index, *its)
            for index, its in enumerate(ends)
            if not away[its[0]] and not away[its[1]]
        ]
        self._length = len(away)
        self._forests = [self._avoiding(0)]
        self.lost: Bools | None = None

    def parted_by(self, broken: int) -> bool:
        """Whether something that hung together no longer does."""
        for number, forest in enumerate(self._forests):
            if not forest & broken:
                if number:  # what avoided this often avoids the next
                    self._forests.insert(0, self._forests.pop(number))
                return False
        made = self._avoiding(broken)
        # Each link of a forest joins two parts, so as many links leave as many parts.
        if made.bit_count() < self._forests[0].bit_count():
            return True
        self._forests.insert(0, made)
        del self._forests[_MOST_FORESTS:]
        return False

    def _avoiding(self, broken: int) -> int:
        """A spanning forest without the broken links, unlike those before where it can be."""
        parent = list(range(self._length))
        forest = 0
        for bit, tail, head in self._links:
            if bit & broken:
                continue
            one, other = tail, head
            while parent[one] != one:
                parent[one] = one = parent[parent[one]]
            while parent[other] != other:
                parent[other] = other = parent[parent[other]]
            if one != other:
                parent[one] = other
                forest |= bit
        # Links that were used come last next time: forests that share few avoid most sets.
        self._links.sort(key=lambda link: bool(link[0] & forest))
        return forest
