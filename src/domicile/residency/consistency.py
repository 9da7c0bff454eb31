"""What is wrong with a law as written: names that lead nowhere, and regimes that overlap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from domicile.residency.facts import Group, Jurisdiction, Rule
from domicile.residency.nesting import Nesting
from domicile.residency.region import FOREIGN_ACCESS, WORLD

if TYPE_CHECKING:
    from domicile.residency.law import Law

_TERRITORY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6})?")


def dangling(
    jurisdictions: Mapping[str, Jurisdiction],
    groups: Mapping[str, Group],
    classes: Nesting,
    activities: Nesting,
) -> list[str]:
    """One sentence for each name that is not known, so that a rule would silently not apply."""

    def regions(names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if not (
                name in {WORLD, FOREIGN_ACCESS}
                or name in groups
                or name in jurisdictions
                or _TERRITORY.fullmatch(name)
            ):
                yield f"`{name}` is neither a country, a territory, a group nor a union"

    def rule(each: Rule) -> Iterator[str]:
        yield from (
            f"`{c}` is no data class" for c in (*each.data, *each.regime) if c not in classes.wider
        )
        yield from (f"`{a}` is no activity" for a in each.does if a not in activities.wider)
        yield from regions((*(each.in_ if isinstance(each.in_, tuple) else ()), *each.not_in))
        for way in each.unless:
            yield from regions(way.to)
            if way.list is not None and way.list not in jurisdictions:
                yield f"`{way.list}` is no jurisdiction that could have a list"

    found = list(_circular(jurisdictions))
    for jurisdiction in jurisdictions.values():
        unknown = [name for name in jurisdiction.under if name not in jurisdictions]
        found += [f"{jurisdiction.id}: `{name}` is no jurisdiction to be under" for name in unknown]
        found += [f"{jurisdiction.id}: {problem}" for problem in regions(jurisdiction.territory)]
        for each in jurisdiction.rules:
            found += [f"{each.id}: {problem}" for problem in rule(each)]
        for entry in jurisdiction.lists:
            found += [f"{entry.id}: {problem}" for problem in regions(entry.to)]
    return found


def _circular(jurisdictions: Mapping[str, Jurisdiction]) -> Iterator[str]:
    def reaches(name: str, sought: str, seen: set[str]) -> bool:
        inner = jurisdictions[name].territory if name in jurisdictions else ()
        new = [each for each in inner if each != name and each not in seen]
        seen.update(new)
        return sought in new or any(reaches(each, sought, seen) for each in new)

    for name in jurisdictions:
        if reaches(name, name, set()):
            yield f"{name}: its territory leads back to it through another's"


def overlapping_regimes(law: Law) -> list[str]:
    """One sentence for each two regimes of a jurisdiction for one class on the same day.

    Regimes that bind different people (`when`) may stand side by side.
    """
    return [
        f"`{one.id}` and `{other.id}` are both the regime for `{root}`"
        for jurisdiction in law.jurisdictions.values()
        for one, other in combinations((r for r in jurisdiction.rules if r.regime), 2)
        for root in sorted(set(one.regime) & set(other.regime))
        if one.when == other.when
        and (one.from_ or date.min) <= (other.until or date.max)
        and (other.from_ or date.min) <= (one.until or date.max)
        and (not one.does or not other.does or set(one.does) & set(other.does))
    ]


def unknown_replacements(law: Law) -> list[str]:
    """One sentence for each `replaces` that takes out nothing."""
    known = {rule.id for each in law.jurisdictions.values() for rule in each.rules}
    return [
        f"`{rule.id}` replaces `{name}`, which is not a rule"
        for jurisdiction in law.jurisdictions.values()
        for rule in jurisdiction.rules
        for name in rule.replaces
        if name not in known
    ]
