"""A routing that goes to the nearest places first, and uses few of them for each demand.

A plan carries one routing for each contingency, people read it and fronts hold it, so it should
say little: after a loss, only what stood at the lost places moves.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays, grid
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.transport import Transport


def nearest(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    distance: npt.ArrayLike,
    keep: npt.ArrayLike | None = None,
) -> Floats:
    """Route one scenario to near places; serve as much as can be served.

    What `keep` says is kept where places still stand and suffice. The rest goes to the nearest
    spare capacity; augmenting paths then displace others, only where nothing else serves all.

    Args:
        admissible: bool [demands, places].
        demand: float [demands].
        capacity: float [places], usable; 0 where lost.
        distance: float [demands, places]; smaller is better, infinite is last.
        keep: float [demands, places]: shares of an earlier routing, each row adding up to 1.

    Returns:
        float [demands, places]: a largest flow, in the unit of demand.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    allowed = arrays.booleans("admissible", admissible, (None, None))
    demands, places = allowed.shape
    rates = arrays.amounts("demand", demand, (demands,))
    room = arrays.amounts("capacity", capacity, (places,))
    factor = grid.scale(float(rates.sum()))
    needed = np.rint(rates * factor)
    spare = grid.steps(room, factor, needed.sum())
    flow = np.zeros(allowed.shape)
    if keep is not None:
        shares = arrays.amounts("keep", keep, (demands, places))
        flow = _kept(np.where(allowed, shares, 0.0), needed, spare)
    unserved = needed - flow.sum(axis=1)
    left = spare - flow.sum(axis=0)
    _fill(flow, unserved, left, allowed, np.asarray(distance, dtype=np.float64))
    final, _ = Transport.of(allowed, flow, needed, spare).largest()
    return final / factor


def _kept(shares: Floats, needed: Floats, spare: Floats) -> Floats:
    """Shares of an earlier routing as steps, cut down evenly where a place cannot hold them."""
    wanted = np.rint(shares * needed[:, None])
    over = wanted.sum(axis=1) > needed
    wanted[over] = np.floor(shares[over] * needed[over, None] * (1 - 2**-49))
    asked = wanted.sum(axis=0)
    full = asked > spare
    fits = np.divide(spare, asked, out=np.ones_like(asked), where=full)
    kept: Floats = np.where(full, np.floor(wanted * fits * (1 - 2**-49)), wanted)
    return kept


def _fill(flow: Floats, unserved: Floats, spare: Floats, allowed: Bools, distance: Floats) -> None:
    """Give spare capacity to the pairs of demand and place that are closest, first."""
    open_ = allowed & (unserved > 0)[:, None] & (spare > 0)[None, :]
    rows, columns = open_.nonzero()
    for index in np.argsort(distance[rows, columns], kind="stable"):
        row, column = rows[index], columns[index]
        amount = min(unserved[row], spare[column])
        if amount > 0:
            flow[row, column] += amount
            unserved[row] -= amount
            spare[column] -= amount
