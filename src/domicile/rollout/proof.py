"""What may be counted on: no more may be missing than the policy lets, or than is missing already.

Headroom of some counts is the shortfall of each service in each contingency of its policy, by the
engine that judges plans. Counts hold when no shortfall exceeds the one at the start; where the
start meets the policy, that is none at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domicile.rollout.counts import Counts, Start, at_places
from domicile.shortage.needs import place_quotas
from domicile.situation import Situation
from domicile.strain import ROUNDING, Strain


@dataclass(frozen=True, slots=True)
class Lacking:
    """A service that some counts leave short of what may be missing."""

    service: str
    """The service."""
    contingency: tuple[str, ...]
    """When."""
    missing: float
    """How much more than may be, in its unit."""
    unit: str
    """The unit."""


@dataclass
class Proof:
    """Judges counts of a situation, against where a rollout starts; remembers what it judged."""

    situation: Situation
    """The declared world, on its day."""
    start: Start
    """Where the rollout starts."""
    _found: dict[tuple[str, tuple[int, ...]], NDArray[np.float64]] = field(default_factory=dict)

    @property
    def services(self) -> tuple[str, ...]:
        """Services for which something is asked."""
        return tuple(self.situation.strains)

    def holds(self, counts: Counts, service: str | None = None) -> bool:
        """Whether these counts hold, for one service or for all."""
        return next(self.lacking(counts, service), None) is None

    def lacking(self, counts: Counts, service: str | None = None) -> Iterator[Lacking]:
        """The worst contingency of each service that these counts leave short."""
        for name in self.services if service is None else (service,):
            if name not in self.situation.strains:
                continue
            strain = self.situation.strains[name]
            may = self.shortfall(name, self.start.counted)
            over = self.shortfall(name, counts) - may
            over[over <= ROUNDING * max(float(strain.rate.sum()), 1e-300)] = 0.0
            worst = int(over.argmax())
            if over[worst] > 0:
                yield Lacking(
                    name,
                    strain.contingencies[worst].ids,
                    float(over[worst]),
                    self.situation.workspace.services[name].unit,
                )

    def shortfall(self, service: str, counts: Counts) -> NDArray[np.float64]:
        """[contingencies]: what is missing with these counts, in the service's unit."""
        places = self.situation.places
        key = service, tuple(counts.get((service, place), 0) for place in places)
        if key not in self._found:
            strain = self.situation.strains[service]
            backends = {pool: n for pool, n in counts.items() if pool in self.situation.known_pools}
            capacity, graded = self.situation.capacity(service, backends)
            self._found[key] = Strain.of(
                service,
                strain.loads,
                strain.places,
                strain.contingencies,
                strain.admissible,
                capacity,
                graded,
            ).shortfall
        return self._found[key].copy()

    @property
    def examined(self) -> int:
        """How many pairs of counts and contingency were examined."""
        return sum(len(found) for found in self._found.values())

    def over_quota(self, standing: Counts) -> tuple[str, ...]:
        """Places at which more stands than their quota allows, and more than at the start."""
        before = at_places(self.start.standing)
        return tuple(
            place
            for place, count in sorted(at_places(standing).items())
            if count > max(self.quotas.get(place, np.inf), before.get(place, 0))
        )

    @property
    def quotas(self) -> dict[str, float]:
        """Place → most backends of all services together; infinite where none is declared."""
        most = place_quotas(self.situation).tolist()
        return dict(zip(self.situation.places, most, strict=True))
