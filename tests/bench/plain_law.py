"""The law of one day as plain tables, read from the law's index: what peers are given as data.

It is read without the engine's own tables. Worked out beforehand is what depends on nothing that a
placement says: which facts are in force on the day, which codes a group or a union stands for,
which jurisdictions reach a subject, what lies within what, and what evidence lets a fact carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

Record = Mapping[str, Any]
GRADES = ("official text", "reproduced", "secondary", "unverified")
CEILINGS = (4, 4, 2, 1)
"""For each grade the best rank that a permission resting on it can carry."""
OUT, MAYBE, DOUBTED = 0, 1, 2
"""What is left of a rule that another replaces, see `residency.md`; 3 is a rule that binds."""
FOREIGN = "foreign-access"


class PlainLaw:
    """The index of a law, on one day, for some subjects."""

    def __init__(self, index: Record, day: date, subjects: Sequence[str]) -> None:
        if index.get("reviews"):
            raise ValueError("a law with reviews is not translated")
        self.day = day.isoformat()
        self.files: dict[str, Record] = {
            each["jurisdiction"]: each for each in index["jurisdictions"]
        }
        self.groups: dict[str, Record] = {each["id"]: each for each in index["groups"]}
        self.regions: dict[str, dict[str, Any]] = {}
        within = {each["id"]: each.get("within", ()) for each in index["data_classes"]}
        self.classes = {name: sorted(_above(name, within)) for name in within}
        self.roots = [name for name in within if not within[name]]
        self.activities: dict[str, list[str]] = {}
        self._does = index["activities"]
        self.rules = {
            rule["id"]: rule
            for owner, file in self.files.items()
            for rule in self._rules(owner, file)
        }
        self.subjects = {subject: self._subject(subject) for subject in subjects}

    def tables(self, activities: Iterable[str]) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        self.activities = {each: sorted(_above(each, self._does)) for each in activities}
        return {
            "classes": self.classes,
            "roots": self.roots,
            "activities": self.activities,
            "regions": self.regions,
            "rules": self.rules,
            "subjects": self.subjects,
        }

    def region(self, names: Iterable[str]) -> str:
        """The id of a region, which is kept among `regions`."""
        ordered = sorted(set(names))
        key = " ".join(ordered)
        if key not in self.regions:
            codes = set().union(*(self._members(name, ())[0] for name in ordered))
            self.regions[key] = {
                "world": "world" in codes,
                "codes": {code: True for code in sorted(codes) if code != "world"},
                "parts": {code[:2]: True for code in sorted(codes) if "-" in code},
            }
        return key

    def _members(self, name: str, path: tuple[str, ...]) -> tuple[set[str], int]:
        """The codes that a name stands for, and the weakest grade that they rest on."""
        territory = self.files.get(name, {}).get("territory", ())
        if territory:
            codes, grade = set[str](), 0
            for each in territory:
                if each in path:
                    continue
                more, weak = ({each}, 0) if each == name else self._members(each, (*path, name))
                codes |= more
                grade = max(grade, weak)
            return codes, grade
        if name not in self.groups:
            return {name}, 0
        group = self.groups[name]
        members = {
            each if isinstance(each, str) else each["of"]
            for each in group["members"]
            if isinstance(each, str)
            or each.get("from", "") <= self.day <= each.get("until", "9999-12-31")
        }
        return members, GRADES.index(group["evidence"])

    def _weakest(self, *names: str) -> int:
        return max((self._members(name, ())[1] for name in names), default=0)

    def _permits(self, fact: Record) -> bool:
        start = fact.get("from") or fact["checked"]
        return bool(start <= self.day <= (fact.get("until") or "9999-12-31"))

    def _rules(self, owner: str, file: Record) -> Iterable[dict[str, Any]]:
        for rule in file.get("rules", ()):
            if (rule.get("from") or "") <= self.day <= (rule.get("until") or "9999-12-31"):
                yield self._rule(owner, rule)

    def _rule(self, owner: str, rule: Record) -> dict[str, Any]:
        grade = GRADES.index(rule["evidence"])
        names = rule["in"]
        if isinstance(names, str):
            names = {"home": [owner], "world": ["world"], "nowhere": []}[names]
        if FOREIGN in rule.get("not_in", ()):
            raise ValueError(f"`{FOREIGN}` is not translated")
        sure = self._permits(rule)
        strength = MAYBE if GRADES[grade] == "secondary" else OUT
        classes = [*rule.get("data", ()), *rule.get("regime", ())]
        of = rule.get("of", "place")
        return {
            "id": f"{owner}:{rule['id']}",
            "owner": owner,
            "classes": sorted(set(classes or self.roots)),
            "activities": sorted(rule.get("does", ())),
            "in": self.region(names),
            "out": self.region(rule.get("not_in", ())),
            "unverified": GRADES[grade] == "unverified",
            "regime": sorted(rule.get("regime", ())),
            "ceiling": CEILINGS[max(grade, self._weakest(*names))],
            "sure": sure,
            "place": of != "operator",
            "operators": of != "place",
            "keep": rule.get("keep", "all"),
            "when": list(rule.get("when", ())),
            "replaces": list(rule.get("replaces", ())),
            "leaves": DOUBTED if GRADES[grade] == "unverified" or not sure else strength,
            "ways": [
                found
                for way in rule.get("unless", ())
                for found in self._ways({**_dated(rule), **_given(way)})
            ],
        }

    def _ways(self, way: Record) -> Iterable[dict[str, Any]]:
        if not self._permits(way):
            return
        to = way.get("to", ())
        facts: list[tuple[list[Sequence[str]], Sequence[str], int]] = []
        grade = max(GRADES.index(way["evidence"]), self._weakest(*to))
        if way.get("list") is None:
            facts.append(([to] if to else [], way.get("needs", ()), grade))
        else:
            facts += [
                (
                    [entry["to"], *([to] if to else [])],
                    [*way.get("needs", ()), *entry.get("needs", ())],
                    max(grade, GRADES.index(entry["evidence"]), self._weakest(*entry["to"])),
                )
                for entry in self.files[way["list"]].get("lists", ())
                if self._permits(entry)
            ]
        for regions, needs, worst in facts:
            if CEILINGS[worst] > 1:
                yield {
                    "to": [self.region(names) for names in regions],
                    "needs": sorted(set(needs)),
                    "ceiling": CEILINGS[worst],
                }

    def _subject(self, code: str) -> dict[str, Any]:
        holder = code if code in self.files else code[:2]
        chain: list[str] = []
        waiting = [holder]
        while waiting:
            name = waiting.pop(0)
            if name in chain:
                continue
            chain.append(name)
            waiting += self.files.get(name, {}).get("under", ())
            waiting += [] if waiting else [u for u in self._unions(code) if u not in chain]
        rules = [
            name for owner in chain for name in self.rules if self.rules[name]["owner"] == owner
        ]
        return {
            "codes": sorted({code, code[:2]}),
            "home": self.region([holder]),
            "rules": rules,
            "replaced": {
                name: by
                for name in rules
                if (
                    by := [
                        other
                        for other in rules
                        if name in self.rules[other]["replaces"]
                        and chain.index(self.rules[other]["owner"])
                        < chain.index(self.rules[name]["owner"])
                    ]
                )
            },
        }

    def _unions(self, code: str) -> Iterable[str]:
        for name, file in self.files.items():
            if file.get("territory") and not self._members(name, ())[0].isdisjoint(
                {code, code[:2], "world"}
            ):
                yield name


def _above(name: str, within: Mapping[str, Sequence[str]]) -> set[str]:
    return {name}.union(*(_above(each, within) for each in within.get(name, ())))


def _dated(rule: Record) -> dict[str, Any]:
    """What a way has as its rule: its evidence, its first day, and the day it was seen."""
    return {name: rule.get(name) for name in ("evidence", "from", "checked")}


def _given(fact: Record) -> dict[str, Any]:
    return {name: value for name, value in fact.items() if value is not None}
