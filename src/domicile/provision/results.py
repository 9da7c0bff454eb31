"""What lifecycle commands answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domicile.model.rollout import Step


@dataclass(frozen=True, slots=True)
class StackChange:
    """What a run did, or would do, to one stack."""

    name: str
    """`<environment>.<datacenter>` or `<environment>.traffic`."""
    did: str
    """`created`, `changed`, `unchanged`, `removed`; of a preview `would …`."""
    changes: Mapping[str, int]
    """Pulumi's operation (`create`, `update`, `delete`, `same` …) → resources."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where the requests of one load enter and go."""

    load: str
    """`<subject>/<service>/<data classes>`."""
    address: str
    """`http://address:port/` at which only this load's requests enter."""
    shares: Mapping[str, float]
    """Datacenter → part of it; empty: refused."""


@dataclass(frozen=True, slots=True)
class ServiceFront:
    """One front of one service."""

    service: str
    """The service."""
    address: str
    """Where the first of its loads enters."""
    datacenter: str
    """Where the front stands."""
    routes: tuple[Route, ...]
    """Every load that enters here."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `preview`, `up` or `down` came to."""

    environment: str
    """The environment."""
    stacks: tuple[StackChange, ...]
    """Every stack that was run, in the order in which it was."""
    traffic: Mapping[str, Mapping[str, float]]
    """Service → datacenter → part of its nominal demand."""
    example: str | None
    """One request to try, as a command; None where nothing serves."""
    seconds: float
    """How long it took."""
    steps: tuple[Step, ...] = ()
    """The steps that were taken, or would be."""


@dataclass(frozen=True, slots=True)
class StackStatus:
    """How one stack stands."""

    name: str
    """The stack."""
    resources: int
    """Resources in its state, components left out."""
    state: str
    """`running`, `degraded`, `interrupted`, `empty` or `absent`."""


@dataclass(frozen=True, slots=True)
class Status:
    """How an environment stands."""

    environment: str
    """The environment."""
    stacks: tuple[StackStatus, ...]
    """Its stacks."""
    fronts: tuple[ServiceFront, ...]
    """Where requests enter, and where they go now."""
    routing: Mapping[str, str]
    """Service → `nominal`, `proved`, `solved`; empty where no director answers."""
    lost: Mapping[str, tuple[str, ...]]
    """Service → datacenters that it has lost."""


@dataclass(frozen=True, slots=True)
class StackRecovery:
    """What a recovery did to one stack."""

    name: str
    """The stack."""
    did: str
    """`finished`, `undone`, `refreshed`, or `nothing`."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a recovery did."""

    environment: str
    """The environment."""
    stacks: tuple[StackRecovery, ...]
    """Every stack."""
    swept: tuple[str, ...]
    """Processes that ran and were in no state."""
