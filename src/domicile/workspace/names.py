"""Names given twice, and file names that lie about what the file declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domicile.model.base import Record
from domicile.model.errors import SourceError
from domicile.model.law import ConditionsFile, DataClassesFile, Jurisdiction
from domicile.model.place import EntriesFile, GroupsFile, LinksFile, RegionFile
from domicile.model.plan import Plan
from domicile.model.policy import HeadroomFile, MechanismsFile, PlacementsFile, WaiversFile
from domicile.model.service import (
    BackendsFile,
    DemandFile,
    EnvironmentsFile,
    FlowsFile,
    ServicesFile,
)
from domicile.workspace.validating import Declared

Keys = tuple[str | int, ...]

_NAMED: Final[dict[type[Record], tuple[tuple[str, str, str], ...]]] = {
    RegionFile: (
        ("datacenter", "datacenters", "id"),
        ("failure domain", "failure_domains", "id"),
        ("link", "links", "name"),
    ),
    LinksFile: (("failure domain", "failure_domains", "id"), ("link", "links", "name")),
    EntriesFile: (("entry", "entries", "subject"),),
    GroupsFile: (("group", "groups", "id"),),
    Jurisdiction: (
        ("rule", "rules", "id"),
        ("adequacy entry", "lists", "id"),
        ("reach", "reaches", "id"),
    ),
    ConditionsFile: (("condition", "conditions", "id"),),
    DataClassesFile: (("data class", "data_classes", "id"),),
    HeadroomFile: (("headroom policy", "headroom", "id"),),
    MechanismsFile: (("mechanism", "mechanisms", "id"),),
    PlacementsFile: (("placement", "placements", "id"),),
    WaiversFile: (("waiver", "waivers", "id"), ("enforcement of", "enforcement", "rule")),
    EnvironmentsFile: (("environment", "environments", "id"),),
    ServicesFile: (("service", "services", "id"),),
    BackendsFile: (("backend", "backends", "id"),),
    DemandFile: (("demand", "demand", "id"),),
    FlowsFile: (("flow", "flows", "id"),),
}
"""What each file gives names to: the word for it, the list that holds it, what names it.

Two pools of one service in one datacenter are left to a rule, which says more about them.
"""

_PROVIDER: Final[Keys] = ("provider", "id")
_JURISDICTION: Final[Keys] = ("jurisdiction",)
_ENVIRONMENT: Final[Keys] = ("environment",)


def twice(declared: list[Declared]) -> Iterator[SourceError]:
    """An error for each name that was given before."""
    first: dict[tuple[str, str, str], tuple[Declared, Keys]] = {}
    for file in declared:
        for what, name, keys in _named(file.record):
            known = first.setdefault((_within(file.record), what, name), (file, keys))
            if known != (file, keys):
                where = known[0].document.locate(known[1])
                yield SourceError(
                    f"{what} `{name}` is declared twice, first at {where}",
                    file.document.locate(keys),
                    "keep one of them, or give this one another name",
                )


def misnamed(declared: list[Declared]) -> Iterator[SourceError]:
    """An error for each file whose name is not that of what it declares."""
    for file in declared:
        match file.record:
            case RegionFile(provider=provider):
                what, name, keys = "provider", provider.id, _PROVIDER
            case Jurisdiction(jurisdiction=name):
                what, name, keys = "jurisdiction", name.lower(), _JURISDICTION
            case Plan(environment=environment):
                what, name, keys = "the plan of", f"plan.{environment}", _ENVIRONMENT
            case _:
                continue
        if file.found.path.name != f"{name}.yaml":
            yield SourceError(
                f"this file declares {what} `{name.removeprefix('plan.')}`",
                file.document.locate(keys),
                f"name the file `{name}.yaml`: it lies over the shipped file of its name",
            )


def _named(record: Record) -> Iterator[tuple[str, str, Keys]]:
    """What a file gives a name to: the word for it, the name, and where that stands."""
    if isinstance(record, RegionFile):
        yield "provider", record.provider.id, _PROVIDER
        for index, path in enumerate(record.side_paths):
            name = f"{record.provider.id}:{path.id}"
            yield "side path", name, ("side_paths", index, "id")
    for what, under, key in _NAMED.get(type(record), ()):
        for index, item in enumerate(getattr(record, under)):
            yield what, getattr(item, key), (under, index, key)


def _within(record: Record) -> str:
    """Where a name must be the only one: a jurisdiction, an environment, or everywhere."""
    match record:
        case Jurisdiction(jurisdiction=name):
            return f"law of {name}"
        case DemandFile(environment=name) | FlowsFile(environment=name):
            return f"environment {name}"
        case _:
            return ""
