"""What a loaded workspace holds, by name, and where each record of it was declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from domicile.model.base import Record
from domicile.model.finding import Location, Route
from domicile.model.law import Condition, DataClassesFile, Jurisdiction
from domicile.model.place import (
    Datacenter,
    Entry,
    FailureDomain,
    Group,
    Link,
    Provider,
    SidePath,
)
from domicile.model.plan import Plan
from domicile.model.policy import (
    Confirmation,
    HeadroomPolicy,
    Mechanism,
    Placement,
    RuleSetting,
    Waiver,
)
from domicile.model.service import (
    BackendType,
    Demand,
    Environment,
    Flow,
    Pool,
    Service,
    SidePathUse,
)
from domicile.workspace.territories import names
from domicile.workspace.validating import Declared

if TYPE_CHECKING:
    import networkx as nx


class Jurisdictions(Mapping[str, Jurisdiction]):
    """Jurisdictions by id, each validated when it is first asked for: few of them ever are."""

    def __init__(self, files: Mapping[str, Declared]) -> None:
        self._files = files

    def __getitem__(self, name: str) -> Jurisdiction:
        record = self._files[name].record
        if not isinstance(record, Jurisdiction):
            raise TypeError(f"the file of `{name}` is not a jurisdiction's")
        return record

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True, eq=False)
class Workspace:
    """Everything declared; a workspace equals itself alone.

    Mappings are in the order of their keys, whatever the order of files. References that lead
    nowhere (a pool's service that is not declared) are kept as written: rules find them.
    """

    root: Path | None
    """The workspace's folder; None where only the shipped catalogue was loaded."""
    providers: Mapping[str, Provider]
    """By id."""
    datacenters: Mapping[str, Datacenter]
    """By id."""
    provider_of: Mapping[str, str]
    """Datacenter → provider."""
    links: tuple[Link, ...]
    """By name."""
    side_paths: Mapping[str, SidePath]
    """By `<provider>:<id>`."""
    failure_domains: Mapping[str, FailureDomain]
    """By id."""
    entries: Mapping[str, Entry]
    """By subject country or territory."""
    groups: Mapping[str, Group]
    """By id."""
    jurisdictions: Mapping[str, Jurisdiction]
    """By id."""
    data_classes: DataClassesFile
    """Which class lies within which."""
    conditions: Mapping[str, Condition]
    """By token."""
    confirmations: tuple[Confirmation, ...]
    """By rule, then by date."""
    headroom: tuple[HeadroomPolicy, ...]
    """In the order written: the first that names a service holds for it."""
    mechanisms: tuple[Mechanism, ...]
    """By id."""
    placements: tuple[Placement, ...]
    """In the order written: the first that matches a resource speaks of it."""
    waivers: tuple[Waiver, ...]
    """By id."""
    enforcement: tuple[RuleSetting, ...]
    """By rule."""
    environments: Mapping[str, Environment]
    """By id."""
    services: Mapping[str, Service]
    """By id."""
    backends: Mapping[str, BackendType]
    """By id."""
    pools: Mapping[str, tuple[Pool, ...]]
    """Environment → its pools, by service and datacenter; an environment may have none."""
    demand: Mapping[str, tuple[Demand, ...]]
    """Environment → its demand, by id."""
    flows: Mapping[str, tuple[Flow, ...]]
    """Environment → its flows, by id."""
    side_path_uses: Mapping[str, tuple[SidePathUse, ...]]
    """Environment → what is done about side paths, in the order written."""
    plans: Mapping[str, Plan]
    """Environment → what was planned last; absent where nothing was."""
    declared: tuple[Declared, ...] = field(repr=False)
    """The files, as they were read."""

    def route(self, record: Record, *keys: str | int) -> Route:
        """Where a record of this workspace was declared, and from there along `keys`.

        Raises:
            KeyError: `record` is not (an object) of this workspace.
        """
        while id(record) not in self._routes:
            each = next(self._unread, None)
            if each is None:
                raise KeyError(f"a {type(record).__name__} that is not of this workspace")
            for inner, at in _records(each.record, ()):
                self._routes[id(inner)] = (each.found.file, at)
        file, start = self._routes[id(record)]
        return Route(file, (*start, *keys))

    def locate(self, route: Route, *, key: bool = False) -> Location:
        """The place in a file that a route leads to; `key`: of the key rather than its value.

        A value that is missing has the place of the nearest that holds it; a file that is not
        of this workspace its first line.
        """
        declared = self._files.get(route.file)
        if declared is None:
            return Location(route.file, 1, 1)
        return declared.document.locate(route.keys, key=key)

    def setting(self, code: str, name: str) -> RuleSetting | None:
        """How strictly a rule is enforced here, where that is said."""
        return next((each for each in self.enforcement if each.rule in (code, name)), None)

    def digest(self, environment: str) -> str:
        """`sha256:…` of all that a plan of this environment rests on; see `digesting`."""
        from domicile.workspace.digesting import digest

        return digest(self, environment)

    def country_name(self, code: str) -> str:
        """What a country or territory is called; its code where nobody says."""
        known = self.jurisdictions.get(code)
        return names().get(code) or (known.name if known else code)

    def graph(self) -> nx.MultiGraph[str]:
        """Datacenters (attribute `datacenter`) and links (key: their name, attribute `link`).

        Several links may join the same two places. An end that is not declared is left out.
        The attribute `latency` of a link is one-way, in ms: as declared, else derived.
        """
        import networkx as nx

        from domicile.model.geography import one_way_latency

        graph: nx.MultiGraph[str] = nx.MultiGraph()
        for name, datacenter in self.datacenters.items():
            graph.add_node(name, datacenter=datacenter)
        for link in self.links:
            if all(end in self.datacenters for end in link.between):
                ends = [self.datacenters[end].coordinates for end in link.between]
                latency = one_way_latency(*ends) if link.latency is None else link.latency.value
                graph.add_edge(*link.between, key=link.name, link=link, latency=latency)
        return graph

    @cached_property
    def _files(self) -> dict[str, Declared]:
        return {each.found.file: each for each in self.declared}

    @cached_property
    def _routes(self) -> dict[int, tuple[str, tuple[str | int, ...]]]:
        """Identity of each record → its file and keys: records are equal by value, places not."""
        return {}

    @cached_property
    def _unread(self) -> Iterator[Declared]:
        """Files whose records have no route yet; the law of the world comes last: it is long."""
        return iter(sorted(self.declared, key=lambda each: each.law))


def _records(
    value: object, keys: tuple[str | int, ...]
) -> Iterator[tuple[Record, tuple[str | int, ...]]]:
    """A record and every record inside it, with the keys that lead there."""
    if isinstance(value, Record):
        yield value, keys
        for name, info in type(value).model_fields.items():
            yield from _records(getattr(value, name), (*keys, info.alias or name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _records(item, (*keys, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _records(item, (*keys, key))
