"""Codes of countries and subdivisions that ISO 3166 does not know, and that no file declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final

from domicile.model.base import Record
from domicile.model.errors import SourceError
from domicile.model.law import Jurisdiction
from domicile.model.place import EntriesFile, GroupsFile, LinksFile, RegionFile
from domicile.model.policy import MechanismsFile, PlacementsFile
from domicile.model.service import DemandFile, FlowsFile, SidePathsFile
from domicile.workspace.territories import (
    names,
    subdivisions,
    suggested_subdivision,
    suggestion,
)
from domicile.workspace.validating import Declared

Keys = tuple[str | int, ...]

_CODE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6})?")
_COUNTRY: Final = 2
"""Letters of a country's code; groups and unions that have as many (`EU`) must be declared."""
_SUBDIVISION: Final = 3
"""Most characters after the hyphen in ISO 3166-2; longer ones (`AE-DIFC`) are places of law."""

_HOLDERS: Final[dict[type[Record], tuple[str, ...]]] = {
    RegionFile: (
        "provider.operator.country",
        "provider.owners.*.country",
        "datacenters.*.country",
        "datacenters.*.subdivision",
        "datacenters.*.law",
        "side_paths.*.paths.*.from_.*",
        "side_paths.*.paths.*.to.*",
        "links.*.between.*",
    ),
    LinksFile: ("links.*.between.*",),
    EntriesFile: ("entries.*.subject",),
    GroupsFile: ("groups.*.members.*", "groups.*.members.*.of"),
    Jurisdiction: (
        "territory.*",
        "rules.*.in_.*",
        "rules.*.not_in.*",
        "rules.*.unless.*.to.*",
        "lists.*.to.*",
    ),
    MechanismsFile: ("mechanisms.*.subjects.*", "mechanisms.*.to.*"),
    PlacementsFile: ("placements.*.subjects.*",),
    DemandFile: ("demand.*.subject",),
    SidePathsFile: ("side_paths.*.to.*",),
    FlowsFile: ("flows.*.subjects.*", "flows.*.to.*", "flows.*.recipient"),
}
"""Where codes stand in each file; `*` is any item of a list. Lists may name groups as well."""
_PATHS: Final = {
    model: tuple(path.split(".") for path in paths) for model, paths in _HOLDERS.items()
}


def nowhere(files: list[Declared], law: frozenset[str]) -> Iterator[SourceError]:
    """An error for each code that stands for nothing.

    Args:
        files: where to look.
        law: ids of the jurisdictions and groups that are declared.
    """
    known = set(names()) | law
    for file in files:
        for path in _PATHS.get(file.found.kind.model, ()):
            for code, keys in _walk(file.record, path, ()):
                if code in known or code in subdivisions() or not _CODE.fullmatch(code):
                    continue
                country, _, part = code.partition("-")
                if country in known and len(part) > _SUBDIVISION:
                    continue
                yield _error(file, code, keys, known)


def _walk(value: Any, path: Sequence[str], keys: Keys) -> Iterator[tuple[str, Keys]]:  # noqa: ANN401  (any part of a record)
    if not path:
        if isinstance(value, str):
            yield value, keys
    elif path[0] != "*":
        inner = getattr(value, path[0], None)
        if inner is not None:
            yield from _walk(inner, path[1:], (*keys, path[0].removesuffix("_")))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _walk(item, path[1:], (*keys, index))


def _error(file: Declared, code: str, keys: Keys, known: set[str]) -> SourceError:
    country, _, part = code.partition("-")
    if part and country in known:
        message = f"`{code}` is not an ISO 3166-2 subdivision, nor a jurisdiction here"
        near = suggested_subdivision(code)
    else:
        message = f"`{country}` is not an ISO 3166-1 country code"
        near = suggestion(country) or next(iter(get_close_matches(code, known, 1, 0.7)), None)
        near = f"{near}-{part}" if near and part else near
    return SourceError(
        message,
        file.document.locate(keys),
        f"did you mean `{near}`?" if near else "ISO 3166 lists the codes that there are",
    )
