"""One environment of a workspace, on one day, with one set of counts: what rules look at.

Everything is computed once, when first asked for. What does not resolve (a pool of an unknown
service, say) is left out of the computations: the rules of `structure/` name it and block.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.admissible import Admissible, admissible
from domicile.foreseen import Foreseen, Withdrawn
from domicile.headroom import Blocked, Delayed, cycles, graded, propagate
from domicile.legal import Load, copies, declarations, withdraw
from domicile.legal import expand as expand_names
from domicile.model.base import Record
from domicile.model.errors import SourceError
from domicile.model.plan import Plan
from domicile.model.policy import HeadroomPolicy
from domicile.model.quantity import CONCURRENT
from domicile.model.service import BackendType, Demand, Flow, Pool, Service
from domicile.model.tokens import Counts, Priority, Verdict
from domicile.model.words import did_you_mean, quoted
from domicile.onward import Barred, Handover, Onward, barred_handovers
from domicile.outflow import set_off, targets, use_of
from domicile.placement import (
    HomeDuty,
    Judged,
    barred,
    flow_verdicts,
    home_duties,
    judge_flow,
    judge_load,
)
from domicile.residency import Law, has_regime
from domicile.strain import Strain
from domicile.workspace import Workspace

_JUDGED = (
    *("jurisdictions", "data_classes", "conditions", "confirmations", "mechanisms", "groups"),
    *("providers", "datacenters", "provider_of", "failure_domains", "links", "entries"),
    *("services", "flows", "side_paths", "side_path_uses", "headroom"),
)
"""The parts of a workspace on which the law, and what may fail, rest."""


class Situation:
    """What is judged.

    Args:
        workspace: the declared world.
        law: the law to apply.
        environment: which of its environments.
        as_of: the day.
        counts: judge the emitted plan's counts, or the existing ones.
        plan: judge this plan instead of the emitted one.

    Raises:
        SourceError: the environment is not declared.
    """

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
        self._before: Mapping[str, Strain] = {}

    def edited(self, workspace: Workspace) -> Situation:
        """The same, after rates, counts, limits or prices were edited; what still holds is kept.

        Args:
            workspace: made of this one's by `dataclasses.replace`. Where it differs in anything
                that the law or what may fail rests on, everything is computed anew.
        """
        after = Situation(
            workspace, self.law, self.environment, self.as_of, self.counts, plan=self.plan
        )
        before = self.workspace
        same = all(getattr(workspace, each) is getattr(before, each) for each in _JUDGED)
        if not same or after._shape != self._shape:
            return after
        for name in ("places", "onward", "foreseen", "_fallen", "_columns", "provider_at"):
            if name in self.__dict__:
                after.__dict__[name] = self.__dict__[name]
        if "admissible" in self.__dict__:
            after.__dict__["admissible"] = replace(self.admissible, loads=after.loads)
        after._before = self.__dict__.get("strains", {})
        return after

    @cached_property
    def _shape(self) -> tuple[object, ...]:
        """What the law is asked about: which pools for whom, and which loads."""
        pools = tuple((key, pool.subjects) for key, pool in self.known_pools.items())
        return pools, tuple(load.key for load in self.loads)

    def on(self, day: date) -> Situation:
        """The same workspace, judged by the law of another day."""
        return Situation(
            self.workspace, self.law, self.environment, day, self.counts, plan=self.plan
        )

    def without(self, ids: Iterable[str]) -> Situation:
        """The same day after facts of law, or mechanisms that the workspace declares, have fallen.

        Args:
            ids: as `Law.without` takes them, and ids of the workspace's own mechanisms.

        Raises:
            SourceError: nothing has one of these names.
        """
        workspace, law = withdraw(self.workspace, self.law, ids)
        return Situation(workspace, law, self.environment, self.as_of, self.counts, plan=self.plan)

    def can_fall(self, name: str) -> bool:
        """Whether `without` knows something by this name."""
        try:
            withdraw(self.workspace, self.law, (name,))
        except SourceError:
            return False
        return True

    # What is declared for this environment.

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

    # What follows from it.

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Every way in which services depend on themselves."""
        return tuple(cycles(self._declared_dependencies))

    @cached_property
    def dependencies(self) -> dict[str, tuple[tuple[str, float], ...]]:
        """Service → the known services that it depends on, with fan-out; cycles are cut open."""
        found = dict(self._declared_dependencies)
        for cycle in self.cycles:
            found[cycle[0]] = ()
        return found

    @property
    def _declared_dependencies(self) -> dict[str, tuple[tuple[str, float], ...]]:
        services = self.workspace.services
        return {
            service.id: tuple(
                (dependency.service, dependency.fan_out)
                for dependency in service.depends_on
                if dependency.service in services
            )
            for service in services.values()
        }

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """Demand, propagated through dependencies and summed; by service, then subject."""
        services = self.workspace.services
        demands = {demand.id: demand for demand in self.demand if demand.service in services}
        rates = propagate(
            self.dependencies,
            {(each.service, each.id): each.rate.value for each in demands.values()},
        )
        merged: dict[tuple[str, str, tuple[str, ...]], dict[str, float]] = {}
        for (service, name), rate in rates.items():
            demand = demands[name]
            key = (service, demand.subject, self.classes_at(demand, services[service]))
            merged.setdefault(key, {})[name] = rate
        return tuple(
            Load(
                subject,
                service,
                classes,
                sum(parts.values()),
                tuple(sorted(parts)),
                _by_priority({name: demands[name] for name in parts}, parts),
            )
            for (service, subject, classes), parts in sorted(merged.items())
        )

    def reached(self, service: str) -> tuple[str, ...]:
        """A service and all that it depends on, in order of their ids."""
        rates = propagate(self.dependencies, {(service, ""): 1.0})
        return tuple(sorted(name for name, _ in rates))

    @staticmethod
    def classes_at(demand: Demand, service: Service) -> tuple[str, ...]:
        """The data classes of a demand that reach a service.

        Where the service declares none of them, all are taken to reach it: what is not known to
        be kept out is judged as if it came in.
        """
        handled = tuple(sorted(set(demand.data_classes) & set(service.data_classes)))
        return handled or tuple(sorted(set(demand.data_classes)))

    def policy(self, service: str) -> HeadroomPolicy | None:
        """The policy that holds for everyone's demand: one that names the service, else for all."""
        everyone = [policy for policy in self.workspace.headroom if not policy.subjects]
        named = (policy for policy in everyone if service in policy.services)
        general = (policy for policy in everyone if not policy.services)
        return next(named, None) or next(general, None)

    @cached_property
    def copies(self) -> dict[tuple[str, str], set[str]]:
        """(subject or `*`, service) → countries in which a flow keeps a copy."""
        return copies(self.flows, self.workspace, self.as_of)

    def placed(self, subject: str, service: str) -> frozenset[str]:
        """Countries in which copies of a subject's data of a service are kept."""
        own = self.copies.get((subject, service), set())
        return frozenset(own | self.copies.get(("*", service), set()))

    @cached_property
    def admissible(self) -> Admissible:
        """Every load at every place."""

        def limit(service: str) -> float:
            policy = self.policy(service)
            return 0.0 if policy is None else policy.latency.value

        kept_for = {
            key: frozenset(expand_names(self.workspace, pool.subjects, self.as_of))
            for key, pool in self.known_pools.items()
            if pool.subjects
        }
        return admissible(
            self.workspace,
            self.law,
            self.loads,
            self.places,
            limit,
            self.placed,
            kept_for,
            self.onward,
            self.as_of,
        )

    @cached_property
    def onward(self) -> Onward:
        """What leaves the places where data is, and what the law says of that."""
        services = self.workspace.services
        activities = {
            (service, place): frozenset(str(each) for each in services[service].activities)
            for service, place in self.known_pools
        }
        return Onward(self.workspace, self.law, self.environment, self.as_of, activities)

    @cached_property
    def allowed(self) -> dict[str, frozenset[str]]:
        """Load → the places that may serve it."""
        matrix = self.admissible.matrix
        return {
            load.key: frozenset(
                place for place, yes in zip(self.places, matrix[row], strict=True) if yes
            )
            for row, load in enumerate(self.loads)
        }

    @cached_property
    def _columns(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for column, place in enumerate(self.places):
            for service in self.workspace.services:
                if (service, place) in self.known_pools:
                    found.setdefault(service, []).append(column)
        return found

    def columns(self, service: str) -> list[int]:
        """The places, as indices, at which a service has a pool."""
        return self._columns.get(service, [])

    def open_columns(self, row: int) -> list[int]:
        """The places, as indices, at which a pool may serve a load, as far as pools say."""
        columns = self.columns(self.loads[row].service)
        if self._open_everywhere[row]:
            return columns
        return [column for column in columns if self.admissible.open[row, column]]

    @cached_property
    def _open_everywhere(self) -> list[bool]:
        """[loads]: whether no pool is kept from a load."""
        return [bool(row.all()) for row in self.admissible.open]

    # Why the law says what it says.

    def explain(self, load: Load, place: str) -> Judged:
        """Why a load may or may not be served at a place."""
        return judge_load(
            self.workspace, self.law, load, place, self.placed, self.onward, self.as_of
        )

    def flow_verdicts(
        self, flow: Flow, target: str
    ) -> tuple[tuple[str, tuple[str, ...], Verdict], ...]:
        """What each subject's law says of a flow to one of its targets, with what it moves."""
        if not self._stands(target):
            return ()
        loads = (self.workspace, self.law, flow, target, self.loads, self.placed, self.as_of)
        return tuple(flow_verdicts(*loads))

    def explain_flow(self, flow: Flow, target: str, subject: str, moved: tuple[str, ...]) -> Judged:
        """Why one subject's law says what it says of a flow to one of its targets."""
        given = (self.workspace, self.law, flow, target, subject, moved, self.placed, self.as_of)
        return judge_flow(*given)

    def _stands(self, target: str) -> bool:
        return target in self.workspace.datacenters or target.isupper()

    def barred_from(self, flow: Flow, target: str) -> tuple[Judged, ...]:
        """The subjects whose data a flow may not take to one of its targets."""
        if not self._stands(target):
            return ()
        loads = (self.workspace, self.law, flow, target, self.loads, self.placed, self.as_of)
        return tuple(barred(*loads))

    def onward_barred(self) -> Iterator[tuple[Load, str, Barred]]:
        """Loads, the places near enough where they could be, and why they may not go on."""
        judged, least = self.admissible, Verdict.WITH_MECHANISM.rank
        within = judged.latency <= judged.limit[:, None]
        barred = (judged.verdicts >= least) & (judged.onward < least) & within
        for row, load in enumerate(self.loads):
            for column in self.open_columns(row):
                if barred[row, column]:
                    place = self.places[column]
                    for each in self.onward.barred(load, place):
                        yield load, place, each

    def barred_handovers(self) -> Iterator[Handover]:
        """Steps from a load's place to one of a service depended on that a law does not allow."""
        yield from barred_handovers(
            self.onward, self.loads, self.dependencies, self.allowed, self.backends
        )

    def unsaid_side_paths(self) -> dict[str, list[tuple[str, str]]]:
        """Side paths that happen by default and that nobody speaks of → pools that set them off."""
        workspace = self.workspace
        found: dict[str, list[tuple[str, str]]] = {}
        pools: dict[str, list[tuple[str, str]]] = {}
        for service, place in self.known_pools:
            pools.setdefault(workspace.provider_of[place], []).append((service, place))
        for name, path in workspace.side_paths.items():
            if path.carries == "account" or not path.default:
                continue
            for service, place in pools.get(name.split(":", maxsplit=1)[0], ()):
                does = [str(each) for each in workspace.services[service].activities]
                if (
                    set_off(workspace, name, place, does)
                    and use_of(workspace, self.environment, name, service, place) is None
                    and targets(workspace, name, place, None)
                ):
                    found.setdefault(name, []).append((service, place))
        return found

    def home_duties(self) -> tuple[HomeDuty, ...]:
        """Duties to keep a copy at home that no flow fulfils."""
        return tuple(home_duties(self.workspace, self.law, self.loads, self.placed, self.as_of))

    def regime_known(self, subject: str) -> bool:
        """Whether the law on taking a subject's personal data abroad is known well enough."""
        abroad = "AQ" if subject != "AQ" else "BV"
        return has_regime(
            self.law,
            subject,
            ("personal",),
            "process",
            abroad,
            declared=declarations(self.workspace),
            as_of=self.as_of,
        )

    @cached_property
    def verdicts_digest(self) -> str:
        """Digest of which places each load may use. Changes when a verdict does, not by a date."""
        matrix = self.admissible.matrix
        digest = hashlib.sha256()
        for row, load in enumerate(self.admissible.loads):
            allowed = [place for place, yes in zip(self.places, matrix[row], strict=True) if yes]
            digest.update(f"{load.key}:{','.join(allowed)}\n".encode())
        return f"sha256:{digest.hexdigest()}"

    # Counts.

    @cached_property
    def backends(self) -> dict[tuple[str, str], int]:
        """(service, datacenter) → backends, of the emitted plan or existing."""
        if self.counts is Counts.EXISTING or self.plan is None:
            return self.existing
        planned = {(pool.service, pool.datacenter): pool.after for pool in self.plan.pools}
        return {key: planned.get(key, 0) for key in self.known_pools}

    @cached_property
    def existing(self) -> dict[tuple[str, str], int]:
        """(service, datacenter) → backends that stand today."""
        return {
            key: 0 if pool.existing is None else int(pool.existing.value)
            for key, pool in self.known_pools.items()
        }

    def backend_type(self, pool: Pool) -> BackendType:
        """The type of a known pool's backends."""
        return self.workspace.backends[pool.backend]

    def unit_capacity(self, pool: Pool) -> float:
        """What one backend of a known pool can do, in the service's unit; 0 where not said."""
        given = pool.capacity or self.backend_type(pool).capacity.get(pool.service)
        return 0.0 if given is None else given.value

    def unit_price(self, pool: Pool) -> float:
        """What one backend of a known pool costs, in EUR per hour."""
        return (pool.price or self.backend_type(pool).price).value

    # Headroom.

    @cached_property
    def provider_at(self) -> tuple[str, ...]:
        """The provider of each place."""
        return tuple(self.workspace.provider_of[place] for place in self.places)

    @cached_property
    def foreseen(self) -> Foreseen:
        """What may fail here."""
        return Foreseen(self.workspace, self.places, self.as_of)

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

    def capacity(
        self, service: str, backends: Mapping[tuple[str, str], int]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """[places]: what so many backends can do, and the most of it that the grade lets be used.

        Args:
            service: its id.
            backends: (service, datacenter) → how many.
        """
        count = np.array([backends.get((service, place), 0) for place in self.places])
        unit = np.array([self._unit(service, place) for place in self.places])
        grade = self.grade(service)
        most = np.full(len(count), np.inf)
        return unit * count, most if grade is None else graded(unit, count, grade)

    def _unit(self, service: str, place: str) -> float:
        pool = self.known_pools.get((service, place))
        return 0.0 if pool is None else self.unit_capacity(pool)

    def grade(self, service: str) -> Blocked | Delayed | None:
        """The grade of service that a service's pools must hold, where its policy asks for one."""
        policy = self.policy(service)
        asked = None if policy is None else policy.grade
        if asked is None or self.workspace.services[service].unit not in CONCURRENT:
            return None
        if asked.model == "erlang-b":
            return Blocked(asked.share.value)
        holding = 1.0 if asked.holding is None else asked.holding.value
        return Delayed(asked.share.value, 0.0 if asked.wait is None else asked.wait.value, holding)


def _by_priority(
    demands: Mapping[str, Demand], rates: Mapping[str, float]
) -> tuple[tuple[Priority, float], ...]:
    """Rates added up by priority, last to be served first."""
    found: dict[Priority, float] = {}
    for name, demand in demands.items():
        found[demand.priority] = found.get(demand.priority, 0.0) + rates[name]
    return tuple(sorted(found.items(), key=lambda each: each[0].rank))
