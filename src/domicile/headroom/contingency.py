"""From what can fail to the scenarios that a fleet must survive."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.connectivity import bridges, cut_off


@dataclass(frozen=True, slots=True, eq=False)
class Contingency:
    """A loss or a strain that must be survived.

    Attributes:
        ids: its loss and its strain: `("provider:ovh", "surge:1.2")`; `("nominal",)`.
        lost: bool [places].
        demand_factor: demand, as a multiple of nominal.
        utilisation: the largest part of a backend's capacity that may be used.
    """

    ids: tuple[str, ...]
    lost: Bools
    demand_factor: float
    utilisation: float


@dataclass(frozen=True, slots=True)
class Connection:
    """A link: its name, the indices of the two places that it joins, what breaks it."""

    id: str
    ends: tuple[int, int]
    failure_domains: Collection[str] = ()


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

    Returns:
        Nominal, the surge (where it exceeds 1), then each loss under that surge: by kind in
        the order above, then by the order of places and links. Losses of the same places stay
        separate rows.

    Raises:
        ValueError: naming the argument.
    """
    matters = _read_ours(places, provider, failure_domains, ours)
    kinds = (*_BY_KIND,)
    unknown = sorted(set(losses) - set(kinds))
    if unknown:
        known = ", ".join(f"`{kind}`" for kind in kinds)
        raise ValueError(f"`losses` holds `{unknown[0]}`: use {known}")
    _check_factor("surge", surge, least=1.0)
    _check_factor("nominal", nominal, most=1.0)
    _check_factor("after", after, most=1.0)
    nothing = np.zeros(len(places), dtype=np.bool_)
    strain = (f"surge:{surge:g}",) if surge > 1 else ()
    rows = [Contingency(("nominal",), nothing, 1.0, nominal)]
    if strain:
        rows.append(Contingency(strain, nothing, surge, after))
    ground = _Ground(places, provider, failure_domains, links, matters)
    for kind, list_losses in _BY_KIND.items():
        if kind in losses:
            rows += [
                Contingency((f"{kind}:{name}", *strain), lost, surge, after)
                for name, lost in list_losses(ground)
                if (lost & matters).any()
            ]
    return rows


def as_arrays(rows: Sequence[Contingency], demand: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Write contingencies as `shortfalls` takes them, with capacity before utilisation.

    Args:
        rows: the contingencies, at least one.
        demand: float [demands], nominal.

    Returns:
        demand float [scenarios, demands], and failures float [scenarios, places]: the share of
        a place's full capacity that may not be used, because it is lost or beyond utilisation.
    """
    rates = arrays.amounts("demand", demand, (None,))
    factor = np.array([row.demand_factor for row in rows])
    usable = np.array([row.utilisation for row in rows])
    lost = np.array([row.lost for row in rows])
    return factor[:, None] * rates, np.where(lost, 1.0, 1.0 - usable[:, None])


@dataclass(frozen=True, slots=True)
class _Ground:
    places: Sequence[str]
    provider: Sequence[str]
    failure_domains: Sequence[Collection[str]]
    links: Sequence[Connection]
    ours: Bools

    def without(self, lost: Bools, broken: Collection[str]) -> Bools:
        """Add the places that are cut off once these links are broken too."""
        if not broken:
            return lost
        edges = [link.ends for link in self.links]
        kept = [link.ends for link in self.links if link.id not in broken]
        return lost | cut_off(edges, kept, lost, self.ours)


def _datacenters(ground: _Ground) -> Iterator[tuple[str, Bools]]:
    for index, place in enumerate(ground.places):
        yield place, np.arange(len(ground.places)) == index


def _providers(ground: _Ground) -> Iterator[tuple[str, Bools]]:
    for name in dict.fromkeys(ground.provider):
        yield name, np.array([its == name for its in ground.provider])


def _failure_domains(ground: _Ground) -> Iterator[tuple[str, Bools]]:
    holders = [*ground.failure_domains, *(link.failure_domains for link in ground.links)]
    for name in dict.fromkeys(domain for domains in holders for domain in sorted(domains)):
        lost = np.array([name in domains for domains in ground.failure_domains])
        broken = {link.id for link in ground.links if name in link.failure_domains}
        yield name, ground.without(lost, broken)


def _links(ground: _Ground) -> Iterator[tuple[str, Bools]]:
    nothing = np.zeros(len(ground.places), dtype=np.bool_)
    bearing = bridges(len(ground.places), [link.ends for link in ground.links])
    named: dict[str, list[int]] = {}
    for index, link in enumerate(ground.links):
        named.setdefault(link.id, []).append(index)
    for name, which in named.items():
        # A lone link that is no bridge parts nothing; several of one name may, together.
        spared = len(which) == 1 and which[0] not in bearing
        yield name, nothing if spared else ground.without(nothing, {name})


_BY_KIND = {
    "datacenter": _datacenters,
    "provider": _providers,
    "failure-domain": _failure_domains,
    "link": _links,
}


def _read_ours(
    places: Sequence[str],
    provider: Sequence[str],
    failure_domains: Sequence[Collection[str]],
    ours: npt.ArrayLike | None,
) -> Bools:
    for name, given in (("provider", provider), ("failure_domains", failure_domains)):
        if len(given) != len(places):
            raise ValueError(f"`{name}` must have {len(places)} entries, not {len(given)}")
    if ours is None:
        return np.ones(len(places), dtype=np.bool_)
    return arrays.booleans("ours", ours, (len(places),))


def _check_factor(name: str, given: float, least: float = 0.0, most: float = np.inf) -> None:
    if not (np.isfinite(given) and least <= given <= most):
        raise ValueError(f"`{name}` must be between {least:g} and {most:g}, not `{given}`")
