"""What would let loads use places that the law keeps them from: declarations, or a rule less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from domicile.legal import Load, place_country
from domicile.model.policy import Confirmation, Mechanism
from domicile.model.service import Flow
from domicile.model.tokens import Activity
from domicile.placement import judge, unknown_classes
from domicile.residency import Judgement
from domicile.residency.judgement import Step
from domicile.residency.reliance import Settlement
from domicile.shortage.supposing import Supposed
from domicile.situation import Situation

ROUNDS = 4
"""Rules that may stand behind each other."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is supposed of the law."""

    declare: frozenset[str] = frozenset()
    """Tokens, as if met."""
    confirm: frozenset[str] = frozenset()
    """Facts of law, as if a reviewer had confirmed them."""
    without: frozenset[str] = frozenset()
    """Rules, as if they did not hold."""
    copies: frozenset[str] = frozenset()
    """Subjects of whose data a copy is kept at home, as if a flow did."""
    subjects: frozenset[str] = field(default=frozenset(), compare=False)
    """Whose data the tokens are declared for."""
    to: frozenset[str] = field(default=frozenset(), compare=False)
    """Where it goes."""

    def joined(self, other: Opening) -> Opening:
        """Both together."""
        return Opening(
            self.declare | other.declare,
            self.confirm | other.confirm,
            self.without | other.without,
            self.copies | other.copies,
            self.subjects | other.subjects,
            self.to | other.to,
        )


def supposed(situation: Situation, opening: Opening, services: frozenset[str]) -> Supposed:
    """The situation in which it is so."""
    workspace, law = situation.workspace, situation.law
    if opening.declare:
        mechanism = Mechanism(
            id="supposed",
            declares=tuple(sorted(opening.declare)),
            subjects=tuple(sorted(opening.subjects)),
            to=tuple(sorted(opening.to)),
            from_=situation.as_of,
            evidence="supposed, to see what it would open",
        )
        workspace = replace(workspace, mechanisms=(*workspace.mechanisms, mechanism))
    if opening.copies:
        name = situation.environment
        flows = {**workspace.flows, name: (*situation.flows, *_kept(opening.copies, services))}
        workspace = replace(workspace, flows=flows)
    if opening.confirm:
        law = law.reviewed(
            Confirmation(
                rule=fact,
                decision="confirmed",
                reason="supposed, to see what it would open",
                name="nobody",
                date_=situation.as_of,
                until=situation.as_of,
            )
            for fact in sorted(opening.confirm)
        )
    if opening.without:
        law = law.without(opening.without)
    return Supposed(situation, services, workspace, law)


def _kept(subjects: frozenset[str], services: frozenset[str]) -> Iterator[Flow]:
    """Flows that keep a copy at home."""
    for service in sorted(services):
        for subject in sorted(subjects):
            yield Flow(
                id=f"supposed-{service}-{subject.lower()}",
                service=service,
                subjects=(subject,),
                activity=Activity.STORE,
                to=(subject.split("-", maxsplit=1)[0],),
                purpose="supposed, to see what it would open",
            )


def openings(
    situation: Situation, pairs: Sequence[tuple[Load, str]], *, withdrawing: bool
) -> tuple[Opening, ...]:
    """Everything that would open one of these pairs of load and place.

    Pairs for which the same is missing are taken together. What stands behind a settled rule is
    settled too, as far as it can be.

    Args:
        situation: in which they are not open.
        pairs: a load, and a place that the law alone keeps it from.
        withdrawing: suppose that rules do not hold, instead of declaring what would meet them.
    """
    found: dict[Opening, Opening] = {}
    for load, place in pairs:
        opening = _opening(situation, load, place, withdrawing=withdrawing)
        if opening is not None:
            known = found.get(opening, opening)
            found[opening] = known.joined(opening)
    return tuple(found.values())


def _opening(situation: Situation, load: Load, place: str, *, withdrawing: bool) -> Opening | None:
    known, now = Opening(), situation
    for _ in range(ROUNDS):
        asked = ask(now, load, place)
        if asked is None:
            return None
        if asked.judgement.verdict.lets_through:
            return known
        step = _withdrawn(now, asked.judgement) if withdrawing else _settled(asked)
        if step is None or (step.joined(known) == known and asked.covered_by(known)):
            return None
        known = known.joined(asked.covering(step))
        now = supposed(situation, known, frozenset((load.service,)))
    asked = ask(now, load, place)
    return known if asked is not None and asked.judgement.verdict.lets_through else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The worst verdict on a load at a place: there, or of what goes on from there."""

    judgement: Judgement
    subject: str
    """Under whose law the data leaves: the load's subject, or a place that it passed."""
    to: str
    """Where it goes."""

    def covering(self, opening: Opening) -> Opening:
        """The same, for this subject and this way."""
        if not opening.declare:
            return opening
        return replace(opening, subjects=frozenset((self.subject,)), to=frozenset((self.to,)))

    def covered_by(self, opening: Opening) -> bool:
        """Whether what is declared is already declared of this way."""
        return self.subject in opening.subjects and self.to in opening.to


def ask(situation: Situation, load: Load, place: str) -> Asked | None:
    """Judge a load at a place and onward; None where no rule can speak of its data."""
    workspace = situation.workspace
    if unknown_classes(workspace, load.data_classes):
        return None
    judged = [
        judge(
            workspace,
            situation.law,
            load.subject,
            load.data_classes,
            str(activity),
            place,
            situation.as_of,
            placed=situation.placed(load.subject, load.service),
        )
        for activity in workspace.services[load.service].activities
    ]
    worst = min(judged, key=lambda each: each.verdict.rank)
    barred = None
    if worst.verdict.lets_through:
        found = situation.onward.barred(load, place)
        barred = min(found, key=lambda each: each.verdict.rank, default=None)
    if barred is None:
        return Asked(worst, load.subject, place_country(workspace, place))
    onward = place_country(workspace, barred.leg.target)
    return Asked(situation.onward.judge(barred), barred.exporter, onward)


def _settled(asked: Asked) -> Opening | None:
    """What would settle every deciding rule: the least of what each names."""
    opening = Opening()
    for step in asked.judgement.deciding:
        settled = settling(step, asked.subject)
        if settled is None:
            return None
        opening = opening.joined(settled)
    return opening


def settling(step: Step, subject: str) -> Opening | None:
    """The least that would settle one rule; None where nothing that can be declared would."""
    offered = [each for each in step.settled_by if not each.subdivision]
    if not offered:
        return None
    chosen = min(offered, key=_asked)
    return Opening(
        declare=frozenset(chosen.declare),
        confirm=frozenset(chosen.confirm),
        copies=frozenset((subject,)) if chosen.copy else frozenset(),
    )


def _asked(settlement: Settlement) -> tuple[int, bool, int, tuple[str, ...]]:
    """Fewest facts to confirm, then no copy, then fewest tokens."""
    few = len(settlement.declare)
    return (len(settlement.confirm), settlement.copy, few, settlement.declare)


def _withdrawn(situation: Situation, judgement: Judgement) -> Opening | None:
    rules = frozenset(step.rule for step in judgement.deciding)
    # What the engine itself says (`FR:no-regime`) is no rule that could be done without.
    if not rules or any(situation.law.citation(rule) is None for rule in rules):
        return None
    return Opening(without=rules)
