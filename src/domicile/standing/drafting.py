"""A first workspace from what stands: its pools with their counts, and who is served from there.

Only what the file says is written down as fact. Figures that a workspace needs and the file cannot
know are marked as invented in their own files (`example: true`), and asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import yaml

from domicile.model.tokens import Activity
from domicile.model.words import quoted, several
from domicile.residency import Law
from domicile.resources import Assumed, Judge, Resource
from domicile.resources.catalogue import Target
from domicile.resources.holding import Data
from domicile.resources.rows import Row
from domicile.resources.tags import read as read_tags
from domicile.standing.reading import Standing
from domicile.workspace import Workspace

UNIT: Final = "requests/s"
EACH: Final = 100
"""What one backend is taken to do, in `UNIT`, until somebody measures it."""
_FILLED: Final = 0.5
"""How full what stands is taken to be."""
_SERVICE_TAGS: Final = (
    *("app.kubernetes.io/name", "service", "app", "application", "role", "component"),
)
_SIZES: Final = ("maxSize", "maxCount", "maxReplicas", "max_size", "max_count")
_FIRST_CLASS: Final = "personal"
_ALL: Final[Data] = ((), ())
"""Whose and what data a flow carries that says neither: all that its service has."""
_MANY: Final = 6
"""Places beyond which a copy is no flow to each of them, but a question."""


@dataclass
class _Pool:
    """Backends of one service in one datacenter."""

    backends: int = 0
    most: int = 0
    sizes: Counter[str] = field(default_factory=Counter)
    activities: set[str] = field(default_factory=set)
    unknown: int = 0
    """Groups whose count is not said."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A workspace that is not written yet."""

    files: dict[str, str]
    """Path → text."""
    pools: int
    backends: int
    questions: tuple[str, ...]
    """What the file could not say, each with where the answer belongs."""


def draft(
    standing: Standing,
    workspace: Workspace,
    law: Law,
    as_of: date,
    assumed: Assumed,
    variables: Mapping[str, str] | None = None,
) -> Draft:
    """Make a workspace of what stands.

    Args:
        standing: the file.
        workspace: the catalogue whose places are named.
        law: any; nothing is judged.
        as_of: the day.
        assumed: whose and what data is served where nothing says so.
        variables: of the environment, that may name a region.
    """
    judge = Judge(workspace, law, as_of, variables or {})
    judge.know(standing.resources)
    made = _Drafting(standing, workspace, judge, assumed)
    made.gather()
    return made.written()


class _Drafting:
    """What was gathered so far."""

    def __init__(
        self, standing: Standing, workspace: Workspace, judge: Judge, assumed: Assumed
    ) -> None:
        self._standing = standing
        self._workspace = workspace
        self._judge = judge
        self._assumed = assumed
        self._pools: dict[tuple[str, Target], _Pool] = {}
        self._classes: dict[str, set[str]] = {}
        self._subjects: dict[str, set[str]] = {}
        self._flows: dict[tuple[str, str], set[str]] = {}
        self._nowhere: list[str] = []
        self._everywhere: list[str] = []
        self._stores: list[str] = []
        self._copies: list[tuple[str, str, tuple[Target, ...]]] = []
        self._said: dict[str, tuple[Data, ...]] = {}
        """Store → whose and what data it holds, where it says so."""

    def gather(self) -> None:
        """Look at every resource: fleets become pools, other data becomes flows."""
        for resource in self._standing.resources:
            row = self._judge.placer.row(resource)
            if row is None or not row.known:
                continue
            if row.count:
                self._fleet(resource, row)
            elif row.does or row.copies:
                self._store(resource)

    def _fleet(self, resource: Resource, row: Row) -> None:
        own = self._judge.placer.own(resource, row)
        placement = sorted(set(own.targets), key=str)
        if len(placement) != 1:
            (self._everywhere if placement else self._nowhere).append(resource.name)
            return
        service = _service(resource, row)
        pool = self._pools.setdefault((service, placement[0]), _Pool())
        counted = _count(resource, row)
        pool.unknown += counted is None
        pool.backends += counted or 0
        most = [_whole(value) for name in _SIZES for value in resource.values(name)]
        pool.most += max((each for each in most if each), default=counted or 0)
        size = next((s for path in row.size for s in resource.values(path) if _text(s)), "")
        pool.sizes[_identifier(str(size)) if size else "machine"] += counted or 1
        pool.activities.update(row.does)
        for subjects, classes in self._judge.held(resource).data:
            self._subjects.setdefault(service, set()).update(subjects)
            self._classes.setdefault(service, set()).update(classes)

    def _store(self, resource: Resource) -> None:
        held = self._judge.held(resource)
        if held.data:
            self._said[resource.name] = held.data
        elif not held.said:
            self._stores.append(resource.type)
        for placed in self._judge.places(resource):
            if placed.found.targets and placed.activity != str(Activity.TRANSIT):
                self._copies.append((resource.name, placed.activity, placed.found.targets))

    def written(self) -> Draft:
        """The workspace's files, and what is left to ask."""
        backends = sum(pool.backends for pool in self._pools.values())
        services = sorted({service for service, _ in self._pools})
        if len(services) == 1:
            self._attach(services[0])
        files = {
            "infra/services.yaml": _yaml({"services": [self._serving(each) for each in services]}),
            "infra/backends.yaml": _yaml({"backends": list(self._kinds())}),
            "infra/pools.yaml": _yaml({"pools": list(self._declared())}),
            "infra/demand.yaml": _yaml(
                {"example": True, "demand": [each for s in services for each in self._demand(s)]}
            ),
            "infra/environments.yaml": _yaml(
                {"environments": [{"id": "production", "description": "What stands today"}]}
            ),
        }
        if self._flows:
            files["infra/flows.yaml"] = _yaml({"flows": list(self._moving(services[0]))})
        return Draft(files, len(self._pools), backends, tuple(self._questions(services)))

    def _serving(self, service: str) -> dict[str, Any]:
        does = {
            a for (name, _), pool in self._pools.items() if name == service for a in pool.activities
        }
        return {
            "id": service,
            "name": service,
            "unit": UNIT,
            "activities": sorted(does),
            "data_classes": self._held(service),
        }

    def _held(self, service: str) -> list[str]:
        known = self._classes.get(service) or set(self._assumed.data_classes)
        return sorted(known or {_FIRST_CLASS})

    def _people(self, service: str) -> list[str]:
        known = self._subjects.get(service) or set(self._assumed.subjects)
        if known:
            return sorted(known)
        places = [target.id for name, target in self._pools if name == service]
        return sorted({self._workspace.datacenters[place].country for place in places})

    def _kinds(self) -> Iterator[dict[str, Any]]:
        kinds: dict[str, tuple[str, set[str]]] = {}
        for (service, target), pool in self._pools.items():
            name = _kind(target, pool)
            kinds.setdefault(name, (target.provider, set()))[1].add(service)
        for name, (provider, services) in sorted(kinds.items()):
            yield {
                "id": name,
                "provider": provider,
                "price": "0 EUR/h",
                "capacity": dict.fromkeys(sorted(services), f"{EACH} {UNIT}"),
                "example": True,
            }

    def _declared(self) -> Iterator[dict[str, Any]]:
        for (service, target), pool in sorted(self._pools.items(), key=lambda item: str(item[0])):
            yield {
                "service": service,
                "datacenter": target.id,
                "backend": _kind(target, pool),
                "maximum": f"{max(pool.most, pool.backends)} backends",
                "existing": f"{pool.backends} backends",
            }

    def _demand(self, service: str) -> Iterator[dict[str, Any]]:
        people = self._people(service)
        whole = sum(pool.backends for (name, _), pool in self._pools.items() if name == service)
        for subject in people:
            yield {
                "id": f"{subject.lower()}-{service}"[:63],
                "subject": subject,
                "service": service,
                "data_classes": self._held(service),
                "rate": f"{max(1, int(whole * EACH * _FILLED / len(people)))} {UNIT}",
            }

    def _attach(self, service: str) -> None:
        """With one service, what is stored beside it is taken to be its own."""
        own = {target.id for name, target in self._pools if name == service}
        for name, activity, targets in self._copies:
            places = {target.id for target in targets} - (own if activity == "store" else set())
            if not places:
                continue
            if len(places) > _MANY:
                self._everywhere.append(name)
                continue
            self._flows.setdefault((activity, name), set()).update(places)
        for subjects, classes in (each for data in self._said.values() for each in data):
            self._subjects.setdefault(service, set()).update(subjects)
            self._classes.setdefault(service, set()).update(classes)

    def _moving(self, service: str) -> Iterator[dict[str, Any]]:
        merged: dict[tuple[str, tuple[str, ...], Data], list[str]] = {}
        for (activity, name), places in sorted(self._flows.items()):
            for data in self._said.get(name, (_ALL,)):
                merged.setdefault((activity, tuple(sorted(places)), data), []).append(name)
        for number, ((activity, to, data), names) in enumerate(merged.items(), start=1):
            said = zip(("subjects", "data_classes"), data, strict=True)
            yield {
                "id": f"{activity}-{number}",
                "service": service,
                **{key: sorted(values) for key, values in said if values},
                "activity": activity,
                "to": list(to),
                "purpose": f"found in {self._standing.kind}: {quoted(sorted(names), 4)}",
            }

    def _questions(self, services: list[str]) -> Iterator[str]:
        for service in services:
            if not self._subjects.get(service) and not self._assumed.subjects:
                yield (
                    f"whose data does `{service}` serve? taken: people where it stands "
                    "(`infra/demand.yaml`)"
                )
            if not self._classes.get(service) and not self._assumed.data_classes:
                yield (
                    f"what data does `{service}` handle? taken: `{_FIRST_CLASS}` "
                    "(`infra/services.yaml`, `infra/demand.yaml`)"
                )
        if services:
            yield (
                f"what can one backend do, and what does it cost? taken: {EACH} {UNIT}, nothing "
                "(`infra/backends.yaml`)"
            )
            yield (
                "how much is asked of each service? taken: half of what stands "
                "(`infra/demand.yaml`)"
            )
            yield "what must be survived, how far away may people be? (`policies/headroom.yaml`)"
        uncounted = [f"{s} at {t}" for (s, t), pool in self._pools.items() if pool.unknown]
        if uncounted:
            yield f"how many backends has {quoted(uncounted)}? (`infra/pools.yaml`)"
        if self._nowhere:
            yield f"where does {quoted(self._nowhere)} stand? (`infra/pools.yaml`)"
        if self._everywhere:
            yield f"in which of several places is {quoted(self._everywhere)}? (`infra/flows.yaml`)"
        if len(services) != 1 and self._copies:
            several_ = several(len(self._copies), "store or copy", "stores and copies")
            yield f"whose are the {several_} beside the services? (`infra/flows.yaml`)"
        if self._stores:
            kinds = quoted(sorted(set(self._stores)))
            yield f"what do resources of {kinds} hold? (tags, or `policies/placements.yaml`)"


def _kind(target: Target, pool: _Pool) -> str:
    return f"{target.provider}.{pool.sizes.most_common(1)[0][0]}"[:63]


def _service(resource: Resource, row: Row) -> str:
    """The service that backends are of: as tags say, else by the resource's own name."""
    given = [value for path in row.tags for value in resource.values(path)]
    pool = read_tags(given).pool
    if pool:
        return _identifier(pool)
    for tags in given:
        if isinstance(tags, Mapping):
            low = {str(key).lower(): value for key, value in tags.items()}
            for name in _SERVICE_TAGS:
                if _text(low.get(name)):
                    return _identifier(str(low[name]))
    return _identifier(re.sub(r"([-_.]?\d+)+$", "", resource.name) or resource.name)


def _count(resource: Resource, row: Row) -> int | None:
    for path in row.count:
        if path == "one":
            return 1
        for value in resource.values(path):
            whole = _whole(value)
            if whole is not None:
                return whole
    return None


def _whole(value: Any) -> int | None:  # noqa: ANN401
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return int(value) if isinstance(value, int | float) and 0 <= value < 1e6 else None  # noqa: PLR2004


def _text(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) and bool(value.strip())


def _identifier(text: str) -> str:
    """Text as a name of ours: lower case letters, digits, `.`, `_`, `-`."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", text.strip().lower()).strip("._-")[:40]
    return plain or "service"


def _yaml(data: Mapping[str, Any]) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=None)
