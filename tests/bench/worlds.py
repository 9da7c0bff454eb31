"""Workspaces of any size for benchmarks and tests: same arguments, same bytes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

COUNTRIES = (
    *("AT", "AU", "BE", "BR", "CA", "CH", "CL", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB"),
    *("GR", "HU", "IE", "IN", "IT", "JP", "KR", "LU", "MX", "NL", "NO", "NZ", "PL", "PT", "RO"),
    *("SE", "SG", "SK", "US", "ZA"),
)
SERVICES = (("telephony", "calls"), ("messaging", "messages/s"), ("voicemail", "requests/s"))
CLASSES = ("communications", "recordings", "personal")


def write(folder: Path, datacenters: int = 2000, seed: int = 1) -> Path:
    """Write a workspace with that many datacenters, three pools in each, and return its folder."""
    chance = random.Random(seed)
    places = [
        (f"host{index % 40:02}", f"host{index % 40:02}-place{index:05}", chance.choice(COUNTRIES))
        for index in range(datacenters)
    ]
    for provider in sorted({provider for provider, _, _ in places}):
        _save(folder / f"regions/{provider}.yaml", _region(provider, places, chance))
    _save(folder / "regions/links.yaml", _links(places, chance))
    _save(folder / "policies/headroom.yaml", _headroom())
    _save(folder / "policies/mechanisms.yaml", _mechanisms())
    _save(folder / "infra/environments.yaml", _environments())
    _save(folder / "infra/services.yaml", _services())
    _save(folder / "infra/backends.yaml", _backends(places))
    _save(folder / "infra/pools.yaml", _pools(places, chance))
    _save(folder / "infra/demand.yaml", _demand(chance))
    return folder


def _save(path: Path, lines: Iterator[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _region(
    provider: str, places: list[tuple[str, str, str]], chance: random.Random
) -> Iterator[str]:
    yield "provider:"
    yield f"  id: {provider}"
    yield f"  name: Hosting {provider}"
    yield "  operator: {name: An operator, country: FR}"
    yield "  certifications:"
    yield "    - {id: ISO27001, from: 2024-01-01, until: 2027-01-01, evidence: unverified}"
    yield from _facts("  ")
    yield "datacenters:"
    for owner, place, country in places:
        if owner != provider:
            continue
        yield f"  - id: {place}"
        yield f"    name: {place.upper()}"
        yield f"    country: {country}"
        yield "    city: A town"
        latitude, longitude = chance.uniform(-60, 60), chance.uniform(-180, 180)
        yield f"    coordinates: {{latitude: {latitude:.4f}, longitude: {longitude:.4f}}}"
        yield f"    failure_domains: [grid-{country.lower()}]"
        yield "    capacity: 400 Gbit/s"
        yield "    quota: 400 backends"
        yield from _facts("    ")
    yield "failure_domains:"
    for country in COUNTRIES if provider == "host00" else ():
        yield f"  - id: grid-{country.lower()}"
        yield f"    name: Power grid of {country}"
        yield "    kind: power-grid"
        yield "    source: invented for a benchmark"
    if provider != "host00":
        yield "  []"
    yield "example: [capacity, quota, links]"


def _facts(indent: str) -> Iterator[str]:
    yield f"{indent}source: invented for a benchmark"
    yield f"{indent}checked: 2026-11-23"


def _links(places: list[tuple[str, str, str]], chance: random.Random) -> Iterator[str]:
    yield "links:"
    for index, (_, place, _) in enumerate(places):
        for step in (1, chance.randrange(2, max(3, len(places) // 2))):
            other = places[(index + step) % len(places)][1]
            yield f"  - id: link-{index:05}-{step}"
            yield f"    between: [{place}, {other}]"
            yield f"    capacity: {chance.choice((100, 400, 800))} Gbit/s"
            yield "    example: true"
    yield "example: [links]"


def _headroom() -> Iterator[str]:
    yield "headroom:"
    yield "  - id: everything"
    yield "    losses: [datacenter, provider, failure-domain, link]"
    yield "    utilisation: {nominal: 70 %, after: 90 %}"
    yield "    surge: 1.2"
    yield "    latency: 120 ms"
    yield "    reason: a benchmark"


def _mechanisms() -> Iterator[str]:
    yield "mechanisms:"
    yield "  - {id: clauses, declares: [scc, assessment], from: 2025-01-01, evidence: drawer 4}"


def _environments() -> Iterator[str]:
    yield "environments:"
    yield "  - {id: production, description: A benchmark}"


def _services() -> Iterator[str]:
    yield "services:"
    for service, unit in SERVICES:
        yield f"  - id: {service}"
        yield f"    name: {service.title()}"
        yield f"    unit: {unit}"
        yield "    activities: [process, store]"
        yield f"    data_classes: [{', '.join(CLASSES)}]"


def _backends(places: list[tuple[str, str, str]]) -> Iterator[str]:
    yield "backends:"
    for provider in sorted({provider for provider, _, _ in places}):
        yield f"  - id: {provider}.large"
        yield f"    provider: {provider}"
        yield "    price: 0.42 EUR/h"
        work = {service: f"900 {unit}" for service, unit in SERVICES}
        yield f"    capacity: {json.dumps(work)}"
        yield "    example: true"


def _pools(places: list[tuple[str, str, str]], chance: random.Random) -> Iterator[str]:
    yield "example: true"
    yield "pools:"
    for provider, place, _ in places:
        for service, _unit in SERVICES:
            yield f"  - service: {service}"
            yield f"    datacenter: {place}"
            yield f"    backend: {provider}.large"
            yield f"    maximum: {chance.randrange(20, 90)} backends"
            yield f"    existing: {chance.randrange(1, 9)} backends"


def _demand(chance: random.Random) -> Iterator[str]:
    yield "example: true"
    yield "demand:"
    for country in COUNTRIES:
        for service, unit in SERVICES:
            yield f"  - id: {country.lower()}-{service}"
            yield f"    subject: {country}"
            yield f"    service: {service}"
            yield "    data_classes: [communications, recordings]"
            yield f"    rate: {chance.randrange(1000, 90000)} {unit}"
