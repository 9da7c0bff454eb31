"""The plan: how many backends where, and the proved routing for each contingency."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domicile.model.base import Identifier, Record

Shares = dict[str, float]
"""Datacenter → part of the demand that it serves; parts add up to 1."""
DemandRouting = dict[str, Shares]
"""Load → its shares. A load is `<subject>/<service>/<data classes joined by +>`."""


class PlannedPool(Record):
    """One pool's number of backends, and what asks for it."""

    service: Identifier
    """The service."""
    datacenter: Identifier
    """Where."""
    now: Annotated[int, Field(ge=0)]
    """Backends before the plan."""
    after: Annotated[int, Field(ge=0)]
    """Backends that the plan asks for."""
    reasons: tuple[str, ...] = ()
    """What binds: contingencies, minimum, a duty to keep a copy at home."""


class ContingencyRouting(Record):
    """The routing that was proved for one contingency, where it differs from the nominal one."""

    contingency: tuple[str, ...]
    """Its losses and strains: `provider:ovh`, `surge:1.2`."""
    lost: tuple[Identifier, ...] = ()
    """Datacenters that are lost in it."""
    changes: DemandRouting = {}
    """Loads that go elsewhere than nominally, with all their shares."""


class Cost(Record):
    """What the backends cost."""

    now: float
    """Before the plan."""
    after: float
    """With the plan."""
    currency: Literal["EUR/h"] = "EUR/h"
    """Unit of both."""


class Plan(Record):
    """`stacks/plan.<environment>.yaml`: written by `domicile emit`, never by hand."""

    environment: Identifier
    """The environment planned for."""
    as_of: date
    """The day whose law was applied."""
    inputs: str
    """Digest of everything declared that the plan rests on."""
    verdicts: str
    """Digest of which places each load may use: the plan is stale when this changes."""
    optimal: bool
    """Whether the cost was proved to be the least."""
    cost: Cost
    """What it costs."""
    pools: tuple[PlannedPool, ...]
    """Every pool."""
    nominal: DemandRouting
    """Where each load goes while nothing is lost; holds under the policy's surge too."""
    contingencies: tuple[ContingencyRouting, ...]
    """Where loads go instead, for each contingency of the policies."""
    order: dict[str, tuple[Identifier, ...]]
    """Load → admissible places, in the static order that holds while no director runs."""
