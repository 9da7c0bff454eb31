"""Worlds of a few datacenters in France and Germany, small enough to be solved by hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import judging

from domicile.model.tokens import Counts
from domicile.situation import Situation
from domicile.workspace import load

UNIT = 50
"""Calls that one backend can do, unless said otherwise."""


@dataclass(frozen=True)
class Site:
    """A datacenter of a provider of its own, and the pools in it."""

    id: str
    price: float
    country: str = "FR"
    maximum: int = 9
    minimum: int = 0
    existing: int = 0
    quota: int | None = None
    unit: float = UNIT
    provider: str | None = None
    warm_up: str | None = None
    pooled: bool = True
    """Whether the services have a pool there."""


PRICED = (Site("p", 0.10), Site("q", 0.12), Site("r", 0.20))
"""Three sites of different price."""
_CITIES = {
    "FR": ("Paris", 48.86, 2.35),
    "DE": ("Berlin", 52.52, 13.4),
    "GB": ("London", 51.51, -0.13),
    "US": ("Ashburn", 39.04, -77.49),
}


def write(
    folder: Path,
    sites: Sequence[Site] = PRICED,
    demand: Mapping[str, float] | None = None,
    services: Sequence[str] = ("voice",),
    losses: Sequence[str] = ("datacenter",),
    nominal: float = 60,
    after: float = 90,
    surge: float = 1.2,
    latency: float = 60,
    policy: Mapping[str, Any] | None = None,
    beside: Sequence[Mapping[str, Any]] = (),
    depends: Mapping[str, Mapping[str, float]] | None = None,
    priorities: Mapping[str, str] | None = None,
    links: Sequence[tuple[str, str]] | None = None,
) -> Path:
    """Write a workspace in which each service has a pool at each site, and the same demand.

    Args:
        folder: where to.
        sites: the datacenters, and what may stand there.
        demand: subject → calls; absent: 100 of France.
        services: what is served.
        losses: what the policy loses.
        nominal: per cent of capacity used while nothing is lost.
        after: per cent after a loss or under the surge.
        surge: factor.
        latency: one way, in ms; Paris and Berlin are 6.6 ms apart.
        policy: further keys of the policy.
        beside: further policies, each the same but for these keys.
        depends: service → what it needs, with fan-out; what is needed has no demand of its own.
        priorities: subject → priority of its demand.
        links: pairs of sites that are joined; absent: all pairs.
    """
    providers: dict[str, list[Site]] = {}
    for site in sites:
        providers.setdefault(site.provider or f"of-{site.id}", []).append(site)
    files = {f"regions/{name}.yaml": _region(name, held) for name, held in providers.items()}
    files["regions/links.yaml"] = {
        "links": [
            {"between": list(ends), "capacity": "100 Gbit/s"}
            for ends in (_every_pair(sites) if links is None else links)
        ]
    }
    usual = {
        "id": "all",
        "losses": list(losses),
        "utilisation": {"nominal": f"{nominal:g} %", "after": f"{after:g} %"},
        "surge": surge,
        "latency": f"{latency:g} ms",
        "reason": "invented for a test",
    }
    files["policies/headroom.yaml"] = {
        "headroom": [usual | dict(policy or {}), *(usual | dict(each) for each in beside)]
    }
    files["infra/environments.yaml"] = {
        "environments": [{"id": "production", "description": "a small world"}]
    }
    files["infra/services.yaml"] = {
        "services": [
            {
                "id": service,
                "name": service,
                "unit": "calls",
                "activities": ["process"],
                "data_classes": ["communications"],
                "depends_on": [
                    {"service": needed, "fan_out": fan_out}
                    for needed, fan_out in (depends or {}).get(service, {}).items()
                ],
            }
            for service in services
        ]
    }
    files["infra/backends.yaml"] = {
        "backends": [
            {
                "id": f"{site.id}.small",
                "provider": site.provider or f"of-{site.id}",
                "price": f"{site.price:g} EUR/h",
                "capacity": dict.fromkeys(services, f"{site.unit:g} calls"),
                **({} if site.warm_up is None else {"warm_up": site.warm_up}),
            }
            for site in sites
        ]
    }
    files["infra/pools.yaml"] = {
        "pools": [_pool(service, site) for service in services for site in sites if site.pooled]
    }
    files["infra/demand.yaml"] = {
        "demand": [
            {
                "id": f"{subject.lower()}-{service}",
                "subject": subject,
                "service": service,
                "data_classes": ["communications"],
                "rate": f"{rate:g} calls",
                "priority": (priorities or {}).get(subject, "normal"),
            }
            for service in services
            if not any(service in needed for needed in (depends or {}).values())
            for subject, rate in (demand or {"FR": 100}).items()
        ]
    }
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(json.dumps(data, indent=1), encoding="utf-8")
    return folder


def situation(folder: Path, counts: Counts = Counts.EMITTED) -> Situation:
    """Load a world."""
    workspace = load(folder)
    return Situation(workspace, judging.law(workspace), "production", judging.TODAY, counts)


def _every_pair(sites: Sequence[Site]) -> list[tuple[str, str]]:
    return list(itertools.combinations(sorted(site.id for site in sites), 2))


def _pool(service: str, site: Site) -> dict[str, Any]:
    return {
        "service": service,
        "datacenter": site.id,
        "backend": f"{site.id}.small",
        "minimum": f"{site.minimum} backends",
        "maximum": f"{site.maximum} backends",
        "existing": f"{site.existing} backends",
    }


def _region(name: str, sites: Sequence[Site]) -> dict[str, Any]:
    sourced = {"source": "invented for a test", "checked": "2026-11-23"}
    return {
        "provider": {
            "id": name,
            "name": name,
            "operator": {"name": name, "country": sites[0].country},
            **sourced,
        },
        "datacenters": [
            {
                "id": site.id,
                "name": site.id,
                "country": site.country,
                "city": city,
                "coordinates": {"latitude": latitude, "longitude": longitude},
                **({} if site.quota is None else {"quota": f"{site.quota} backends"}),
                **sourced,
            }
            for site in sites
            for city, latitude, longitude in (_CITIES[site.country],)
        ],
    }
