"""Questions of a few places, without a workspace, and their scenarios one at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import networkx as nx
import numpy as np

from domicile.headroom import Connection, Ground, Loss
from domicile.sweep import Event, Question, Stand, Strained


def question(
    admissible: Sequence[Sequence[int]],
    rate: Sequence[float],
    room: Sequence[float],
    *,
    chances: Sequence[float | None] | None = None,
    links: Iterable[tuple[int, int]] = (),
    subjects: Sequence[str] | None = None,
    together: int = 1,
    losses: Sequence[Loss] | None = None,
    strains: Sequence[Strained] = (),
    priority: Sequence[int] | None = None,
) -> Question:
    """A service at some places, each of which may be lost, and each link; strains come last.

    Args:
        admissible: [loads, places].
        rate: [loads].
        room: [places].
        chances: of each event; absent: not known.
        links: ends of each.
        subjects: of each load; absent: `A`, `B` and so on.
        together: how many losses at once the policy asks to survive.
        losses: instead of the loss of each place and link.
        strains: what the last events do beside losing places.
        priority: of each load; absent: all alike.
    """
    names = [f"p{index}" for index in range(len(room))]
    joined = [Connection(f"{a}-{b}", (a, b)) for a, b in links]
    ground = Ground.of(names, names, [()] * len(names), joined)
    if losses is None:
        losses = (*ground.of_kind("datacenter"), *ground.of_kind("link"))
    known = chances if chances is not None else [None] * len(losses)
    plain = len(losses) - len(strains)
    events = tuple(
        Event(loss, chance, together, strain=max(-1, index - plain))
        for index, (loss, chance) in enumerate(zip(losses, known, strict=True))
    )
    of_load = subjects or [chr(ord("A") + index) for index in range(len(rate))]
    order = sorted(set(of_load))
    stand = Stand(
        service="voice",
        unit="calls",
        subjects=tuple(order),
        subject=np.array([order.index(each) for each in of_load], dtype=np.int64),
        priority=np.array(priority or [0] * len(rate), dtype=np.int64),
        admissible=np.array(admissible, dtype=bool).reshape(len(rate), len(room)),
        rate=np.array(rate, dtype=float),
        room=np.array(room, dtype=float),
        strains=tuple(strains),
    )
    here = np.arange(len(room), dtype=np.int64)
    return Question("all", events, ground, here, (stand,))


def nothing(places: int, name: str) -> Loss:
    """An event that loses no place."""
    return Loss(name, np.zeros(places, dtype=bool))


def plainly(asked: Question, members: Iterable[int]) -> float:
    """What one set of losses leaves short, by networkx."""
    stand = asked.stands[0]
    lost = asked.ground.lost([asked.events[index].loss for index in members])
    graph = nx.DiGraph()
    graph.add_nodes_from(("in", "out"))
    for load, rate in enumerate(stand.rate):
        graph.add_edge("in", ("load", load), capacity=float(rate))
        for place in np.flatnonzero(stand.admissible[load]):
            graph.add_edge(("load", load), ("place", place))
    for place, room in enumerate(stand.room):
        graph.add_edge(("place", place), "out", capacity=0.0 if lost[place] else float(room))
    served, _ = nx.maximum_flow(graph, "in", "out")
    return float(stand.rate.sum()) - float(served)


def every(asked: Question, size: int) -> list[tuple[int, ...]]:
    """Every set of so many events."""
    return list(itertools.combinations(range(len(asked.events)), size))
