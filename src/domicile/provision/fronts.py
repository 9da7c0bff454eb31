"""Where requests enter and where they go: asked of the director, else read from what it keeps."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domicile.model.errors import OutsideError
from domicile.provision.local import admin
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.traffic import Load, Traffic
from domicile.provision.results import Route, ServiceFront


def traffic(root: Path, environment: str) -> Traffic | None:
    """What the director keeps; None where nothing runs."""
    try:
        text = RunFolder(root, environment).director.read_text(encoding="utf-8")
    except OSError:
        return None
    return Traffic.read(text)


def director(root: Path, environment: str) -> dict[str, Any]:
    """What the director says; empty where none answers."""
    control = RunFolder(root, environment).sockets / "director"
    with contextlib.suppress(OSError, OutsideError, ValueError):
        return admin.ask(control, "GET", "/", timeout=5.0)
    return {}


def routes(root: Path, environment: str) -> tuple[ServiceFront, ...]:
    """Every front of every service that answers, with where its loads enter and go now."""
    kept = traffic(root, environment)
    if kept is None:
        return ()
    said = director(root, environment)
    now: Mapping[str, Any] = said.get("shares") or {load.id: load.nominal for load in kept.loads}
    lost = {front for front, trouble in said.get("fronts", {}).items() if trouble}
    found = []
    for service in sorted({load.service for load in kept.loads}):
        for front in (each for each in kept.fronts if each.datacenter not in lost):
            entering = tuple(
                Route(load.id, f"http://{address}/", now.get(load.id, {}))
                for load in kept.loads
                if load.service == service
                for address in [_enters(load, front.datacenter, lost)]
                if address is not None
            )
            if entering:
                address = entering[0].address
                found.append(ServiceFront(service, address, front.datacenter, entering))
    return tuple(found)


def _enters(load: Load, front: str, lost: set[str]) -> str | None:
    """Where a load enters a front; one that only refuses it counts once its entries are lost."""
    if set(load.entries) <= lost:
        return load.refusals.get(front)
    return load.entries.get(front)


def spread(root: Path, environment: str) -> dict[str, dict[str, float]]:
    """Service → datacenter → part of its nominal demand, as planned."""
    kept = traffic(root, environment)
    amounts: dict[str, dict[str, float]] = {}
    for load in kept.loads if kept else ():
        for place, part in load.nominal.items():
            places = amounts.setdefault(load.service, {})
            places[place] = places.get(place, 0.0) + part * (load.rate or 1.0)
    return {
        service: {place: amount / sum(places.values()) for place, amount in sorted(places.items())}
        for service, places in sorted(amounts.items())
        if sum(places.values()) > 0
    }
