"""From a folder to a workspace, or to everything that is wrong with it."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from domicile.model.base import Record
from domicile.model.errors import SourceError, SourceErrors
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
from domicile.workspace import compiled
from domicile.workspace.codes import nowhere
from domicile.workspace.contents import Jurisdictions, Workspace
from domicile.workspace.files import find, find_root
from domicile.workspace.names import misnamed, twice
from domicile.workspace.validating import Declared, declare

if TYPE_CHECKING:
    from domicile.residency import Law

File = TypeVar("File", bound=Record)


def load(root: Path | None = None) -> Workspace:
    """Read a workspace and the shipped catalogue below it.

    Args:
        root: its folder; absent: the one around the current folder.

    Raises:
        SourceErrors: what cannot be read, all of it, each with its place.
    """
    return _load(find_root() if root is None else _folder(Path(root)))


def load_places(root: Path) -> Workspace:
    """The places and the law of a workspace alone, without what runs there and what was planned.

    Args:
        root: its folder.

    Raises:
        SourceErrors: what cannot be read of that, all of it, each with its place.
    """
    return _load(_folder(root), ("regions", "policies"))


def load_shipped() -> Workspace:
    """The shipped catalogue alone: every place and the law of the world, nothing that runs.

    Raises:
        SourceErrors: what cannot be read, all of it, each with its place.
    """
    return _load(None)


def load_law(source: Path | Workspace | None = None) -> Law:
    """The law of a workspace, laid over the shipped law.

    Args:
        source: a workspace, or its folder; absent: the shipped law alone.

    Raises:
        SourceErrors: what cannot be read or leads nowhere, all of it, each with its place.
    """
    if source is None:
        workspace = load_shipped()
    else:
        workspace = load(source) if isinstance(source, str | Path) else source
    law = _catalogue(workspace)
    return law.reviewed(workspace.confirmations) if workspace.confirmations else law


def _catalogue(workspace: Workspace) -> Law:
    """The law as files of law say it, before anybody's review."""
    from domicile.residency import Law

    law = [each for each in workspace.declared if each.law]
    if _as_shipped(law):
        return Law.read((each.found.kind.name, each.text) for each in law)
    try:
        return Law.of(
            workspace.jurisdictions.values(), workspace.groups.values(), workspace.data_classes
        )
    except ValueError as error:
        problems = [_law_error(problem, workspace) for problem in str(error).split("; ")]
        raise SourceErrors(problems) from None


def _as_shipped(law: list[Declared]) -> bool:
    """Whether these files of law are exactly those that were compiled, and so have no errors."""
    named = ((each.found.path.name, each.digest) for each in law)
    return compiled.law_digest(named) == compiled.shipped().law


def _law_error(problem: str, workspace: Workspace) -> SourceError:
    """What the law says is wrong with itself, at the rule, entry or jurisdiction that it names."""
    jurisdiction = workspace.jurisdictions.get(problem.split(":", maxsplit=1)[0])
    if jurisdiction is None:
        classes = (c for c in workspace.declared if isinstance(c.record, DataClassesFile))
        at = next((each.document.locate(("data_classes",), key=True) for each in classes), None)
        return SourceError(problem, at)
    named: dict[str, Record] = {jurisdiction.jurisdiction: jurisdiction}
    named |= {f"{jurisdiction.jurisdiction}:{rule.id}": rule for rule in jurisdiction.rules}
    named |= {entry.id: entry for entry in jurisdiction.lists}
    held = max((name for name in named if problem.startswith(f"{name}: ")), key=len, default=None)
    if held is None:
        return SourceError(problem, workspace.locate(workspace.route(jurisdiction)))
    said = f"{problem.removeprefix(held + ': ')} in `{held}`"
    return SourceError(said, workspace.locate(workspace.route(named[held])))


def _folder(root: Path) -> Path:
    if not root.is_dir():
        raise SourceErrors(
            [SourceError(f"`{root}` is not a folder", help="name the folder of a workspace")]
        )
    return root


def _load(root: Path | None, within: tuple[str, ...] = ("",)) -> Workspace:
    """Load all files, or those alone whose folder begins with one of the words `within`."""
    with _without_collection():
        return _read(root, within)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Without Python's search for cycles, which would walk every node again and again.

    There are none to find: trees of nodes are freed as soon as they have become records. It
    halves the time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(root: Path | None, within: tuple[str, ...]) -> Workspace:
    found, errors = find(root)
    found = [each for each in found if each.kind.folder.startswith(within)]
    errors = [each for each in errors if each.location and each.location.file.startswith(within)]
    declared: list[Declared] = []
    for each in found:
        outcome = declare(each)
        if isinstance(outcome, Declared):
            declared.append(outcome)
        else:
            errors += outcome
    law = _law(declared)
    # Names in the law as shipped were looked up when it was compiled.
    named = [each for each in declared if not each.law] if law.as_shipped else declared
    errors += [*twice(named), *misnamed(named), *nowhere(named, law.known)]
    if errors:
        raise SourceErrors(sorted(errors, key=_place))
    return _gather(root, declared, law.jurisdictions)


@dataclass(frozen=True, slots=True)
class _Names:
    """What files of law are for."""

    as_shipped: bool
    """Whether they are exactly those that were compiled."""
    jurisdictions: dict[str, Declared]
    """By id."""
    known: frozenset[str]
    """Ids of jurisdictions and groups."""


def _law(declared: list[Declared]) -> _Names:
    law = [each for each in declared if each.law]
    as_shipped = _as_shipped(law)
    jurisdictions = {
        # A shipped file has the name of what it declares, so it need not be read to know that.
        each.found.path.stem.upper()
        if as_shipped
        else _record(each, Jurisdiction).jurisdiction: each
        for each in law
        if each.found.kind.model is Jurisdiction
    }
    groups = (
        group.id
        for each in law
        if each.found.kind.model is GroupsFile
        for group in _record(each, GroupsFile).groups
    )
    return _Names(as_shipped, jurisdictions, frozenset((*jurisdictions, *groups)))


def _record(file: Declared, model: type[File]) -> File:
    if not isinstance(file.record, model):
        raise TypeError(f"`{file.found.file}` is not a {model.__name__}")
    return file.record


def _place(error: SourceError) -> tuple[str, int, int]:
    at = error.location
    return (at.file, at.line, at.column) if at else ("", 0, 0)


def _gather(
    root: Path | None, declared: list[Declared], jurisdictions: dict[str, Declared]
) -> Workspace:
    def files(model: type[File]) -> list[File]:
        return [_record(each, model) for each in declared if each.found.kind.model is model]

    regions = sorted(files(RegionFile), key=lambda region: region.provider.id)
    network: list[RegionFile | LinksFile] = [*regions, *files(LinksFile)]
    environments = {each.id: each for file in files(EnvironmentsFile) for each in file.environments}
    places = [(place, region.provider.id) for region in regions for place in region.datacenters]
    waivers = files(WaiversFile)
    classes = files(DataClassesFile)
    return Workspace(
        root=root,
        providers={region.provider.id: region.provider for region in regions},
        datacenters=_sorted({place.id: place for place, _ in places}),
        provider_of=_sorted({place.id: provider for place, provider in places}),
        links=tuple(
            sorted(
                (link for file in network for link in file.links),
                key=lambda link: link.name,
            )
        ),
        side_paths=_sorted(
            {
                f"{region.provider.id}:{path.id}": path
                for region in regions
                for path in region.side_paths
            }
        ),
        failure_domains=_by_id(d for file in network for d in file.failure_domains),
        entries=_sorted({e.subject: e for file in files(EntriesFile) for e in file.entries}),
        groups=_by_id(group for file in files(GroupsFile) for group in file.groups),
        jurisdictions=Jurisdictions(_sorted(jurisdictions)),
        data_classes=_joined(classes),
        conditions=_by_id(each for file in files(ConditionsFile) for each in file.conditions),
        confirmations=tuple(
            sorted(
                (each for file in files(ConfirmationsFile) for each in file.confirmations),
                key=lambda each: (each.rule, each.date_),
            )
        ),
        headroom=tuple(policy for file in files(HeadroomFile) for policy in file.headroom),
        mechanisms=_in_order(m for file in files(MechanismsFile) for m in file.mechanisms),
        placements=tuple(each for file in files(PlacementsFile) for each in file.placements),
        waivers=_in_order(waiver for file in waivers for waiver in file.waivers),
        enforcement=tuple(
            sorted((s for file in waivers for s in file.enforcement), key=lambda s: s.rule)
        ),
        environments=_sorted(environments),
        services=_by_id(service for file in files(ServicesFile) for service in file.services),
        backends=_by_id(backend for file in files(BackendsFile) for backend in file.backends),
        pools={
            name: tuple(sorted(pools, key=lambda pool: (pool.service, pool.datacenter)))
            for name, pools in _by_environment(
                environments, ((file.environment, file.pools) for file in files(PoolsFile))
            ).items()
        },
        demand={
            name: _in_order(demand)
            for name, demand in _by_environment(
                environments, ((file.environment, file.demand) for file in files(DemandFile))
            ).items()
        },
        flows={
            name: _in_order(flows)
            for name, flows in _by_environment(
                environments, ((file.environment, file.flows) for file in files(FlowsFile))
            ).items()
        },
        side_path_uses={
            name: tuple(uses)
            for name, uses in _by_environment(
                environments,
                ((file.environment, file.side_paths) for file in files(SidePathsFile)),
            ).items()
        },
        plans=_sorted({plan.environment: plan for plan in files(Plan)}),
        declared=tuple(declared),
    )


Item = TypeVar("Item")


def _sorted(items: dict[str, Item]) -> dict[str, Item]:
    return {name: items[name] for name in sorted(items)}


def _name(record: object) -> str:
    return str(record.id)  # type: ignore[attr-defined]


def _by_id(records: Iterable[Item]) -> dict[str, Item]:
    return _sorted({_name(record): record for record in records})


def _in_order(records: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(records, key=_name))


def _by_environment(
    declared: Iterable[str], files: Iterable[tuple[str, tuple[Item, ...]]]
) -> dict[str, list[Item]]:
    """What each environment holds; one that is declared, and holds nothing, an empty list."""
    held: dict[str, list[Item]] = {name: [] for name in declared}
    for environment, items in files:
        held.setdefault(environment, []).extend(items)
    return _sorted(held)


def _joined(files: list[DataClassesFile]) -> DataClassesFile:
    if len(files) == 1:
        return files[0]
    return DataClassesFile(
        data_classes=tuple(each for file in files for each in file.data_classes),
        activities={key: value for file in files for key, value in file.activities.items()},
    )
