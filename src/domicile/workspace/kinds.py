"""The kinds of file, where each stands, and the model that it must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domicile.model.base import Record
from domicile.model.law import ConditionsFile, DataClassesFile, Jurisdiction
from domicile.model.place import EntriesFile, GroupsFile, LinksFile, RegionFile
from domicile.model.plan import Plan
from domicile.model.policy import (
    ConfirmationsFile,
    HeadroomFile,
    MechanismsFile,
    PlacementsFile,
    WaiversFile,
)
from domicile.model.service import (
    BackendsFile,
    DemandFile,
    EnvironmentsFile,
    FlowsFile,
    PoolsFile,
    ServicesFile,
    SidePathsFile,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file."""

    name: str
    """Its name up to the first dot; `region` and `jurisdiction` take any name."""
    folder: str
    """The folder in which it stands, below the workspace."""
    model: type[Record]
    """What it must be."""
    shipped: bool = False
    """Whether the package ships such files, over which a workspace lays its own."""
    named: bool = True
    """Whether its file name says its kind."""


KINDS: Final = (
    Kind("groups", "regions", GroupsFile, shipped=True),
    Kind("entries", "regions", EntriesFile, shipped=True),
    Kind("links", "regions", LinksFile, shipped=True),
    Kind("region", "regions", RegionFile, shipped=True, named=False),
    Kind("jurisdiction", "policies/residency", Jurisdiction, shipped=True, named=False),
    Kind("data_classes", "policies", DataClassesFile, shipped=True),
    Kind("conditions", "policies", ConditionsFile, shipped=True),
    Kind("confirmations", "policies", ConfirmationsFile),
    Kind("headroom", "policies", HeadroomFile),
    Kind("mechanisms", "policies", MechanismsFile),
    Kind("placements", "policies", PlacementsFile),
    Kind("waivers", "policies", WaiversFile),
    Kind("environments", "infra", EnvironmentsFile),
    Kind("services", "infra", ServicesFile),
    Kind("backends", "infra", BackendsFile),
    Kind("pools", "infra", PoolsFile),
    Kind("demand", "infra", DemandFile),
    Kind("flows", "infra", FlowsFile),
    Kind("side_paths", "infra", SidePathsFile),
    Kind("plan", "stacks", Plan),
)
"""Every kind of file that a workspace holds."""

FOLDERS: Final = tuple(dict.fromkeys(kind.folder for kind in KINDS))
"""The folders that are read, in order."""


def kind_of(folder: str, name: str) -> Kind | None:
    """The kind of the file `name` in `folder`; None where none has that name."""
    first = name.split(".", 1)[0]
    there = [kind for kind in KINDS if kind.folder == folder]
    for kind in there:
        if kind.named and kind.name == first:
            return kind
    return next((kind for kind in there if not kind.named), None)
