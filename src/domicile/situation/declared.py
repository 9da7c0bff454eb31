"""What one environment of a workspace declares, and what of it resolves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Self

from domicile.legal import withdraw
from domicile.model.base import Record
from domicile.model.errors import SourceError
from domicile.model.plan import Plan
from domicile.model.policy import HeadroomPolicy
from domicile.model.service import Demand, Flow, Pool
from domicile.model.tokens import Counts
from domicile.model.words import did_you_mean, quoted
from domicile.onward import Onward
from domicile.residency import Law
from domicile.workspace import Workspace


class Declared:
    """One environment, on one day, with one set of counts; see `Situation`."""

    _UNJUDGED: frozenset[str] = frozenset()
    """What is computed from pools, demand, services and counts alone."""
    _onward_before: Onward | None = None
    """What leaves the places, as it was found by other law."""

    def __init__(
        self,
        workspace: Workspace,
        law: Law,
        environment: str,
        as_of: date,
        counts: Counts = Counts.EMITTED,
        plan: Plan | None = None,
    ) -> None:
        if environment not in workspace.environments:
            known = sorted(workspace.environments)
            raise SourceError(
                f"environment `{environment}` is not declared",
                help=did_you_mean(environment, known)
                or f"`infra/environments.yaml` declares {quoted(known)}",
            )
        self.workspace = workspace
        self.law = law
        self.environment = environment
        self.as_of = as_of
        self.counts = counts
        self.plan = plan if plan is not None else workspace.plans.get(environment)

    def on(self, day: date) -> Self:
        """The same workspace, judged by the law of another day."""
        return self._judged_by(self.workspace, self.law, day)

    def without(self, ids: Iterable[str]) -> Self:
        """The same day after facts of law, or mechanisms that the workspace declares, have fallen.

        Args:
            ids: as `Law.without` takes them, and ids of the workspace's own mechanisms.

        Raises:
            SourceError: nothing has one of these names.
        """
        workspace, law = withdraw(self.workspace, self.law, ids)
        return self._judged_by(workspace, law, self.as_of)

    def _judged_by(self, workspace: Workspace, law: Law, day: date) -> Self:
        """The same, with less declared or by other law: what rests on neither is kept."""
        after = type(self)(workspace, law, self.environment, day, self.counts, plan=self.plan)
        for name in self._UNJUDGED & self.__dict__.keys():
            after.__dict__[name] = self.__dict__[name]
        after.__dict__["_onward_before"] = self.__dict__.get("onward")
        return after

    def can_fall(self, name: str) -> bool:
        """Whether `without` knows something by this name."""
        try:
            withdraw(self.workspace, self.law, (name,))
        except SourceError:
            return False
        return True

    @property
    def pools(self) -> tuple[Pool, ...]:
        """Every declared pool."""
        return self.workspace.pools.get(self.environment, ())

    @property
    def demand(self) -> tuple[Demand, ...]:
        """Every declared demand."""
        return self.workspace.demand.get(self.environment, ())

    @property
    def flows(self) -> tuple[Flow, ...]:
        """Every declared flow."""
        return self.workspace.flows.get(self.environment, ())

    @cached_property
    def _shipped(self) -> frozenset[str]:
        return frozenset(each.found.file for each in self.workspace.declared if each.found.shipped)

    def is_shipped(self, record: Record) -> bool:
        """Whether a record comes with the package: no one who writes a workspace can mend it."""
        return self.workspace.route(record).file in self._shipped

    @cached_property
    def known_pools(self) -> dict[tuple[str, str], Pool]:
        """(service, datacenter) → pool, where service, datacenter and backend type are known."""
        return {
            (pool.service, pool.datacenter): pool
            for pool in sorted(self.pools, key=lambda pool: (pool.service, pool.datacenter))
            if pool.service in self.workspace.services
            and pool.datacenter in self.workspace.datacenters
            and pool.backend in self.workspace.backends
        }

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Datacenters with a pool, in order of their ids."""
        return tuple(sorted({datacenter for _, datacenter in self.known_pools}))

    def policy(self, service: str) -> HeadroomPolicy | None:
        """The policy that holds for everyone's demand: one that names the service, else for all."""
        everyone = [policy for policy in self.workspace.headroom if not policy.subjects]
        named = (policy for policy in everyone if service in policy.services)
        general = (policy for policy in everyone if not policy.services)
        return next(named, None) or next(general, None)

    def policies(self, service: str) -> tuple[HeadroomPolicy, ...]:
        """All that hold for a service: the one for everyone's demand, then those for some's."""
        general = self.policy(service)
        if general is None:
            return ()
        return general, *(
            policy
            for policy in self.workspace.headroom
            if policy.subjects and (not policy.services or service in policy.services)
        )
