"""Many places judged together: each rule is one column of values over all places.

A rule's value at a place depends on the activity only through which rules cover it, so a subject's
verdicts are minima over few columns. Places that no rule can tell apart share one row.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from domicile.model.tokens import Activity, Keep
from domicile.residency.day import PUBLIC_BODY, Binding, BoundRule, Day, OpenWay, SubjectLaw
from domicile.residency.place import Declaration, Place, Point, met_by_certificates
from domicile.residency.recall import Recall
from domicile.residency.region import Inside, Region

Ranks = NDArray[np.uint8]
Truth = NDArray[np.bool_]
Covered = tuple[NDArray[np.bool_], NDArray[np.bool_]]
_Setting = tuple[tuple[bool, ...], bool]
"""Which limited declarations cover the subject, and whether its holder is a public body."""

_YES, _MAYBE = np.uint8(Inside.YES), np.uint8(Inside.MAYBE)


class Columns:
    """Places, ready to be judged for one subject after the other."""

    def __init__(
        self,
        day: Day,
        places: Sequence[Place],
        placed: tuple[Place, ...] | None,
        everywhere: frozenset[str],
        limited: tuple[Declaration, ...],
    ) -> None:
        self.placed = placed
        self.everywhere = everywhere
        self.limited = limited
        unlike: dict[tuple[object, ...], int] = {}
        shown: list[Place] = []
        row_of: list[int] = []
        for place in places:
            key = (
                place.point,
                place.operators,
                place.certifications,
                *(each.at(place) for each in limited),
            )
            row = unlike.setdefault(key, len(shown))
            if row == len(shown):
                shown.append(place)
            row_of.append(row)
        self.rows = shown
        self.row_of = np.array(row_of, dtype=np.intp)
        self._certified = [met_by_certificates(place) for place in shown]
        self._at = [np.array([each.at(place) for place in shown], dtype=bool) for each in limited]
        self._number_points()
        self._memberships: dict[Region, Ranks] = {}
        self.day = day
        self._to = self._destinations()
        self._forget()

    def on(
        self, day: Day, limited: tuple[Declaration, ...], placed: tuple[Place, ...] | None
    ) -> Columns:
        """The same places and declarations by the law of another day, or by what is left of it.

        Whatever rests on rules that are the same there is not worked out again. Data classes and
        activities must nest as before.

        Args:
            day: the law.
            limited: the same declarations, as the tuple that the day knows.
            placed: places of further planned copies.
        """
        other = copy.copy(self)
        other.limited = limited
        other.placed = placed
        if day is not self.day:
            other.turn(day)
        return other

    def turn(self, day: Day) -> None:
        """Look at the law of another day from now on."""
        before = self._to
        self.day = day
        self._to = self._destinations()
        if self._to != before:
            self._forget()

    def _forget(self) -> None:
        """Know nothing yet of what is declared towards regions, nor of what rests on that."""
        self._held: dict[tuple[str, _Setting, int], Truth] = {}
        self._values: Recall[BoundRule, Ranks] = Recall()
        self._judged: Recall[tuple[SubjectLaw, _Setting], Ranks] = Recall()

    def _destinations(self) -> tuple[Region | None, ...]:
        """Where each limited declaration leads on the day; None: anywhere."""
        return tuple(
            None if each.to is None else self.day.atlas.region(sorted(each.to))
            for each in self.limited
        )

    def _number_points(self) -> None:
        numbers: dict[Point, int] = {}
        most = max((len(place.operators) for place in self.rows), default=1)
        # Slot 0 is where a place stands; the others are its operators, the last one repeated.
        slots = [
            [
                numbers.setdefault(point, len(numbers))
                for point in (
                    place.point,
                    *place.operators,
                    *place.operators[-1:] * (most - len(place.operators)),
                )
            ]
            for place in self.rows
        ]
        self._slots = np.array(slots, dtype=np.intp).reshape(len(self.rows), most + 1).T.copy()
        self._points = len(numbers)
        self._with_code: dict[str, list[int]] = {}
        self._coarse: dict[str, int] = {}
        for point, number in numbers.items():
            for code in point.codes:
                self._with_code.setdefault(code, []).append(number)
            if point.coarse:
                self._coarse[point.country] = number

    def verdicts(
        self,
        subject: str,
        sets: Sequence[frozenset[str]],
        activities: Sequence[str],
        *,
        public: bool,
    ) -> Ranks:
        """[sets, activities, places]: the ranks for one subject; `public` is true of every set."""
        law = self.day.subject(subject)
        setting = (self.day.covering(self.limited, subject), public)
        return self._judged.value(
            (law.subject, tuple(sets), tuple(activities), self.placed),
            (law, setting),
            lambda: self._verdicts(law, setting, sets, activities),
        )

    def _verdicts(
        self,
        law: SubjectLaw,
        setting: _Setting,
        sets: Sequence[frozenset[str]],
        activities: Sequence[str],
    ) -> Ranks:
        columns: list[Ranks] = []
        masks: list[Truth] = []
        for classes, asked, column in self._columns(law, setting, sets, activities):
            columns.append(column)
            masks.append((classes[:, None] & asked).ravel())
        shape = (len(sets), len(activities), len(self.row_of))
        if not columns:
            return np.full(shape, 4, dtype=np.uint8)
        # Cells that the same columns cover have the same minima: work each combination out once.
        covering = np.array(masks).T.copy()
        combinations: dict[bytes, int] = {}
        numbers = [combinations.setdefault(each.tobytes(), len(combinations)) for each in covering]
        stack = np.array(columns)
        table = np.array(
            [
                stack[np.frombuffer(each, dtype=bool)].min(axis=0, initial=np.uint8(4))
                for each in combinations
            ]
        )
        result: Ranks = table[:, self.row_of][numbers].reshape(shape)
        return result

    def _columns(
        self,
        law: SubjectLaw,
        setting: _Setting,
        sets: Sequence[frozenset[str]],
        activities: Sequence[str],
    ) -> Iterator[tuple[Truth, Truth, Ranks]]:
        own = self._membership(law.home)[self._slots[0]] == _YES
        bindings: dict[int, Ranks] = {}
        for index, rule in enumerate(law.rules):
            classes = np.array([not rule.classes.isdisjoint(each) for each in sets], dtype=bool)
            asked = np.array([each in rule.activities for each in activities], dtype=bool)
            if (rule.duty and self.placed is None) or not classes.any() or not asked.any():
                continue
            binding = self._binding(law, index, setting, bindings)
            if rule.rule.keep is not Keep.FIRST:
                yield classes, asked, self._bound(rule, setting, binding, own, first=False)
                continue
            storing = np.array([each == Activity.STORE for each in activities], dtype=bool)
            for first, which in ((True, asked & storing), (False, asked & ~storing)):
                yield classes, which, self._bound(rule, setting, binding, own, first=first)
        yield from self._caps(law, setting, sets, activities, own=own, bindings=bindings)

    def _caps(
        self,
        law: SubjectLaw,
        setting: _Setting,
        sets: Sequence[frozenset[str]],
        activities: Sequence[str],
        *,
        own: Truth,
        bindings: dict[int, Ranks],
    ) -> Iterator[tuple[Truth, Truth, Ranks]]:
        """At most 1 abroad, where no regime surely covers a root class."""
        roots = [
            frozenset[str]().union(*(self.day.classes.roots[c] for c in each)) for each in sets
        ]
        for root in sorted(frozenset[str]().union(*roots)):
            classes = np.array([root in each for each in roots], dtype=bool)
            regimes = law.regimes.get(root, ())
            by_regimes: dict[tuple[int, ...], list[int]] = {}
            for position, activity in enumerate(activities):
                covering = tuple(i for i in regimes if activity in law.rules[i].activities)
                by_regimes.setdefault(covering, []).append(position)
            for covering, positions in by_regimes.items():
                known = own
                bound = [self._binding(law, index, setting, bindings) for index in covering]
                if any(binding is None for binding in bound):
                    continue
                for binding in bound:
                    known = known | (binding == Binding.BINDS)
                asked = np.zeros(len(activities), dtype=bool)
                asked[positions] = True
                yield classes, asked, np.where(known, np.uint8(4), np.uint8(1))

    def _bound(
        self,
        rule: BoundRule,
        setting: _Setting,
        binding: Ranks | None,
        own: Truth,
        *,
        first: bool,
    ) -> Ranks:
        values = self._value(rule, setting, 4, first=first)
        if rule.rule.regime and rule.ceiling < 4:  # noqa: PLR2004 - the rank of permitted
            values = np.where(own, values, self._value(rule, setting, rule.ceiling, first=first))
        if binding is None:
            return values
        softened = np.where(binding == Binding.MAYBE, np.maximum(values, np.uint8(2)), values)
        return np.where(binding == Binding.OUT, np.uint8(4), softened)

    def _binding(
        self, law: SubjectLaw, index: int, setting: _Setting, known: dict[int, Ranks]
    ) -> Ranks | None:
        """[rows]: `Binding` of one of the subject's rules; None where it surely binds all."""
        if not law.rules[index].rule.when and not law.replaced_by[index]:
            return None
        if index in known:
            return known[index]
        binding = np.full(len(self.rows), Binding.BINDS, dtype=np.uint8)
        out = np.zeros(len(self.rows), dtype=bool)
        for condition in law.rules[index].rule.when:
            holds = self._holds(condition, setting, 0)
            out |= ~holds & self._holds(f"not:{condition}", setting, 0)
            binding[~holds] = Binding.MAYBE
        for other in law.replaced_by[index]:
            strength = law.rules[other].replaces
            left = np.full(len(self.rows), strength, dtype=np.uint8)
            replacing = self._binding(law, other, setting, known)
            if replacing is not None:
                left[replacing != Binding.BINDS] = max(strength, Binding.MAYBE)
                left[replacing == Binding.OUT] = Binding.BINDS
            binding = np.minimum(binding, left)
        binding[out] = Binding.OUT
        known[index] = binding
        return binding

    def _value(self, rule: BoundRule, setting: _Setting, inside: int, *, first: bool) -> Ranks:
        make = self._duty if rule.duty else self._all
        return self._values.value(
            (rule.rule.id, setting, inside, first, self.placed if rule.duty else None),
            rule,
            lambda: make(rule, setting, np.uint8(inside), first=first),
        )

    def _all(self, rule: BoundRule, setting: _Setting, inside: np.uint8, *, first: bool) -> Ranks:  # noqa: ARG002 - the same shape as `_duty`
        membership = self._membership(rule.region)
        worst = np.full(len(self.rows), 4, dtype=np.uint8)
        for slot in self._looked_at(rule):
            held = membership[self._slots[slot]]
            value = self._outside(rule, setting, slot)
            value = np.where(held == _MAYBE, np.maximum(value, np.uint8(2)), value)
            worst = np.minimum(worst, np.where(held == _YES, inside, value))
        return worst

    def _duty(self, rule: BoundRule, setting: _Setting, inside: np.uint8, *, first: bool) -> Ranks:
        membership = self._membership(rule.region)
        slots = self._looked_at(rule)
        held = membership[self._slots[slots]].min(axis=0)
        value = np.min([self._outside(rule, setting, slot) for slot in slots], axis=0)
        if any(self._fulfils(rule, place) for place in self.placed or ()):
            value = np.maximum(value, min(inside, np.uint8(3)))
        elif not rule.unverified and not first:
            value = np.maximum(value, np.uint8(2))
        value = np.where(held == _MAYBE, np.maximum(value, np.uint8(2)), value)
        result: Ranks = np.where(held == _YES, inside, value)
        return result

    @staticmethod
    def _fulfils(rule: BoundRule, place: Place) -> bool:
        points = (
            *((place.point,) if rule.places else ()),
            *(place.operators if rule.operators else ()),
        )
        return all(rule.region.holds(point) is Inside.YES for point in points)

    def _looked_at(self, rule: BoundRule) -> list[int]:
        operators = range(1, len(self._slots)) if rule.operators else ()
        return [*((0,) if rule.places else ()), *operators]

    def _outside(self, rule: BoundRule, setting: _Setting, slot: int) -> Ranks:
        value = np.full(len(self.rows), int(rule.unverified), dtype=np.uint8)
        if not rule.unverified:
            for way in rule.ways:
                value = np.maximum(value, self._way(way, setting, slot))
        return value

    def _way(self, way: OpenWay, setting: _Setting, slot: int) -> Ranks:
        value = np.full(len(self.rows), 4, dtype=np.uint8)
        if way.needs:
            met = np.ones(len(self.rows), dtype=bool)
            for need in way.needs:
                met &= self._holds(need, setting, slot)
            value = np.where(met, np.uint8(3), np.uint8(2))
        for region in way.to:
            # 0 where it does not lead, 2 where it may, 4 where it does: `Inside`, doubled.
            value = np.minimum(value, 2 * self._membership(region)[self._slots[slot]])
        return np.minimum(value, np.uint8(way.ceiling))

    def _holds(self, token: str, setting: _Setting, slot: int) -> Truth:
        key = (token, setting, slot)
        if key not in self._held:
            covering, public = setting
            anywhere = token in self.everywhere or (public and token == PUBLIC_BODY)
            held = np.array([anywhere or token in each for each in self._certified], dtype=bool)
            limits = zip(self.limited, self._at, self._to, covering, strict=True)
            for each, at, to, covers in limits:
                if each.token == token and covers:
                    held |= at if to is None else at & self._towards(to, slot)
            self._held[key] = held
        return self._held[key]

    def _towards(self, to: Region, slot: int) -> Truth:
        held: Truth = self._membership(to)[self._slots[slot]] == _YES
        return held

    def _membership(self, region: Region) -> Ranks:
        """[points]: whether each lies in a region, as `Region.holds`."""
        found = self._memberships.get(region)
        if found is None:
            if region.world:
                found = np.full(self._points, Inside.YES, dtype=np.uint8)
            else:
                found = self._within(region.codes)
            if region.out:
                # What lies within those taken out is outside, what may is uncertain.
                found = np.minimum(found, np.uint8(2) - self._within(region.out))
            self._memberships[region] = found
        return found

    def _within(self, codes: frozenset[str]) -> Ranks:
        held = np.zeros(self._points, dtype=np.uint8)
        for code in codes:
            if len(code) > 2 and code[:2] in self._coarse:  # noqa: PLR2004 - `XX` is a whole country
                held[self._coarse[code[:2]]] = Inside.MAYBE
        for code in codes:
            held[self._with_code.get(code, [])] = Inside.YES
        return held
