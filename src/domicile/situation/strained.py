"""What may fail, and how each service stands then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from domicile.foreseen import Foreseen, Withdrawn
from domicile.model.errors import SourceError
from domicile.model.policy import HeadroomPolicy
from domicile.situation.admitted import Admitted
from domicile.situation.counted import Counted
from domicile.strain import Strain


class Strained(Admitted, Counted):
    """Services under every contingency of their policies."""

    _before: Mapping[str, Strain] = MappingProxyType({})
    """What was found before an edit, by service."""

    @cached_property
    def provider_at(self) -> tuple[str, ...]:
        """The provider of each place."""
        return tuple(self.workspace.provider_of[place] for place in self.places)

    @cached_property
    def foreseen(self) -> Foreseen:
        """What may fail here."""
        return Foreseen(self.workspace, self.places, self.as_of)

    def _withdrawn(self, rows: list[int]) -> Withdrawn:
        """Where a service's loads may no longer go once some law has fallen."""

        def of(ids: tuple[str, ...]) -> NDArray[np.bool_]:
            if ids not in self._fallen:
                try:
                    self._fallen[ids] = ~self.without(ids).admissible.matrix
                except SourceError:  # a rule names what nothing is called, and blocks
                    self._fallen[ids] = np.zeros_like(self.admissible.matrix)
            lost: NDArray[np.bool_] = (self.admissible.matrix & self._fallen[ids])[rows]
            return lost

        return of

    @cached_property
    def _fallen(self) -> dict[tuple[str, ...], NDArray[np.bool_]]:
        return {}

    @cached_property
    def strains(self) -> dict[str, Strain]:
        """Service → how it stands under every contingency of its policy."""
        return {
            service: self._kept(service) or self._strain(service, policies)
            for service in sorted({load.service for load in self.loads})
            if (policies := self.policies(service))
        }

    def singly(self, service: str, policy: HeadroomPolicy) -> Strain:
        """How a service stands under one policy, with one loss at a time, and by name.

        What a sweep combines itself; a policy may combine more than can be listed.
        """
        return self._strain(service, (policy.model_copy(update={"together": None}),))

    def _kept(self, service: str) -> Strain | None:
        """What was found before an edit that does not touch the service."""
        before = self._before.get(service)
        if before is None:
            return None
        loads = tuple(load for load in self.loads if load.service == service)
        now = self.capacity(service, self.backends)
        same = before.loads == loads and np.array_equal((before.capacity, before.graded), now)
        return before if same else None

    def _strain(self, service: str, policies: Sequence[HeadroomPolicy]) -> Strain:
        rows = [i for i, load in enumerate(self.loads) if load.service == service]
        loads = tuple(self.loads[row] for row in rows)
        capacity, graded = self.capacity(service, self.backends)
        cases = self.foreseen.of(policies, loads, self._withdrawn(rows))
        return Strain.of(
            service,
            loads,
            self.places,
            cases,
            self.admissible.matrix[rows],
            capacity,
            graded,
        )

    def examined(self) -> dict[str, int]:
        """How much there is to judge, by kind."""
        return {
            "services": len({load.service for load in self.loads}),
            "datacenters": len(self.places),
            "pools": len(self.pools),
            "demand": len(self.demand),
            "flows": len(self.flows),
            "subjects": len({demand.subject for demand in self.demand}),
            "loads": len(self.loads),
            "contingencies": len(
                {c.ids for strain in self.strains.values() for c in strain.contingencies}
            ),
        }
