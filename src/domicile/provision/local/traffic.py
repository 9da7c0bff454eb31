"""What the director keeps: loads, their entries, backends, and the plan's routing, as one record.

It is written as JSON (`director.json`) by the provider and read by the director; the same record
makes the static configuration of the fronts.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

Shares = dict[str, float]


@dataclass(frozen=True, slots=True)
class Front:
    """One front: two Caddys, an entry and the routing behind it, and how they are reached."""

    datacenter: str
    """Where it stands."""
    sockets: str
    """Folder of its Unix sockets."""
    entry_file: str
    """The configuration that its entry starts with."""
    routing_file: str
    """The configuration that its routing starts with."""
    log: str
    """Its access log."""

    @property
    def entry_admin(self) -> str:
        """Unix socket of the entry's admin API."""
        return f"{self.sockets}/entry"

    @property
    def routing_admin(self) -> str:
        """Unix socket of the routing's admin API."""
        return f"{self.sockets}/routing"

    def behind(self, address: str) -> str:
        """Unix socket at which the routing takes what arrives at one of its `address:port`."""
        host, _, port = address.rpartition(":")
        return f"{self.sockets}/{host.rpartition('.')[2]}-{port}"


@dataclass(frozen=True, slots=True)
class Load:
    """One load and where its requests enter."""

    id: str
    """`<subject>/<service>/<data classes>`."""
    subject: str
    """Whose people the data is about."""
    service: str
    """The service."""
    entries: dict[str, str]
    """Front's datacenter → `address:port` that only this load's requests reach."""
    refusals: dict[str, str]
    """Front's datacenter → `address:port` at which requests are refused once no entry is left."""
    order: tuple[str, ...]
    """Admissible places, in the static lawful order."""
    nominal: Shares
    """Where it goes while nothing is lost."""
    rate: float | None
    """Its rate in the service's unit; None where the plan does not say."""

    def address_at(self, front: str) -> str | None:
        """`address:port` at which a front takes or refuses its requests; None where neither."""
        return self.entries.get(front) or self.refusals.get(front)


@dataclass(frozen=True, slots=True)
class Upstream:
    """One backend that requests may be sent to."""

    service: str
    """What it serves."""
    datacenter: str
    """Where it stands."""
    backend: int
    """Its number in its pool."""
    address: str
    """`address:port`."""
    nonce: str
    """What its health page must return: else another process answers in its place."""
    capacity: float
    """What it can do, in `unit`."""
    unit: str
    """`calls`, `requests/s` …"""


@dataclass(frozen=True, slots=True)
class Contingency:
    """A proved routing: what is lost, and who goes elsewhere then."""

    lost: tuple[str, ...]
    """Datacenters."""
    changes: dict[str, Shares]
    """Load → all its shares."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Everything that routing needs to know."""

    fronts: tuple[Front, ...]
    """The fronts."""
    loads: tuple[Load, ...]
    """The loads."""
    upstreams: tuple[Upstream, ...]
    """The backends that take traffic."""
    contingencies: tuple[Contingency, ...]
    """The plan's proved routings."""

    def text(self) -> str:
        """As JSON, the same for the same record."""
        return json.dumps(asdict(self), sort_keys=True, indent=1)

    @staticmethod
    def read(text: str) -> Traffic:
        """From JSON."""
        found: dict[str, Any] = json.loads(text)
        return Traffic(
            fronts=tuple(Front(**front) for front in found["fronts"]),
            loads=tuple(Load(**{**load, "order": tuple(load["order"])}) for load in found["loads"]),
            upstreams=tuple(Upstream(**upstream) for upstream in found["upstreams"]),
            contingencies=tuple(
                Contingency(tuple(each["lost"]), each["changes"]) for each in found["contingencies"]
            ),
        )
