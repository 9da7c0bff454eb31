"""The steps of a rollout: what stands after each, and what traffic counts on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domicile.model.base import Identifier, Record


class StepKind(StrEnum):
    """What a step does."""

    OUT = "pools-out"
    """Pools grow; traffic does not count on it yet."""
    TRAFFIC = "traffic"
    """Traffic is routed by what stands, or by what is to stay."""
    IN = "pools-in"
    """Pools shrink to what traffic still counts on."""


class PoolChange(Record):
    """One pool in one step."""

    service: Identifier
    """The service."""
    datacenter: Identifier
    """Where."""
    now: Annotated[int, Field(ge=0)]
    """Backends before the step; of a traffic step, those that it counted on."""
    after: Annotated[int, Field(ge=0)]
    """Backends after it."""


class Step(Record):
    """One step of a rollout: updates of stacks that may run side by side."""

    kind: StepKind
    """What it does."""
    pools: tuple[PoolChange, ...]
    """Every pool whose number it changes."""
