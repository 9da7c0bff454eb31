"""What would let networks carry what they do not: each was solved again with it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domicile.carrying import SLACK, Key, Ways
from domicile.headroom import Carried, Exchange, ExchangeProgram, place, uncarried
from domicile.model.words import listed, number
from domicile.shortage.records import Kind, Remedy
from domicile.situation import Situation

_PRICED = 1e-7
_STEP = 1e-3
"""Amounts are rounded up to this, in Gbit/s."""
_MOST = 6
"""Links and networks that are tried alone."""


@dataclass(frozen=True, slots=True)
class Strait:
    """One contingency in which networks do not carry what is sent."""

    key: Key
    exchange: Exchange
    """What is sent, as it is routed, or with work that may be placed anew."""
    found: Carried
    """The least that is not carried, and what binds."""
    free: Exchange | None = None
    """The same with work that may be placed anew, where `exchange` is a plan's routing."""
    proved: bool = True
    """Whether nothing else would do."""

    @property
    def planned(self) -> bool:
        """Whether work may be placed anew in it."""
        return self.free is None


def remedies(situation: Situation, ways: Ways, straits: Sequence[Strait]) -> tuple[Remedy, ...]:
    """Whatever closes all of these; first what costs no network, then the least widening."""
    found = [*_routing(straits)]
    binding = _binding(straits)
    alone = [
        list(_alone(situation, ways, straits, is_link=is_link, at=at))
        for is_link, at in binding[:_MOST]
    ]
    widened = [remedy for some in alone for remedy in some]
    found += [remedy for _, remedy in sorted(widened, key=_rank)]
    if not widened:
        found += _together(situation, ways, straits)
    return tuple(found)


def _rank(each: tuple[float, Remedy]) -> tuple[bool, float, str]:
    """What provides comes first, the least of that; then what asks less."""
    added, remedy = each
    return remedy.asks_less, added, remedy.says


def _binding(straits: Sequence[Strait]) -> list[tuple[bool, int]]:
    """(whether it is a link, its index), those that spare most first."""
    links = sum(strait.found.link_price for strait in straits)
    networks = sum(strait.found.network_price for strait in straits)
    found = [(-float(price), True, at) for at, price in enumerate(np.atleast_1d(links))]
    found += [(-float(price), False, at) for at, price in enumerate(np.atleast_1d(networks))]
    return [(is_link, at) for price, is_link, at in sorted(found) if -price > _PRICED]


def _routing(straits: Sequence[Strait]) -> Iterator[Remedy]:
    """Another routing of the same backends."""
    for strait in straits:
        if strait.free is None or not strait.free.free.any():
            return
        present = strait.free.shares[strait.free.party] * strait.free.demand[:, None]
        if place(strait.free, present).flow is None:
            return
    yield Remedy(
        kind="routing",
        says="another routing of the same backends fits: `domicile emit` finds it",
        cost=0.0,
    )


def _alone(
    situation: Situation, ways: Ways, straits: Sequence[Strait], *, is_link: bool, at: int
) -> Iterator[tuple[float, Remedy]]:
    """One link or one place's network, as much wider as all need."""
    more = _least(ways, straits, [(is_link, at)])
    if more is None or not _closed(ways, straits, more):
        return
    said, added = _said(situation, ways, more)
    yield added, Remedy(kind="link" if is_link else "network", says=said, cost=None)
    if is_link and len(straits) == 1:
        yield from _kept(situation, ways, straits[0], at)


def _together(situation: Situation, ways: Ways, straits: Sequence[Strait]) -> Iterator[Remedy]:
    """Several at once, of all that there are: as little as can be, in all."""
    every = [(True, at) for at in range(len(ways.links))]
    every += [(False, at) for at in np.flatnonzero(np.isfinite(ways.networks)).tolist()]
    more = _least(ways, straits, every)
    if more is not None and _closed(ways, straits, more):
        said, _ = _said(situation, ways, more)
        kind: Kind = "link" if more[0].any() else "network"
        yield Remedy(kind, said, cost=None, proved=len(straits) == 1)


def _kept(
    situation: Situation, ways: Ways, strait: Strait, at: int
) -> Iterator[tuple[float, Remedy]]:
    """A congestion that leaves more, where it is declared."""
    link = ways.links[at]
    gives = np.zeros(len(ways.room)), np.zeros(len(ways.networks))
    gives[0][at] = 1.0
    found = ExchangeProgram(strait.exchange, wider=gives).solve(strictly=True)
    if found is None:
        return
    more = float(found.wider_links[at])
    needed = (float(strait.exchange.roads.room[at]) + more) / link.capacity.value
    for policy in situation.workspace.headroom:
        for named in policy.contingencies:
            name = f"link:{link.name}"
            if named.id in strait.key and name in named.congested and needed <= 1:
                share = math.ceil(needed * 1000 - _STEP) / 10
                yield (
                    more,
                    Remedy(
                        kind="policy",
                        says=f"let `{named.id}` leave {number(share)} % of `{link.name}`, "
                        f"instead of {number(round(named.congested[name].value * 100, 1))} %",
                        cost=0.0,
                    ),
                )


def _least(
    ways: Ways, straits: Sequence[Strait], those: list[tuple[bool, int]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The least by which links and networks must be wider for each strait; the most of each."""
    first = straits[0].exchange.roads
    most = np.zeros(len(first.room)), np.zeros(len(first.network))
    for strait in straits:
        gives = np.zeros_like(most[0]), np.zeros_like(most[1])
        for is_link, at in those:
            gives[0 if is_link else 1][at] = _part(ways, strait, at) if is_link else 1.0
        found = ExchangeProgram(strait.exchange, wider=gives).solve(strictly=True)
        if found is None:
            return None
        for more, needed in zip(most, (found.wider_links, found.wider_networks), strict=True):
            np.maximum(more, np.ceil(needed / _STEP - SLACK) * _STEP, out=more)
    return most


def _part(ways: Ways, strait: Strait, at: int) -> float:
    """What a contingency leaves of each unit of a link."""
    whole = float(ways.room[at])
    return float(strait.exchange.roads.room[at]) / whole if whole else 1.0


def _closed(
    ways: Ways,
    straits: Sequence[Strait],
    more: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> bool:
    """Whether everything is carried with that much more, solved again."""
    for strait in straits:
        part = np.array([_part(ways, strait, at) for at in range(len(more[0]))])
        roads = strait.exchange.roads
        wider = replace(
            strait.exchange,
            roads=replace(
                roads,
                room=roads.room + np.where(more[0] > 0, more[0] * part, 0.0),
                network=roads.network + more[1],
            ),
        )
        if strait.planned:
            present = wider.shares[wider.party] * wider.demand[:, None]
            if place(wider, present).flow is None:
                return False
        elif uncarried(wider, wider.shares).missing > SLACK * wider.total:
            return False
    return True


def _said(
    situation: Situation,
    ways: Ways,
    more: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[str, float]:
    """The widening in words, and how much it is in all."""
    parts = [
        f"link `{ways.links[at].name}` by {number(round(float(more[0][at]), 3))} Gbit/s, to "
        f"{number(round(float(ways.room[at] + more[0][at]), 3))}"
        for at in np.flatnonzero(more[0])
    ]
    parts += [
        f"the network of `{situation.places[at]}` by {number(round(float(more[1][at]), 3))} "
        f"Gbit/s, to {number(round(float(ways.networks[at] + more[1][at]), 3))}"
        for at in np.flatnonzero(more[1])
    ]
    return f"widen {listed(parts, 6)}", float(more[0].sum() + more[1].sum())
