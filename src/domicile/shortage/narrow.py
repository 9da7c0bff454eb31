"""Networks that do not carry what is sent: between whom, what binds, what is free elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domicile.carrying import SLACK, Carrying, Key, Moments, Ways, asking
from domicile.headroom import uncarried
from domicile.model.plan import Plan
from domicile.shortage.records import Remedy
from domicile.shortage.widening import Strait, remedies
from domicile.situation import Situation

_PRICED = 1e-7
"""Least that a unit more of a network must spare for it to bind."""
_MOST = 3
"""Pairs of places, and links with room left, that are named."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """What goes between users or a place and a place, and how much of it is not carried."""

    start: str
    end: str
    services: tuple[str, ...]
    """Who sends it, each with the service asked: `voice → directory`; alone where users ask."""
    asked: float
    missing: float


@dataclass(frozen=True, slots=True)
class Bound:
    """A network that binds: a unit more of it would spare something."""

    name: str
    """Of the link, or of the place whose network it is."""
    link: bool
    carries: float
    """What is left of it in the contingency, in Gbit/s."""
    spares: float
    """What a Gbit/s more of it would spare, in Gbit/s."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """Networks that bind together, in the simplest contingency that shows it."""

    contingency: Key
    asked: float
    """In all, in Gbit/s."""
    missing: float
    """What cannot be carried of it, in Gbit/s."""
    crossings: tuple[Crossing, ...]
    """Between whom most of that goes."""
    binding: tuple[Bound, ...]
    sides: tuple[tuple[str, ...], tuple[str, ...]] | None
    """The places on either side, where all that binds is links that alone lead across, and full;
    None where what binds is no such cut."""
    spare: tuple[tuple[str, float], ...]
    """Links with room left in it, and how much."""
    others: int
    """Further contingencies in which the same binds."""
    worst: Key
    worst_missing: float
    planned: bool
    """Whether no routing at all would do with these backends; else it is the plan's that does
    not."""
    proved: bool
    remedies: tuple[Remedy, ...] | None = None
    """What closes it in all contingencies that it explains; None: not looked for."""


def narrow(situation: Situation, plan: Plan, most: int = 5) -> tuple[Narrow, ...]:
    """Explain every network that a plan's routing overloads.

    Args:
        situation: judged by the plan's counts.
        plan: its routing.
        most: how many are given remedies.
    """
    carrying = Carrying(situation, plan)
    if not carrying.asked():
        return ()
    keys = dict.fromkeys(each.contingency for each in carrying.overloads())
    straits = [_strait(situation, carrying, key) for key in keys]
    return explained(situation, carrying.moments, carrying.ways, straits, most)


def narrow_in(situation: Situation, carrying: Carrying, key: Key, *, of_links: bool) -> Narrow:
    """Explain what a plan's routing overloads in one contingency.

    Args:
        situation: judged by the plan's counts.
        carrying: its networks under the plan.
        key: the contingency.
        of_links: explain links alone, or places' networks alone.
    """
    strait = _strait(situation, carrying, key, of_links=of_links)
    return explained(situation, carrying.moments, carrying.ways, [strait])[0]


def _strait(
    situation: Situation, carrying: Carrying, key: Key, *, of_links: bool | None = None
) -> Strait:
    exchange = carrying.exchange(key)
    free = asking(
        situation, carrying.moments, carrying.ways, key, exchange.shares, situation.strains
    )
    if of_links is not None:
        roads = exchange.roads
        endless = np.full_like(roads.room if not of_links else roads.network, np.inf)
        kept = replace(roads, network=endless) if of_links else replace(roads, room=endless)
        exchange = replace(exchange, roads=kept)
    return Strait(key, exchange, uncarried(exchange, exchange.shares), free)


def explained(
    situation: Situation,
    moments: Moments,
    ways: Ways,
    straits: Sequence[Strait],
    most: int = 5,
) -> tuple[Narrow, ...]:
    """Explain straits by what binds in them, most missing first.

    Args:
        situation: what is declared.
        moments: who sends what.
        ways: what carries it.
        straits: one for each contingency in which networks do not suffice.
        most: how many explanations are given remedies.
    """
    groups: dict[tuple[str, ...], list[Strait]] = {}
    for strait in straits:
        names = tuple(sorted(each.name for each in _binding(situation, ways, strait)))
        groups.setdefault(names, []).append(strait)
    ranked = sorted(groups.values(), key=lambda some: -max(each.found.missing for each in some))
    return tuple(
        _explained(situation, moments, ways, some, look=number < most)
        for number, some in enumerate(ranked)
    )


def _explained(
    situation: Situation, moments: Moments, ways: Ways, some: Sequence[Strait], *, look: bool
) -> Narrow:
    first = some[0]
    worst = max(some, key=lambda each: each.found.missing)
    binding = _binding(situation, ways, first)
    return Narrow(
        contingency=first.key,
        asked=first.exchange.total,
        missing=first.found.missing,
        crossings=_crossings(moments, ways, first),
        binding=binding,
        sides=_sides(ways, first, binding),
        spare=_spare(ways, first, binding),
        others=len(some) - 1,
        worst=worst.key,
        worst_missing=worst.found.missing,
        planned=first.planned,
        proved=all(each.proved for each in some),
        remedies=remedies(situation, ways, some) if look else None,
    )


def _binding(situation: Situation, ways: Ways, strait: Strait) -> tuple[Bound, ...]:
    found = strait.found
    roads = strait.exchange.roads
    links = [
        Bound(
            link.name,
            link=True,
            carries=float(roads.room[at]),
            spares=float(found.link_price[at]),
        )
        for at, link in enumerate(ways.links)
        if found.link_price[at] > _PRICED
    ]
    networks = [
        Bound(
            place,
            link=False,
            carries=float(roads.network[at]),
            spares=float(found.network_price[at]),
        )
        for at, place in enumerate(situation.places)
        if found.network_price[at] > _PRICED
    ]
    return (*links, *networks)


def _crossings(moments: Moments, ways: Ways, strait: Strait) -> tuple[Crossing, ...]:
    exchange, names = strait.exchange, list(ways.nodes)
    shares = exchange.placed(strait.found.flow) if strait.planned else exchange.shares
    asked, who = np.zeros(exchange.roads.joined.shape), dict[tuple[int, int], set[str]]()
    parts: list[tuple[NDArray[np.float64], str]] = []
    for number, (one, other) in enumerate(exchange.asks.tolist()):
        sent = exchange.sent[number] * np.outer(shares[one], shares[other])
        both = exchange.free[one] and exchange.free[other] and strait.planned
        sent = strait.found.product[number] if both else sent
        said = f"{moments.parties[one].service} → {moments.parties[other].service}"
        parts.append((_padded(sent, len(names)), said))
    for at, entry in enumerate(exchange.entry.tolist()):
        if entry >= 0 and exchange.users[at]:
            sent = np.zeros_like(asked)
            sent[entry] = exchange.users[at] * shares[at]
            parts.append((sent, moments.parties[at].service))
    missing = strait.found.uncarried
    for place in np.flatnonzero(strait.found.over > SLACK * exchange.total):
        missing = missing.copy()
        missing[place, place] = strait.found.over[place]
    for sent, said in parts:
        asked += sent
        for start, end in np.argwhere((sent > SLACK * exchange.total) & (missing > 0)).tolist():
            who.setdefault((start, end), set()).add(said)
    ends = np.argwhere(missing > SLACK * exchange.total).tolist()
    ends.sort(key=lambda each: -missing[each[0], each[1]])
    return tuple(
        Crossing(
            names[start],
            names[end],
            tuple(sorted(who.get((start, end), ()))),
            float(strait.found.network_use[end] if start == end else asked[start, end]),
            float(missing[start, end]),
        )
        for start, end in ends[:_MOST]
    )


def _padded(sent: NDArray[np.float64], nodes: int) -> NDArray[np.float64]:
    padded = np.zeros((nodes, sent.shape[1]))
    padded[: len(sent)] = sent
    np.fill_diagonal(padded, 0.0)
    return padded


def _sides(
    ways: Ways, strait: Strait, binding: Sequence[Bound]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Either side of the links that bind, where these are all that lead across, and full."""
    bound = {each.name for each in binding}
    if not all(each.link for each in binding) or not strait.found.uncarried.any():
        return None
    room = strait.exchange.roads.room
    shut = np.array([link.name in bound for link in ways.links] + [False] * len(ways.inner))
    here = ways.reached(
        np.where(shut, 0.0, room),
        np.flatnonzero(strait.found.uncarried.any(axis=1)).tolist()[:1],
    )
    names = list(ways.nodes)
    across = np.flatnonzero(strait.found.uncarried.any(axis=0))
    if any(int(at) in here for at in across):
        return None
    there = ways.reached(np.where(shut, 0.0, room), across.tolist())
    if here & there:
        return None
    return tuple(names[at] for at in sorted(here)), tuple(names[at] for at in sorted(there))


def _spare(ways: Ways, strait: Strait, binding: Sequence[Bound]) -> tuple[tuple[str, float], ...]:
    """The links with most room left, of those that touch what binds or is missing."""
    room, used = strait.exchange.roads.room, strait.found.link_use
    bound = {each.name for each in binding}
    ends = np.argwhere(strait.found.uncarried > 0).reshape(-1).tolist()
    near = ways.reached(ways.room, ends)
    free = [
        (link.name, float(room[at] - used[at]))
        for at, link in enumerate(ways.links)
        if link.name not in bound
        and int(ways.ends[at][0]) in near
        and room[at] - used[at] > SLACK * strait.exchange.total
    ]
    return tuple(sorted(free, key=lambda each: (-each[1], each[0]))[:_MOST])
