"""What each rule comes to for one subject, one set of data classes, one activity and one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domicile.model.tokens import Activity, Keep
from domicile.residency.day import PUBLIC_BODY, Binding, BoundRule, Day, OpenWay, SubjectLaw
from domicile.residency.place import Declaration, Place, Point, met_by_certificates
from domicile.residency.region import MAYBE, NO, YES, Region

GOVERNMENT = "government"


OUT, UNSURE, DOUBTED, BINDS = Binding.OUT, Binding.MAYBE, Binding.DOUBTED, Binding.BINDS


@dataclass(frozen=True, slots=True)
class Facts:
    """What is declared for one subject at one place."""

    tokens: frozenset[str]
    limited: tuple[tuple[str, Region], ...]
    """Tokens that hold only towards some destinations."""

    def hold(self, token: str, point: Point) -> bool:
        """Whether a token is declared towards a point."""
        return token in self.tokens or (
            bool(self.limited)
            and any(name == token and to.holds(point) is YES for name, to in self.limited)
        )

    def missing(self, needs: Iterable[str], point: Point) -> list[str]:
        """The needs that nobody declared as met towards a point, in order of their names."""
        return sorted(need for need in needs if not self.hold(need, point))


def facts(
    day: Day,
    subject: str,
    place: Place,
    everywhere: frozenset[str],
    limited: tuple[Declaration, ...],
    *,
    public: bool,
) -> Facts:
    """What is declared for a subject at a place, with its certificates."""
    tokens = everywhere
    towards: list[tuple[str, Region]] = []
    for each, covers in zip(limited, day.covering(limited, subject), strict=True):
        if not covers or not each.at(place):
            continue
        if each.to is None:
            tokens = tokens | {each.token}
        else:
            towards.append((each.token, day.atlas.region(sorted(each.to))))
    if place.certifications:
        tokens = tokens | met_by_certificates(place)
    if public:
        tokens = tokens | {PUBLIC_BODY}
    return Facts(tokens, tuple(towards))


class Case:
    """One subject's data at one place: what its rules come to."""

    CONDITIONAL = 2
    PERMITTED = 4

    __slots__ = ("_binding", "activity", "classes", "day", "facts", "law", "own", "place", "placed")

    def __init__(
        self,
        day: Day,
        subject: str,
        classes: frozenset[str],
        activity: str,
        place: Place,
        *,
        placed: tuple[Place, ...] | None,
        everywhere: frozenset[str],
        limited: tuple[Declaration, ...],
    ) -> None:
        self.day = day
        self.law: SubjectLaw = day.subject(subject)
        self.classes = classes
        self.activity = activity
        self.place = place
        self.placed = placed
        self.facts = facts(day, subject, place, everywhere, limited, public=is_public(day, classes))
        self.own = self.law.home.holds(place.point) is YES
        self._binding: dict[int, Binding] = {}

    def covers(self, rule: BoundRule) -> bool:
        """Whether a rule covers this activity with one of these data classes."""
        return self.activity in rule.activities and not rule.classes.isdisjoint(self.classes)

    def binding(self, index: int) -> Binding:
        """Whether one of the subject's rules binds here."""
        rule = self.law.rules[index]
        if not rule.rule.when and not self.law.replaced_by[index]:
            return BINDS
        if index not in self._binding:
            self._binding[index] = self._bind(index)
        return self._binding[index]

    def _bind(self, index: int) -> Binding:
        binding = BINDS
        point = self.place.point
        for condition in self.law.rules[index].rule.when:
            # Both a fact and its contrary declared: the rule binds.
            if self.facts.hold(condition, point):
                continue
            if self.facts.hold(f"not:{condition}", point):
                return OUT
            binding = UNSURE
        for other in self.law.replaced_by[index]:
            replacing = self.binding(other)
            if replacing is OUT:
                continue
            strength = self.law.rules[other].replaces
            binding = min(binding, strength if replacing is BINDS else max(strength, UNSURE))
        return binding

    def points(self, rule: BoundRule, place: Place | None = None) -> tuple[Point, ...]:
        """What a rule looks at: where a place stands, whose law reaches its operator, or both."""
        at = place or self.place
        here = (at.point,) if rule.places else ()
        return (*here, *at.operators) if rule.operators else here

    def way(self, way: OpenWay, point: Point) -> int:
        """How far a way leads towards a point: 0 not at all, 2 if what it needs is declared."""
        reached = way.leads(point)
        if reached is NO:
            return 0
        value = 4
        if way.needs:
            value = 2 if self.facts.missing(way.needs, point) else 3
        if reached is MAYBE:
            value = min(value, 2)
        return min(value, way.ceiling)

    def outside(self, rule: BoundRule, point: Point) -> int:
        """What a rule comes to for a point outside its region."""
        if rule.unverified:
            return 1
        return max((self.way(way, point) for way in rule.ways), default=0)

    def planned(self, rule: BoundRule) -> Place | None:
        """The planned place by which a duty to keep a copy is fulfilled."""
        for place in self.placed or ():
            if all(rule.region.holds(p) is YES for p in self.points(rule, place)):
                return place
        return None

    def value(self, index: int) -> int:
        """What a rule that binds, surely or maybe, comes to: 0 to 4."""
        rule = self.law.rules[index]
        worst = self._duty(rule) if rule.duty else self._all(rule)
        return max(worst, 2) if self.binding(index) is UNSURE else worst

    def _inside(self, rule: BoundRule) -> int:
        return rule.ceiling if rule.rule.regime and not self.own else 4

    def at(self, rule: BoundRule, point: Point) -> int:
        """What a rule about every copy comes to at one point."""
        inside = rule.region.holds(point)
        if inside is YES:
            return self._inside(rule)
        value = self.outside(rule, point)
        return max(value, 2) if inside is MAYBE else value

    def _all(self, rule: BoundRule) -> int:
        return min(self.at(rule, point) for point in self.points(rule))

    def _duty(self, rule: BoundRule) -> int:
        points = self.points(rule)
        inside = min(rule.region.holds(point) for point in points)
        if inside is YES:
            return self._inside(rule)
        value = min(self.outside(rule, point) for point in points)
        if self.planned(rule) is not None:
            # A copy at home is no better than being at home: a weak regime does not carry it.
            value = max(value, min(3, self._inside(rule)))
        elif not rule.unverified and not self.forbids(rule):
            value = max(value, 2)
        return max(value, 2) if inside is MAYBE else value

    def forbids(self, rule: BoundRule) -> bool:
        """Whether a copy of record elsewhere would be the first recording that must be inside."""
        return rule.rule.keep is Keep.FIRST and self.activity == Activity.STORE

    def without_regime(self) -> list[str]:
        """The root classes of this data for which no regime surely holds abroad."""
        if self.own:
            return []
        roots = frozenset[str]().union(*(self.day.classes.roots[each] for each in self.classes))
        return sorted(root for root in roots if not self._governed(root))

    def _governed(self, root: str) -> bool:
        return any(
            self.activity in self.law.rules[index].activities and self.binding(index) is BINDS
            for index in self.law.regimes.get(root, ())
        )

    def matching(self) -> list[int]:
        """The rules that bind this case, surely or maybe; duties only where places are planned."""
        return [
            index
            for index, rule in enumerate(self.law.rules)
            if self.covers(rule)
            and not (rule.duty and self.placed is None)
            and self.binding(index) is not OUT
        ]

    def rank(self) -> int:
        """The verdict's rank: the least of its rules' values, at most 1 without a regime."""
        worst = min((self.value(index) for index in self.matching()), default=4)
        return min(worst, 1) if self.without_regime() else worst


def is_public(day: Day, classes: frozenset[str]) -> bool:
    """Whether a set holds government data, which makes its holder a public body."""
    return any(GOVERNMENT in day.classes.wider[each] for each in classes)
