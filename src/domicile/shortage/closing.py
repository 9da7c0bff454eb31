"""Whether a shortfall is closed, and the fewest euros of backends that close it: solved again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Contingency, bindings, cheapest
from domicile.model.words import listed
from domicile.shortage.grouping import Group
from domicile.shortage.needs import capacity_of, enough, need_of, room
from domicile.shortage.supposing import Supposed
from domicile.situation import Situation
from domicile.strain import ROUNDING, Strain

SURGE = "surge:"


def name_of(case: Contingency) -> tuple[str, ...]:
    """What a contingency is called whatever its surge: that is what a policy may relax."""
    return tuple(each for each in case.ids if not each.startswith(SURGE)) or (SURGE,)


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """Backends beside those that stand."""

    places: tuple[str, ...]
    counts: tuple[int, ...]
    cost: float
    """In EUR per hour."""
    proved: bool

    @property
    def total(self) -> int:
        """How many backends."""
        return sum(self.counts)

    @property
    def words(self) -> str:
        """`3 at p, 1 at q`."""
        parts = (f"{n} at {place}" for place, n in zip(self.places, self.counts, strict=True))
        return listed(parts, 4)


@dataclass(frozen=True, eq=False)
class Question:
    """Shortfalls that are to be closed, whatever else stays short.

    Attributes:
        situation: the situation that is short.
        strain: its service's.
        standing: int [places]: the backends that count as standing.
        group: the shortfalls.
    """

    situation: Situation
    strain: Strain
    standing: NDArray[np.float64]
    group: Group

    def suppose(self, **fields: Any) -> Supposed:  # noqa: ANN401 - as `replace` takes them
        """The situation with some declarations of the workspace replaced."""
        workspace = replace(self.situation.workspace, **fields)
        return Supposed(self.situation, frozenset((self.strain.service,)), workspace)

    def closed(self, situation: Situation, strain: Strain, counts: NDArray[np.float64]) -> bool:
        """Whether what is explained is no longer missing: of the service, so much less is short.

        Args:
            situation: the supposed one.
            strain: the service in it.
            counts: float [places] of that situation.
        """
        cases = [case for case in strain.contingencies if name_of(case) in self._allowance]
        allowed = np.array([self._allowance[name_of(case)] for case in cases])
        return bool((_short(situation, strain, cases, counts) <= allowed).all())

    def standing_in(self, situation: Situation) -> NDArray[np.float64]:
        """What stands, by the places of a supposed situation: float [places]."""
        have = dict(zip(self.situation.places, self.standing.tolist(), strict=True))
        return np.array([have.get(place, 0.0) for place in situation.places])

    def add(
        self,
        situation: Situation,
        strain: Strain,
        at: NDArray[np.bool_] | None = None,
        most: NDArray[np.float64] | None = None,
    ) -> Added | None:
        """The cheapest backends that close it; None where none do.

        Args:
            situation: the supposed one; or the question's own.
            strain: the service in it.
            at: bool [places]: where backends may be added; None: at every pool.
            most: float [places]: instead of what pools and quotas allow.
        """
        standing = self.standing_in(situation)
        need = need_of(situation, strain)
        if most is None:
            left = room(situation, strain.service)
            most = np.minimum(np.asarray(need.maximum, dtype=np.float64), left)
        maximum = np.maximum(np.floor(np.minimum(most, enough(need))), standing)
        if at is not None:
            maximum = np.where(at, maximum, standing)
        cases = tuple(c for c in strain.contingencies if name_of(c) in self._allowance)
        need = need_of(situation, strain, maximum)
        least = np.asarray(need.unit_cost) @ standing
        for rate in self._rates(strain):
            asked = replace(need, demand=rate, contingencies=cases, minimum=standing)
            found = cheapest([asked])
            if found.feasible and self.closed(situation, strain, found.counts[0].astype(float)):
                more = found.counts[0] - standing
                chosen = np.flatnonzero(more)
                return Added(
                    tuple(situation.places[index] for index in chosen),
                    tuple(int(more[index]) for index in chosen),
                    round(found.cost - float(least), 6),
                    found.proved,
                )
        return None

    def _rates(self, strain: Strain) -> Iterator[NDArray[np.float64]]:
        """What to solve for: all but the loads that others explain; then everything."""
        if self._others.any():
            yield np.where(self._others, 0.0, strain.rate)
        yield strain.rate

    @cached_property
    def _others(self) -> NDArray[np.bool_]:
        """[loads]: short in one of the contingencies, and not explained by this group."""
        cases = tuple(self.strain.contingencies[index] for index in self.group.contingencies)
        need = replace(need_of(self.situation, self.strain), contingencies=cases)
        short = np.zeros(len(self.strain.loads), dtype=np.bool_)
        for each in bindings(need, self.standing):
            short |= each.loads
        for each in self.group.shortfalls:
            short &= ~each.loads
        return short

    @cached_property
    def _allowance(self) -> dict[tuple[str, ...], float]:
        """Contingency → what may still be missing in it: what this group does not explain."""
        explained: dict[int, float] = {}
        for each in self.group.shortfalls:
            explained[each.contingency] = explained.get(each.contingency, 0.0) + each.missing
        indices = list(explained)
        cases = [self.strain.contingencies[index] for index in indices]
        before = _short(self.situation, self.strain, cases, self.standing)
        slack = ROUNDING * float(self.strain.rate.sum())
        return {
            name_of(case): max(0.0, float(short) - explained[index]) + slack
            for case, short, index in zip(cases, before, indices, strict=True)
        }


def _short(
    situation: Situation,
    strain: Strain,
    cases: list[Contingency],
    counts: NDArray[np.float64],
) -> NDArray[np.float64]:
    """What is missing in each of these contingencies, with these counts: float [cases]."""
    capacity = capacity_of(situation, strain, counts)
    given = (strain.service, strain.loads, strain.places, cases, strain.admissible)
    return Strain.of(*given, *capacity).shortfall
