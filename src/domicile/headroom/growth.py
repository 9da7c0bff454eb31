"""How far demand may grow, in each scenario, before more of it is short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays, cuts, grid
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.network import Network
from domicile.headroom.question import read, surviving

_AT_ONCE = 1 << 13
"""Scenarios that are looked at together."""


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """What demand may grow by, and what then binds.

    Attributes:
        part: float [scenarios]: what may be added to the demand that grows, as a part of it; 0
            where it is short already, infinite where nothing of it is asked.
        binding: bool [scenarios, demands]: the demands that are short together beyond that;
            those that grow and have no place, where there are such.
    """

    part: Floats
    binding: Bools


def growth(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    failures: npt.ArrayLike,
    growing: npt.ArrayLike,
) -> Growth:
    """Compute by how much some demands may grow, all in proportion, with no more short than now.

    The shortfall is the largest excess over sets of demands; each set's excess grows in proportion.
    From a set that is exceeded the next part is read off, at which it no longer is, until none is
    exceeded (Dinkelbach 1967): each step lowers the part, and there are finitely many sets.

    Args:
        admissible: bool [demands, places].
        demand: float [demands], or [scenarios, demands].
        capacity: float [places], usable.
        failures: bool [scenarios, places] lost, or float: the share lost.
        growing: bool [demands], or [scenarios, demands]: which demands grow.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    allowed, needed, room, lost = read(admissible, demand, capacity, failures)
    several = np.ndim(np.asarray(growing)) > 1
    shape = (len(lost), len(allowed)) if several else (len(allowed),)
    grows = np.broadcast_to(arrays.booleans("growing", growing, shape), (len(lost), len(allowed)))
    wanted = np.broadcast_to(needed, grows.shape)
    network = Network.of(allowed)
    part = np.zeros(len(lost))
    binding = np.zeros(grows.shape, dtype=np.bool_)
    for start in range(0, len(lost), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        groups = network.of_places(surviving(room, lost[rows]))
        part[rows], short = _parts(network, wanted[rows], grows[rows], groups)
        binding[rows] = network.demands_of(short)
    homeless = network.homeless & grows & (wanted > 0)
    stuck = homeless.any(axis=1)
    part[stuck] = 0.0
    binding[stuck] = homeless[stuck]
    return Growth(part, binding & (wanted > 0))


def _parts(network: Network, wanted: Floats, grows: Bools, groups: Floats) -> tuple[Floats, Bools]:
    """Float [scenarios], and the classes that bind: bool [scenarios, classes]."""
    now = network.of_demands(wanted)
    more = network.of_demands(np.where(grows, wanted, 0.0))
    already = cuts.excess(network, cuts.worst(network, now, groups), now, groups)
    short = more > 0
    part = _read_off(network, short, now, more, groups, already)
    open_ = np.flatnonzero(np.isfinite(part))
    while len(open_):
        asked = now[open_] + part[open_, None] * more[open_]
        found = cuts.worst(network, asked, groups[open_])
        less = _read_off(network, found, now[open_], more[open_], groups[open_], already[open_])
        lower = less < part[open_] - grid.ROUNDING * (1.0 + part[open_])
        open_ = open_[lower]
        part[open_], short[open_] = less[lower], found[lower]
    return part, short


def _read_off(
    network: Network, short: Bools, now: Floats, more: Floats, groups: Floats, already: Floats
) -> Floats:
    """The part at which each set is exceeded by just what is short already."""
    added = np.where(short, more, 0.0).sum(axis=1)
    room = np.where(network.used_by(short), groups, 0.0).sum(axis=1)
    spare = np.maximum(already + room - np.where(short, now, 0.0).sum(axis=1), 0.0)
    part: Floats = np.divide(spare, added, out=np.full(len(added), np.inf), where=added > 0)
    return part
