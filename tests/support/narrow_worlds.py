"""Worlds of voice, which asks directory, over links that may be too narrow.

Voice of France, 100 calls, asks directory once for each call, over 1 Gbit/s. A backend does 50; at
90 % 45 of it, at 60 % (while nothing is lost) 30. Directory is at q alone; p is the cheapest place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import small_worlds
import yaml
from small_worlds import Site

from domicile.planner import Outcome
from domicile.situation import Situation

SITES = (Site("p", 0.10), Site("q", 0.12), Site("r", 0.20))


def edit(folder: Path, name: str, change: Callable[[Any], None]) -> None:
    """Change one file of a workspace."""
    data = yaml.safe_load((folder / name).read_text())
    change(data)
    (folder / name).write_text(json.dumps(data))


def world(
    folder: Path,
    links: Mapping[str, str],
    *,
    sites: tuple[Site, ...] = SITES,
    places: Mapping[str, str] | None = None,
    traffic: str | None = "1 Gbit/s",
    users: str | None = None,
    demand: Mapping[str, float] | None = None,
    losses: tuple[str, ...] = (),
    policy: Mapping[str, Any] | None = None,
    surge: float = 1,
    domains: Mapping[str, str] | None = None,
    networks: Mapping[str, str] | None = None,
) -> Situation:
    """The world.

    Args:
        folder: where to.
        links: `p~q`, or `FR~p` for users → capacity.
        sites: the places.
        places: service → the places at which it may be, as letters; absent: directory at q.
        traffic: for each call, between voice and directory; None: not counted.
        users: for each call, between users and voice.
        demand: subject → calls.
        losses: what the policy loses.
        policy: further keys of it.
        surge: factor.
        domains: link → the failure domain that it is in.
        networks: place → what its network carries.
    """
    small_worlds.write(
        folder,
        sites,
        demand,
        services=("directory", "voice"),
        losses=losses,
        surge=surge,
        policy=policy,
        depends={"voice": {"directory": 1}},
    )
    may = {"directory": "q"} if places is None else places

    def pools(data: Any) -> None:  # noqa: ANN401
        data["pools"] = [
            pool
            for pool in data["pools"]
            if pool["datacenter"] in may.get(pool["service"], pool["datacenter"])
        ]

    def services(data: Any) -> None:  # noqa: ANN401
        voice = next(each for each in data["services"] if each["id"] == "voice")
        if traffic:
            voice["depends_on"][0]["traffic"] = traffic
        if users:
            voice["traffic"] = users

    held = domains or {}

    def joined(data: Any) -> None:  # noqa: ANN401
        data["links"] = [
            {
                "between": name.split("~"),
                "capacity": capacity,
                "failure_domains": [held[name]] if name in held else [],
            }
            for name, capacity in links.items()
        ]
        data["failure_domains"] = [
            {"id": each, "name": each, "kind": "fibre-duct", "source": "invented for a test"}
            for each in sorted(set(held.values()))
        ]

    for place, capacity in (networks or {}).items():
        edit(
            folder,
            f"regions/of-{place}.yaml",
            lambda data, capacity=capacity: data["datacenters"][0].update(capacity=capacity),
        )
    edit(folder, "infra/pools.yaml", pools)
    edit(folder, "infra/services.yaml", services)
    edit(folder, "regions/links.yaml", joined)
    return small_worlds.situation(folder)


def counts(outcome: Outcome) -> dict[str, int]:
    """`voice p` → backends, where there are any."""
    return {f"{p.service} {p.datacenter}": p.after for p in outcome.pools if p.after}


def voice(outcome: Outcome, contingency: str | None = None) -> dict[str, float]:
    """Where voice of France goes."""
    assert outcome.plan is not None, (outcome.networks, outcome.refused)
    routing = dict(outcome.plan.nominal)
    for each in outcome.plan.contingencies:
        if contingency in each.contingency:
            routing |= each.changes
    return routing["FR/voice/communications"]
