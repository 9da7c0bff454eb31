"""A situation in which one thing is otherwise, as far as some services are concerned."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from domicile.foreseen import Foreseen
from domicile.legal import Load, withdraw
from domicile.onward import Onward
from domicile.residency import Law
from domicile.situation import Situation
from domicile.strain import Strain
from domicile.workspace import Workspace


class Supposed(Situation):
    """The same day and counts in another workspace, or under another law.

    Only the loads of some services are judged again: what is asked about others is not known here.
    What services ask of each other is as in the situation that was left.
    """

    def __init__(
        self,
        base: Situation,
        services: frozenset[str],
        workspace: Workspace | None = None,
        law: Law | None = None,
    ) -> None:
        super().__init__(
            base.workspace if workspace is None else workspace,
            base.law if law is None else law,
            base.environment,
            base.as_of,
            base.counts,
            plan=base.plan,
        )
        self._base = base
        self._services = services

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """The loads of these services."""
        return tuple(load for load in self._base.loads if load.service in self._services)

    @cached_property
    def onward(self) -> Onward:
        """What leaves the places where these services' data is."""
        services = self.workspace.services
        activities = {
            (service, place): frozenset(str(each) for each in services[service].activities)
            for service, place in self.known_pools
            if service in self._services
        }
        return Onward(self.workspace, self.law, self.environment, self.as_of, activities)

    @cached_property
    def foreseen(self) -> Foreseen:
        """What may fail here: the same, unless places, links or policies are others."""
        here, there = self.workspace, self._base.workspace
        same = here.links is there.links and here.headroom is there.headroom
        if same and self.places == self._base.places:
            return self._base.foreseen
        return Foreseen(here, self.places, self.as_of)

    def without(self, ids: Iterable[str]) -> Supposed:
        """The same supposition after some law, or some mechanisms, have fallen."""
        workspace, law = withdraw(self.workspace, self.law, ids)
        return Supposed(self._base, self._services, workspace, law)

    def strain(self, service: str) -> Strain | None:
        """How the service stands; None where no policy holds for it any more."""
        return self.strains.get(service)
