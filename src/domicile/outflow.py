"""By what a service's data leaves where its backends run: flows, and side paths of providers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from domicile.legal import Load, expand, reached_by
from domicile.model.place import SidePath
from domicile.model.service import Flow, SidePathUse
from domicile.model.tokens import Activity, Evidence
from domicile.workspace import Workspace

ANYWHERE = "anywhere"
_LOGGED = frozenset({"telecom-metadata"})
"""What records about the use of a feature hold: who reached whom, when and from where."""

Activities = Mapping[tuple[str, str], frozenset[str]]
"""(service, datacenter) of each pool → what the service does there."""


@dataclass(frozen=True, slots=True)
class Outflow:
    """Data of one service that leaves where it is: a declared flow, or a side path in effect."""

    name: str
    """The flow's id, or `<provider>:<side path>`."""
    record: Flow | SidePath = field(repr=False)
    """Where it is declared."""
    subjects: frozenset[str]
    """Whose data; empty: everyone's."""
    data_classes: frozenset[str] | None
    """What it takes along; None: all."""
    activity: Activity
    to: tuple[str, ...]
    """Datacenters, countries and territories."""
    recipient: str | None
    after: tuple[str, ...]
    """The flows whose copy it carries on; empty: it leaves where backends run."""
    leaves: frozenset[str] | None = None
    """Datacenters that it leaves; None: every one."""
    operator: frozenset[str] = frozenset()
    """Whose law reaches the targets that are countries; empty: ordinary companies there."""

    @property
    def side_path(self) -> bool:
        """Whether a provider takes the data along, and not the workspace."""
        return isinstance(self.record, SidePath)

    def carries(self, load: Load) -> tuple[str, ...]:
        """The data classes of a load that it takes along; nothing where it is about others."""
        if self.subjects and load.subject not in self.subjects:
            return ()
        brought = set(load.data_classes)
        if self.data_classes is None:
            return tuple(sorted(brought))
        # A flow that moves none of what its loads bring is judged by what it says that it moves.
        return tuple(sorted(brought & self.data_classes or self.data_classes))


def outflows(
    workspace: Workspace, environment: str, as_of: date, activities: Activities
) -> dict[str, tuple[Outflow, ...]]:
    """Service → what its data leaves by, in one environment.

    Args:
        workspace: the declared world.
        environment: which of its environments.
        as_of: the day, for groups of subjects.
        activities: (service, datacenter) of each pool → what the service does there.
    """
    found: dict[str, list[Outflow]] = {}
    for flow in workspace.flows.get(environment, ()):
        found.setdefault(flow.service, []).append(_declared(workspace, flow, as_of))
    for service in sorted({service for service, _ in activities}):
        places = {place: does for (name, place), does in activities.items() if name == service}
        found.setdefault(service, []).extend(_taken(workspace, environment, service, places))
    return {service: tuple(flows) for service, flows in found.items()}


def use_of(
    workspace: Workspace, environment: str, name: str, service: str, place: str
) -> SidePathUse | None:
    """What is said of a side path for a service at a place: by the first entry that fits."""
    for use in workspace.side_path_uses.get(environment, ()):
        if (
            use.path == name
            and (not use.services or service in use.services)
            and (not use.datacenters or place in use.datacenters)
        ):
            return use
    return None


def set_off(workspace: Workspace, name: str, place: str, does: Iterable[str]) -> bool:
    """Whether what a service does at a place sets a side path off by default.

    Only at its own provider's places: whoever hosts nothing (a tracker of errors, say) gets what a
    workspace sends there, so its paths count where they are declared.
    """
    path = workspace.side_paths[name]
    activities = {str(each) for each in path.sets_off}
    return (
        path.default
        and workspace.provider_of.get(place) == _provider(name)
        and (not activities or not activities.isdisjoint(does))
    )


def _in_effect(
    workspace: Workspace, name: str, place: str, use: SidePathUse | None, does: Iterable[str]
) -> bool:
    """Whether a side path takes data along: it is used, or nobody said that a default is off.

    A default of which nobody saw a text is told of, and takes nothing along until it is declared.
    """
    if use is not None:
        hosts = _provider(name) in workspace.provider_of.values()
        here = not hosts or workspace.provider_of.get(place) == _provider(name)
        return here and use.state == "used"
    seen = workspace.side_paths[name].evidence is not Evidence.UNVERIFIED
    return seen and set_off(workspace, name, place, does)


def targets(
    workspace: Workspace, name: str, place: str, use: SidePathUse | None
) -> tuple[str, ...]:
    """Where a side path leads from a place, other than to itself."""
    path = workspace.side_paths[name]
    country = workspace.datacenters[place].country
    given = use.to if use is not None else ()
    leads = [
        target
        for each in path.paths
        if not each.from_ or place in each.from_ or country in each.from_
        for target in each.to
    ]
    found: set[str] = set()
    for target in given or leads:
        found |= _anywhere(workspace, name) if target == ANYWHERE else {target}
    return tuple(sorted(found - {place}))


def _declared(workspace: Workspace, flow: Flow, as_of: date) -> Outflow:
    return Outflow(
        name=flow.id,
        record=flow,
        subjects=frozenset(expand(workspace, flow.subjects, as_of)),
        data_classes=frozenset(flow.data_classes) or None,
        activity=flow.activity,
        to=flow.to,
        recipient=flow.recipient,
        after=flow.after,
    )


def _taken(
    workspace: Workspace, environment: str, service: str, places: Mapping[str, frozenset[str]]
) -> Iterator[Outflow]:
    """What providers take along of one service's data."""
    at: dict[str | None, list[tuple[str, frozenset[str]]]] = {}
    for place, does in sorted(places.items()):
        at.setdefault(workspace.provider_of.get(place), []).append((place, does))
    every = sorted(places.items())
    hosting = frozenset(workspace.provider_of.values())
    spoken_of = {use.path for use in workspace.side_path_uses.get(environment, ())}
    for name, path in workspace.side_paths.items():
        if path.carries == "account":
            continue
        if _provider(name) in hosting:
            reached = at.get(_provider(name), [])
        else:
            reached = every if name in spoken_of else []
        leaving: dict[tuple[str, ...], set[str]] = {}
        for place, does in reached:
            use = use_of(workspace, environment, name, service, place)
            if _in_effect(workspace, name, place, use, does):
                leaving.setdefault(targets(workspace, name, place, use), set()).add(place)
        for to, left in sorted(leaving.items()):
            yield Outflow(
                name=name,
                record=path,
                subjects=frozenset(),
                data_classes=_LOGGED if path.carries == "logs" else None,
                activity=path.activity,
                to=to,
                recipient=None,
                after=(),
                leaves=frozenset(left),
                operator=reached_by(workspace.providers[_provider(name)]),
            )


def _anywhere(workspace: Workspace, name: str) -> set[str]:
    """Every country in which a provider has a datacenter; one without any: in which anyone has."""
    provider = _provider(name)
    hosts = provider in workspace.provider_of.values()
    return {
        datacenter.law or datacenter.country
        for place, datacenter in workspace.datacenters.items()
        if not hosts or workspace.provider_of[place] == provider
    }


def _provider(name: str) -> str:
    return name.split(":", maxsplit=1)[0]
