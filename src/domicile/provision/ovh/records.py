"""Names in OVHcloud's DNS, which answers everybody alike and knows neither weights nor health.

So a name is made only where every place in its answer is lawful for every load that may come by it,
whoever asks: `<subject>.<service>`, and `<service>` itself where one answer is lawful for all. Its
places share requests equally, and one that is lost stays in the answer; where the plan's shares are
not equal, that must be asked for. Standby places are left out: they would get a share too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_ovh as ovh

from domicile.model.errors import SourceError
from domicile.provision.adapters import World
from domicile.provision.entries import addresses
from domicile.provision.names import ANYBODY, Name, names

_LIFE = 60
"""Seconds that an answer may be kept: the least that OVHcloud takes."""
_EQUAL = 0.01
"""Shares that differ by no more are equal."""


def make_names(
    world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource
) -> dict[str, list[str]]:
    """Make all names of an environment that may be answered to anybody.

    Returns:
        Service → its names.

    Raises:
        SourceError: there is no zone, the zone is not within the user's, or shares are not equal.
    """
    zone, rest = _zone(world)
    equal = bool(pulumi.Config("names").get_bool("equal"))
    options = pulumi.ResourceOptions(parent=parent)
    found: dict[str, list[str]] = {}
    for name in names(world.plan, world.rates):
        found.setdefault(name.service, [])
        answer = name.answers.get(ANYBODY)
        if answer is None:
            continue
        if not equal:
            _refuse_unequal(name)
        found[name.service].append(name.under(world.zone))
        for place in answer.weights:
            ovh.domain.ZoneRecord(
                f"{name.label} {place}",
                zone=zone,
                subdomain=f"{name.label}{rest}",
                fieldtype="A",
                ttl=_LIFE,
                target=addresses(pools[place], name.service, place).apply(lambda each: each[0]),
                opts=options,
            )
    return found


def _zone(world: World) -> tuple[str, str]:
    """The zone that is OVHcloud's, and what of the environment's stands before it."""
    if not world.zone:
        raise SourceError(
            f"environment `{world.environment}` has no zone for its names",
            help="give it `names` in `infra/environments.yaml`, then emit again",
        )
    zone = pulumi.Config("names").get("zone") or world.zone
    if world.zone != zone and not world.zone.endswith(f".{zone}"):
        raise SourceError(f"`names:zone` is `{zone}`, and names are made under `{world.zone}`")
    rest = world.zone[: -len(zone)].rstrip(".")
    return zone, f".{rest}" if rest else ""


def _refuse_unequal(name: Name) -> None:
    weights = name.answers[ANYBODY].weights
    if max(weights.values()) - min(weights.values()) > _EQUAL:
        shares = ", ".join(f"{part:.0%} at `{place}`" for place, part in weights.items())
        raise SourceError(
            f"the plan gives `{name.label}` {shares}, and OVHcloud's DNS has no weights",
            help="set `names:equal: true` in the traffic stack's `config:` if each place can carry"
            " an equal part, or give `names` another adapter",
        )
