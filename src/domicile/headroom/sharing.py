"""Who is served when not all can be: by priority, then in equal parts as far as the law lets.

What may be served is any set of amounts such that each set of demands gets no more than the
places that any of them may use can give. That is a polymatroid (Edmonds 1970; Megiddo 1974 for
flows): serving in order of priority still serves as much in all as any order does.

Within one priority, the set S with the least part of its demand that its places leave for it
cannot do better than that part, and in equal parts it does just that. Its places are then full
of S alone, so S and they are settled; the rest is a smaller problem of the same kind. The
part is found by Newton's method on cuts (Dinkelbach 1967; Radzik 1998), in all scenarios at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays, cuts, grid
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.network import Network

_SCENARIOS_AT_ONCE = 1 << 13


def share(
    admissible: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    priority: npt.ArrayLike | None = None,
) -> Floats:
    """Say how much of each demand is served: a higher priority first, then max-min fair.

    Args:
        admissible: bool [demands, places].
        demand: float [demands], or [scenarios, demands].
        capacity: float [places], usable, or [scenarios, places]; 0 where lost.
        priority: whole numbers [demands], higher is served first; all alike where not given.

    Returns:
        served, float [demands], or [scenarios, demands] where either argument has scenarios.
        Their sum is the largest that any routing serves. Higher priorities get as much as if
        there were no others. Within one, the smallest served part of a demand is as large as
        it can be, then the next, and so on. Exact up to 1e-12 of the demands concerned, those
        of higher priority included. `solve` with these amounts as demand routes them.

    Raises:
        ValueError: naming the argument, for wrong shapes, NaN, negative or infinite values.
    """
    allowed = arrays.booleans("admissible", admissible, (None, None))
    rates, room = _read(demand, capacity, allowed.shape)
    first = np.zeros(len(allowed)) if priority is None else _read_priority(priority, len(allowed))
    network = Network.of(allowed)
    served = np.zeros(rates.shape)
    for start in range(0, len(rates), _SCENARIOS_AT_ONCE):
        rows = slice(start, start + _SCENARIOS_AT_ONCE)
        _serve(network, rates[rows], room[rows], first, served[rows])
    several = np.ndim(demand) > 1 or np.ndim(capacity) > 1
    return served if several else served[0]


def _serve(
    network: Network, demand: Floats, capacity: Floats, priority: Floats, served: Floats
) -> None:
    """Fill `served`, [scenarios, demands], priority by priority."""
    groups = network.of_places(capacity)
    left = _Left(network, groups, np.zeros((len(demand), len(network.adjacency))))
    housed = network.class_of >= 0
    for level in np.unique(priority[housed])[::-1]:
        chosen = housed & (priority == level)
        asked = np.where(chosen, demand, 0.0)
        part = left.serve(network.of_demands(asked))
        served[:, chosen] = asked[:, chosen] * part[:, network.class_of[chosen]]


@dataclass(slots=True, eq=False)
class _Left:
    """What is not settled yet.

    Attributes:
        network: classes and groups; what is settled has no amounts any more.
        capacity: float [scenarios, groups].
        fixed: float [scenarios, classes]: what higher priorities were given.
    """

    network: Network
    capacity: Floats
    fixed: Floats

    def serve(self, demand: Floats) -> Floats:
        """Serve the next priority, float [scenarios, classes]; the part of each that is served.

        Classes without demand count as served in full.
        """
        part = np.ones(demand.shape)
        rising = demand.copy()
        rows = np.flatnonzero(rising.any(axis=1))
        while len(rows):
            tight, least = self._tightest(rows, rising[rows])
            # Those settled before may lie within a set again, without amounts.
            part[rows] = np.where(tight & (rising[rows] > 0), least, part[rows])
            full = self.network.used_by(tight)
            self.capacity[rows] = np.where(full, 0.0, self.capacity[rows])
            self.fixed[rows] = np.where(tight, 0.0, self.fixed[rows])
            rising[rows] = np.where(tight, 0.0, rising[rows])
            rows = rows[tight.any(axis=1)]
        self.fixed += rising
        return part

    def _tightest(self, rows: npt.NDArray[np.intp], rising: Floats) -> tuple[Bools, Floats]:
        """Find, in each part of the network, the set that can be given the least part.

        Returns:
            bool [rows, classes], empty where all can be served in full; and that least part of
            each class's set, float [rows, classes].
        """
        fixed, capacity = self.fixed[rows], self.capacity[rows]
        # Often all are short alike: what is left for all of them is tried first, as any set may be.
        everyone = rising > 0
        lower = self._lower(everyone, np.ones(rising.shape), fixed, rising, capacity)
        better = lower < 1 - grid.ROUNDING
        tight, least = everyone & better, np.where(better, lower, 1.0)
        open_ = np.arange(len(rows))
        while len(open_):
            asked = fixed[open_] + least[open_] * rising[open_]
            short = cuts.worst(self.network, asked, capacity[open_])
            lower = self._lower(short, least[open_], fixed[open_], rising[open_], capacity[open_])
            better = lower < least[open_] * (1 - grid.ROUNDING)
            tight[open_] = np.where(better, short, tight[open_])
            least[open_] = np.where(better, lower, least[open_])
            open_ = open_[better.any(axis=1)]
        return tight, least

    def _lower(
        self, short: Bools, least: Floats, fixed: Floats, rising: Floats, capacity: Floats
    ) -> Floats:
        """The part that a short set's places leave for it; as before where nothing is short."""
        lower = least.copy()
        for its in self.network.parts:
            chosen = short[:, its.classes]
            usable = (chosen.astype(np.float64) @ its.adjacency.astype(np.float64)) > 0
            room = np.where(usable, capacity[:, its.groups], 0.0).sum(axis=1)
            taken = np.where(chosen, fixed[:, its.classes], 0.0).sum(axis=1)
            wanted = np.where(chosen, rising[:, its.classes], 0.0).sum(axis=1)
            now = least[:, its.classes[0]]
            asked = taken + now * wanted
            over = (asked - room > grid.ROUNDING * asked) & (wanted > 0)
            part = np.divide(np.maximum(room - taken, 0.0), wanted, out=now.copy(), where=over)
            lower[:, its.classes] = np.minimum(now, part)[:, None]
        return lower


def _read(
    demand: npt.ArrayLike, capacity: npt.ArrayLike, shape: tuple[int, ...]
) -> tuple[Floats, Floats]:
    """Both with scenarios: float [scenarios, demands], [scenarios, places]."""
    demands, places = shape
    scenarios = None if np.ndim(demand) < 2 else len(np.asarray(demand))  # noqa: PLR2004 - axes
    rates = arrays.amounts("demand", demand, (demands,) if scenarios is None else (None, demands))
    several = np.ndim(capacity) > 1
    room = arrays.amounts("capacity", capacity, (scenarios, places) if several else (places,))
    length = len(room) if several else scenarios or (1 if scenarios is None else 0)
    return (
        np.broadcast_to(rates, (length, demands)),
        np.array(np.broadcast_to(room, (length, places))),
    )


def _read_priority(given: npt.ArrayLike, demands: int) -> Floats:
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError("`priority` must hold whole numbers") from error
    if array.shape != (demands,):
        raise ValueError(f"`priority` must have shape [{demands}], not {list(array.shape)}")
    if not (np.isfinite(array) & (array == np.floor(array))).all():
        raise ValueError("`priority` must hold whole numbers")
    return array
