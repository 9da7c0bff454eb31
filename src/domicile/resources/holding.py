"""What data a resource holds: by its tags, by `policies/placements.yaml`, by whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from domicile.legal import expand
from domicile.model.policy import Placement
from domicile.resources.neighbours import Neighbours
from domicile.resources.resource import SECRET, UNKNOWN, Hidden, Resource, look_up
from domicile.resources.rows import Row
from domicile.resources.stacks import StackPools
from domicile.resources.tags import DataTags, read
from domicile.workspace import Workspace
from domicile.workspace.territories import names, subdivisions

_DEEP = 3
"""How many resources are asked one after the other whose data it is."""

Data = tuple[tuple[str, ...], tuple[str, ...]]
"""Subjects, and data classes, both in order."""


@dataclass(frozen=True, slots=True)
class Held:
    """The data of one resource."""

    data: tuple[Data, ...] = ()
    """Whose and what, from each place that says so."""
    said: bool = False
    """Whether anybody says what it holds, be it nothing."""
    unread: tuple[str, ...] = ()
    """What was said and cannot be read, in words."""
    later: bool = False
    """Whether what is said is not known before the resource is made."""
    placement: Placement | None = field(default=None)
    """The record of the workspace that speaks of it."""

    def and_(self, other: Held) -> Held:
        """What either says."""
        return Held(
            data=tuple(dict.fromkeys((*self.data, *other.data))),
            said=self.said or other.said,
            unread=(*self.unread, *other.unread),
            later=self.later or other.later,
            placement=self.placement or other.placement,
        )


class Holder:
    """Finds what resources hold."""

    def __init__(
        self,
        workspace: Workspace,
        pools: StackPools,
        neighbours: Neighbours,
        row: Callable[[Resource], Row | None],
        as_of: Any,  # noqa: ANN401 - a day
    ) -> None:
        self._workspace = workspace
        self._pools = pools
        self._neighbours = neighbours
        self._row = row
        self._as_of = as_of
        self._classes = {each.id for each in workspace.data_classes.data_classes}
        self._looked_up: dict[tuple[tuple[str, ...], tuple[str, ...], str], Held] = {}
        self._groups = {each.upper(): each for each in workspace.groups}

    def held(
        self, resource: Resource, row: Row, tags: Mapping[str, str], deep: int = _DEEP
    ) -> Held:
        """What a resource holds.

        Args:
            resource: it.
            row: what the table says of its type.
            tags: those of the whole stack, which hold where a resource says nothing itself.
            deep: how many others may be asked.
        """
        own = self._tagged(resource, row).and_(self._placed(resource))
        if own.said or own.later:
            return own
        if row.whose and deep > 0:
            for value in resource.values(row.whose) or [Hidden.UNKNOWN]:
                other = self._neighbours.meant(resource, row.whose, value)
                its = None if other is None else self._row(other)
                if other is not None and its is not None:
                    found = self.held(other, its, {}, deep - 1)
                    if found.said:
                        return found
        if not row.holds and not row.copies:
            return own  # a whole stack's tags say nothing of what holds nothing
        return self._read(read(tags), "")

    def placement(self, resource: Resource) -> Placement | None:
        """The first record of `policies/placements.yaml` that speaks of a resource."""
        return next((each for each in self._workspace.placements if _matches(each, resource)), None)

    def _placed(self, resource: Resource) -> Held:
        placement = self.placement(resource)
        if placement is None:
            return Held()
        if not placement.holds:  # it says where, not what
            return Held(placement=placement)
        found = self._known(placement.subjects, placement.data_classes, f"`{placement.id}`")
        return replace(found, said=True, placement=placement)

    def _tagged(self, resource: Resource, row: Row) -> Held:
        provider = {} if resource.provider is None else resource.provider.inputs
        given = [value for path in row.tags for value in resource.values(path)]
        if row.package.default_tags and row.tags:
            given += look_up(provider, row.package.default_tags, terraform=resource.terraform)
        readable = [value for value in given if not isinstance(value, Hidden)]
        found = self._read(read(readable), _place(resource))
        if SECRET in given:
            found = replace(found, said=True, unread=(*found.unread, "its tags are kept secret"))
        return replace(found, later=True) if UNKNOWN in given else found

    def _read(self, tags: DataTags, datacenter: str) -> Held:
        if not tags.says:
            return Held()
        later = bool(tags.unread)
        if (tags.subjects or tags.data_classes) and not tags.in_plan:
            found = self._known(tags.subjects, tags.data_classes, "its tags")
            return replace(found, said=True, later=later)
        if tags.pool:
            return replace(self._of_pool(tags, datacenter), later=later)
        unread = () if later else ("its tags name a plan and no pool",)
        return Held(said=True, unread=unread, later=later)

    def _of_pool(self, tags: DataTags, datacenter: str) -> Held:
        """What the emitted stacks say of the pool that tags name."""
        service = (tags.pool or "").partition("/")[0].partition("@")[0]
        found = self._pools.data(service, tags.plan, datacenter)
        if found is None:
            return Held(
                said=True,
                unread=("`stacks/` does not have the pool that its tags name",),
            )
        return replace(self._known(*found, f"pool `{service}`"), said=True)

    def _known(self, subjects: Sequence[str], classes: Sequence[str], whose: str) -> Held:
        """Names that are looked up: those of nothing are told, and the rest is judged."""
        key = (tuple(subjects), tuple(classes), whose)
        known = self._looked_up.get(key)
        if known is None:
            known = self._looked_up[key] = self._look_up(subjects, classes, whose)
        return known

    def _look_up(self, subjects: Sequence[str], classes: Sequence[str], whose: str) -> Held:
        unread: list[str] = []
        wanted, kept = [], []
        for name in subjects:
            group = self._groups.get(name.upper(), name)
            if self._is_territory(group):
                wanted.append(group)
            else:
                unread.append(f"{whose} name a subject that is no country, territory or group")
        for name in classes:
            if name in self._classes:
                kept.append(name)
            else:
                unread.append(f"{whose} name a data class that is not known")
        asked = (subjects, classes)
        for what, given in zip(("subjects", "data classes"), asked, strict=True):
            if not given and any(asked):
                unread.append(f"{whose} name no {what}")
        data = ((self._expanded(wanted), tuple(sorted(set(kept)))),) if wanted and kept else ()
        return Held(data=data, unread=tuple(dict.fromkeys(unread)))

    def _expanded(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Groups and unions are their members; a country is itself, without what lies overseas."""
        found: set[str] = set()
        for name in wanted:
            single = name in names() or name in subdivisions()
            found.update((name,) if single else expand(self._workspace, (name,), self._as_of))
        return tuple(sorted(found))

    def _is_territory(self, name: str) -> bool:
        known = self._workspace
        return (
            name in known.groups
            or name in known.jurisdictions
            or name in names()
            or name in subdivisions()
        )


def _place(resource: Resource) -> str:
    """A stack of ours is named `<environment>.<datacenter>`, and a URN begins with its stack."""
    _, _, rest = resource.urn.partition("urn:pulumi:")
    return rest.partition("::")[0].partition(".")[2]


def _matches(placement: Placement, resource: Resource) -> bool:
    asked = (
        (placement.urn, resource.urn),
        (placement.type, resource.type),
        (placement.name, resource.name),
        (placement.provider, "" if resource.provider is None else resource.provider.name),
    )
    return all(pattern is None or fnmatchcase(value, pattern) for pattern, value in asked)
