"""What `domicile sweep` answers with `--format json`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domicile.model.base import Record


class Between(Record):
    """Bounds of a figure; both are the same where it is known."""

    least: float
    """It is not below this."""
    most: float
    """Nor above this."""


class SweptRisk(Record):
    """What follows where the policy says how likely its losses are."""

    availability: Between
    """Part of the time in which nothing is missing. What was not examined counts as unavailable
    below, as available above; of random scenarios, the interval that is right 99 times of 100."""
    expected: Between
    """Part of demand that is missing on average; of what was not examined, nothing or all."""
    worst_mean: Between
    """The same, of the worst cases alone: those that `confidence` leaves (TEAVAR's CVaR)."""


class SweptSize(Record):
    """Every examined set of so many losses."""

    size: int
    """How many happen at once."""
    sets: int
    """How many such sets were examined."""
    short: int
    """How many of them leave something short."""
    worst: float
    """The most that any of them leaves short, in the service's unit."""
    losses: tuple[str, ...]
    """The first set that leaves so much short; empty where none leaves anything short."""


class SweptThrough(Record):
    """A service that serves no more of a country's demand than those that it needs do."""

    fewest: int | None = None
    """The fewest losses that leave something short, of the sets examined; absent: none does."""
    sizes: tuple[SweptSize, ...]
    """By how many losses happen at once."""
    risk: SweptRisk | None = None
    """Absent where the policy gives no probabilities."""
    worst_subject: Between | None = None
    """TEAVAR's own figure, of all subjects."""


class SweptSubject(Record):
    """One subject country's share of it."""

    subject: str
    """The subject country."""
    demand: float
    """What it asks for after losses."""
    fewest: int | None = None
    """The fewest losses that leave it short, of the sets examined; absent: none does."""
    sizes: tuple[SweptSize, ...]
    """By how many losses happen at once."""
    risk: SweptRisk | None = None
    """Absent where the policy gives no probabilities."""
    through: SweptThrough | None = None
    """The same through the services that it needs; absent where it was judged by itself alone."""


class SweptService(Record):
    """One service under one policy."""

    service: str
    """The service."""
    policy: str
    """The headroom policy."""
    unit: str
    """Unit of demand and of what is short."""
    demand: float
    """What is asked for after losses, with the policy's surge."""
    events: int
    """How many losses and named contingencies were combined."""
    judged: Literal["every-set", "one-by-one"]
    """How what is short was found: for all sets of lost places at once, by two transforms, or for
    each scenario by itself. Both are exact."""
    asked: int
    """Examined sets that the policy asks to survive."""
    asked_short: int
    """How many of them leave something short."""
    fewest: int | None = None
    """The fewest losses that leave something short, of the sets examined; absent: none does."""
    sizes: tuple[SweptSize, ...]
    """By how many losses happen at once."""
    examined: float | None = None
    """Probability of all that was examined; absent without probabilities, or if it was random."""
    risk: SweptRisk | None = None
    """Of all demand; absent where the policy gives no probabilities."""
    worst_subject: Between | None = None
    """TEAVAR's own figure: in each scenario the part missing of the subject that loses most,
    averaged over the worst cases."""
    needs: tuple[str, ...] = ()
    """The services that it needs and through which it was judged as well."""
    through: SweptThrough | None = None
    """The same through these; absent where it was judged by itself alone."""
    needs_left_out: tuple[str, ...] = ()
    """The services that it needs and through which it was not judged: with their datacenters all
    subsets would be too many."""
    subjects: tuple[SweptSubject, ...]
    """By subject country."""


class SweepAnswer(Record):
    """Answer of `sweep`."""

    schema_: Annotated[Literal["domicile.sweep/1"], Field(alias="schema")] = "domicile.sweep/1"
    """Kind and version."""
    environment: str
    """The environment."""
    counts: str
    """Which counts were judged."""
    method: Literal["losses", "all-subsets", "samples"]
    """What was examined: every set of up to so many losses, every subset of datacenters, or
    random scenarios."""
    proved: bool
    """Whether every scenario of the method was judged, each exactly; random ones prove nothing
    about those not drawn."""
    scenarios: int
    """How many were examined, of all policies."""
    confidence: float
    """Part of the time that `worst_mean` leaves aside."""
    services: tuple[SweptService, ...]
    """Every service, under each policy that holds for it."""
