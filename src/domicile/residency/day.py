"""The law on one day: rules in force with their regions, ways and lists worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from domicile.model.tokens import Bound, Evidence, Keep
from domicile.residency.facts import Entry, Group, Jurisdiction, Rule, Way
from domicile.residency.nesting import Nesting
from domicile.residency.place import Declaration, Point, read_declared
from domicile.residency.region import FOREIGN_ACCESS, WORLD, YES, Atlas, Inside, Region, weakest

_Given = tuple[str | Declaration, ...]
_Holding = tuple[frozenset[str], tuple[Declaration, ...]]

PUBLIC_BODY = "actor:public-body"
"""What government data makes true for the whole set that it travels with."""


class Binding(IntEnum):
    """Whether a rule binds."""

    OUT = 0
    MAYBE = 1
    """Nobody declared whether its `when` holds, or only a summary says that it is replaced."""
    DOUBTED = 2
    """It restricts, yet a fact that nobody verified replaces it: no regime to rely on."""
    BINDS = 3


def ceiling(evidence: Evidence) -> int:
    """The best verdict that a permission of this grade can carry."""
    return {Evidence.SECONDARY: 2, Evidence.UNVERIFIED: 1}.get(evidence, 4)


def _replacing(rule: Rule, day: date) -> Binding:
    """What is left of a rule that this one replaces, where this one binds.

    Taking a rule out is a permission, so it needs the evidence of one.
    """
    if rule.weight is Evidence.UNVERIFIED or not rule.relied_on or not rule.permits_on(day):
        return Binding.DOUBTED
    return Binding.MAYBE if rule.weight is Evidence.SECONDARY else Binding.OUT


@dataclass(frozen=True, slots=True)
class OpenWay:
    """A way that is open on the day: one for each way, or for each entry of its list."""

    id: str
    to: tuple[Region, ...]
    """Where it leads: into all of these; empty: anywhere."""
    needs: frozenset[str]
    ceiling: int
    """4, or 2 where a fact that it rests on is only secondary."""
    fact: Way | Entry

    def leads(self, point: Point) -> Inside:
        """Whether it leads to a point."""
        return min((region.holds(point) for region in self.to), default=YES)


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule as it stands on the day."""

    rule: Rule
    classes: frozenset[str]
    activities: frozenset[str]
    region: Region
    ways: tuple[OpenWay, ...]
    unverified: bool
    ceiling: int
    """For a regime: the best verdict that being inside its region can carry."""
    permits: bool
    """Whether it is surely in force."""
    places: bool
    """Whether it looks at where the place stands."""
    operators: bool
    """Whether it looks at whose law reaches the operator."""
    replaces: Binding
    """What is left of a rule that this one replaces."""
    duty: bool
    """Whether it asks for one copy or the first recording, so looks at the other places."""


@dataclass(frozen=True, slots=True)
class SubjectLaw:
    """The rules that reach one subject's data, the most particular jurisdiction first."""

    subject: str
    """The code whose file holds, see `Day.holder`."""
    home: Region
    rules: tuple[BoundRule, ...]
    replaced_by: tuple[tuple[int, ...], ...]
    """For each rule, the rules before it that may take it out."""
    regimes: Mapping[str, tuple[int, ...]]
    """For each root class, the rules that are its regime and are surely in force."""
    heeds_public: bool
    """Whether a rule asks if the holder is a public body."""


class Day:
    """The law on one day. Works out what it is asked for, once."""

    def __init__(
        self,
        jurisdictions: Mapping[str, Jurisdiction],
        groups: Mapping[str, Group],
        classes: Nesting,
        activities: Nesting,
        day: date,
    ) -> None:
        self.date = day
        self.classes = classes
        self.activities = activities
        self.atlas = Atlas(jurisdictions, groups, day)
        self._jurisdictions = jurisdictions
        self._rules: dict[str, tuple[BoundRule, ...]] = {}
        self._subjects: dict[str, SubjectLaw] = {}
        self._covered: dict[tuple[frozenset[str], str], bool] = {}
        self._declared: tuple[_Given, _Holding] | None = None
        self._limited: tuple[Declaration, ...] = ()
        self._covering: dict[str, tuple[bool, ...]] = {}
        self._unions = {
            name: self.atlas.home(name)
            for name, jurisdiction in jurisdictions.items()
            if jurisdiction.territory
        }

    def subject(self, code: str) -> SubjectLaw:
        """The law of one subject."""
        found = self._subjects.get(code)
        if found is None:
            found = self._subjects[code] = self._bind(code)
        return found

    def chain(self, code: str) -> tuple[str, ...]:
        """The jurisdictions whose rules reach a subject: its own, those above it, and unions.

        A union reaches whoever stands in its territory that day, so membership that began or
        ended is a date in a group; `under` is for what holds always.
        """
        found: list[str] = []
        point = Point.of(code)
        waiting = [self.holder(code)]
        while waiting:
            name = waiting.pop(0)
            if name in found:
                continue
            found.append(name)
            waiting.extend(self._jurisdictions[name].under if name in self._jurisdictions else ())
            if not waiting:
                waiting = [
                    union
                    for union, territory in self._unions.items()
                    if union not in found and territory.holds(point) is YES
                ]
        return tuple(found)

    def holder(self, code: str) -> str:
        """Whose file holds for a subject: a territory without one lives by its country's."""
        return code if code in self._jurisdictions else code[:2]

    def in_force(
        self, declared: Iterable[str | Declaration]
    ) -> tuple[frozenset[str], tuple[Declaration, ...]]:
        """What holds on the day of what is declared, see `read_declared`.

        The last declarations are remembered: mostly the same ones come with one question after
        the other, as the same tuple.
        """
        if not isinstance(declared, tuple):
            return read_declared(declared, self.date)
        if self._declared is None or self._declared[0] is not declared:
            self._declared = (declared, read_declared(declared, self.date))
        return self._declared[1]

    def covering(self, limited: tuple[Declaration, ...], subject: str) -> tuple[bool, ...]:
        """Which declarations cover a subject's data; remembered as those of `in_force` are."""
        if self._limited is not limited:
            self._limited, self._covering = limited, {}
        found = self._covering.get(subject)
        if found is None:
            found = self._covering[subject] = tuple(
                each.subjects is None or self.covers(each.subjects, subject) for each in limited
            )
        return found

    def covers(self, names: frozenset[str], code: str) -> bool:
        """Whether countries, territories and groups hold a subject."""
        known = self._covered.get((names, code))
        if known is None:
            known = self.atlas.region(sorted(names)).holds(Point.of(code)) is YES
            self._covered[names, code] = known
        return known

    def _bind(self, code: str) -> SubjectLaw:
        subject = self.holder(code)
        chain = self.chain(code)
        rules = tuple(rule for name in chain for rule in self._of(name))
        replaced_by = tuple(
            tuple(
                index
                for index, other in enumerate(rules)
                if rule.rule.id in other.rule.replaces
                and chain.index(other.rule.owner) < chain.index(rule.rule.owner)
            )
            for rule in rules
        )
        regimes: dict[str, tuple[int, ...]] = {}
        for index, rule in enumerate(rules):
            if rule.permits:
                for root in rule.rule.regime:
                    regimes[root] = (*regimes.get(root, ()), index)
        return SubjectLaw(
            subject,
            self.atlas.home(subject),
            rules,
            replaced_by,
            regimes,
            heeds_public=any(
                PUBLIC_BODY in rule.rule.when or any(PUBLIC_BODY in way.needs for way in rule.ways)
                for rule in rules
            ),
        )

    def rules_of(self, name: str) -> tuple[Rule, ...]:
        """A jurisdiction's own rules, of whatever day, as reviews that count today leave them."""
        found = self._jurisdictions.get(name)
        return () if found is None else found.rules

    def entries_of(self, name: str) -> tuple[Entry, ...]:
        """A jurisdiction's own adequacy list, likewise."""
        found = self._jurisdictions.get(name)
        return () if found is None else found.lists

    def aside(self, code: str) -> tuple[BoundRule, ...]:
        """The rules of a subject that a reviewer set aside, so that nothing rests on them."""
        return tuple(
            self._bound(rule)
            for name in self.chain(code)
            if name in self._jurisdictions
            for rule in self._jurisdictions[name].rules
            if rule.set_aside and rule.restricts_on(self.date)
        )

    def _of(self, owner: str) -> tuple[BoundRule, ...]:
        if owner not in self._rules:
            jurisdiction = self._jurisdictions.get(owner)
            self._rules[owner] = tuple(
                self._bound(rule)
                for rule in (jurisdiction.rules if jurisdiction is not None else ())
                if rule.restricts_on(self.date) and not rule.set_aside
            )
        return self._rules[owner]

    def _bound(self, rule: Rule) -> BoundRule:
        region = self._region(rule)
        return BoundRule(
            rule=rule,
            classes=self.classes.narrower((*rule.data, *rule.regime)),
            activities=self.activities.narrower(rule.does),
            region=region,
            ways=tuple(way for each in rule.unless for way in self._open(each)),
            unverified=rule.weight is Evidence.UNVERIFIED,
            ceiling=ceiling(weakest(rule.weight, region.evidence)) if rule.relied_on else 1,
            permits=rule.permits_on(self.date),
            places=rule.of is not Bound.OPERATOR,
            operators=rule.of is not Bound.PLACE,
            replaces=_replacing(rule, self.date),
            duty=rule.keep is not Keep.ALL,
        )

    def _region(self, rule: Rule) -> Region:
        out = tuple(self._without_reach(rule)) if FOREIGN_ACCESS in rule.not_in else rule.not_in
        if isinstance(rule.in_, tuple):
            return self.atlas.region(rule.in_, out)
        if rule.in_ == "home":
            return self.atlas.home(rule.owner, out)
        return self.atlas.region((WORLD,) if rule.in_ == WORLD else (), out)

    def _without_reach(self, rule: Rule) -> Iterator[str]:
        """What a rule takes out of its region, where that is foreign access among other things.

        A jurisdiction's own law, and that of the unions it belongs to, is not foreign to it.
        """
        yield from (name for name in rule.not_in if name != FOREIGN_ACCESS)
        own = self.chain(rule.owner)
        home = frozenset[str]().union(*(self.atlas.home(name).codes for name in own))
        for name, jurisdiction in self._jurisdictions.items():
            if name in own or name in home:
                continue
            if any(reach.restricts_on(self.date) for reach in jurisdiction.reaches):
                yield name

    def _open(self, way: Way) -> Iterator[OpenWay]:
        if not way.permits_on(self.date) or not way.relied_on:
            return
        to = (self.atlas.region(way.to),) if way.to else ()
        if way.list is None:
            yield from self._known(way.id, to, way.needs, way.weight, way)
            return
        jurisdiction = self._jurisdictions.get(way.list)
        for entry in jurisdiction.lists if jurisdiction is not None else ():
            if entry.permits_on(self.date) and entry.relied_on:
                yield from self._known(
                    entry.id,
                    (self.atlas.region(entry.to), *to),
                    way.needs | entry.needs,
                    weakest(way.weight, entry.weight),
                    entry,
                )

    @staticmethod
    def _known(
        name: str,
        to: tuple[Region, ...],
        needs: frozenset[str],
        evidence: Evidence,
        fact: Way | Entry,
    ) -> Iterator[OpenWay]:
        highest = ceiling(weakest(evidence, *(region.evidence for region in to)))
        if highest > 1:
            yield OpenWay(name, to, needs, highest, fact)
