"""Regions: what countries, territories, groups and unions come to on one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from domicile.model.tokens import Evidence
from domicile.residency.facts import Group, Jurisdiction
from domicile.residency.place import Point

WORLD = "world"
FOREIGN_ACCESS = "foreign-access"
"""In a rule's `not_in`: countries, other than its own, whose law reaches what is held abroad."""
GRADES = tuple(Evidence)


class Inside(IntEnum):
    """Whether a point lies in a region. `MAYBE`: only its country is known, a part decides."""

    NO = 0
    MAYBE = 1
    YES = 2


NO, MAYBE, YES = Inside.NO, Inside.MAYBE, Inside.YES


def weakest(*grades: Evidence) -> Evidence:
    """The grade that can be trusted least."""
    return max(grades, key=GRADES.index)


@dataclass(frozen=True, slots=True)
class Region:
    """A set of territories, less those taken out, on one day."""

    codes: frozenset[str]
    world: bool
    out: frozenset[str]
    evidence: Evidence
    """Of the weakest group that it was read from."""

    def holds(self, point: Point) -> Inside:
        """Whether a point lies in it."""
        inside = YES if self.world else _within(point, self.codes)
        if inside is NO or not self.out:
            return inside
        return min(inside, Inside(2 - _within(point, self.out)))


def _within(point: Point, codes: frozenset[str]) -> Inside:
    if not codes.isdisjoint(point.codes):
        return YES
    # Whether a country has parts in the set is asked only where nothing finer is known.
    if point.coarse and any(code.startswith(f"{point.country}-") for code in codes):
        return MAYBE
    return NO


class Atlas:
    """Groups and unions on one day."""

    def __init__(
        self, jurisdictions: Mapping[str, Jurisdiction], groups: Mapping[str, Group], day: date
    ) -> None:
        self._jurisdictions = jurisdictions
        self._groups = groups
        self._day = day
        self._known: dict[str, tuple[frozenset[str], Evidence]] = {}

    def region(self, names: Iterable[str], out: Iterable[str] = ()) -> Region:
        """The region that names stand for, less that of other names."""
        codes, evidence = self._read(names, ())
        taken, _ = self._read(out, ())
        return Region(codes - {WORLD}, WORLD in codes, taken, evidence)

    def home(self, jurisdiction: str, out: Iterable[str] = ()) -> Region:
        """A jurisdiction's own territory."""
        return self.region((jurisdiction,), out)

    def _read(self, names: Iterable[str], path: tuple[str, ...]) -> tuple[frozenset[str], Evidence]:
        codes: set[str] = set()
        evidence = Evidence.OFFICIAL
        for name in names:
            if name in path:
                continue
            if name not in self._known:
                self._known[name] = self._one(name, (*path, name))
            more, grade = self._known[name]
            codes |= more
            evidence = weakest(evidence, grade)
        return frozenset(codes), evidence

    def _one(self, name: str, path: tuple[str, ...]) -> tuple[frozenset[str], Evidence]:
        # A union comes before a group of the same name: `in: [EU]` is where EU law holds.
        union = self._jurisdictions.get(name)
        if union is not None and union.territory:
            codes, evidence = self._read((t for t in union.territory if t != name), path)
            return (codes | {name} if name in union.territory else codes), evidence
        group = self._groups.get(name)
        if group is None:
            return frozenset({name}), Evidence.OFFICIAL
        members = (
            code
            for code, from_, until in group.members
            if (from_ is None or from_ <= self._day) and (until is None or self._day <= until)
        )
        return frozenset(members), group.evidence
