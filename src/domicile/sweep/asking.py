"""From a situation to the questions of a sweep: one for each policy, with its services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from domicile.foreseen import probabilities
from domicile.headroom import KINDS, Contingency, Ground, Loss
from domicile.headroom.arrays import Floats, Integers
from domicile.model.errors import SourceError
from domicile.model.policy import HeadroomPolicy, NamedContingency
from domicile.model.tokens import Priority
from domicile.situation import Situation
from domicile.strain import Strain
from domicile.sweep.pieces import MOST_SUBSETS
from domicile.sweep.question import Event, Question, Stand, Strained

DATACENTER = "datacenter"


def questions(situation: Situation, services: Iterable[str]) -> tuple[Question, ...]:
    """What every policy of these services foresees, as events.

    Events are the losses of a policy's kinds that touch something of ours or break links, and its
    named contingencies that have a probability.
    """
    return tuple(_question(situation, policy, of) for policy, of in _by_policy(situation, services))


def subsets(situation: Situation, services: Iterable[str]) -> tuple[Question, ...]:
    """One question for each policy and service: its datacenters, each of which may be lost.

    Datacenters where it has no capacity that any demand may use are left out: losing them changes
    nothing.

    Raises:
        SourceError: more are left than can be tried in all subsets.
    """
    return tuple(
        _datacenters(situation, policy, service)
        for policy, of in _by_policy(situation, services)
        for service in of
    )


def _by_policy(
    situation: Situation, services: Iterable[str]
) -> list[tuple[HeadroomPolicy, list[str]]]:
    found: dict[str, tuple[HeadroomPolicy, list[str]]] = {}
    for service in services:
        for policy in situation.policies(service):
            found.setdefault(policy.id, (policy, []))[1].append(service)
    return list(found.values())


def _question(situation: Situation, policy: HeadroomPolicy, services: Sequence[str]) -> Question:
    foreseen = situation.foreseen
    ground = foreseen.ground
    of_services = _Services(situation, policy, services)
    strains = [of_services.strain(service) for service in services]
    # What names something that nothing is called is left out here as everywhere; a rule blocks.
    foreseen_here = {case.ids[0] for strain in strains for case in strain.contingencies}
    named = [
        case
        for case in policy.contingencies
        if case.probability is not None and case.id in foreseen_here
    ]
    events = _losses(ground, policy)
    for index, case in enumerate(named):
        lost = ground.find(case.lost)
        loss = Loss(
            case.id,
            np.any([each.places for each in lost], axis=0)
            if lost
            else np.zeros(len(ground.places), dtype=np.bool_),
            frozenset().union(*(each.broken for each in lost)),
        )
        events.append(Event(loss, case.probability, together=1, strain=index))
    here = foreseen.here.astype(np.int64)
    return Question(policy.id, tuple(events), ground, here, *of_services.stands(named))


def _losses(ground: Ground, policy: HeadroomPolicy) -> list[Event]:
    chances = probabilities(policy)
    together = policy.together
    kinds = set(policy.losses if together is None else together.kinds or policy.losses)
    most = 1 if together is None else together.most
    return [
        Event(each, chances.get(f"{kind}:"), together=most if kind in kinds else 1)
        for kind in KINDS
        if kind in policy.losses
        for each in ground.of_kind(kind)
        if each.broken or (each.places & ground.ours).any()
    ]


def _datacenters(situation: Situation, policy: HeadroomPolicy, service: str) -> Question:
    foreseen = situation.foreseen
    (stand,), others = _Services(situation, policy, [service]).stands(())
    here = foreseen.here.astype(np.int64)
    useful = set(here[stand.useful].tolist())
    with_others = useful.union(*(here[each.useful].tolist() for each in others))
    left_out: tuple[str, ...] = ()
    if len(with_others) > MOST_SUBSETS:
        left_out = tuple(each.service for each in others)
        stand, others = replace(stand, needs=()), ()
    else:
        useful = with_others
    if len(useful) > MOST_SUBSETS:
        raise SourceError(
            f"service `{service}` uses {len(useful)} datacenters: all their subsets are too many",
            help=f"up to {MOST_SUBSETS} can be tried; `--losses 3` tries every set of three, "
            "`--samples 1000000` a random million",
        )
    asked = {each.loss.id: each.together for each in _losses(foreseen.ground, policy)}
    chance = probabilities(policy).get(f"{DATACENTER}:")
    events = tuple(
        Event(each, chance, together=asked.get(each.id, 0))
        for index, each in enumerate(foreseen.ground.of_kind(DATACENTER))
        if index in useful
    )
    return Question(policy.id, events, foreseen.ground, here, (stand,), others, left_out)


class _Services:
    """The services of one question: those that are asked about, and those that these need."""

    def __init__(
        self, situation: Situation, policy: HeadroomPolicy, services: Sequence[str]
    ) -> None:
        self._situation, self._policy, self._services = situation, policy, tuple(services)
        self._loaded = {load.service for load in situation.loads}
        self._strains: dict[str, Strain] = {}

    def strain(self, service: str) -> Strain:
        """A service in what the policy foresees."""
        if service not in self._strains:
            self._strains[service] = self._situation.singly(service, self._of(service))
        return self._strains[service]

    def stands(
        self, named: Sequence[NamedContingency]
    ) -> tuple[tuple[Stand, ...], tuple[Stand, ...]]:
        """The services, each with those that it needs, and those of these that are no others."""
        needs = {name: self.needs(name) for name in self._services}
        order = list(
            dict.fromkeys((*self._services, *sorted({n for of in needs.values() for n in of})))
        )
        found = [
            replace(
                _stand(self._situation, self.strain(name), self._of(name), named),
                needs=tuple(order.index(each) for each in needs.get(name, ())),
            )
            for name in order
        ]
        return tuple(found[: len(self._services)]), tuple(found[len(self._services) :])

    def needs(self, service: str) -> tuple[str, ...]:
        """The services that it needs of which something is asked, by any policy."""
        return tuple(
            name
            for name in self._situation.reached(service)
            if name != service and name in self._loaded and self._situation.policies(name)
        )

    def _of(self, service: str) -> HeadroomPolicy:
        """The policy, where it holds for the service; else the service's own, in the same events.

        What happens to one service happens to those that it needs, whatever their policy foresees.
        """
        held = self._situation.policies(service)
        if any(each is self._policy for each in held):
            return self._policy
        return held[0].model_copy(update={"contingencies": self._policy.contingencies})


def _stand(
    situation: Situation,
    strain: Strain,
    policy: HeadroomPolicy,
    named: Sequence[NamedContingency],
) -> Stand:
    nominal = strain.contingencies[0]
    rate = strain.rate * policy.surge * (1.0 if nominal.surges is None else nominal.surges)
    # Each load by its priorities; a policy for some subjects asks nothing for the others.
    parts = [
        (row, priority.rank, part / load.rate)
        for row, load in enumerate(strain.loads)
        if rate[row] > 0
        for priority, part in load.priorities or ((Priority.NORMAL, load.rate),)
    ]
    rows = np.array([row for row, _, _ in parts], dtype=np.int64)
    shares = np.array([part for _, _, part in parts])
    subjects = np.array([strain.loads[row].subject for row in rows], dtype=np.str_)
    names, numbers = np.unique(subjects, return_inverse=True)
    cases = {case.ids[0]: case for case in strain.contingencies}
    return Stand(
        service=strain.service,
        unit=situation.workspace.services[strain.service].unit,
        subjects=tuple(names.tolist()),
        subject=numbers.astype(np.int64),
        priority=np.array([rank for _, rank, _ in parts], dtype=np.int64),
        admissible=strain.admissible[rows],
        rate=rate[rows] * shares,
        room=np.minimum(strain.capacity * policy.utilisation.after.value, strain.graded),
        strains=tuple(_strained(cases[each.id], each, strain, rows, shares) for each in named),
    )


def _strained(
    case: Contingency, named: NamedContingency, strain: Strain, rows: Integers, shares: Floats
) -> Strained:
    """What a named contingency does beside losing places.

    A surge of its own takes the place of the policy's.
    """
    return Strained(
        kept=case.kept,
        rate=case.demand(strain.rate)[rows] * shares if named.surge else None,
        withdrawn=None if case.withdrawn is None else case.withdrawn[rows],
    )
