"""From what can fail to the scenarios that a fleet must survive."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.losses import KINDS, Connection, Ground, combinations


@dataclass(frozen=True, slots=True, eq=False)
class Contingency:
    """A loss or a strain that must be survived.

    Attributes:
        ids: its losses and its strain: `("provider:ovh", "surge:1.2")`; `("nominal",)`.
        lost: bool [places]: what is lost whole.
        demand_factor: demand of everyone, as a multiple of nominal.
        utilisation: the largest part of a backend's capacity that may be used.
        kept: float [places]: the part of its capacity that a congested place keeps; None: all.
        surges: float [demands]: demand of each as a multiple of that; None: none differs.
        withdrawn: bool [demands, places]: where demand may no longer go, since the law under it
            fell; None: nothing fell.
        combined: whether it is one of very many combinations that nobody named. Headroom is held
            against it, but no routing is written down for it.
    """

    ids: tuple[str, ...]
    lost: Bools
    demand_factor: float
    utilisation: float
    kept: Floats | None = None
    surges: Floats | None = None
    withdrawn: Bools | None = None
    combined: bool = False

    @property
    def left(self) -> Floats:
        """What part of its full capacity each place may use: float [places]."""
        return self.utilisation * self.standing

    @property
    def standing(self) -> Floats:
        """What part of each place is not lost, and not congested: float [places]."""
        return np.where(self.lost, 0.0, 1.0 if self.kept is None else self.kept)

    def usable(self, capacity: Floats, most: Floats | None = None) -> Floats:
        """What each place may carry, float [places].

        Args:
            capacity: float [places], of all backends.
            most: float [places]: what else bounds it, such as a grade of service.
        """
        amount = self.utilisation * capacity
        if most is not None:
            amount = np.minimum(amount, most)
        return np.where(self.lost, 0.0, amount if self.kept is None else amount * self.kept)

    def demand(self, nominal: Floats) -> Floats:
        """The rates, float [demands], from the nominal ones."""
        everyone = nominal * self.demand_factor
        return everyone if self.surges is None else everyone * self.surges

    def open(self, admissible: Bools) -> Bools:
        """What is left of where demand may go: bool [demands, places]."""
        return admissible if self.withdrawn is None else admissible & ~self.withdrawn


def contingencies(
    places: Sequence[str],
    provider: Sequence[str],
    failure_domains: Sequence[Collection[str]],
    links: Sequence[Connection] = (),
    *,
    losses: Collection[str],
    surge: float,
    nominal: float,
    after: float,
    ours: npt.ArrayLike | None = None,
    together: int = 1,
    combined: Collection[str] | None = None,
) -> list[Contingency]:
    """List what a headroom policy says must be survived.

    Args:
        places: ids of the datacenters.
        provider: for each place, the id of its provider.
        failure_domains: for each place, what it shares with others.
        links: connections between places; a place without any counts as reachable always.
        losses: which kinds are lost, one at a time: `datacenter`, `provider`,
            `failure-domain`, `link`.
        surge: demand that must be served alone and after each loss, as a multiple of nominal.
        nominal: utilisation while nothing is lost and demand is nominal.
        after: utilisation after a loss, or under the surge.
        ours: bool [places]: where something of ours can stand; default everywhere. A loss
            that touches none of these is left out.
        together: the most losses at once; 1, 2 or 3.
        combined: the kinds of `losses` that are combined; default all.

    Returns:
        Nominal, the surge (where it exceeds 1), then each loss under that surge: by kind in
        the order above, then by the order of places and links. Losses of the same places stay
        separate rows. Then combinations, fewest losses first, each set of lost places once, and
        none that is lost with one loss alone.

    Raises:
        ValueError: naming the argument.
    """
    ground = Ground.of(places, provider, failure_domains, links, ours)
    return of_ground(
        ground,
        losses=losses,
        surge=surge,
        nominal=nominal,
        after=after,
        together=together,
        combined=combined,
    )


def of_ground(
    ground: Ground,
    *,
    losses: Collection[str],
    surge: float,
    nominal: float,
    after: float,
    together: int = 1,
    combined: Collection[str] | None = None,
) -> list[Contingency]:
    """`contingencies` of places that are asked about more than once."""
    unknown = sorted(set(losses) - set(KINDS))
    if unknown:
        known = ", ".join(f"`{kind}`" for kind in KINDS)
        raise ValueError(f"`losses` holds `{unknown[0]}`: use {known}")
    _check_factor("surge", surge, least=1.0)
    _check_factor("nominal", nominal, most=1.0)
    _check_factor("after", after, most=1.0)
    nothing = np.zeros(len(ground.places), dtype=np.bool_)
    strain = (f"surge:{surge:g}",) if surge > 1 else ()
    rows = [Contingency(("nominal",), nothing, 1.0, nominal)]
    if strain:
        rows.append(Contingency(strain, nothing, surge, after))
    single = {kind: ground.of_kind(kind) for kind in KINDS if kind in losses}
    rows += [
        Contingency((each.id, *strain), lost, surge, after)
        for listed in single.values()
        for each in listed
        if ((lost := ground.lost((each,))) & ground.ours).any()
    ]
    joined = [
        each
        for kind, listed in single.items()
        if combined is None or kind in combined
        for each in listed
        if each.broken or (each.places & ground.ours).any()
    ]
    rows += [
        Contingency((*(each.id for each in some), *strain), lost, surge, after, combined=True)
        for some, lost in combinations(ground, joined, together)
    ]
    return rows


def as_arrays(
    rows: Sequence[Contingency], demand: npt.ArrayLike, busy: npt.ArrayLike = 1.0
) -> tuple[Floats, Floats]:
    """Write contingencies as `shortfalls` takes them, with capacity before utilisation.

    Args:
        rows: the contingencies, at least one.
        demand: float [demands], nominal.
        busy: float [places]: the largest part of its capacity that may be used, whatever happens.

    Returns:
        demand float [scenarios, demands], and failures float [scenarios, places]: the share of
        a place's full capacity that may not be used, because it is lost or beyond utilisation.
    """
    rates = arrays.amounts("demand", demand, (None,))
    factor = np.array([row.demand_factor for row in rows])
    wanted = factor[:, None] * rates
    lost = np.array([row.lost for row in rows])
    usable = np.array([row.utilisation for row in rows])
    left = np.where(lost, 0.0, np.minimum(usable[:, None], busy))
    for index, row in enumerate(rows):
        if row.surges is not None:
            wanted[index] = row.demand(rates)
        if row.kept is not None:
            left[index] *= row.kept
    return wanted, 1.0 - left


def by_law(rows: Sequence[Contingency]) -> list[list[int]]:
    """Which contingencies, by index, find the same law: those in which none fell first."""
    found: dict[bytes, list[int]] = {b"": []}
    for index, row in enumerate(rows):
        fallen = row.withdrawn is not None and row.withdrawn.any()
        key = row.withdrawn.tobytes() if row.withdrawn is not None and fallen else b""
        found.setdefault(key, []).append(index)
    return [members for members in found.values() if members]


def _check_factor(name: str, given: float, least: float = 0.0, most: float = np.inf) -> None:
    if not (np.isfinite(given) and least <= given <= most):
        raise ValueError(f"`{name}` must be between {least:g} and {most:g}, not `{given}`")
