"""What a placement relies on, and what would settle it, rule by rule, for whoever signs it off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domicile.model.tokens import Evidence
from domicile.residency.day import Binding, BoundRule, OpenWay
from domicile.residency.evaluate import Case
from domicile.residency.facts import Citation, Entry
from domicile.residency.place import Point
from domicile.residency.region import Inside


@dataclass(frozen=True, slots=True)
class Instrument:
    """A way out of a rule by which a placement is lawful."""

    id: str
    """Of the list's entry (`EU:US:DPF`), or of the way (`EU:gdpr-44#2`)."""
    needs: tuple[str, ...]
    """The tokens that it needs; every one is declared as met."""
    scope: str | None
    """Whom or what it covers, in words, where it is an entry of a list."""
    citation: Citation
    """Where it stands."""
    evidence: Evidence
    """How far it can be trusted."""
    from_: date | None
    """First day on which it is open."""
    until: date | None
    """Last day on which it is."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """One thing that would settle what a rule leaves open; all that it names is needed."""

    declare: tuple[str, ...] = ()
    """Tokens to declare."""
    confirm: tuple[str, ...] = ()
    """Ids of facts that rest on no text of law that was seen."""
    copy: bool = False
    """Whether a copy must be kept in the rule's region."""
    subdivision: bool = False
    """Whether the part of the country must be named in which the place stands."""


def instruments(case: Case, index: int) -> tuple[Instrument, ...]:
    """The ways by which a rule is met; none where it asks for none, or is not met."""
    bound = case.law.rules[index]
    if bound.unverified or case.value(index) <= Case.CONDITIONAL:
        return ()
    if bound.duty and case.planned(bound) is not None:
        return ()
    return tuple(
        dict.fromkeys(
            Instrument(
                way.id,
                tuple(sorted(way.needs)),
                way.fact.scope if isinstance(way.fact, Entry) else None,
                way.fact.citation,
                way.fact.evidence,
                way.fact.from_,
                way.fact.until,
            )
            for point, best in _outside(case, bound)
            for way in bound.ways
            if case.way(way, point) == best > Case.CONDITIONAL
        )
    )


def settlements(case: Case, index: int) -> tuple[Settlement, ...]:
    """What would settle a rule that is conditional or undetermined; any one of these."""
    bound = case.law.rules[index]
    if not 0 < case.value(index) <= Case.CONDITIONAL:
        return ()
    found: list[Settlement] = []
    if case.binding(index) is Binding.MAYBE:
        found += [
            Settlement(declare=(f"not:{condition}",))
            for condition in bound.rule.when
            if not case.facts.hold(condition, case.place.point)
        ]
    if bound.unverified:
        found.append(Settlement(confirm=(bound.rule.id,)))
    elif bound.duty and case.planned(bound) is None and not case.forbids(bound):
        found.append(Settlement(copy=True))
    elif bound.rule.regime and not case.own and bound.ceiling <= Case.CONDITIONAL:
        found.append(Settlement(confirm=(bound.rule.id,)))
    if not bound.unverified:
        found += [
            each
            for point, best in _outside(case, bound)
            for each in _ways(case, bound, point, best)
        ]
    return tuple(dict.fromkeys(found))


def _outside(case: Case, bound: BoundRule) -> Iterator[tuple[Point, int]]:
    """The points outside a rule's region, each with what its best way comes to."""
    for point in dict.fromkeys(case.points(bound)):
        if bound.region.holds(point) is not Inside.YES:
            yield point, case.outside(bound, point)


def _ways(case: Case, bound: BoundRule, point: Point, best: int) -> Iterator[Settlement]:
    if bound.region.holds(point) is Inside.MAYBE:
        yield Settlement(subdivision=True)
    if best != Case.CONDITIONAL:
        return
    for way in bound.ways:
        if case.way(way, point) == best:
            yield _settling(case, way, point)


def _settling(case: Case, way: OpenWay, point: Point) -> Settlement:
    return Settlement(
        declare=tuple(case.facts.missing(way.needs, point)),
        confirm=(way.id,) if way.ceiling <= Case.CONDITIONAL else (),
        subdivision=way.leads(point) is Inside.MAYBE,
    )
