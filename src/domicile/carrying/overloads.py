"""What a plan's routing puts on networks: between services, and between users and places.

A service at one place asks one that it needs at another, as both are routed; what goes between them
needs links. What users send needs the network of the place that serves them, and the links on the
way to it where any are declared for them. Places that no link joins, and networks of which no
capacity is declared, are not judged: nothing is known about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.carrying.asking import asking, shares_of
from domicile.carrying.moments import Key, Moments, key_of
from domicile.carrying.ways import Ways
from domicile.foreseen import SURGE
from domicile.headroom import Carried, Exchange, uncarried
from domicile.model.plan import DemandRouting, Plan
from domicile.situation import Situation

_LEAST = 1e-12
SLACK = 1e-6
"""Part of what is to be carried that may be missing: shares have six decimals."""


@dataclass(frozen=True, slots=True)
class Overload:
    """A network that is asked for more than it carries, in one contingency."""

    contingency: Key
    row: int | None
    """Of the plan's contingencies; None: the nominal routing holds."""
    place: str | None
    """Whose network it is; None: it is the links."""
    asked: float
    """In Gbit/s: through the place; over all links together."""
    missing: float
    """In Gbit/s, what cannot be carried."""
    pairs: tuple[tuple[str, str], ...]
    """The pairs of places (or users and place) between which most goes, where links are too
    narrow."""


class Carrying:
    """The networks of a situation under its plan."""

    def __init__(self, situation: Situation, plan: Plan) -> None:
        self._situation = situation
        self._plan = plan
        self.moments = Moments(situation)
        self.ways = Ways(situation)

    def asked(self) -> bool:
        """Whether anything is counted at all."""
        return bool(self.moments.counted)

    def overloads(self) -> Iterator[Overload]:
        """The worst network of each contingency that the plan routes, where one is overloaded.

        Policies may ask for the same loss under different surges: it is one contingency here, in
        which each service has the surge of its own policy.
        """
        for key in to_judge(self.moments, self.ways, self.exchange((SURGE,))):
            yield from self.overloads_in(key)

    @cached_property
    def rows(self) -> dict[Key, list[int]]:
        """Contingency → the rows of the plan that route it."""
        rows: dict[Key, list[int]] = {}
        for at, planned in enumerate(self._plan.contingencies):
            rows.setdefault(key_of(planned.contingency), []).append(at)
        return rows

    def changes(self, key: Key) -> DemandRouting:
        """Loads that go elsewhere than nominally."""
        changes: DemandRouting = {}
        for at in self.rows.get(key, ()):
            changes |= self._plan.contingencies[at].changes
        return changes

    def shares(self, key: Key) -> NDArray[np.float64]:
        """[parties, places]: where each is in a contingency."""
        return shares_of(self._situation, self.moments, self._plan.nominal | self.changes(key))

    def exchange(self, key: Key) -> Exchange:
        """What is sent in a contingency, with all work where the plan has it."""
        return asking(self._situation, self.moments, self.ways, key, self.shares(key))

    def in_detail(self, key: Key) -> Carried:
        """What networks cannot carry in a contingency, with what binds."""
        exchange = self.exchange(key)
        return uncarried(exchange, exchange.shares)

    def overloads_in(self, key: Key) -> Iterator[Overload]:
        """The place's network that is worst, and the links, where they are overloaded."""
        row = next(iter(self.rows.get(key, ())), None)
        yield from judged(self._situation.places, self.ways, key, self.exchange(key), row)


def to_judge(moments: Moments, ways: Ways, surge: Exchange) -> Iterator[Key]:
    """Every contingency; of losses of links alone, those of links that something is sent over.

    Args:
        moments: who sends what.
        ways: what carries it.
        surge: what is sent under the surge, each party where it is.
    """
    yield from moments.keys
    if not moments.quiet:
        return
    asked = _asked(surge, surge.between(surge.shares)) * ways.joined
    used = ways.along_shortest(asked, ways.room)
    if not (used <= ways.room).all():
        found = uncarried(surge, surge.shares)
        if found.uncarried.sum() > SLACK * surge.total:
            # Too narrow as they are: what is worse without a link says nothing more.
            return
        used = found.link_use
    for key in moments.quiet:
        broken = ways.left(key) < ways.room
        if used[broken].any():
            yield key


def judged(
    places: Sequence[str], ways: Ways, key: Key, exchange: Exchange, row: int | None = None
) -> Iterator[Overload]:
    """The place's network that is worst, and the links, where they are overloaded.

    Args:
        places: ids of the places, in order.
        ways: what carries it.
        key: the contingency.
        exchange: what is sent in it, each party where it is.
        row: of the plan's contingencies.
    """
    shares = exchange.shares
    between = exchange.between(shares)
    users = exchange.users @ shares
    through = users + between.sum(axis=0) + between.sum(axis=1)
    over = through - ways.networks
    worst = int(over.argmax()) if len(over) else 0
    if len(over) and over[worst] > SLACK * through[worst]:
        yield Overload(key, row, places[worst], float(through[worst]), float(over[worst]), ())
    asked = _asked(exchange, between)
    missing = _over_links(ways, exchange, asked)
    total = float(asked.sum())
    if missing > SLACK * total:
        names = list(ways.nodes)
        pairs = np.dstack(np.unravel_index(np.argsort(-asked, axis=None)[:3], asked.shape))
        most = tuple((names[one], names[other]) for one, other in pairs[0] if asked[one, other] > 0)
        yield Overload(key, row, None, total, missing, most)


def _asked(exchange: Exchange, between: NDArray[np.float64]) -> NDArray[np.float64]:
    """[nodes, places]: what links are asked to carry, from where to where."""
    asked = np.zeros(exchange.roads.joined.shape)
    asked[: len(between)] = between
    for amount, entry, shares in zip(
        exchange.users, exchange.entry.tolist(), exchange.shares, strict=True
    ):
        if entry >= 0:
            asked[entry] += amount * shares
    # What rounding leaves of a share that moved away is no traffic.
    least = _LEAST * max(float(asked.sum()), _LEAST)
    kept: NDArray[np.float64] = np.where(asked > least, asked, 0.0)
    return kept


def _over_links(ways: Ways, exchange: Exchange, asked: NDArray[np.float64]) -> float:
    """What links cannot carry: by shortest ways where those do, else by the largest flow."""
    room = exchange.roads.room
    known = asked * exchange.roads.joined
    if not known.any() or ways.surely_carries(known, room):
        return 0.0
    if (ways.along_shortest(known, room) <= room).all():
        return 0.0
    return float(uncarried(exchange, exchange.shares).uncarried.sum())
