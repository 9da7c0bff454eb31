"""How much cannot be served where links have limits, in each scenario.

A link that is too narrow loses demand as a full place does. Which of the two binds, the program
behind finds for all flows together: see `carriage`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.carriage import Carriage
from domicile.headroom.question import read, surviving


def link_shortfalls(
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    capacity: npt.ArrayLike,
    source: npt.ArrayLike,
    sink: npt.ArrayLike,
    rate: npt.ArrayLike,
    failures: npt.ArrayLike,
) -> Floats:
    """Compute how much of the flows no routing carries, for each scenario.

    Args:
        tail: int [links]: one end; nodes are numbered from 0.
        head: int [links]: the other end. Links are undirected: both directions share capacity.
        capacity: float [links].
        source: int [flows].
        sink: int [flows]: flows may split and reroute.
        rate: float [flows], or [scenarios, flows] under surge.
        failures: bool [scenarios, links] lost, or float: the share lost.

    Returns:
        float [scenarios], in the unit of `rate`; proved up to 1e-9 of the scenario's rate.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    ends, room, lost = _links("", tail, head, capacity, failures)
    starts = arrays.counts("source", source, (None,))
    targets = arrays.counts("sink", sink, starts.shape)
    rates = _rates("rate", rate, len(lost), len(starts))
    used, numbered = np.unique(np.concatenate([*ends, starts, targets]), return_inverse=True)
    cuts = np.cumsum([len(ends[0]), len(ends[1]), len(starts)])
    one, other, start, end = np.split(numbered.astype(np.int64), cuts)
    # What ends at one node is one class; both ways share links, so either end may be it.
    popular = np.bincount(np.append(start, end), minlength=len(used))
    swapped = popular[start] > popular[end]
    start, end = np.where(swapped, end, start), np.where(swapped, start, end)
    goals, goal = np.unique(end, return_inverse=True)
    allowed = np.zeros((len(goals), len(used)), dtype=np.bool_)
    allowed[np.arange(len(goals)), goals] = True
    space = np.full((1, len(used)), np.inf)
    return _missing((one, other), allowed, (goal, start), rates, surviving(room, lost), space)


def shortfalls_over_links(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    failures: npt.ArrayLike,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    link_capacity: npt.ArrayLike,
    entry: npt.ArrayLike,
    link_failures: npt.ArrayLike,
) -> Floats:
    """Compute how much demand no place serves, or no link carries there, for each scenario.

    Args:
        admissible: bool [demands, places]: lawful and within latency.
        demand: float [demands], or [scenarios, demands] under surge.
        capacity: float [places], usable after the policy's utilisation.
        failures: bool [scenarios, places] lost, or float: the share lost. A lost place serves
            nobody, and still forwards: where it does not, its links are lost too.
        tail: int [links]: one end. Node p is place p; nodes beyond the places only forward.
        head: int [links]: the other end. Links are undirected: both directions share capacity.
        link_capacity: float [links].
        entry: int [demands]: the node where the demand enters; served there, it needs no link.
        link_failures: bool [scenarios, links] lost, or float: the share lost.

    Returns:
        float [scenarios], in the unit of `demand`; proved up to 1e-9 of the scenario's demand.
        Where no link binds it is `shortfalls`.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    served, needed, room, away = read(admissible, demand, capacity, failures)
    ends, width, lost = _links("link_", tail, head, link_capacity, link_failures)
    if len(lost) != len(away):
        raise ValueError(f"`link_failures` must have {len(away)} scenarios, not {len(lost)}")
    entries = arrays.counts("entry", entry, (len(served),))
    places = served.shape[1]
    used, numbered = np.unique(
        np.concatenate([np.arange(places), *ends, entries]), return_inverse=True
    )
    cuts = np.cumsum([places, len(ends[0]), len(ends[1])])
    _, one, other, enter = np.split(numbered.astype(np.int64), cuts)
    kinds, kind = np.unique(served, axis=0, return_inverse=True)
    allowed = np.zeros((len(kinds), len(used)), dtype=np.bool_)
    allowed[:, :places] = kinds
    space = np.zeros((len(away), len(used)))
    space[:, :places] = surviving(room, away)
    rates = needed if needed.ndim > 1 else needed[None]
    where = (kind.reshape(-1), enter)
    return _missing((one, other), allowed, where, rates, surviving(width, lost), space)


def _missing(
    ends: tuple[Integers, Integers],
    allowed: Bools,
    where: tuple[Integers, Integers],
    rates: Floats,
    capacity: Floats,
    room: Floats,
) -> Floats:
    """Ask for rates [scenarios or 1, demands], each of its class and entering at its node."""
    entering = np.zeros((len(rates), *allowed.shape))
    for row, rate in zip(entering, rates, strict=True):
        np.add.at(row, where, rate)
    unit = float(entering.max(initial=0.0)) or 1.0
    if not entering.size:
        return np.zeros(len(capacity))
    return Carriage(ends, allowed, unit).missing(entering, capacity, room)


def _links(
    prefix: str,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    capacity: npt.ArrayLike,
    failures: npt.ArrayLike,
) -> tuple[tuple[Integers, Integers], Floats, Bools | Floats]:
    one = arrays.counts("tail", tail, (None,))
    other = arrays.counts("head", head, one.shape)
    room = arrays.amounts(f"{prefix}capacity", capacity, one.shape)
    return (one, other), room, arrays.shares(f"{prefix}failures", failures, (None, len(one)))


def _rates(name: str, rate: npt.ArrayLike, scenarios: int, flows: int) -> Floats:
    """Read float [flows] as [1, flows], or [scenarios, flows]."""
    several = np.ndim(np.asarray(rate)) > 1
    rates = arrays.amounts(name, rate, (scenarios, flows) if several else (flows,))
    return rates if several else rates[None]
