"""Subjects by hosting countries, and what each hosting country may hold."""

from __future__ import annotations

from collections.abc import Iterable

from domicile.model.tokens import Verdict
from domicile.report.page.report import Named
from domicile.report.residency.dossiers import hosting_country, named
from domicile.report.residency.reading import Reader
from domicile.report.residency.records import (
    Cell,
    Dossier,
    Dot,
    Hosting,
    Matrix,
    Placement,
)
from domicile.residency.region import Inside


def matrix(reader: Reader, dossiers: Iterable[Dossier]) -> Matrix:
    """The verdicts, summed up for each subject and hosting country."""
    countries = _countries(reader)
    return Matrix(
        countries,
        tuple((dossier.subject, _row(reader, dossier, countries)) for dossier in dossiers),
    )


def _countries(reader: Reader) -> tuple[Named, ...]:
    codes = {hosting_country(reader, place) for place in reader.situation.places}
    return tuple(named(reader, code) for code in sorted(codes))


def _row(reader: Reader, dossier: Dossier, countries: Iterable[Named]) -> tuple[Cell | None, ...]:
    held: dict[str, list[Placement]] = {}
    for each in _placements(dossier):
        held.setdefault(hosting_country(reader, each.place), []).append(each)
    return tuple(
        _cell(reader, dossier.subject.code, held[country.code]) if country.code in held else None
        for country in countries
    )


def _placements(dossier: Dossier) -> list[Placement]:
    return [each for group in dossier.groups for part in group.groups for each in part.placements]


def _cell(reader: Reader, subject: str, placements: list[Placement]) -> Cell:
    services: dict[str, Verdict] = {}
    for each in placements:
        known = services.get(each.service, each.verdict)
        services[each.service] = min(known, each.verdict, key=lambda one: one.rank)
    home = reader.day.subject(subject).home
    return Cell(
        worst=min((each.verdict for each in placements), key=lambda each: each.rank),
        best=max((each.verdict for each in placements), key=lambda each: each.rank),
        in_use=any(each.use.in_use for each in placements),
        home=all(home.holds(reader.place(each.place).point) is Inside.YES for each in placements),
        unlawful_use=any(each.use.in_use and not each.verdict.lets_through for each in placements),
        services=tuple(sorted(services.items())),
    )


def hosting(reader: Reader, dossiers: Iterable[Dossier]) -> tuple[Hosting, ...]:
    """For each hosting country, the subjects whose data it may hold, wholly or in part."""
    countries = _countries(reader)
    places: dict[str, set[str]] = {each.code: set() for each in countries}
    for place in reader.situation.places:
        places[hosting_country(reader, place)].add(place)
    whole: dict[str, int] = dict.fromkeys(places, 0)
    part: dict[str, int] = dict.fromkeys(places, 0)
    subjects = 0
    for dossier in dossiers:
        subjects += 1
        lawful: dict[str, set[str]] = {}
        every: set[str] = set()
        for each in _placements(dossier):
            every.add(each.load)
            if each.verdict.lets_through:
                lawful.setdefault(each.place, set()).add(each.load)
        for code, standing in places.items():
            if any(lawful.get(place) == every for place in standing):
                whole[code] += 1
            elif any(place in lawful for place in standing):
                part[code] += 1
    return tuple(
        Hosting(each, len(places[each.code]), whole[each.code], part[each.code], subjects)
        for each in countries
    )


def dots(reader: Reader) -> tuple[Dot, ...]:
    """The datacenters of this environment, by id."""
    situation = reader.situation
    pools: dict[str, int] = {}
    backends: dict[str, int] = {}
    for (_, place), count in situation.backends.items():
        pools[place] = pools.get(place, 0) + 1
        backends[place] = backends.get(place, 0) + count
    found = []
    for place in situation.places:
        datacenter = reader.workspace.datacenters[place]
        found.append(
            Dot(
                place,
                datacenter.name,
                datacenter.city,
                hosting_country(reader, place),
                datacenter.coordinates.latitude,
                datacenter.coordinates.longitude,
                pools[place],
                backends[place],
            )
        )
    return tuple(found)
