"""Where a resource stands, and where copies of its data go, by its row of the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domicile.resources.catalogue import Catalogue, Target
from domicile.resources.neighbours import Neighbours, region_within
from domicile.resources.resource import Hidden, Resource, look_up, parts
from domicile.resources.rows import Copy, Row, Rows, Way

_DEEP = 4
"""How many resources are asked one after the other for the place of one."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one way led to."""

    targets: tuple[Target, ...] = ()
    """Where; several where it is in all of them."""
    how: str = ""
    """By what that is known, in words."""
    unknown: str = ""
    """Else why it is not known."""
    later: bool = False
    """Whether it will be, once the resource is made."""
    whole: bool = False
    """Whether another resource of the stack could say it."""

    @property
    def anything(self) -> bool:
        """Whether it says anything at all."""
        return bool(self.targets or self.unknown)


@dataclass(frozen=True, slots=True)
class Placed:
    """One thing that is done with the data of a resource, and where."""

    activity: str
    """What is done."""
    found: Found
    """Where."""
    copy: Copy | None = None
    """The copy that leads there; None: the resource's own place."""


class Placer:
    """Finds places."""

    def __init__(
        self,
        rows: Rows,
        catalogue: Catalogue,
        neighbours: Neighbours,
        environment: Mapping[str, str],
    ) -> None:
        self._rows = rows
        self._catalogue = catalogue
        self._neighbours = neighbours
        self._environment = environment

    def row(self, resource: Resource) -> Row | None:
        """What the table says of a resource's type."""
        find = self._rows.of_terraform if resource.terraform else self._rows.of_pulumi
        return find(resource.type)

    def own(self, resource: Resource, row: Row, deep: int = _DEEP) -> Found:
        """Where a resource itself stands."""
        for way in row.at:
            found = self._along(resource, row, way, deep)
            if found.anything:
                return found
        for said in (*resource.values("arn"), *resource.values("selfLink")):
            code = region_within(said) if isinstance(said, str) else None
            if code is not None:
                return self._coded(resource, row, code, "its ARN")
        return self._by_provider(resource, row)

    def every(self, resource: Resource, row: Row, own: Found) -> Iterator[Placed]:
        """Everywhere that data of a resource is, and what is done there."""
        for activity in row.does:
            yield Placed(activity, own)
        for copy in row.copies:
            if _wanted(resource, copy):
                for found in self._copied(resource, row, copy, own):
                    yield Placed(copy.does, found, copy)

    def refers(self, resource: Resource) -> frozenset[str]:
        """The inputs in which a resource names others."""
        row = self.row(resource)
        if row is None:
            return frozenset()
        ways = [way.path for way in row.at if way.kind in ("of", "group")]
        return frozenset(parts(path)[0] for path in (*ways, row.whose) if path)

    def codes(self, resource: Resource, row: Row, code: str) -> tuple[Target, ...]:
        """The datacenters that a code stands for, with a resource's provider."""
        return self._catalogue.resolve(code, row, _configuration(resource))

    def _copied(self, resource: Resource, row: Row, copy: Copy, own: Found) -> Iterator[Found]:
        if copy.to is not None:
            found = self._along(resource, row, copy.to, _DEEP, copied=True)
            if found.anything:
                yield found
            return
        among = self._catalogue.among(row.package, _configuration(resource))
        if not own.targets:
            always = self._catalogue.always(among, copy.side_path)
            yield Found(always, f"side path `{among[0]}:{copy.side_path}`") if always else own
            return
        for start in own.targets:
            led = self._catalogue.beyond(start, copy.side_path)
            name = f"side path `{start.provider}:{copy.side_path}`"
            if led is None:
                yield Found(unknown=f"it is not known where {name} leads")
            elif led:
                yield Found(led, name)

    def _along(
        self, resource: Resource, row: Row, way: Way, deep: int, *, copied: bool = False
    ) -> Found:
        match way.kind:
            case "anywhere":
                among = self._catalogue.among(row.package, _configuration(resource))
                return Found(self._catalogue.anywhere(among), "a service that is everywhere")
            case "region":
                return self._region(resource, row, way.path)
            case "cluster":
                return self._cluster(resource, deep)
            case _:
                return self._other(resource, row, way, deep, copied=copied)

    def _region(self, resource: Resource, row: Row, path: str) -> Found:
        targets: list[Target] = []
        for value in resource.values(path):
            if isinstance(value, Hidden):
                return _hidden(value, f"its `{path}`")
            if not isinstance(value, str):
                continue
            found = self.codes(resource, row, value)
            if not found:
                return _nowhere(f"its `{path}`")
            targets += found
        return Found(tuple(dict.fromkeys(targets)), f"its `{path}`") if targets else Found()

    def _coded(self, resource: Resource, row: Row, code: str, how: str) -> Found:
        targets = self.codes(resource, row, code)
        return Found(targets, how) if targets else _nowhere(how)

    def _other(self, resource: Resource, row: Row, way: Way, deep: int, *, copied: bool) -> Found:
        """Where another resource stands, that this one names."""
        targets: list[Target] = []
        missing = Found()
        for value in resource.values(way.path) or _only_needed(resource, way.path):
            found = self._named(resource, row, way, value, deep)
            if found.targets:
                targets += found.targets
            elif found.anything or (copied and not isinstance(value, Hidden)):
                missing = (
                    found
                    if found.anything
                    else Found(
                        unknown=f"what its `{way.path}` names is not of this stack", whole=True
                    )
                )
        if missing.anything:
            return missing
        return Found(tuple(dict.fromkeys(targets)), f"its `{way.path}`") if targets else missing

    def _named(self, resource: Resource, row: Row, way: Way, value: Any, deep: int) -> Found:  # noqa: ANN401
        code = region_within(value) if isinstance(value, str) else None
        if code is not None:
            return self._coded(resource, row, code, f"its `{way.path}`")
        other = self._neighbours.meant(resource, way.path, value)
        if other is not None and deep > 0:
            its = self.row(other)
            if its is not None:
                return self.own(other, its, deep - 1)
        return _hidden(value, f"its `{way.path}`") if isinstance(value, Hidden) else Found()

    def _cluster(self, resource: Resource, deep: int) -> Found:
        """Where the cluster stands that a provider's configuration was made from."""
        provider = resource.provider
        if provider is not None and provider.urn and deep > 0:
            for other in self._neighbours.needed_by(provider.urn):
                row = self.row(other)
                if row is not None and "process" in row.does and other.provider != provider:
                    found = self.own(other, row, deep - 1)
                    if found.anything:
                        return found
        return Found(
            unknown="where its cluster stands is not known: `policies/placements.yaml` can say",
            whole=True,
        )

    def _by_provider(self, resource: Resource, row: Row) -> Found:
        for path in row.package.region:
            for value in look_up(_configuration(resource), path, terraform=resource.terraform):
                if isinstance(value, Hidden):
                    return _hidden(value, f"the `{path}` of its provider")
                if isinstance(value, str):
                    return self._coded(resource, row, value, f"the `{path}` of its provider")
        for name in row.package.environment:
            if self._environment.get(name):
                return self._coded(resource, row, self._environment[name], f"the variable `{name}`")
        if row.outputs_only and not resource.outputs:
            return Found(unknown="its place is chosen when it is made", later=True)
        if not row.at and not row.package.region:
            return Found()
        named = any(way.kind in ("of", "group") for way in row.at)
        return Found(unknown="neither it nor its provider says where", whole=named)


def _configuration(resource: Resource) -> Mapping[str, Any]:
    return {} if resource.provider is None else resource.provider.inputs


def _hidden(value: Hidden, what: str) -> Found:
    return Found(unknown=f"{what} is {value.value}", later=value is Hidden.UNKNOWN)


def _nowhere(how: str) -> Found:
    # What it says is not repeated: a value that is no region may be anything, a secret included.
    return Found(unknown=f"{how} is no place of the catalogue")


def _only_needed(resource: Resource, path: str) -> list[Any]:
    """Stands for a value that is not shown, where it is known what it comes from."""
    return [Hidden.UNKNOWN] if resource.needed_for(path) else []


def _wanted(resource: Resource, copy: Copy) -> bool:
    """Whether a copy is made, by what the resource's inputs say; where that is hidden, it is."""
    if copy.unless and resource.values(copy.unless):
        return False
    if any(_has(resource, path, values) for path, values in copy.unless_value):
        return False
    return all(_has(resource, path, values, hidden=True) for path, values in copy.when)


def _has(resource: Resource, path: str, values: tuple[Any, ...], *, hidden: bool = False) -> bool:
    found = resource.values(path)
    if not found:
        return None in values
    return any((isinstance(each, Hidden) and hidden) or each in values for each in found)
