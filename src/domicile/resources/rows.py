"""The table of resource types, read from `table/`: one file for each package, when first needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import yaml

_TABLE: Final = Path(__file__).with_name("table")
_VERSION: Final = re.compile(r"^(azure-native)(?:_([a-z0-9]+)_v\d{8}\w*)?:([^/:]+)(?:/v\d{8}\w*)?:")
"""Azure's types may carry the version of its API, in the module or in the package."""
_OVERRIDES: Final = "terraform_"


@dataclass(frozen=True, slots=True)
class Way:
    """How a place is found: a kind of way, and the path of an input."""

    kind: str
    """`region`, `group`, `of`, `cluster` or `anywhere`."""
    path: str = ""

    @classmethod
    def read(cls, text: str) -> Way:
        """`region availabilityZone`."""
        kind, _, path = text.partition(" ")
        if kind not in ("region", "group", "of", "cluster", "anywhere"):
            raise ValueError(f"`{text}` is not a way to a place")
        return cls(kind, path)


Values = tuple[tuple[str, tuple[Any, ...]], ...]
"""Paths of inputs, each with values that it may have; None: not said."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A further place to which data of a resource goes."""

    does: str
    """What is done there."""
    to: Way | None = None
    """How the place is found."""
    side_path: str = ""
    """Else: the side path of the provider that leads there."""
    when: Values = ()
    """Only if each input has one of these values."""
    unless: str = ""
    """Not if this input is said."""
    unless_value: Values = ()
    """Not if one of these inputs has one of these values."""
    remedy: Mapping[str, str] | str | None = None
    """`drop`, or values to set instead of others; None: no remedy is known."""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Copy:
        """A copy as the table says it."""
        to = given.get("to")
        remedy = given.get("remedy")
        if isinstance(remedy, Mapping):
            remedy = {"null" if key is None else str(key): value for key, value in remedy.items()}
        return cls(
            does=given["does"],
            to=None if to is None else Way.read(to),
            side_path=given.get("side_path", ""),
            when=_values(given.get("when")),
            unless=given.get("unless", ""),
            unless_value=_values(given.get("unless_value")),
            remedy=remedy,
        )


@dataclass(frozen=True, slots=True)
class Package:
    """What the types of one provider have in common."""

    name: str
    """Pulumi's package."""
    prefix: str
    """Terraform's types begin with this and `_`."""
    catalogue: tuple[str, ...]
    """Providers of the catalogue whose datacenters it may make things in; `*`: any."""
    at: tuple[Way, ...]
    """Ways for types that the table does not know, or says nothing of."""
    region: tuple[str, ...]
    """Inputs of a provider that name its region."""
    environment: tuple[str, ...]
    """Variables that name it where the provider does not."""
    tags: tuple[str, ...]
    """Where tags are."""
    default_tags: str = ""
    """Where a provider's own tags are, which it gives to all that it makes."""
    areas: str = ""
    """The names for several regions that hold here."""
    spelt: tuple[tuple[str, str], ...] = ()
    """Patterns and what they become."""
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Ends of host names → the provider of the catalogue that answers there."""
    host_input: str = ""
    """The input of a provider in which that host name is."""
    parts: bool = False
    """Whether a code may stand for all datacenters whose names begin with it."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the table says of one type."""

    type: str
    """Pulumi's token, or Terraform's type."""
    package: Package
    does: tuple[str, ...]
    at: tuple[Way, ...]
    tags: tuple[str, ...]
    copies: tuple[Copy, ...] = ()
    whose: str = ""
    count: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    areas: str = ""
    outputs_only: bool = False
    known: bool = True
    """Whether the table has the type; else its package's own ways are tried."""

    @property
    def holds(self) -> bool:
        """Whether data of subjects may be in it, or go through it."""
        return bool(self.does)


_ROW_KEYS: Final = frozenset(
    (
        *("type", "terraform", "does", "at", "tags", "copies", "whose", "count", "size", "areas"),
        "outputs_only",
    )
)
_COPY_KEYS: Final = frozenset(
    ("to", "side_path", "does", "when", "unless", "unless_value", "remedy")
)


class Rows:
    """The table."""

    def __init__(self, folder: Path = _TABLE) -> None:
        self._folder = folder
        self._pulumi: dict[str, dict[str, Row]] = {}
        self._terraform: dict[str, dict[str, Row]] = {}
        self._packages: dict[str, Package] = {}

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """The packages that the table speaks of."""
        return tuple(
            sorted(path.stem for path in self._folder.glob("*.yaml") if path.stem != "areas")
        )

    @cached_property
    def areas(self) -> Mapping[str, Mapping[str, Any]]:
        """Names for several regions: set → name → what it stands for."""
        found: Mapping[str, Mapping[str, Any]] = _load(self._folder / "areas.yaml")
        return found

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        """Terraform's prefix → package; known without reading the files."""
        other = {"azure-native": "azurerm", "gcp": "google"}
        return {other.get(name, name): name for name in self.packages}

    def of_pulumi(self, token: str) -> Row | None:
        """The row of a type of Pulumi's; None where its package is not one of the table's."""
        token = plain_token(token)
        name = token.partition(":")[0]
        if name not in self.packages:
            return None
        self._read(name)
        return self._pulumi[name].get(token) or self._general(name, token)

    def of_terraform(self, kind: str) -> Row | None:
        """The row of a type of Terraform's; None where its provider is not one of the table's."""
        name = self._prefixes.get(kind.partition("_")[0])
        if name is None:
            return None
        self._read(name)
        return self._terraform[name].get(kind) or self._general(name, kind)

    def every(self, name: str) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """All rows of a package: as Pulumi has them, and as Terraform has them."""
        self._read(name)
        return tuple(self._pulumi[name].values()), tuple(self._terraform[name].values())

    def _general(self, name: str, kind: str) -> Row:
        package = self._packages[name]
        return Row(kind, package, (), package.at, package.tags, known=False)

    def _read(self, name: str) -> None:
        if name in self._packages:
            return
        data = _load(self._folder / f"{name}.yaml")
        package = _package(data)
        pulumi: dict[str, Row] = {}
        terraform: dict[str, Row] = {}
        shown = _paths(data["terraform"].get("tags"))
        for given in data["types"]:
            token = f"{name}:{given['type']}"
            pulumi[token] = _row(token, package, _plain(given))
            for kind in _list(given.get("terraform")):
                row = _row(kind, package, _overridden(given))
                # What Terraform's providers show of all tags, their own defaults included.
                terraform[kind] = replace(row, tags=(*row.tags, *shown))
        self._packages[name], self._pulumi[name], self._terraform[name] = package, pulumi, terraform


@cache
def plain_token(token: str) -> str:
    """A type without the version of an API: `azure-native:storage:StorageAccount`."""
    return _VERSION.sub(lambda found: f"{found[1]}:{found[3]}:", token)


def _load(path: Path) -> Any:  # noqa: ANN401  (the shape is the file's)
    return yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders


def _package(data: Mapping[str, Any]) -> Package:
    hosts = data.get("hosts") or {}
    return Package(
        name=data["package"],
        prefix=data["terraform"]["prefix"],
        catalogue=tuple(data["catalogue"]),
        at=tuple(Way.read(text) for text in data["at"]),
        region=tuple(data["region"]),
        environment=tuple(data["environment"]),
        tags=_paths(data.get("tags")),
        default_tags=data.get("default_tags", ""),
        areas=data.get("areas", ""),
        spelt=tuple((pattern, becomes) for pattern, becomes in data["spelt"]),
        hosts=hosts.get("names", {}),
        host_input=hosts.get("input", ""),
        parts=data.get("parts", False),
    )


def _row(token: str, package: Package, given: Mapping[str, Any]) -> Row:
    if strange := set(given) - _ROW_KEYS:
        raise ValueError(f"`{token}`: the table has no key `{min(strange)}`")
    copies = given.get("copies", ())
    if strange := {key for copy in copies for key in copy} - _COPY_KEYS:
        raise ValueError(f"`{token}`: copies have no key `{min(strange)}`")
    ways = given.get("at")
    return Row(
        type=token,
        package=package,
        does=tuple(given["does"]),
        at=package.at if ways is None else tuple(Way.read(text) for text in ways),
        tags=package.tags if "tags" not in given else _paths(given["tags"]),
        copies=tuple(Copy.read(copy) for copy in copies),
        whose=given.get("whose", ""),
        count=_paths(given.get("count")),
        size=_paths(given.get("size")),
        areas=given.get("areas", package.areas),
        outputs_only=given.get("outputs_only", False),
    )


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """A row, or part of one, without what only holds for Terraform."""
    kept = {key: value for key, value in given.items() if not key.startswith(_OVERRIDES)}
    if "copies" in kept:
        kept["copies"] = [_plain(copy) for copy in kept["copies"]]
    return kept


def _overridden(given: Mapping[str, Any]) -> dict[str, Any]:
    """A row, or part of one, with what holds for Terraform instead."""
    found = {key: value for key, value in given.items() if not key.startswith(_OVERRIDES)}
    for key, value in given.items():
        if key.startswith(_OVERRIDES):
            found[key.removeprefix(_OVERRIDES)] = value
    if "copies" in found:
        found["copies"] = [_overridden(copy) for copy in found["copies"]]
    return found


def _values(given: Mapping[str, Any] | None) -> Values:
    return tuple((path, tuple(values)) for path, values in (given or {}).items())


def _paths(given: str | None) -> tuple[str, ...]:
    return tuple(given.split()) if given else ()


def _list(given: str | list[str] | None) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())
