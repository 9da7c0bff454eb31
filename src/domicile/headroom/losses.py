"""What can fail: datacenters, providers, failure domains and links, alone and together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Bools
from domicile.headroom.connectivity import Joined

MOST_COMBINATIONS = 200_000
"""More of them are a sweep's work, which keeps no record of each."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A link: its name, the indices of the two places that it joins, what breaks it."""

    id: str
    ends: tuple[int, int]
    failure_domains: Collection[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """Something that fails as one: the places that it takes, and the links that it breaks."""

    id: str
    places: Bools
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Ground:
    """The places, and what they hang on.

    Attributes:
        places: ids of the datacenters.
        provider: for each place, the id of its provider.
        failure_domains: for each place, what it shares with others.
        links: connections between places; a place without any counts as reachable always.
        ours: bool [places]: where something of ours can stand.
    """

    places: Sequence[str]
    provider: Sequence[str]
    failure_domains: Sequence[Collection[str]]
    links: Sequence[Connection]
    ours: Bools

    @classmethod
    def of(
        cls,
        places: Sequence[str],
        provider: Sequence[str],
        failure_domains: Sequence[Collection[str]],
        links: Sequence[Connection] = (),
        ours: npt.ArrayLike | None = None,
    ) -> Ground:
        """Check and read; something of ours can stand everywhere, if nothing is said.

        Raises:
            ValueError: naming the argument.
        """
        for name, given in (("provider", provider), ("failure_domains", failure_domains)):
            if len(given) != len(places):
                raise ValueError(f"`{name}` must have {len(places)} entries, not {len(given)}")
        matters = np.ones(len(places), dtype=np.bool_)
        if ours is not None:
            matters = arrays.booleans("ours", ours, (len(places),))
        return cls(places, provider, failure_domains, links, matters)

    def of_kind(self, kind: str) -> tuple[Loss, ...]:
        """Everything of a kind, in the order of places and links."""
        return self._listed[kind]

    @cached_property
    def _listed(self) -> dict[str, tuple[Loss, ...]]:
        return {kind: tuple(_BY_KIND[kind](self)) for kind in KINDS}

    @cached_property
    def _by_id(self) -> dict[str, Loss]:
        return {each.id: each for kind in KINDS for each in self.of_kind(kind)}

    @property
    def ids(self) -> Collection[str]:
        """Everything that can be lost."""
        return self._by_id.keys()

    def find(self, ids: Sequence[str]) -> tuple[Loss, ...]:
        """What these are.

        Args:
            ids: `<kind>:<name>`, as contingencies write them.

        Raises:
            ValueError: nothing has one of these names.
        """
        unknown = [each for each in ids if each not in self._by_id]
        if unknown:
            raise ValueError(f"nothing that can be lost is called `{unknown[0]}`")
        return tuple(self._by_id[each] for each in ids)

    @cached_property
    def _joined(self) -> Joined:
        return Joined(len(self.places), [link.ends for link in self.links], self.ours)

    @cached_property
    def _links_of(self) -> dict[str, frozenset[int]]:
        """Name of a link → the links of that name, by index."""
        found: dict[str, frozenset[int]] = {}
        for index, link in enumerate(self.links):
            found[link.id] = found.get(link.id, frozenset()) | {index}
        return found

    def lost(self, losses: Sequence[Loss]) -> Bools:
        """The places that these losses take, those that they cut off together included."""
        lost = np.zeros(len(self.places), dtype=np.bool_)
        for each in losses:
            lost |= each.places
        broken = frozenset[int]().union(
            *(self._links_of[name] for each in losses for name in each.broken)
        )
        return lost | self._joined.cut_off(broken, lost) if broken else lost


def _datacenters(ground: Ground) -> Iterator[Loss]:
    for index, place in enumerate(ground.places):
        yield Loss(f"datacenter:{place}", np.arange(len(ground.places)) == index)


def _providers(ground: Ground) -> Iterator[Loss]:
    for name in dict.fromkeys(ground.provider):
        yield Loss(f"provider:{name}", np.array([its == name for its in ground.provider]))


def _failure_domains(ground: Ground) -> Iterator[Loss]:
    holders = [*ground.failure_domains, *(link.failure_domains for link in ground.links)]
    for name in dict.fromkeys(domain for domains in holders for domain in sorted(domains)):
        lost = np.array([name in domains for domains in ground.failure_domains])
        broken = frozenset(link.id for link in ground.links if name in link.failure_domains)
        yield Loss(f"failure-domain:{name}", lost, broken)


def _links(ground: Ground) -> Iterator[Loss]:
    nothing = np.zeros(len(ground.places), dtype=np.bool_)
    for name in dict.fromkeys(link.id for link in ground.links):
        yield Loss(f"link:{name}", nothing, frozenset((name,)))


_BY_KIND = {
    "datacenter": _datacenters,
    "provider": _providers,
    "failure-domain": _failure_domains,
    "link": _links,
}
"""In the order in which contingencies are listed."""
KINDS = (*_BY_KIND,)


def combinations(
    ground: Ground, losses: Sequence[Loss], together: int
) -> Iterator[tuple[tuple[Loss, ...], Bools]]:
    """Every set of two to `together` losses whose lost places no smaller or earlier set has."""
    if together not in (1, 2, 3):
        raise ValueError(f"`together` must be 1, 2 or 3, not `{together}`")
    count = sum(math.comb(len(losses), size) for size in range(2, together + 1))
    if count > MOST_COMBINATIONS:
        raise ValueError(
            f"`together` asks for {count:,} combinations of {len(losses)} losses, more than "
            f"{MOST_COMBINATIONS:,}: combine fewer kinds"
        )
    seen = {(ground.lost((each,)) & ground.ours).tobytes() for each in losses}
    for size in range(2, together + 1):
        for some in itertools.combinations(losses, size):
            lost = ground.lost(some)
            key = (lost & ground.ours).tobytes()
            if key not in seen:
                seen.add(key)
                yield some, lost
