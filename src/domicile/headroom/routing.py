"""One scenario: where each demand goes, what is not served, and which places bind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays, grid
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.balance import balanced
from domicile.headroom.network import Network
from domicile.headroom.transport import Transport

_FILLS = 8
"""Rounds of spreading what must move over spare capacity, before paths are searched."""


@dataclass(frozen=True, slots=True, eq=False)
class Routing:
    """A largest flow of one scenario, with its proof.

    Attributes:
        flow: float [demands, places], in the unit of demand.
        served: float [demands].
        shortfall: demand that no routing could serve, in all; 0 within rounding.
        short: bool [demands]: those that are short together. Their demand minus the capacity
            of all places that they may use is the shortfall: no routing does better.
        binding: bool [places]: the places that those may use, all full.
    """

    flow: Floats
    served: Floats
    shortfall: float
    short: Bools
    binding: Bools


def solve(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    prefer: npt.ArrayLike | None = None,
) -> Routing:
    """Route one scenario; serve as much as can be served.

    Without `prefer` the routing is balanced: the fullest place is as little full as it can be,
    then the next, and so on; demands that are short together are served in equal parts. With
    `prefer`, each demand keeps its shares where the places still stand and suffice; what must
    move is spread over spare capacity, and displaces others only where nothing else serves all.

    Args:
        admissible: bool [demands, places].
        demand: float [demands].
        capacity: float [places], usable; 0 where lost.
        prefer: float [demands, places]: an earlier flow, or shares; only the proportions
            within each row count.

    Returns:
        A routing with the largest possible flow, the same for the same input.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    allowed = arrays.booleans("admissible", admissible, (None, None))
    demands, places = allowed.shape
    rates = arrays.amounts("demand", demand, (demands,))
    room = arrays.amounts("capacity", capacity, (places,))
    if prefer is None:
        flow, short = balanced(allowed, rates, room)
    else:
        earlier = arrays.amounts("prefer", prefer, (demands, places))
        flow, short = _kept(allowed, rates, room, earlier)
    return _with_proof(allowed, rates, room, flow, short)


def _with_proof(allowed: Bools, rates: Floats, room: Floats, flow: Floats, short: Bools) -> Routing:
    usable = allowed[short].any(axis=0)
    homeless = Network.of(allowed).homeless & (rates > 0)
    over = float(rates[short & ~homeless].sum() - room[usable].sum())
    if over <= grid.ROUNDING * float(rates[short].sum()):
        short, usable, over = homeless, np.zeros_like(usable), 0.0
    shortfall = over + float(rates[homeless].sum())
    return Routing(flow, flow.sum(axis=1), shortfall, short | homeless, usable & (room > 0))


def _kept(allowed: Bools, rates: Floats, room: Floats, earlier: Floats) -> tuple[Floats, Bools]:
    """Keep the earlier shares as far as they fit, then complete; also who is short together."""
    factor = grid.scale(float(rates.sum()))
    needed = np.rint(rates * factor)
    spare = grid.steps(room, factor, needed.sum())
    shares = earlier / np.maximum(earlier.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    flow = np.zeros(allowed.shape)
    _place(flow, np.where(allowed, shares * needed[:, None], 0.0), needed, spare)
    for _ in range(_FILLS):
        left = needed - flow.sum(axis=1)
        free = np.where(allowed, spare - flow.sum(axis=0), 0.0)
        total = free.sum(axis=1)
        wanted = free * (left / np.maximum(total, 1.0))[:, None]
        if not _place(flow, wanted, needed, spare):
            break
    final, short = Transport.of(allowed, flow, needed, spare).largest()
    return final / factor, short


def _place(flow: Floats, wanted: Floats, needed: Floats, spare: Floats) -> bool:
    """Add what is wanted, scaled down where a place cannot hold it; whether anything was."""
    asked = wanted.sum(axis=0)
    room = spare - flow.sum(axis=0)
    fits = np.where(asked > room, room / np.maximum(asked, 1.0), 1.0)
    added = np.floor(wanted * fits)
    excess = np.maximum(flow.sum(axis=1) + added.sum(axis=1) - needed, 0.0)
    _give_back(added, excess)
    _give_back(added.T, np.maximum(added.sum(axis=0) - room, 0.0))
    flow += added
    return bool(added.any())


def _give_back(added: Floats, excess: Floats) -> None:
    """Take a step or two of rounding back from the largest entries of each row."""
    for row in np.flatnonzero(excess > 0):
        for column in np.argsort(-added[row], kind="stable"):
            taken = min(added[row, column], excess[row])
            added[row, column] -= taken
            excess[row] -= taken
