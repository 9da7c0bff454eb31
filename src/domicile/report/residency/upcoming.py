"""What begins or ends soon: the dates of facts, and the days on which placements change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from domicile.changes import Moved, changes
from domicile.report.residency.jurisdictions import places
from domicile.report.residency.reading import Reader
from domicile.report.residency.records import Dossier, Ending, Shift, Transfer
from domicile.residency.facts import Fact
from domicile.situation import Situation


def years_after(day: date, years: int) -> date:
    """The same day some years later; the last of February for a day that those lack."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def endings(
    reader: Reader, jurisdictions: Iterable[str], relied: frozenset[str], last: date
) -> tuple[Ending, ...]:
    """Facts that begin or end after the day of the report and until `last`, by day."""
    first = reader.situation.as_of
    found = {
        replace(each, relied=each.id in relied)
        for each in (
            *_of_law(reader, jurisdictions),
            *_of_mechanisms(reader),
            *_of_certificates(reader),
            *_of_confirmations(reader),
        )
        if (first <= each.day if each.ends else first < each.day) and each.day <= last
    }
    return tuple(sorted(found, key=lambda each: (each.day, each.id, each.ends, each.what)))


def relied_on(dossiers: Iterable[Dossier], register: Iterable[Transfer]) -> frozenset[str]:
    """Ids of facts and mechanisms that a lawful placement in use rests on."""
    found: set[str] = set()
    reliances = [
        reliance
        for dossier in dossiers
        for group in dossier.groups
        for part in group.groups
        if part.reasoning.verdict.lets_through and any(p.use.in_use for p in part.placements)
        for ground in part.reasoning.deciding
        for reliance in ground.relies_on
    ]
    reliances += [each for row in register for each in row.relies_on]
    for each in reliances:
        found.add(each.instrument.id)
        found.update(name for token in each.tokens for name in token.declared_by)
    found.update(rule for row in register for rule in row.rules)
    return frozenset(found)


def _of_law(reader: Reader, jurisdictions: Iterable[str]) -> Iterator[Ending]:
    for code in jurisdictions:
        known = reader.situation.law.jurisdictions.get(code)
        if known is None:
            continue
        for rule in known.rules:
            yield from _dates(rule, f"rule: {rule.says}")
            for way in rule.unless:
                # a way without dates of its own has its rule's
                if (way.from_, way.until) != (rule.from_, None):
                    yield from _dates(way, f"way out of {rule.id}")
        for entry in known.lists:
            yield from _dates(entry, f"adequacy of {', '.join(entry.to)}: {entry.scope or 'all'}")


def _dates(fact: Fact, what: str) -> Iterator[Ending]:
    if fact.from_ is not None:
        yield Ending(fact.from_, fact.id, what, ends=False)
    if fact.until is not None:
        yield Ending(fact.until, fact.id, what, ends=True)


def _of_mechanisms(reader: Reader) -> Iterator[Ending]:
    for each in reader.workspace.mechanisms:
        what = f"mechanism that declares {', '.join(each.declares)}"
        yield Ending(each.from_, each.id, what, ends=False)
        if each.until is not None:
            yield Ending(each.until, each.id, what, ends=True)


def _of_certificates(reader: Reader) -> Iterator[Ending]:
    workspace = reader.workspace
    for place in places(reader):
        provider = workspace.providers[workspace.provider_of[place]]
        held = [(provider.id, each) for each in provider.certifications]
        held += [(place, each) for each in workspace.datacenters[place].certifications]
        for owner, each in held:
            name = f"certificate {each.id} of {owner}"
            if each.from_ is not None:
                yield Ending(each.from_, name, "certificate", ends=False)
            if each.until is not None:
                yield Ending(each.until, name, "certificate", ends=True)


def _of_confirmations(reader: Reader) -> Iterator[Ending]:
    for each in reader.workspace.confirmations:
        yield Ending(each.until, each.rule, f"{each.decision} by {each.name}", ends=True)


def shifts(situation: Situation, last: date) -> tuple[Shift, ...]:
    """The days until `last` on which placements fall or rise, with the facts that do it."""
    return tuple(
        Shift(
            day=change.day,
            facts=tuple(f"{turn.id} {turn.what}: {turn.says}" for turn in change.facts),
            falls=tuple(_moved(change.fallen)),
            rises=tuple(_moved(change.risen)),
        )
        for change in changes(situation, situation.as_of, last)
    )


def _moved(moved: Iterable[Moved]) -> Iterator[str]:
    """Loads or flows with their places, those of the same places together."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for each in moved:
        name = each.name if each.kind == "load" else f"flow {each.name} of {each.subject}"
        places.setdefault((name, str(each.before), str(each.after)), []).append(each.place)
    together: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for (name, before, after), standing in places.items():
        together.setdefault((tuple(sorted(set(standing))), before, after), []).append(name)
    for (at, before, after), names in together.items():
        yield f"{', '.join(sorted(names))} at {', '.join(at)} ({before}, then {after})"
