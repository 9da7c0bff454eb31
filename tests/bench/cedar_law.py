"""The plain law in Cedar: one forbid for each rule of a subject, asked whether a rank is reached.

Cedar answers allow or deny, so the policies are written for a threshold: allow means that the
verdict's rank is at least that. What a workspace declares with limits, and the places that it
plans, are facts of the workspace: they stand in the policies. All of Cedar's questions are sets, so
no rule is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Table = Mapping[str, Any]
YES, NO = "true", "false"
PUBLIC = "actor:public-body"
SCHEMA = """
entity Region; entity Parts;
entity Code in [Region, Parts];
entity Point in [Code, Region, Parts];
entity Subject in [Region, Code];
entity Place {
  id: String, provider: String, meets: Set<String>,
  p0: Point, p1: Point, p2: Point, p3: Point, p4: Point, p5: Point,
};
entity Workspace { declared: Set<String> };
action store, process, transit
  appliesTo { principal: Subject, resource: Place, context: { classes: Set<String> } };
action replicate, backup, log in [store]
  appliesTo { principal: Subject, resource: Place, context: { classes: Set<String> } };
action access in [process]
  appliesTo { principal: Subject, resource: Place, context: { classes: Set<String> } };
action keys in [access]
  appliesTo { principal: Subject, resource: Place, context: { classes: Set<String> } };
"""
SLOTS = 6
"""Points of a place: where it stands, then its operators, the last one repeated."""


def entities(law: Table, question: Table) -> list[dict[str, Any]]:
    """Places with their points, codes in the regions that hold them, subjects and activities."""
    found = [_entity("Workspace", "here", declared=question["declared"])]
    codes = sorted({code for region in law["regions"].values() for code in region["codes"]})
    found += [_entity("Code", code, parents=_regions(law, code)) for code in codes]
    places = [*question["places"], *(question["placed"] or ())]
    points = {tuple(point) for place in places for point in place["points"]}
    for point in sorted(points):
        parents = [("Code", code) for code in point if code in set(codes)]
        if len(point) == 1:
            parents += [
                ("Parts", name)
                for name, region in law["regions"].items()
                if region["parts"].get(point[0])
            ]
        found.append(_entity("Point", "/".join(point), parents=parents))
    for number, place in enumerate(places):
        slots = (place["points"] + [place["points"][-1]] * SLOTS)[:SLOTS]
        if len(place["points"]) > SLOTS:
            raise ValueError(f"`{place['id']}` has more operators than the translation has slots")
        found.append(
            _entity(
                "Place",
                str(number),
                **{f"p{slot}": _reference("Point", "/".join(p)) for slot, p in enumerate(slots)},
                **{name: place[name] for name in ("id", "provider", "meets")},
            )
        )
    for name, subject in law["subjects"].items():
        parents = [("Code", code) for code in subject["codes"] if code in set(codes)]
        found.append(_entity("Subject", name, parents=parents))
    found += [
        _entity("Action", name, parents=[("Action", each) for each in above if each != name])
        for name, above in law["activities"].items()
    ]
    return found


def requests(_law: Table, question: Table) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """Subject → its placements: the number in the question, and the request."""
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for number, asked in enumerate(question["placements"]):
        request = {
            "principal": f"Subject::{json.dumps(asked['subject'])}",
            "action": f"Action::{json.dumps(asked['activity'])}",
            "resource": f'Place::"{asked["place"]}"',
            "context": {"classes": question["sets"][asked["set"]]},
        }
        found.setdefault(asked["subject"], []).append((number, request))
    return found


class Policies:
    """The policies for one question, at one threshold."""

    def __init__(self, law: Table, question: Table, threshold: int) -> None:
        self.law = law
        self.question = question
        self.at_least = threshold
        first = len(question["places"])
        self.placed = [f'Place::"{first + n}"' for n in range(len(question["placed"] or ()))]

    def of(self, subject: str) -> str:
        """The policies for one subject."""
        entry = self.law["subjects"][subject]
        texts = ["permit (principal, action, resource);"]
        for name in entry["rules"]:
            rule = self.law["rules"][name]
            if rule["keep"] == "all" or self.question["placed"] is not None:
                texts.append(self._forbid(entry, rule))
        if self.at_least > 1:
            texts += [self._without_regime(entry, root) for root in self.law["roots"]]
        return "\n".join(texts)

    def _forbid(self, entry: Table, rule: Table) -> str:
        value = self._all(entry, rule) if rule["keep"] == "all" else self._duty(entry, rule)
        if self.at_least <= 2:
            value = _either((value, self._maybe(entry, rule)))
        when = _both(
            (
                f"context.classes.containsAny({json.dumps(rule['classes'])})",
                _does(rule),
                self._not_out(entry, rule),
                _not(value),
            )
        )
        return f"forbid (principal, action, resource) when {{ {when} }};"

    def _without_regime(self, entry: Table, root: str) -> str:
        regimes = [
            _both((_does(rule), self._surely(entry, rule)))
            for rule in map(self.law["rules"].__getitem__, entry["rules"])
            if rule["sure"] and root in rule["regime"]
        ]
        known = _either((self._own(entry), *regimes))
        when = _both((f"context.classes.contains({json.dumps(root)})", _not(known)))
        return f"forbid (principal, action, resource) when {{ {when} }};"

    # --- whether a rule binds ---

    def _alone(self, rule: Table) -> tuple[str, str]:
        """Whether it is out by its own `when`, and whether it surely binds by that."""
        here = "resource.p0"
        held = [(self._holds(c, here), self._holds(f"not:{c}", here)) for c in rule["when"]]
        out = _either(_both((_not(yes), no)) for yes, no in held)
        return out, _both(yes for yes, _ in held)

    def _others(self, entry: Table, rule: Table) -> list[tuple[int, str, str]]:
        """Of each rule that replaces it: what it leaves, and `_alone` of it."""
        others = [self.law["rules"][name] for name in entry["replaced"].get(rule["id"], ())]
        return [(other["leaves"], *self._alone(other)) for other in others]

    def _not_out(self, entry: Table, rule: Table) -> str:
        out, _ = self._alone(rule)
        gone = [surely for leaves, _, surely in self._others(entry, rule) if leaves == 0]
        return _both((_not(out), *map(_not, gone)))

    def _surely(self, entry: Table, rule: Table) -> str:
        return _both((self._alone(rule)[1], *(out for _, out, _ in self._others(entry, rule))))

    def _maybe(self, entry: Table, rule: Table) -> str:
        """Whether it binds only maybe, given that it is not out."""
        doubts = [_not(self._alone(rule)[1])]
        for leaves, out, surely in self._others(entry, rule):
            if leaves == 1:
                doubts.append(_not(out))
            elif leaves == 0:
                doubts.append(_both((_not(out), _not(surely))))
        return _either(doubts)

    # --- what a rule comes to ---

    def _all(self, entry: Table, rule: Table) -> str:
        return _both(self._at(entry, rule, f"resource.{slot}") for slot in _slots(rule))

    def _at(self, entry: Table, rule: Table, point: str) -> str:
        outside = self._outside(rule, point)
        if self.at_least <= 2:
            outside = _either((outside, self._held(rule, point, 1)))
        inside = self._held(rule, point, 2)
        inner = self._inner(entry, rule)
        return _either((_both((inside, inner)), _both((_not(inside), outside))))

    def _duty(self, entry: Table, rule: Table) -> str:
        points = [f"resource.{slot}" for slot in _slots(rule)]
        inside = _both(self._held(rule, point, 2) for point in points)
        value = [self._kept(rule), _both(self._outside(rule, point) for point in points)]
        if self.at_least <= 2:
            value.append(_both(self._held(rule, point, 1) for point in points))
        inner = self._inner(entry, rule)
        return _either((_both((inside, inner)), _both((_not(inside), _either(value)))))

    def _kept(self, rule: Table) -> str:
        planned = _either(
            _both(self._held(rule, f"{place}.{slot}", 2) for slot in _slots(rule))
            for place in self.placed
        )
        least = NO if rule["unverified"] else YES
        if rule["keep"] == "first":
            least = _both((least, 'action != Action::"store"'))
        return {1: _either((planned, least)), 2: _either((planned, least)), 3: planned}.get(
            self.at_least, NO
        )

    def _inner(self, entry: Table, rule: Table) -> str:
        if not rule["regime"] or rule["ceiling"] >= self.at_least:
            return YES
        return self._own(entry)

    def _outside(self, rule: Table, point: str) -> str:
        if rule["unverified"]:
            return YES if self.at_least <= 1 else NO
        return _either(self._way(way, point) for way in rule["ways"])

    def _way(self, way: Table, point: str) -> str:
        if way["ceiling"] < self.at_least or (self.at_least > 3 and way["needs"]):
            return NO
        surely = 2 if self.at_least > 2 else 1
        needs = way["needs"] if self.at_least == 3 else ()
        return _both(
            (
                *(self._within(region, point, surely) for region in way["to"]),
                *(self._holds(need, point) for need in needs),
            )
        )

    # --- regions and declarations ---

    def _own(self, entry: Table) -> str:
        return self._within(entry["home"], "resource.p0", 2)

    def _held(self, rule: Table, point: str, least: int) -> str:
        out = self._within(rule["out"], point, 3 - least)
        return _both((self._within(rule["in"], point, least), _not(out)))

    def _within(self, name: str, point: str, least: int) -> str:
        region = self.law["regions"][name]
        if region["world"]:
            return YES
        found = [f"{point} in Region::{json.dumps(name)}"] if region["codes"] else []
        if least == 1 and region["parts"]:
            found.append(f"{point} in Parts::{json.dumps(name)}")
        return _either(found)

    def _holds(self, token: str, point: str) -> str:
        name = json.dumps(token)
        found = [f'Workspace::"here".declared.contains({name})']
        if token.startswith(("host:", "recipient:")):
            found.append(f"resource.meets.contains({name})")
        if token == PUBLIC:
            found.append('context.classes.contains("government")')
        for limited in self.question["limited"].get(token, ()):
            found += [_both(self._limits(limited, point))]
        return _either(found)

    def _limits(self, limited: Table, point: str) -> Iterable[str]:
        if limited["subjects"] is not None:
            yield self._within(limited["subjects"], "principal", 2)
        for names, attribute in (("places", "id"), ("providers", "provider")):
            if limited[names] is not None:
                yield f"{json.dumps(limited[names])}.contains(resource.{attribute})"
        if limited["to"] is not None:
            yield self._within(limited["to"], point, 2)


def _slots(rule: Table) -> Sequence[str]:
    found = ["p0"] if rule["place"] else []
    return [*found, *(f"p{slot}" for slot in range(1, SLOTS))] if rule["operators"] else found


def _does(rule: Table) -> str:
    if not rule["activities"]:
        return YES
    return f"action in [{', '.join(f'Action::{json.dumps(each)}' for each in rule['activities'])}]"


def _both(parts: Iterable[str]) -> str:
    kept = [part for part in parts if part != YES]
    if NO in kept:
        return NO
    return _joined(" && ", kept) if kept else YES


def _either(parts: Iterable[str]) -> str:
    kept = [part for part in parts if part != NO]
    if YES in kept:
        return YES
    return _joined(" || ", kept) if kept else NO


def _joined(word: str, parts: Sequence[str]) -> str:
    different = list(dict.fromkeys(parts))
    return different[0] if len(different) == 1 else f"({word.join(different)})"


def _not(part: str) -> str:
    return {YES: NO, NO: YES}.get(part, f"!({part})")


def _regions(law: Table, code: str) -> list[tuple[str, str]]:
    return [("Region", name) for name, region in law["regions"].items() if code in region["codes"]]


def _reference(kind: str, name: str) -> dict[str, Any]:
    return {"__entity": {"type": kind, "id": name}}


def _entity(
    kind: str, name: str, *, parents: Iterable[tuple[str, str]] = (), **attributes: object
) -> dict[str, Any]:
    return {
        "uid": {"type": kind, "id": name},
        "attrs": attributes,
        "parents": [{"type": each, "id": above} for each, above in parents],
    }
