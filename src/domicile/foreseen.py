"""What the policies foresee: every contingency of a service, over its loads and places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Connection, Contingency, Ground
from domicile.headroom.contingency import of_ground
from domicile.legal import Load
from domicile.legal import expand as expand_names
from domicile.model.errors import SourceError
from domicile.model.policy import HeadroomPolicy, NamedContingency, Together
from domicile.model.tokens import Loss
from domicile.workspace import Workspace

EVERYONE = "*"
"""All subjects that a surge does not name."""
POLICY = "policy:"
"""Begins the id that tells a policy for some subjects from the one for everyone."""

SURGE = "surge:"
"""Begins the id of a policy's surge."""

Withdrawn = Callable[[tuple[str, ...]], NDArray[np.bool_]]
"""Facts of law that fall → bool [loads, places]: where a service's loads may no longer go."""


@dataclass(frozen=True)
class Foreseen:
    """What may fail in one environment.

    Attributes:
        workspace: the declared world.
        places: datacenters with a pool, as columns.
        as_of: the day.
    """

    workspace: Workspace
    places: Sequence[str]
    as_of: date

    def of(
        self, policies: Sequence[HeadroomPolicy], loads: Sequence[Load], withdrawn: Withdrawn
    ) -> tuple[Contingency, ...]:
        """Every contingency of a service.

        Args:
            policies: the one that holds for everyone's demand, then those for some subjects'.
            loads: the service's.
            withdrawn: what the law takes away where some of it falls.

        Raises:
            SourceError: a policy combines more losses than can be listed.
        """
        found: list[Contingency] = []
        for policy in policies:
            cases = [
                *self._losses(policy),
                *(
                    self._named(policy, each, loads, withdrawn)
                    for each in policy.contingencies
                    if self._resolves(each)
                ),
            ]
            if policy.subjects:
                cases = [self._for_some(policy, case, loads) for case in cases]
            found += cases
        return tuple(found)

    def _resolves(self, case: NamedContingency) -> bool:
        """Whether everything that it loses or congests exists; else a rule blocks on it."""
        return self.losses.issuperset((*case.lost, *case.congested))

    def links_left(self, ids: Sequence[str]) -> dict[str, float]:
        """Name of a link → the part of its capacity that it keeps in a contingency, if not all.

        Args:
            ids: of the contingency.
        """
        named = self._by_name
        lost = [each for each in ids if each in self.losses]
        kept: dict[str, float] = {}
        for each in (named[name] for name in ids if name in named):
            lost += each.lost
            for name, share in each.congested.items():
                for link in self._links_of((name,)):
                    kept[link] = min(kept.get(link, 1.0), share.value)
        return kept | dict.fromkeys(self._links_of(lost), 0.0)

    @cached_property
    def _by_name(self) -> dict[str, NamedContingency]:
        return {
            each.id: each for policy in self.workspace.headroom for each in policy.contingencies
        }

    def _links_of(self, losses: Sequence[str]) -> list[str]:
        """Links that break, and those that end at a lost place: it forwards nothing."""
        found = self._ground.find([each for each in losses if each in self.losses])
        gone = np.zeros(len(self._ground.places), dtype=np.bool_)
        for each in found:
            gone |= each.places
        broken = frozenset[str]().union(*(each.broken for each in found))
        ended = np.asarray(gone[self._ends].any(axis=1))
        names = self._ground.links
        ending = (names[index].id for index in np.flatnonzero(ended).tolist())
        return [*dict.fromkeys((*ending, *sorted(broken)))]

    @cached_property
    def _ends(self) -> NDArray[np.intp]:
        """[links, 2]: the places that each link joins."""
        ends = [link.ends for link in self._ground.links]
        return np.array(ends, dtype=np.intp).reshape(len(ends), 2)

    @cached_property
    def losses(self) -> frozenset[str]:
        """Everything that can be lost: `<kind>:<name>`."""
        return frozenset(self._ground.ids)

    @property
    def ground(self) -> Ground:
        """Every datacenter, and what it hangs on."""
        return self._ground

    @property
    def here(self) -> NDArray[np.intp]:
        """[places]: which of the ground's places each is."""
        return self._here

    def _losses(self, policy: HeadroomPolicy) -> list[Contingency]:
        key = policy.id, policy.together
        if key not in self._listed:
            together = policy.together
            try:
                cases = of_ground(
                    self._ground,
                    losses=[str(loss) for loss in policy.losses],
                    surge=policy.surge,
                    nominal=policy.utilisation.nominal.value,
                    after=policy.utilisation.after.value,
                    together=1 if together is None else together.most,
                    combined=None if together is None or not together.kinds else together.kinds,
                )
            except ValueError as error:
                raise SourceError(
                    f"headroom policy `{policy.id}`: {error}",
                    self.workspace.locate(self.workspace.route(policy, "together")),
                    help="name fewer `kinds` under `together`, or sweep them instead: "
                    "`domicile sweep`",
                ) from error
            self._listed[key] = [replace(case, lost=case.lost[self._here]) for case in cases]
        return self._listed[key]

    def _named(
        self,
        policy: HeadroomPolicy,
        named: NamedContingency,
        loads: Sequence[Load],
        withdrawn: Withdrawn,
    ) -> Contingency:
        everyone = policy.surge > 1 and not named.surge
        return Contingency(
            ids=(named.id, *((f"surge:{policy.surge:g}",) if everyone else ())),
            lost=self._ground.lost(self._ground.find(named.lost))[self._here],
            demand_factor=1.0 if named.surge else policy.surge,
            utilisation=policy.utilisation.after.value,
            kept=self._kept(named) if named.congested else None,
            surges=self._surges(named, loads) if named.surge else None,
            withdrawn=withdrawn(named.without) if named.without else None,
        )

    def _kept(self, named: NamedContingency) -> NDArray[np.float64]:
        """[places]: the least that any congestion leaves of each."""
        kept = np.ones(len(self.places))
        for name, share in named.congested.items():
            hit = self._ground.lost(self._ground.find((name,)))[self._here]
            kept[hit] = np.minimum(kept[hit], share.value)
        return kept

    def _surges(self, named: NamedContingency, loads: Sequence[Load]) -> NDArray[np.float64]:
        """[loads]: the largest factor that names a load's subject, else that of all others."""
        factors: dict[str, float] = {}
        for name, factor in named.surge.items():
            for subject in expand_names(self.workspace, (name,), self.as_of):
                factors[subject] = max(factors.get(subject, 0.0), factor)
        others = named.surge.get(EVERYONE, 1.0)
        return np.array([factors.get(load.subject, others) for load in loads])

    def _for_some(
        self, policy: HeadroomPolicy, case: Contingency, loads: Sequence[Load]
    ) -> Contingency:
        """The same, asked of some subjects' demand alone."""
        subjects = frozenset(expand_names(self.workspace, policy.subjects, self.as_of))
        theirs = np.array([float(load.subject in subjects) for load in loads])
        surges = theirs if case.surges is None else theirs * case.surges
        return replace(case, ids=(*case.ids, f"{POLICY}{policy.id}"), surges=surges)

    @cached_property
    def _listed(self) -> dict[tuple[str, Together | None], list[Contingency]]:
        return {}

    @cached_property
    def _here(self) -> NDArray[np.intp]:
        index = {place: number for number, place in enumerate(self._ground.places)}
        return np.array([index[place] for place in self.places], dtype=np.intp)

    @cached_property
    def _ground(self) -> Ground:
        """Every datacenter, since what forwards to ours may be another's."""
        workspace = self.workspace
        every = sorted(workspace.datacenters)
        index = {place: number for number, place in enumerate(every)}
        ours = frozenset(self.places)
        return Ground.of(
            every,
            [workspace.provider_of[place] for place in every],
            [workspace.datacenters[place].failure_domains for place in every],
            [
                Connection(link.name, (index[known[0]], index[known[-1]]), link.failure_domains)
                for link in workspace.links
                for known in ([end for end in link.between if end in index],)
                # What joins users to a place begins and ends there: it joins no two places.
                if len(known) + (link.users is not None) == len(link.between)
            ],
            [place in ours for place in every],
        )


def losses_of(ids: tuple[str, ...]) -> tuple[str, ...]:
    """What happens in a contingency, whatever the surge; none where it is a surge alone."""
    return tuple(each for each in ids if not each.startswith(SURGE))


def probabilities(policy: HeadroomPolicy) -> dict[str, float]:
    """What can happen → how likely it is, where the policy says: kinds of loss, named ones."""
    found = {f"{Loss(kind)}:": value for kind, value in policy.probability.items()}
    return found | {
        case.id: case.probability for case in policy.contingencies if case.probability is not None
    }
