"""Facts about places that can be wrong in ways that a table shows."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pycountry
import pytest
import yaml

from domicile.model.place import Coordinates, Datacenter, RegionFile
from domicile.workspace import Workspace

METRO_WIDTH = 60.0
"""Kilometres: no town of the catalogue spreads its datacenters further from each other."""
SHORT_NAMES = {"scaleway": "scw"}
"""Providers whose datacenters go by another name than their own."""


class Bounds(NamedTuple):
    """A hosting country's rough place on the Earth."""

    box: tuple[int, int, int, int]
    """South, north, west and east edge, in degrees."""
    continent: str


UNVERIFIED = "not verified"
"""In the source of a datacenter that nobody saw named, or of which nobody saw in which town."""


@pytest.fixture(scope="module")
def bounds() -> dict[str, Bounds]:
    """Country, or part of one that lies apart → its bounds."""
    read = yaml.safe_load(Path(__file__).with_name("bounds.yaml").read_text("utf-8"))
    return {
        country: Bounds(tuple(facts["box"]), facts["continent"]) for country, facts in read.items()
    }


def around(place: Datacenter, bounds: Mapping[str, Bounds]) -> Bounds:
    """The bounds in which a datacenter must lie."""
    return bounds.get(place.subdivision or "") or bounds[place.country]


def kilometres(one: Coordinates, other: Coordinates) -> float:
    """Great circle by the spherical law of cosines, another formula than the program's."""
    south, north = math.radians(one.latitude), math.radians(other.latitude)
    turn = math.radians(other.longitude - one.longitude)
    cosine = math.sin(south) * math.sin(north) + math.cos(south) * math.cos(north) * math.cos(turn)
    return 6371.0 * math.acos(min(1.0, cosine))


def test_catalogue_spans_the_world(workspace: Workspace, bounds: Mapping[str, Bounds]) -> None:
    """At least 500 datacenters that were seen, of at least 32 providers, on six continents."""
    seen = [p for p in workspace.datacenters.values() if UNVERIFIED not in p.source]
    assert len(seen) >= 500
    assert len({workspace.provider_of[place.id] for place in seen}) >= 30
    assert len(set(workspace.provider_of.values())) >= 32
    assert len({place.country for place in seen}) >= 55
    on = Counter(around(place, bounds).continent for place in seen)
    assert len(on) == 6
    assert min(on.values()) >= 10


def test_each_place_stands_within_its_country(
    workspace: Workspace, bounds: Mapping[str, Bounds]
) -> None:
    """Coordinates lie within the box around the country that the datacenter names."""
    outside = []
    for place in workspace.datacenters.values():
        south, north, west, east = around(place, bounds).box
        at = place.coordinates
        if not (south <= at.latitude <= north and west <= at.longitude <= east):
            outside.append(place.id)
    assert outside == []


def test_a_point_belongs_to_one_country_and_one_town(workspace: Workspace) -> None:
    """Datacenters at the same point agree on country, subdivision and town."""
    told = defaultdict(set)
    for place in workspace.datacenters.values():
        told[place.coordinates].add((place.country, place.subdivision, place.city))
    assert [names for names in told.values() if len(names) > 1] == []


def test_a_town_stands_at_one_point(workspace: Workspace) -> None:
    """Datacenters of the same town have the same coordinates: the town's."""
    points = defaultdict(set)
    for place in workspace.datacenters.values():
        points[place.country, place.city].add(place.coordinates)
    assert [town for town, its in points.items() if len(its) > 1] == []


def test_subdivision_belongs_to_its_country(workspace: Workspace) -> None:
    """Each subdivision is one of ISO 3166-2, of the country that the datacenter names."""
    wrong = []
    for place in workspace.datacenters.values():
        if place.subdivision is None:
            continue
        known = pycountry.subdivisions.get(code=place.subdivision)
        if known is None or known.country_code != place.country:
            wrong.append(place.id)
    assert wrong == []


def test_only_places_without_subdivisions_name_none(workspace: Workspace) -> None:
    """A datacenter leaves out its subdivision only where ISO 3166-2 has none for its country."""
    without = {place.country for place in workspace.datacenters.values() if not place.subdivision}
    assert {code for code in without if pycountry.subdivisions.get(country_code=code)} == set()


def test_places_in_quebec_are_under_its_law(workspace: Workspace) -> None:
    """Quebec's own law holds at every datacenter there, and at no other."""
    in_quebec = {p.id for p in workspace.datacenters.values() if p.subdivision == "CA-QC"}
    under_its_law = {p.id for p in workspace.datacenters.values() if p.law == "CA-QC"}
    assert in_quebec == under_its_law != set()


def test_ids_begin_with_their_provider(workspace: Workspace) -> None:
    """A datacenter's id says whose it is."""
    wrong = [
        place
        for place, provider in workspace.provider_of.items()
        if not place.startswith(f"{SHORT_NAMES.get(provider, provider)}-")
    ]
    assert wrong == []


def test_every_place_says_where_its_facts_come_from(workspace: Workspace) -> None:
    """Sources are more than a word, and no fact was checked before the catalogue was begun."""
    records = (*workspace.datacenters.values(), *workspace.providers.values())
    assert [each.id for each in records if len(each.source) < 10] == []
    assert [each.id for each in records if each.checked.year < 2026] == []


def test_figures_are_positive_and_say_that_they_are_invented(workspace: Workspace) -> None:
    """A quota and a capacity stand together, above nothing, where the file says `example`.

    A datacenter whose figures nobody knows has none; each of those that the catalogue's own
    workspace uses has both.
    """
    figures = {"capacity", "quota"}
    having = set()
    for file in workspace.declared:
        if not isinstance(file.record, RegionFile):
            continue
        invented = set(file.record.example)
        for place in file.record.datacenters:
            if place.quota is None and place.capacity is None:
                continue
            having.add(place.id)
            assert figures <= invented, place.id
            assert place.quota is not None, place.id
            assert place.quota.value >= 1, place.id
            assert place.capacity is not None, place.id
            assert place.capacity.value > 0, place.id
    used = {pool.datacenter for pools in workspace.pools.values() for pool in pools}
    assert used - having == set()


def test_links_join_places_that_carry_something(workspace: Workspace) -> None:
    """A datacenter has links exactly where it says how much its network carries."""
    linked = {end for link in workspace.links for end in link.between}
    carrying = {place.id for place in workspace.datacenters.values() if place.capacity is not None}
    assert linked == carrying


def test_claimed_certificates_stay_unverified(workspace: Workspace) -> None:
    """A certificate that nobody saw is a claim, unless it is an example and says so."""
    for provider in workspace.providers.values():
        for certificate in provider.certifications:
            assert certificate.source, provider.id
            if certificate.example:
                assert certificate.evidence == "unverified", provider.id


def test_failure_domains_are_shared_and_declared(workspace: Workspace) -> None:
    """Every failure domain in use is declared, and holds more than one thing: else it is none."""
    holders = defaultdict(list)
    for record in (*workspace.datacenters.values(), *workspace.links):
        for name in record.failure_domains:
            holders[name].append(record)
    assert set(holders) == set(workspace.failure_domains)
    assert [name for name, held in holders.items() if len(held) < 2] == []


def test_a_metro_is_no_wider_than_a_town(workspace: Workspace) -> None:
    """Datacenters that share a town's power and streets stand in one town."""
    metros = defaultdict(list)
    for place in workspace.datacenters.values():
        for name in place.failure_domains:
            if workspace.failure_domains[name].kind == "metro":
                metros[name].append(place)
    for name, places in metros.items():
        for one, other in combinations(places, 2):
            assert kilometres(one.coordinates, other.coordinates) <= METRO_WIDTH, name


def test_places_of_one_town_share_its_failure_domains(workspace: Workspace) -> None:
    """Two datacenters of one town never pass for independent of each other."""
    for one, other in combinations(workspace.datacenters.values(), 2):
        if one.coordinates == other.coordinates:
            assert set(one.failure_domains) & set(other.failure_domains), (one.id, other.id)
