"""Verdicts with their grounds, each worked out once for all that the law treats alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from domicile.legal import Load, declarations, legal_place
from domicile.model.place import Certification
from domicile.model.policy import Mechanism
from domicile.model.tokens import Activity, Verdict
from domicile.placement import unknown_classes
from domicile.report.residency.records import Ground, Reliance, Settling, Token
from domicile.residency import Declaration, Instrument, Judgement, Place, Settlement, Step, verdict
from domicile.residency.day import BoundRule
from domicile.residency.evaluate import is_public
from domicile.residency.region import Inside
from domicile.situation import Situation

Spot = tuple[str, frozenset[str]]
"""A datacenter or country, and whose law reaches its operator where that is another's."""
THE_PLACE = "the place"
"""How grounds name the place: what holds of many places is said once."""
MOST = 1
"""Flows whose law is told of a place that data leaves; of more, the names."""
_CODE = re.compile(rf"{THE_PLACE} \([A-Z0-9-]+\)")
_SET_ASIDE = "out: "
"""How the outcome of a rule begins that a reviewer set aside: whoever signs must see it."""
_ENGINE = ("home", "no-regime")
"""Steps of the engine's own: `FR:home`, `FR:no-regime`."""


def is_of_law(rule: str) -> bool:
    """Whether a step's rule stands in a file of law."""
    return bool(rule) and rule.rpartition(":")[2] not in _ENGINE


@dataclass(frozen=True, slots=True)
class Read:
    """A verdict, the grounds that decide it or that it relies on, and the other rules' ids."""

    verdict: Verdict
    deciding: tuple[Ground, ...]
    beside: tuple[str, ...]


class Reader:
    """Reads verdicts of one situation; equal questions are asked once."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.workspace = situation.workspace
        self.day = situation.law.on(situation.as_of)
        self.declared = declarations(self.workspace)
        self.steps: dict[str, Step] = {}
        """Every rule that decided something, as one of its steps cites it."""
        self._judged: dict[tuple[int, int], Judgement] = {}
        self._settlings: dict[Settlement, Settling] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._cases: dict[tuple[object, ...], int] = {}
        self._spots: dict[Spot, tuple[int, object]] = {}
        self._tokens: dict[tuple[str, str, str], Token] = {}
        self._read: dict[tuple[object, ...], Read] = {}

    def load(
        self,
        subject: str,
        classes: tuple[str, ...],
        activities: Iterable[str],
        service: str,
        at: str,
    ) -> Read:
        """A load at a datacenter: the worst of its service's activities."""
        placed = self.situation.placed(subject, service)
        return self.read(subject, classes, tuple(activities), at, placed=placed)

    def read(
        self,
        subject: str,
        classes: tuple[str, ...],
        activities: tuple[str, ...],
        at: str,
        *,
        placed: frozenset[str] | None,
        recipient: str | None = None,
        operator: frozenset[str] = frozenset(),
    ) -> Read:
        """Data of a subject at a datacenter, or in a country with an operator of others."""
        spot = at, operator
        if unknown := unknown_classes(self.workspace, classes):
            said = f"no rule of law can speak of data class {', '.join(unknown)}"
            ground = Ground("", "", said, Verdict.UNDETERMINED, activities, (), ())
            return Read(Verdict.UNDETERMINED, (ground,), ())
        asked: dict[int, list[str]] = {}
        for activity in activities:
            case = self._case(subject, classes, activity, placed, recipient)
            asked.setdefault(case, []).append(activity)
        # what holds for all that a service does need not name it
        named = {case: tuple(each) if len(asked) > 1 else () for case, each in asked.items()}
        key = (subject, tuple(named.items()), self._spot(spot))
        if key not in self._read:
            judged = [
                (named[case], self._judge(case, subject, classes, does[0], spot, placed, recipient))
                for case, does in asked.items()
            ]
            self._read[key] = self._together(subject, at, judged)
        return self._read[key]

    def place(self, at: str, operator: frozenset[str] = frozenset()) -> Place:
        """A datacenter or a country as the law sees it, without its name."""
        if (at, operator) not in self._places:
            known = at in self.workspace.datacenters
            place = (
                legal_place(self.workspace, at, self.situation.as_of)
                if known
                else Place(at, operator=operator)
            )
            self._places[at, operator] = replace(place, id=THE_PLACE)
        return self._places[at, operator]

    @cached_property
    def _places(self) -> dict[Spot, Place]:
        return {}

    @cached_property
    def _limited(self) -> tuple[Declaration, ...]:
        return tuple(each for each in self.declared if not each.plain)

    def _case(
        self,
        subject: str,
        classes: tuple[str, ...],
        activity: str,
        placed: frozenset[str] | None,
        recipient: str | None,
    ) -> int:
        """A number for what is asked; the same for questions that the law cannot tell apart."""
        asked = (subject, classes, activity, placed, recipient)
        if asked not in self._cases:
            unlike = self._unlike(subject, classes, activity, placed)
            if recipient is not None:
                unlike = (*unlike, recipient, activity, classes)
            self._cases[asked] = self._numbers.setdefault(unlike, len(self._numbers))
        return self._cases[asked]

    def _unlike(
        self,
        subject: str,
        classes: tuple[str, ...],
        activity: str,
        placed: frozenset[str] | None,
    ) -> tuple[object, ...]:
        """What a judgement of a subject depends on, beside the place."""

        def covers(rule: BoundRule) -> bool:
            return activity in rule.activities and not rule.classes.isdisjoint(classes)

        law = self.day.subject(subject)
        covering = tuple(index for index, rule in enumerate(law.rules) if covers(rule))
        roots = frozenset[str]().union(*(self.day.classes.roots[each] for each in classes))
        regimes = tuple(
            (root, index)
            for root in sorted(roots)
            for index in law.regimes.get(root, ())
            if activity in law.rules[index].activities
        )
        duty = any(law.rules[index].duty for index in covering)
        return (
            *(subject, covering, roots, regimes),
            tuple(each.rule.id for each in self.day.aside(subject) if covers(each)),
            is_public(self.day, frozenset(classes)),
            (activity == Activity.STORE, placed) if duty else None,
        )

    def _spot(self, at: Spot) -> tuple[int, object]:
        """What a reading depends on of a place: what the law sees, and whose certificates."""
        if at not in self._spots:
            place = self.place(*at)
            seen = (
                *(place.point, place.operators, place.operator, place.certifications),
                tuple(each.at(place) for each in self._limited),
            )
            owners = tuple(owner for owner, _ in self._certificates(at[0]))
            self._spots[at] = self._numbers.setdefault(seen, len(self._numbers)), owners
        return self._spots[at]

    def _judge(
        self,
        case: int,
        subject: str,
        classes: tuple[str, ...],
        activity: str,
        at: Spot,
        placed: frozenset[str] | None,
        recipient: str | None,
    ) -> Judgement:
        key = (case, self._spot(at)[0])
        if key not in self._judged:
            self._judged[key] = verdict(
                self.situation.law,
                subject,
                classes,
                activity,
                self.place(*at),
                recipient=recipient,
                placed=None if placed is None else sorted(placed),
                declared=self.declared,
                as_of=self.situation.as_of,
            )
        return self._judged[key]

    def _together(
        self, subject: str, at: str, judged: list[tuple[tuple[str, ...], Judgement]]
    ) -> Read:
        """One reading of several activities: the worst decides."""
        worst = min((each.verdict for _, each in judged), key=lambda each: each.rank)
        grounds: dict[Ground, tuple[str, ...]] = {}
        beside: set[str] = set()
        for activities, judgement in judged:
            for step in judgement.trace:
                decides = step.decides and judgement.verdict is worst
                relied = worst.lets_through and bool(step.met_by)
                aside = step.review is not None and step.outcome.startswith(_SET_ASIDE)
                if not (decides or relied or aside):
                    beside.add(step.rule)
                    continue
                self.steps.setdefault(step.rule, step)
                ground = self._ground(subject, at, step)
                grounds[ground] = (*grounds.get(ground, ()), *activities)
        named = sum(len(activities) for activities, _ in judged)
        deciding = tuple(
            replace(ground, activities=activities) if 0 < len(activities) < named else ground
            for ground, activities in grounds.items()
        )
        return Read(worst, deciding, tuple(sorted(beside - {each.rule for each in deciding})))

    def _ground(self, subject: str, at: str, step: Step) -> Ground:
        return Ground(
            rule=step.rule,
            asks=step.effect,
            outcome=_CODE.sub(THE_PLACE, step.outcome),
            verdict=Verdict.of_rank(step.rank),
            activities=(),
            relies_on=tuple(self._relies(subject, at, each) for each in step.met_by),
            settled_by=tuple(self.settling(each) for each in step.settled_by)
            or self._without_law(step),
            review=step.review or "",
        )

    def _relies(self, subject: str, at: str, instrument: Instrument) -> Reliance:
        return Reliance(
            instrument, tuple(self.token(token, subject, at) for token in instrument.needs)
        )

    def settling(self, each: Settlement) -> Settling:
        """What would settle an open question, as a sentence."""
        if each not in self._settlings:
            self._settlings[each] = self._settling(each)
        return self._settlings[each]

    def _settling(self, each: Settlement) -> Settling:
        said = []
        if each.declare:
            said.append("declare " + " and ".join(each.declare))
        said += [f"confirm {name} by its text" for name in each.confirm]
        if each.copy:
            said.append("keep a copy where the rule asks for one, by a flow")
        if each.subdivision:
            said.append("name the part of the country in which the place stands")
        return Settling(" and ".join(said), each.declare, each.confirm)

    @staticmethod
    def _without_law(step: Step) -> tuple[Settling, ...]:
        if not step.rule.endswith(":no-regime"):
            return ()
        owner = step.rule.rpartition(":")[0]
        return (Settling(f"find the text of {owner}'s law on data that leaves it", (), ()),)

    def onward(self, load: Load, place: str, least: Verdict) -> tuple[Ground, ...]:
        """Why a load's data may go on from a place no better: of few flows each one's worst."""
        worst: dict[tuple[bool, str], tuple[int, str, Ground]] = {}
        for leg, exporter, moved, verdict_ in self.situation.onward.legs(load, place):
            if verdict_ is not least and (verdict_.lets_through or least.lets_through):
                continue
            outflow = leg.outflow
            read = self.read(
                exporter,
                moved,
                (str(outflow.activity),),
                leg.target,
                placed=None,
                recipient=outflow.recipient,
                operator=outflow.operator,
            )
            key = outflow.side_path, outflow.name
            if not read.deciding:
                continue
            found = (read.verdict.rank, exporter, read.deciding[0])
            worst[key] = min(worst.get(key, found), found, key=lambda each: each[:2])
        every = sorted(worst.items())
        grounds = [
            replace(
                first,
                outcome=f"onward by `{name}`, under the law of {exporter}: "
                + first.outcome.replace(THE_PLACE, "its target"),
            )
            for (_, name), (_, exporter, first) in every[:MOST]
        ]
        if len(every) > MOST:
            names = ", ".join(f"`{name}`" for (_, name), _ in every[MOST:])
            rank = min(rank for _, (rank, _, _) in every[MOST:])
            said = f"so it is with what goes on by {names}"
            grounds.append(Ground("", "", said, Verdict.of_rank(rank), (), (), ()))
        return tuple(grounds)

    # Where the workspace says that a token is met.

    def token(self, token: str, subject: str, at: str) -> Token:
        """A token that is declared for a subject at a place, with what stands behind it."""
        key = (token, subject, at)
        if key not in self._tokens:
            self._tokens[key] = self._provenance(token, subject, at)
        return self._tokens[key]

    def _provenance(self, token: str, subject: str, at: str) -> Token:
        found = [
            *(
                (each.id, each.evidence, each.until)
                for each, declaration in self._sources()
                if declaration.token == token and self._covers(declaration, subject, at)
            ),
            *(
                (f"certificate {each.id} of {owner}", each.source or "", each.until)
                for owner, each in self._certificates(at)
                if token in {f"host:{each.id}", f"recipient:{each.id}"}
            ),
        ]
        ends = [until for _, _, until in found]
        known = self.workspace.conditions.get(token)
        return Token(
            token,
            "" if known is None else known.means,
            tuple(name for name, _, _ in found),
            tuple(evidence for _, evidence, _ in found),
            None if not ends or None in ends else max(end for end in ends if end is not None),
        )

    def _sources(self) -> Iterator[tuple[Mechanism, Declaration]]:
        mechanisms = [each for each in self.workspace.mechanisms for _ in each.declares]
        return zip(mechanisms, self.declared, strict=True)

    def _covers(self, declaration: Declaration, subject: str, at: str) -> bool:
        place = self.place(at)
        if not declaration.in_force(self.situation.as_of) or not declaration.at(place):
            return False
        if declaration.subjects is not None and not self.day.covers(declaration.subjects, subject):
            return False
        if declaration.to is None:
            return True
        to = self.day.atlas.region(sorted(declaration.to))
        return any(to.holds(point) is Inside.YES for point in (place.point, *place.operators))

    def _certificates(self, at: str) -> tuple[tuple[str, Certification], ...]:
        """Certificates in force at a datacenter, each with what it is a certificate of."""
        datacenter = self.workspace.datacenters.get(at)
        if datacenter is None:
            return ()
        provider = self.workspace.providers[self.workspace.provider_of[at]]
        every = [(provider.id, each) for each in provider.certifications]
        every += [(at, each) for each in datacenter.certifications]
        in_force = self.place(at).certifications
        return tuple((owner, each) for owner, each in every if each.id in in_force)

    def ends(self, reliances: Iterable[Reliance]) -> list[date]:
        """The last days of what is relied on, as far as they are known."""
        found = [each.instrument.until for each in reliances]
        found += [token.until for each in reliances for token in each.tokens]
        return [each for each in found if each is not None]
