"""From a provider's own code to datacenters of the catalogue, as the law sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from domicile.legal import legal_place, reached_by
from domicile.model.place import SidePath
from domicile.residency import Place
from domicile.resources.resource import look_up
from domicile.resources.rows import Package, Row
from domicile.workspace import Workspace

ANY = "*"
ANYWHERE = "anywhere"
_GLOBAL = "global"
_COUNTRY = 2
"""Letters of a country's code."""


@dataclass(frozen=True, slots=True)
class Target:
    """One place that is judged: a datacenter, or a provider somewhere in a country."""

    id: str
    """The datacenter's id, or the country's code."""
    provider: str
    """Whose it is."""

    def __str__(self) -> str:
        return f"{self.provider} in {self.id}" if len(self.id) == _COUNTRY else self.id


class Catalogue:
    """The places of a workspace, found by the codes that providers use."""

    def __init__(
        self, workspace: Workspace, areas: Mapping[str, Mapping[str, Any]], as_of: date
    ) -> None:
        self.workspace = workspace
        self.as_of = as_of
        self._areas = areas
        self._places: dict[Target, Place] = {}
        self._resolved: dict[tuple[str, str, str, tuple[str, ...]], tuple[Target, ...]] = {}

    def resolve(self, code: str, row: Row, provider: Mapping[str, Any]) -> tuple[Target, ...]:
        """The datacenters that a code stands for; empty where it stands for none that is known.

        Args:
            code: as a resource has it: a region, a zone, a multi-region, `global`.
            row: the resource's, whose package says how its codes are spelt.
            provider: how the resource's provider is configured.
        """
        package = row.package
        among = self.among(package, provider)
        key = (code, package.name, row.areas, among)
        known = self._resolved.get(key)
        if known is None:
            known = self._resolved[key] = self._resolve(code, row, among)
        return known

    def _resolve(self, code: str, row: Row, among: tuple[str, ...]) -> tuple[Target, ...]:
        package = row.package
        for spelt in _spellings(code.strip(), package):
            low = spelt.lower()
            if low == _GLOBAL:
                return self.anywhere(among)
            area = self._area(row.areas, low)
            if area is not None:
                return self._in_area(area, among)
            found = tuple(
                Target(place, holder)
                for holder in among
                for place in self._codes.get(holder, {}).get(low, ())
            )
            if not found and package.parts:
                found = tuple(
                    Target(place, holder)
                    for holder in among
                    for name, places in self._codes.get(holder, {}).items()
                    if name.startswith(f"{low}-")
                    for place in places
                )
            if found:
                return tuple(dict.fromkeys(found))
        return ()

    def among(self, package: Package, provider: Mapping[str, Any]) -> tuple[str, ...]:
        """The catalogue's providers that a package may make things with."""
        if package.host_input:
            for host in look_up(provider, package.host_input):
                for ending, name in package.hosts.items():
                    if isinstance(host, str) and ending in host:
                        return (name,)
        if ANY in package.catalogue:
            return tuple(self.workspace.providers)
        return tuple(name for name in package.catalogue if name in self.workspace.providers)

    def anywhere(self, among: Iterable[str]) -> tuple[Target, ...]:
        """Every datacenter of the first of some providers."""
        first = next(iter(among), None)
        return tuple(
            Target(place, first)
            for place, holder in self.workspace.provider_of.items()
            if holder == first and first is not None
        )

    def beyond(self, start: Target, side_path: str) -> tuple[Target, ...] | None:
        """Where a side path leads from a place; None where that is not known."""
        path = self.workspace.side_paths.get(f"{start.provider}:{side_path}")
        if path is None or not path.paths:
            return None
        return tuple(dict.fromkeys(self._led(start, path)))

    def always(self, among: Iterable[str], side_path: str) -> tuple[Target, ...]:
        """Where a side path leads from everywhere alike; empty where that depends on the place."""
        holder = next(iter(among), "")
        path = self.workspace.side_paths.get(f"{holder}:{side_path}")
        if path is None or not path.paths or any(each.from_ for each in path.paths):
            return ()
        start = self.anywhere((holder,))
        return tuple(dict.fromkeys(self._led(start[0], path))) if start else ()

    def datacenter(self, name: str) -> Target | None:
        """A datacenter by its id."""
        holder = self.workspace.provider_of.get(name)
        return None if holder is None else Target(name, holder)

    def place(self, target: Target) -> Place:
        """A place as the law sees it."""
        known = self._places.get(target)
        if known is None:
            known = self._places[target] = self._seen(target)
        return known

    def _seen(self, target: Target) -> Place:
        if target.id in self.workspace.datacenters:
            return legal_place(self.workspace, target.id, self.as_of)
        holder = self.workspace.providers.get(target.provider)
        reach = frozenset[str]() if holder is None else reached_by(holder)
        return Place(target.id, operator=reach, provider=target.provider)

    def _led(self, start: Target, path: SidePath) -> Iterator[Target]:
        country = self.place(start).territory
        for each in path.paths:
            if each.from_ and start.id not in each.from_ and country not in each.from_:
                continue
            for to in each.to:
                if to == ANYWHERE:
                    yield from self.anywhere((start.provider,))
                elif to in self.workspace.provider_of:
                    yield Target(to, self.workspace.provider_of[to])
                else:
                    yield Target(to, start.provider)

    def _area(self, name: str, code: str) -> Mapping[str, Any] | None:
        if not name:
            return None
        areas: Mapping[str, Any] = self._areas.get(name, {})
        found = areas.get(code)
        if found is None:  # families of configurations: `nam` stands for nam3, nam6 …
            found = next(
                (
                    area
                    for key, area in areas.items()
                    if area.get("prefix") and re.fullmatch(rf"{key}\d+", code)
                ),
                None,
            )
        return found

    def _in_area(self, area: Mapping[str, Any], among: tuple[str, ...]) -> tuple[Target, ...]:
        codes = [str(code).lower() for code in area.get("codes", ())]
        found = [
            Target(place, holder)
            for holder in among
            for code in codes
            for place in self._codes.get(holder, {}).get(code, ())
        ]
        for country in area.get("countries", ()):
            places = [
                Target(place, holder)
                for place, holder in self.workspace.provider_of.items()
                if holder in among[:1] and self.workspace.datacenters[place].country == country
            ]
            found += places or [Target(country, among[0])]
        return tuple(dict.fromkeys(found))

    @cached_property
    def _codes(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Provider → code in lower case → datacenters."""
        found: dict[str, dict[str, list[str]]] = {}
        for place, holder in self.workspace.provider_of.items():
            name = self.workspace.datacenters[place].name.lower()
            codes = found.setdefault(holder, {})
            short = place.partition("-")[2] if "-" in place else place
            within = re.findall(r"[\w-]+", name.partition("(")[2])  # `Moscow (ru-2, ru-7)`
            for code in dict.fromkeys((name, name.partition(" ")[0], short, *within)):
                codes.setdefault(code, []).append(place)
        return {
            holder: {code: tuple(places) for code, places in codes.items()}
            for holder, codes in found.items()
        }


def _spellings(code: str, package: Package) -> Iterator[str]:
    """A code as written, then as each pattern makes it."""
    yield code
    for pattern, becomes in package.spelt:
        changed = re.sub(pattern, becomes, code)
        if changed != code:
            code = changed
            yield code
