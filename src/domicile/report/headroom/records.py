"""What the report says, as plain data: every format renders these and works out nothing."""

from __future__ import annotations

from dataclasses import dataclass

from domicile.report.page.report import Named, Report

Part = float | None
"""Spare as a part of demand: below 0 what is short; None: there is no demand."""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service, all its demand taken together."""

    id: str
    name: str
    unit: str
    demand: float
    """Nominal."""
    backends: int
    contingencies: int
    nominal: Part
    """Spare while nothing is lost."""
    nominal_use: Part
    """Utilisation of the fullest places then, at best; None: something is short."""
    nominal_limit: float
    """The policy's largest utilisation then."""
    worst: tuple[str, ...]
    """The contingency that leaves least."""
    least: Part
    """Spare in it."""
    worst_use: Part
    worst_limit: float
    short: int
    """Contingencies in which something is short."""
    most: float
    """The largest shortfall, in the service's unit."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One service and one subject country."""

    service: str
    service_name: str
    unit: str
    subject: Named
    demand: float
    """Nominal."""
    served: float
    shortfall: float
    nominal: Part
    """Spare while nothing is lost, every other demand served first."""
    worst: tuple[str, ...]
    """Where something is short, the contingency that leaves most of it short; else the one in
    which this country's demand may grow least."""
    worst_demand: float
    worst_served: float
    worst_shortfall: float
    least: Part
    """Spare in the worst contingency."""
    places: tuple[str, ...]
    """Where the demand may go, and backends stand."""


@dataclass(frozen=True, slots=True)
class Country:
    """One subject country, by the service that leaves it least."""

    subject: Named
    least: Part
    service: str
    """The service that leaves least."""
    worst: tuple[str, ...]
    short: tuple[str, ...]
    """Services that are short for it."""


@dataclass(frozen=True, slots=True)
class Datacenter:
    """A place with pools."""

    id: str
    name: str
    city: str
    country: str
    latitude: float
    longitude: float
    pools: int
    backends: int
    share: float
    """What its backends could serve at full use, as a part of each service's nominal demand,
    averaged over services."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One service in one contingency."""

    contingency: tuple[str, ...]
    """As its policy has it, with its surge."""
    demand: float
    shortfall: float
    spare: Part


@dataclass(frozen=True, slots=True)
class Row:
    """One contingency."""

    name: tuple[str, ...]
    """What is lost, or what it is called, without the surge, which services' policies set."""
    cells: tuple[Cell | None, ...]
    """In the order of services; None: not in that service's policy."""
    short: bool
    least: Part


@dataclass(frozen=True, slots=True)
class Case:
    """One service and country in one contingency: a row of `domicile headroom --matrix`."""

    service: str
    subject: str
    contingency: tuple[str, ...]
    demand: float
    served: float
    shortfall: float
    unit: str
    spare: Part


@dataclass(frozen=True, slots=True)
class Binding:
    """Demands and the places that bind them: a set that leaves no more."""

    service: str
    service_name: str
    unit: str
    subjects: tuple[Named, ...]
    data_classes: tuple[str, ...]
    places: tuple[str, ...]
    """All that they may use and that still stands."""
    contingency: tuple[str, ...]
    """The one in which it binds most."""
    others: int
    """How many more contingencies it binds in."""
    demand: float
    """Of these demands, then."""
    usable: float
    """What the places may give, then."""
    shortfall: float


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that closes a shortfall, and was tried."""

    says: str
    cost: float | None
    """EUR per hour; None: not known."""
    saves: float | None
    """What it costs less than backends alone."""
    proved: bool
    """Whether nothing cheaper of its kind would do."""


@dataclass(frozen=True, slots=True)
class Short:
    """One set of demands that is short, explained."""

    service_name: str
    unit: str
    contingency: tuple[str, ...]
    subjects: tuple[str, ...]
    data_classes: tuple[str, ...]
    missing: float
    where: str
    explained: int
    """Contingencies that it explains."""
    spare: tuple[tuple[float, str, str], ...]
    """What is free elsewhere, where, and why it does not count."""
    remedies: tuple[Remedy, ...] | None
    """None: not looked for."""
    waivers: tuple[str, ...]
    """What would accept it, and serve nobody."""


@dataclass(frozen=True, slots=True)
class PoolLine:
    """A pool, and why the least costly fleet needs it."""

    service: str
    service_name: str
    datacenter: str
    now: int
    needed: int
    price: float
    """EUR per hour of one backend."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why nothing is feasible."""

    service: str
    contingency: tuple[str, ...]
    subjects: tuple[str, ...]
    missing: float
    unit: str
    says: str


@dataclass(frozen=True, slots=True)
class Level:
    """What must be survived, and what the least costly fleet that survives it costs."""

    id: str
    name: str
    against: str | None
    """Id of the level that it adds to."""
    contingencies: int
    """How many differ, of all services together."""
    short: int
    """In how many of them the counts that are judged are short."""
    feasible: bool
    proved: bool
    cost: float | None
    """EUR per hour; None: not feasible, or not found."""
    gap: float | None
    """The part of the cost by which it may exceed the least: 0, it is the least; None: not known,
    or no cost."""
    step: float | None
    """Cost beyond that of the level that it adds to."""
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class HeadroomReport(Report):
    """All of it."""

    stale: bool | None
    """Whether the emitted plan was made from other inputs; None: there is none."""
    now: float
    """What the backends that are judged cost, EUR per hour."""
    services: tuple[ServiceLine, ...]
    standings: tuple[Standing, ...]
    countries: tuple[Country, ...]
    datacenters: tuple[Datacenter, ...]
    rows: tuple[Row, ...]
    """All contingencies, those with most short first, then those that leave least."""
    cases: tuple[Case, ...]
    bindings: tuple[Binding, ...]
    shorts: tuple[Short, ...]
    pools: tuple[PoolLine, ...]
    levels: tuple[Level, ...]
