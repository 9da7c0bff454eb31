"""What parties at places send each other and their users, and the networks that carry it.

A *party* is what one service does for one subject; it may be at several places. One that needs
another asks it as both are placed: the part of what goes from place *a* to place *b* is the part of
the first at *a* times the part of the second at *b*, since nobody but the place knows who asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Links, and what each place's own network carries. The first nodes are the places.

    Attributes:
        tail, head: int [links].
        room: float [links]: what each carries, both ways together; infinite where nobody said.
        oneway: bool [links]: nothing is forwarded from head to tail: users' ways in.
        joined: bool [nodes, places]: between which anything is judged at all.
        network: float [places]: infinite where not declared.
    """

    tail: Integers
    head: Integers
    room: Floats
    oneway: Bools
    joined: Bools
    network: Floats

    def narrowed(self, part: float) -> Roads:
        """All of it a little narrower."""
        return replace(self, room=self.room * (1 - part), network=self.network * (1 - part))


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One moment: work that may be placed, and what it sends wherever it is.

    Attributes:
        admissible: bool [loads, places]: where each may go that stands.
        demand: float [loads].
        service: int [loads]: whose work it is.
        party: int [loads]: of which party it is a part.
        usable: float [services, places].
        free: bool [parties]: whether its loads are to be placed; else its shares are given.
        shares: float [parties, places]: of each; of a free one, where it is now.
        asks: int [asks, 2]: the party that asks, and the one that is asked.
        sent: float [asks]: what goes between the two in all.
        users: float [parties]: what goes between its users and it in all.
        entry: int [parties]: the node where its users enter; -1: nobody knows.
        roads: what carries it.
    """

    admissible: Bools
    demand: Floats
    service: Integers
    party: Integers
    usable: Floats
    free: Bools
    shares: Floats
    asks: Integers
    sent: Floats
    users: Floats
    entry: Integers
    roads: Roads

    @property
    def total(self) -> float:
        """All that is sent."""
        return float(self.sent.sum() + self.users.sum())

    def placed(self, flow: Floats) -> Floats:
        """Shares of all parties, float [parties, places], where loads flow so: [loads, places]."""
        shares = self.shares.copy()
        shares[self.free] = 0.0
        rate = np.bincount(self.party, self.demand, minlength=len(shares))
        for row, party in zip(flow, self.party.tolist(), strict=True):
            if self.free[party] and rate[party]:
                shares[party] += row / rate[party]
        return shares

    def keeping(self, free: Bools, shares: Floats) -> Exchange:
        """The same, where these parties alone are to be placed and all others stay."""
        return replace(self, free=free, shares=shares)

    def between(self, shares: Floats) -> Floats:
        """What goes from place to place: float [places, places], nothing within one."""
        found: Floats = shares[self.asks[:, 0]].T @ (self.sent[:, None] * shares[self.asks[:, 1]])
        np.fill_diagonal(found, 0.0)
        return found
