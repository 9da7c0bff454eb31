"""What is judged: places, and what is declared of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

_TERRITORY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6})?")
_PREFIXES = ("host:", "recipient:")


def check_territory(code: str, argument: str) -> str:
    """The code itself.

    Raises:
        ValueError: it is neither an ISO 3166-1 country nor a territory such as `CA-QC`.
    """
    if not isinstance(code, str) or not _TERRITORY.fullmatch(code):
        raise ValueError(f"{argument}: `{code}` is neither a country nor a territory")
    return code


@dataclass(frozen=True, slots=True)
class Point:
    """What a rule compares with its region: a country, and the finer codes that are known."""

    country: str
    codes: frozenset[str]

    @property
    def coarse(self) -> bool:
        """Whether nothing finer than the country is known."""
        return len(self.codes) == 1

    @classmethod
    def of(cls, *codes: str | None) -> Point:
        """The point that has these codes, and the country that they lie in."""
        known = frozenset(code for code in codes if code is not None)
        country = next(code for code in codes if code is not None)[:2]
        return cls(country, known | {country})


@dataclass(frozen=True, slots=True)
class Place:
    """A place where data is handled, as the law sees it."""

    territory: str
    """Country, or territory with its own law, in which it stands."""
    subdivision: str | None = None
    """ISO 3166-2 subdivision, where known."""
    law: str | None = None
    """The territory with its own law, where `territory` is its country."""
    operator: frozenset[str] = frozenset()
    """Countries of the operator and its owners; empty: an ordinary company of the place."""
    certifications: frozenset[str] = frozenset()
    """Tokens of certificates in force on the day: `HDS` meets `host:HDS`, `dpf` `recipient:dpf`."""
    id: str | None = None
    """The datacenter, where it is one: declarations may be limited to some."""
    provider: str | None = None
    """Its provider: declarations may be limited to some."""
    point: Point = field(init=False, repr=False, compare=False)
    """Where it stands, as regions are compared with it."""
    operators: tuple[Point, ...] = field(init=False, repr=False, compare=False)
    """Whose law reaches it."""

    def __post_init__(self) -> None:
        check_territory(self.territory, "place")
        for code in (self.subdivision, self.law):
            if code is not None and check_territory(code, "place")[:2] != self.territory[:2]:
                raise ValueError(f"place: `{code}` does not lie in `{self.territory}`")
        for code in self.operator:
            check_territory(code, "operator")
        point = Point.of(self.territory, self.subdivision, self.law)
        operators = tuple(Point.of(code) for code in sorted(self.operator)) or (point,)
        object.__setattr__(self, "point", point)
        object.__setattr__(self, "operators", operators)

    @classmethod
    def read(cls, given: str | Place) -> Place:
        """A place, given as such or as the code of its territory alone."""
        return given if isinstance(given, Place) else cls(given)

    @property
    def jurisdiction(self) -> str:
        """The finest code that may have law of its own."""
        return (
            self.law
            or (self.territory if "-" in self.territory else self.subdivision)
            or (self.territory)
        )


def met_by_certificates(place: Place) -> frozenset[str]:
    """The needs that a place's certificates meet."""
    return frozenset(
        prefix + certificate for certificate in place.certifications for prefix in _PREFIXES
    )


@dataclass(frozen=True, slots=True)
class Declaration:
    """A mechanism or a fact that is declared as met, with the limits of what it covers."""

    token: str
    """As rules need it: `scc`, `recipient:dpf`, `actor:bank`, `not:actor:bank`."""
    subjects: frozenset[str] | None = None
    """Countries, territories and groups whose data it covers; absent: all."""
    places: frozenset[str] | None = None
    """Ids of the places where it is in force; absent: all."""
    providers: frozenset[str] | None = None
    """Ids of the providers with which it is in force; absent: all."""
    to: frozenset[str] | None = None
    """Countries, territories and groups that it covers as destinations; absent: all."""
    from_: date | None = None
    """First day in force; absent: always."""
    until: date | None = None
    """Last day in force; absent: no end."""

    @property
    def plain(self) -> bool:
        """Whether it holds for every subject, place and destination."""
        return self.subjects is self.places is self.providers is self.to is None

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.from_ is None or self.from_ <= day) and (
            self.until is None or day <= self.until
        )

    def at(self, place: Place) -> bool:
        """Whether its limits of places and providers let it hold at a place."""
        return (self.places is None or place.id in self.places) and (
            self.providers is None or place.provider in self.providers
        )


def read_declared(
    declared: Iterable[str | Declaration], day: date
) -> tuple[frozenset[str], tuple[Declaration, ...]]:
    """What holds on a day: tokens that hold everywhere, and declarations that have limits."""
    everywhere: set[str] = set()
    limited: list[Declaration] = []
    for each in declared:
        if not isinstance(each, Declaration):
            everywhere.add(each)
        elif each.in_force(day):
            if each.plain:
                everywhere.add(each.token)
            else:
                limited.append(each)
    return frozenset(everywhere), tuple(limited)
