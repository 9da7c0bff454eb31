"""The table says of Pulumi's types nothing that their own SDKs do not say."""

from __future__ import annotations

import pytest
from sdk_types import PACKAGES, folder, inputs, missing

from domicile.model.tokens import Activity
from domicile.resources.rows import Package, Row, Rows
from domicile.workspace import load_shipped

ROWS = Rows()
OUTPUTS = {"region", "datacenter", "zones", "bucketDomainName", "arn"}
"""What types whose place is chosen when they are made say of it afterwards."""


def _paths(row: Row) -> list[str]:
    ways = [way.path for way in row.at if way.path]
    of_package = (
        [way.path for way in row.package.at if way.path] if row.at == row.package.at else []
    )
    copied = [copy.to.path for copy in row.copies if copy.to]
    asked = [
        path
        for copy in row.copies
        for path in (copy.unless, *(p for p, _ in (*copy.when, *copy.unless_value)))
    ]
    own = [path for path in (*ways, *copied, *asked, row.whose) if path and path not in of_package]
    counted = [path for path in (*row.count, *row.size) if path != "one"]
    tags = list(row.tags) if row.tags != row.package.tags else []
    return [*own, *counted, *tags]


def test_it_has_enough_types() -> None:
    """More than 120 types hold data or lead it somewhere, among fifteen packages."""
    pulumi = [row for name in ROWS.packages for row in ROWS.every(name)[0]]
    assert set(ROWS.packages) == set(PACKAGES)
    assert sum(1 for row in pulumi if row.holds or row.copies) >= 250
    assert len({row.type for row in pulumi}) == len(pulumi)


@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_every_type_and_input_is_the_sdks_own(name: str) -> None:
    """Each token is one that the SDK registers; each path leads through inputs that it takes."""
    if folder(name) is None:
        pytest.skip(f"the SDK of {name} is not installed")
    wrong = []
    for row in ROWS.every(name)[0]:
        if inputs(name, row.type) is None:
            wrong.append(f"{row.type}: no such type")
            continue
        for path in _paths(row):
            if row.outputs_only and path in OUTPUTS:
                continue
            if unknown := missing(name, row.type, path):
                wrong.append(f"{row.type}: `{path}`: no `{unknown}`")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_types_stand_where_their_package_is_looked_for(name: str) -> None:
    """Where a row leaves the way and the tags to its package, the type has one of these inputs."""
    if folder(name) is None:
        pytest.skip(f"the SDK of {name} is not installed")
    wrong = []
    for row in ROWS.every(name)[0]:
        package = row.package
        paths = [way.path for way in row.at if way.path]
        asked = [paths] if row.holds and row.at == package.at and paths else []
        asked += [list(row.tags)] if row.tags and row.tags == package.tags else []
        wrong += [
            f"{row.type}: none of {each}"
            for each in asked
            if all(missing(name, row.type, path) for path in each)
        ]
    assert not wrong, "\n".join(wrong)


def test_activities_and_providers_are_those_of_the_catalogue() -> None:
    """What types do are activities; packages, areas and side paths are known."""
    known = load_shipped()
    activities = {str(each) for each in Activity}
    packages: dict[str, Package] = {}
    for name in ROWS.packages:
        for row in (*ROWS.every(name)[0], *ROWS.every(name)[1]):
            packages[name] = row.package
            assert set(row.does) <= activities, row.type
            assert {copy.does for copy in row.copies} <= activities, row.type
            assert not row.areas or row.areas in ROWS.areas, row.type
            for copy in row.copies:
                if copy.side_path:
                    assert f"{row.package.catalogue[0]}:{copy.side_path}" in known.side_paths, row
                assert bool(copy.to) != bool(copy.side_path), row.type
    for package in packages.values():
        assert set(package.catalogue) - {"*"} <= set(known.providers), package.name


def test_areas_are_made_of_codes_of_the_catalogue() -> None:
    """Each region that an area is made of is a datacenter's name; each says where that was seen."""
    known = load_shipped()
    names = {place.name.lower() for place in known.datacenters.values()}
    for areas in ROWS.areas.values():
        for name, area in areas.items():
            assert set(area.get("codes", ())) <= names, name
            assert area["source"]
            assert area.get("codes") or area.get("countries"), name
