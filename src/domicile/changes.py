"""Which verdicts of a workspace change, on which day, and because of which facts.

The law of each day is known: facts begin and end, groups gain and lose members, declarations and
certificates run out. Only on such a day can a verdict change, so only those are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np

from domicile.model.tokens import Verdict
from domicile.placement import Judged
from domicile.residency.facts import Fact
from domicile.situation import Situation

BEGINS: Literal["begins"] = "begins"
ENDS: Literal["ends"] = "ends"


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """A fact that begins to hold on a day, or held the day before for the last time."""

    id: str
    """Of a rule, way or list entry; `<group>/<member>`; or `mechanism:`, `certificate:`, `review:`
    and the name."""
    what: Literal["begins", "ends", "withdrawn"]
    says: str
    """The instrument, or what it is, in words."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A placement with another verdict than before."""

    kind: Literal["load", "flow"]
    name: str
    """The load's key, or the flow's id."""
    subject: str
    service: str
    data_classes: tuple[str, ...]
    place: str
    before: Verdict
    after: Verdict
    reason: Judged
    """Why it is as it is then."""

    @property
    def falls(self) -> bool:
        """Whether it was let through, and no longer is."""
        return self.before.lets_through and not self.after.lets_through

    @property
    def rises(self) -> bool:
        """Whether it is let through, and was not before."""
        return self.after.lets_through and not self.before.lets_through


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which verdicts change."""

    day: date
    """The first day of the new verdicts."""
    facts: tuple[Turn, ...]
    """What begins or ends then, among what bears on this workspace."""
    moved: tuple[Moved, ...]
    """Every placement whose verdict is another one."""

    @property
    def fallen(self) -> tuple[Moved, ...]:
        """Those that are no longer let through."""
        return tuple(each for each in self.moved if each.falls)

    @property
    def risen(self) -> tuple[Moved, ...]:
        """Those that are let through from then on."""
        return tuple(each for each in self.moved if each.rises)


def changes(situation: Situation, first: date, last: date) -> tuple[Change, ...]:
    """The days after `first`, up to `last`, on which verdicts of a workspace change.

    Args:
        situation: the workspace, its law and one environment; its own day does not matter.
        first: the day whose verdicts are those before.
        last: the last day that is looked at.
    """
    found = []
    before = _Standing(situation.on(first))
    for day, facts in sorted(turns(situation, first, last).items()):
        after = _Standing(situation.on(day))
        moved = tuple(after.against(before))
        if moved:
            found.append(Change(day, tuple(sorted(facts)), moved))
        before = after
    return tuple(found)


def fall_of(situation: Situation, ids: Iterable[str]) -> Change:
    """What changes on the situation's own day when facts or mechanisms fall.

    Args:
        situation: the workspace, its law, one environment and the day.
        ids: what falls, see `Situation.without`.

    Raises:
        SourceError: nothing has one of these names.
    """
    names = tuple(ids)
    left = situation.without(names)
    facts = tuple(Turn(name, "withdrawn", _instrument(situation, name)) for name in sorted(names))
    moved = tuple(_Standing(left).against(_Standing(situation)))
    return Change(situation.as_of, facts, moved)


def turns(situation: Situation, first: date, last: date) -> dict[date, set[Turn]]:
    """The days after `first`, up to `last`, on which a fact begins or has ended, and which."""
    found: dict[date, set[Turn]] = {}

    def note(name: str, says: str, begins: date | None, ends: date | None) -> None:
        if begins is not None and first < begins <= last:
            found.setdefault(begins, set()).add(Turn(name, BEGINS, says))
        if ends is not None and first <= ends < last:
            found.setdefault(ends + timedelta(days=1), set()).add(Turn(name, ENDS, says))

    for fact in _facts(situation):
        note(fact.id, str(fact.citation), fact.from_ or fact.checked, fact.until)
    for name, says, begins, ends in (*_memberships(situation), *_declared(situation)):
        note(name, says, begins, ends)
    return found


Dated = tuple[str, str, date | None, date | None]
"""Name, what it is in words, first day, last day."""


def _memberships(situation: Situation) -> Iterator[Dated]:
    for group in situation.law.groups.values():
        for member, begins, ends in group.members:
            yield f"{group.id}/{member}", f"membership of {group.name}", begins, ends


def _declared(situation: Situation) -> Iterator[Dated]:
    """What the workspace, its reviewers and its providers say, for a while."""
    workspace = situation.workspace
    for review in situation.law.reviews:
        yield f"review:{review.rule}", review.decision, review.on, review.until
    for mechanism in workspace.mechanisms:
        yield f"mechanism:{mechanism.id}", mechanism.evidence, mechanism.from_, mechanism.until
    used = sorted({workspace.provider_of[place] for place in situation.places})
    certified = [(name, workspace.providers[name].certifications) for name in used]
    certified += [(name, workspace.datacenters[name].certifications) for name in situation.places]
    for name, certifications in certified:
        for each in certifications:
            yield f"certificate:{name}/{each.id}", each.source or "", each.from_, each.until


def _facts(situation: Situation) -> Iterator[Fact]:
    """The facts of law that bear on the workspace's subjects, and on the places of its data."""
    law = situation.law
    places = {situation.onward.jurisdiction(place) for place in situation.places}
    seen = {demand.subject for demand in situation.demand} | places
    day = law.on(situation.as_of)
    names = {name for code in seen for name in day.chain(code)}
    names |= {
        way.list
        for name in names
        if name in law.jurisdictions
        for rule in law.jurisdictions[name].rules
        for way in rule.unless
        if way.list is not None
    }
    for name in sorted(names & set(law.jurisdictions)):
        jurisdiction = law.jurisdictions[name]
        yield from jurisdiction.lists
        for rule in jurisdiction.rules:
            yield rule
            yield from (way for way in rule.unless if _own_days(way, rule))


def _own_days(way: Fact, rule: Fact) -> bool:
    return (way.from_, way.until, way.checked) != (rule.from_, rule.until, rule.checked)


def _instrument(situation: Situation, name: str) -> str:
    citation = situation.law.citation(name)
    if citation is not None:
        return str(citation)
    condition = situation.workspace.conditions.get(name)
    named = (m.evidence for m in situation.workspace.mechanisms if m.id == name)
    return next(named, condition.means if condition else "")


class _Standing:
    """How every placement of a workspace stands on one day."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        judged = situation.admissible
        self.loads = np.minimum(judged.verdicts, judged.onward)

    @cached_property
    def flows(self) -> dict[tuple[str, str, str], tuple[tuple[str, ...], Verdict]]:
        """(flow, target, subject) → what it moves, and the verdict."""
        return {
            (flow.id, target, subject): (moved, verdict)
            for flow in self.situation.flows
            for target in flow.to
            for subject, moved, verdict in self.situation.flow_verdicts(flow, target)
        }

    def against(self, before: _Standing) -> Iterator[Moved]:
        """The placements that stood otherwise."""
        situation = self.situation
        for row, column in np.argwhere(self.loads != before.loads).tolist():
            load, place = situation.loads[row], situation.places[column]
            if column not in situation.open_columns(row):
                continue
            yield Moved(
                "load",
                load.key,
                load.subject,
                load.service,
                load.data_classes,
                place,
                Verdict.of_rank(int(before.loads[row, column])),
                Verdict.of_rank(int(self.loads[row, column])),
                situation.explain(load, place),
            )
        flows = {flow.id: flow for flow in situation.flows}
        for key, (moved, verdict) in self.flows.items():
            _, was = before.flows.get(key, (moved, verdict))
            if was is not verdict:
                flow, target, subject = flows[key[0]], key[1], key[2]
                yield Moved(
                    "flow",
                    flow.id,
                    subject,
                    flow.service,
                    moved,
                    target,
                    was,
                    verdict,
                    situation.explain_flow(flow, target, subject, moved),
                )
