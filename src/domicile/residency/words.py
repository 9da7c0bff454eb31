"""Rules and outcomes in words, for traces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from domicile.model.tokens import Bound, Keep
from domicile.residency.day import Binding, BoundRule, OpenWay
from domicile.residency.evaluate import Case
from domicile.residency.facts import Rule
from domicile.residency.place import Point
from domicile.residency.region import FOREIGN_ACCESS, WORLD, Inside

if TYPE_CHECKING:
    from domicile.residency.law import Law

NOWHERE = "nowhere"
"""The region of a rule that sets conditions everywhere."""
SHOWN = 6
"""Ways out that an outcome names; a list of thirty would hide the rest."""
_UNSEEN = "which rests on no text of law that was seen"

_WHOLE = {
    Keep.ALL: "every copy",
    Keep.FIRST: "the first recording, before any copy elsewhere,",
    Keep.ONE: "one copy",
}


_FIRST_ASKED = frozenset({"notification", "assessment", "registration", "notice", "disclosure"})
"""Needs that ask somebody first, and of nobody else's consent or contract."""


def kind(rule: Rule) -> str:
    """What kind of rule it is, in the few words by which such rules are told apart."""
    needs = [way.needs for way in rule.unless]
    open_to = bool(rule.unless)
    region = "the country" if rule.in_ == "home" else "a region"
    if rule.in_ == WORLD:
        return "forbidden to named countries" if rule.not_in else "free"
    if rule.keep is not Keep.ALL:
        return "a copy stays" if rule.keep is Keep.ONE else "the first recording stays"
    if rule.of is Bound.OPERATOR:
        return "an operator of " + ("the country" if rule.in_ == "home" else "a region")
    if open_to and all(each and each <= _FIRST_ASKED for each in needs):
        return "notify or assess first"
    if rule.in_ == NOWHERE:
        return "conditions everywhere" if open_to else "forbidden"
    return f"leaves {region} on conditions" if open_to else f"stays in {region}"


def effect(law: Law, bound: BoundRule) -> str:
    """What a rule asks: `every copy inside EU (Kenya)`, of which data and activities."""
    rule = bound.rule
    if rule.in_ == NOWHERE:
        asked = f"{_conditions(rule)}: {rule.says.rstrip('.')}".removesuffix(": ")
    elif rule.of is Bound.OPERATOR:
        asked = f"an operator, with its owners, {_region(law, bound)}"
    else:
        asked = f"{_WHOLE[rule.keep]} {_region(law, bound)}"
        if rule.of is Bound.EITHER:
            asked += ", and so its operator"
    data = ", ".join((*rule.regime, *rule.data)) or "all"
    activities = f", {', '.join(rule.does)}" if rule.does else ""
    return f"{asked} ({data} data{activities})"


def _conditions(rule: Rule) -> str:
    """What a rule asks of every place alike."""
    if any(way.list or way.to or not way.needs for way in rule.unless):
        return "nowhere without a way out"
    ways = [" and ".join(_quoted([need]) for need in sorted(way.needs)) for way in rule.unless]
    return f"anywhere, but only with {' or with '.join(ways)}" if ways else "nowhere"


def _region(law: Law, bound: BoundRule) -> str:
    rule = bound.rule
    out = f" but {_names(law, rule.not_in)}" if rule.not_in else ""
    if rule.in_ == WORLD:
        return f"may be anywhere{out}"
    names = (rule.owner,) if isinstance(rule.in_, str) else rule.in_
    return f"inside {_names(law, names)}{out}"


def _names(law: Law, codes: Iterable[str]) -> str:
    return ", ".join(_name(law, code) for code in codes)


def _name(law: Law, code: str) -> str:
    if code == FOREIGN_ACCESS:
        return "countries whose law reaches what is held abroad"
    known = law.jurisdictions.get(code) or law.groups.get(code)
    return code if known is None else known.name


def outcome(case: Case, index: int) -> str:
    """How a placement meets a rule, what would do, or why nothing does."""
    bound = case.law.rules[index]
    said = _duty(case, bound) if bound.duty else _all(case, bound)
    if case.binding(index) is not Binding.MAYBE:
        return said
    unknown = [
        condition
        for condition in bound.rule.when
        if not case.facts.hold(condition, case.place.point)
    ]
    if not unknown:
        return f"{said}; another rule may take this one out"
    return (
        f"{said}; binds only where {_quoted(unknown)} is true, and nobody said whether it is: "
        f"declare it, or {_quoted(f'not:{each}' for each in unknown)}"
    )


def missing(case: Case, index: int) -> tuple[tuple[str, ...], ...]:
    """Each set of tokens that would take a conditional rule to a permission."""
    bound = case.law.rules[index]
    if case.value(index) != Case.CONDITIONAL or bound.unverified:
        return ()
    points = [point for point in case.points(bound) if case.at(bound, point) <= Case.CONDITIONAL]
    if len(set(points)) != 1 or bound.region.holds(points[0]) is Inside.YES:
        return ()
    return tuple(
        dict.fromkeys(
            tuple(case.facts.missing(way.needs, points[0]))
            for way in _conditional(case, bound, points[0])
        )
    )


def _conditional(case: Case, bound: BoundRule, point: Point) -> list[OpenWay]:
    """The ways that lack only declarations."""
    return [
        way
        for way in bound.ways
        if case.way(way, point) == Case.CONDITIONAL
        and way.ceiling > Case.CONDITIONAL
        and way.leads(point) is Inside.YES
        and case.facts.missing(way.needs, point)
    ]


def _duty(case: Case, bound: BoundRule) -> str:
    if all(bound.region.holds(p) is Inside.YES for p in case.points(bound)):
        return _inside(case, bound)
    planned = case.planned(bound)
    if planned is not None:
        weak = _inside(case, bound).partition(": inside")
        said = f"by the copy planned in {planned.jurisdiction}"
        return f"satisfied {said}" if weak[0] == "satisfied" else f"{weak[0]}: kept {said}{weak[2]}"
    if bound.unverified:
        return (
            "undetermined: no planned copy is there, and the rule is unverified: "
            f"confirm `{bound.rule.id}`"
        )
    if case.forbids(bound):
        return "outside: the first recording would be made elsewhere" + _ways(case, bound)
    return "missing: no planned copy is there" + _ways(case, bound)


def _ways(case: Case, bound: BoundRule) -> str:
    return "; " + _all(case, bound) if bound.ways else ""


def _all(case: Case, bound: BoundRule) -> str:
    said = [
        _outside(case, bound, point)
        for point in dict.fromkeys(case.points(bound))
        if bound.region.holds(point) is not Inside.YES
    ]
    return "; ".join(said) if said else _inside(case, bound)


def _inside(case: Case, bound: BoundRule) -> str:
    if bound.rule.regime and not case.own and bound.ceiling < Case.PERMITTED:
        grade = "undetermined" if bound.ceiling < Case.CONDITIONAL else "conditional"
        return f"{grade}: inside; confirm `{bound.rule.id}`, {_UNSEEN}"
    return "satisfied: inside"


def _outside(case: Case, bound: BoundRule, point: Point) -> str:
    name = _point(case, point)
    maybe = bound.region.holds(point) is Inside.MAYBE
    where = f"{name} may lie inside: name the subdivision" if maybe else f"{name} is outside"
    if bound.rule.in_ == NOWHERE:
        where = f"{name} needs this, like every place"
    if bound.unverified:
        return f"undetermined: {where}, and the rule is unverified: confirm `{bound.rule.id}`"
    best = case.outside(bound, point)
    if best == 0:
        return f"{where}, and no way out is open"
    ways = [way for way in bound.ways if case.way(way, point) == best]
    if best > Case.CONDITIONAL:
        return f"{where}; met by {_met(ways[0])}"
    return f"{where}; conditional: {_would_do(case, ways, point)}"


def _point(case: Case, point: Point) -> str:
    """What was judged: the place asked for, with its code; whoever operates it; or a code."""
    code = max(point.codes, key=len)
    if point == case.place.point:
        return f"{case.place.id} ({code})" if case.place.id else code
    return f"its operator ({code})" if point in case.place.operators else code


def _met(way: OpenWay) -> str:
    needs = f" with {_quoted(sorted(way.needs))}" if way.needs else ""
    return f"`{way.id}`{needs}"


def _would_do(case: Case, ways: list[OpenWay], point: Point) -> str:
    said = list(dict.fromkeys(_one(case, way, point) for way in ways))
    more = f"; or {len(said) - SHOWN} more ways" if len(said) > SHOWN else ""
    return "; or ".join(said[:SHOWN]) + more


def _one(case: Case, way: OpenWay, point: Point) -> str:
    steps = []
    needs = case.facts.missing(way.needs, point)
    if needs:
        steps.append(f"declare {_quoted(needs)}")
    if way.ceiling <= Case.CONDITIONAL:
        steps.append(f"confirm `{way.id}`, {_UNSEEN}")
    if way.leads(point) is Inside.MAYBE:
        steps.append(f"name the subdivision, for `{way.id}`")
    return " and ".join(steps)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
