"""Which routing holds while something is lost: the proved one, else one solved now, else none.

What is lost is judged service by service: a place is lost to a service when none of the backends
that it has there answers. A loss that the plan declared gets the routing that was proved for it.
Any other combination is solved over the loads' lawful places and the backends that answer; what
finds no lawful place gets no routing, and the fronts refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domicile.provision.local.traffic import Load, Shares, Traffic, Upstream


@dataclass(frozen=True, slots=True)
class Decision:
    """The routing of every load, and how each service came by it."""

    shares: dict[str, Shares]
    """Load → place → part; an empty one is refused."""
    how: dict[str, str]
    """Service → `nominal`, `proved` or `solved`."""
    lost: dict[str, tuple[str, ...]]
    """Service → the places that it lost."""


def decide(traffic: Traffic, down: frozenset[str]) -> Decision:
    """The routing for what is down.

    Args:
        traffic: everything declared.
        down: addresses of backends that do not answer.
    """
    shares: dict[str, Shares] = {}
    how: dict[str, str] = {}
    lost: dict[str, tuple[str, ...]] = {}
    for service in sorted({load.service for load in traffic.loads}):
        loads = [load for load in traffic.loads if load.service == service]
        room = _room(each for each in traffic.upstreams if each.service == service)
        alive = _room(
            each
            for each in traffic.upstreams
            if each.service == service and each.address not in down
        )
        gone = set(room) - set(alive)
        lost[service] = tuple(sorted(gone))
        proved = _proved(traffic, loads, gone, set(room))
        if proved is not None and _stands(proved, alive):
            shares |= proved
            how[service] = "proved" if gone else "nominal"
        else:
            shares |= solve(loads, proved or {load.id: load.nominal for load in loads}, alive)
            how[service] = "solved"
    return Decision(shares, how, lost)


def _room(upstreams: Iterable[Upstream]) -> dict[str, float]:
    """Place → what its backends can do together."""
    room: dict[str, float] = {}
    for upstream in upstreams:
        room[upstream.datacenter] = room.get(upstream.datacenter, 0.0) + upstream.capacity
    return room


def _proved(
    traffic: Traffic, loads: Iterable[Load], gone: set[str], places: set[str]
) -> dict[str, Shares] | None:
    """The plan's routing of a service's loads for exactly these losses; None where it has none."""
    nominal = {load.id: load.nominal for load in loads}
    if not gone:
        return nominal
    for contingency in traffic.contingencies:
        if set(contingency.lost) & places == gone:
            return {id_: contingency.changes.get(id_, shares) for id_, shares in nominal.items()}
    return None


def _stands(routing: Mapping[str, Shares], alive: Mapping[str, float]) -> bool:
    """Whether every place that a routing uses has a backend that answers."""
    return all(
        place in alive for shares in routing.values() for place, part in shares.items() if part > 0
    )


def solve(
    loads: list[Load], earlier: Mapping[str, Shares], alive: Mapping[str, float]
) -> dict[str, Shares]:
    """Route one service's loads over what stands, keeping earlier shares where they fit.

    What cannot be served in full shares the lawful places that there are; a load without one gets
    no shares.
    """
    from domicile import headroom

    places = [place for place in sorted(alive) if any(place in load.order for load in loads)]
    if not places:
        return {load.id: {} for load in loads}
    routing = headroom.solve(
        [[place in load.order for place in places] for load in loads],
        [load.rate if load.rate is not None else 1.0 for load in loads],
        [alive[place] for place in places],
        [[earlier.get(load.id, {}).get(place, 0.0) for place in places] for load in loads],
    )
    found: dict[str, Shares] = {}
    for load, row in zip(loads, routing.flow.tolist(), strict=True):
        lawful = {place: alive[place] for place in places if place in load.order}
        flow = {place: part for place, part in zip(places, row, strict=True) if part > 0}
        found[load.id] = _parts(flow or lawful)
    return found


def _parts(amounts: Mapping[str, float]) -> Shares:
    """Amounts as parts of 1; none where there are none."""
    total = sum(amounts.values())
    return {place: amount / total for place, amount in amounts.items()} if total else {}
