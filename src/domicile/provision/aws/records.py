"""Names in Route 53: one record for each place of a service, and weights and countries over them.

`at-<datacenter>.<service>` holds the addresses of a place's pool and is what health checks ask.
Weighted records point at those, records by country at the weighted ones. A record by country does
not follow health: Route 53 would go on to the answer for everybody, maybe unlawful for it.
Where all places of a name are unhealthy, it answers as if all were healthy: lawful still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from domicile.provision.adapters import World
from domicile.provision.entries import addresses, asked, first, path, port
from domicile.provision.machines import inherited
from domicile.provision.names import ANYBODY, Answer, Name, names, whole

_FAMILY = frozenset({"aws", "aws-cn", "aws-us-gov", "aws-eusc"})
_CONTROL = {
    "aws": "us-east-1",
    "aws-cn": "cn-northwest-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
}
"""Partition → where its Route 53 is controlled."""
_MOST = 255
"""The largest weight."""
_LIFE = 60
"""Seconds that an answer may be kept."""


@dataclass(frozen=True, slots=True)
class _Zone:
    """Where records are made."""

    name: str
    id: pulumi.Output[str]
    options: pulumi.ResourceOptions


def make_names(
    world: World,
    pools: Mapping[str, pulumi.Output[Any]],
    parent: pulumi.Resource,
    partition: str,
) -> dict[str, list[str]]:
    """Make all names of an environment.

    Returns:
        Service → its names that are asked from anywhere or by country, the common one first.
    """
    zone = _zone(world, parent, partition)
    made: dict[tuple[str, str], tuple[aws.route53.Record, aws.route53.HealthCheck]] = {}
    found: dict[str, list[str]] = {}
    for name in names(world.plan, world.rates):
        found.setdefault(name.service, []).append(name.under(world.zone))
        for answer in name.answers.values():
            for place in (*answer.weights, *answer.standby):
                if (name.service, place) not in made:
                    made[name.service, place] = _place(world, zone, name.service, place, pools)
        standing = {
            place: made[name.service, place]
            for place in world.places
            if (name.service, place) in made
        }
        if not name.same and ANYBODY in name.answers:
            _weighted(zone, name.label, name.answers[ANYBODY], standing)
        else:
            _by_country(zone, name, standing)
    return found


def _zone(world: World, parent: pulumi.Resource, partition: str) -> _Zone:
    """The zone that the stack's user names, else one of the stack's own."""
    provider = aws.Provider("aws", region=_CONTROL[partition], **inherited("aws", "profile"))
    options = pulumi.ResourceOptions(parent=parent, provider=provider)
    given = pulumi.Config("names").get("zoneId")
    if given:
        return _Zone(world.zone, pulumi.Output.from_input(given), options)
    zone = aws.route53.Zone(
        world.zone,
        name=world.zone,
        comment=f"names of {world.environment}",
        opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(retain_on_delete=True)),
    )
    pulumi.export("nameServers", zone.name_servers)
    return _Zone(world.zone, zone.zone_id, options)


def _place(
    world: World, zone: _Zone, service: str, place: str, pools: Mapping[str, pulumi.Output[Any]]
) -> tuple[aws.route53.Record, aws.route53.HealthCheck]:
    """The record of a place's pool, and the check of its health."""
    label = f"at-{place}.{service}"
    one = first(pools[place], service)
    ours = world.places[place].provider in _FAMILY
    record = aws.route53.Record(
        label,
        zone_id=zone.id,
        name=f"{label}.{zone.name}",
        type="A",
        aliases=[
            aws.route53.RecordAliasArgs(
                name=one.apply(lambda entry: str(entry["alias"])),
                zone_id=one.apply(lambda entry: str(entry["zone_id"])),
                evaluate_target_health=False,
            )
        ]
        if ours
        else None,
        records=None if ours else addresses(pools[place], service, place),
        ttl=None if ours else _LIFE,
        opts=zone.options,
    )
    check = aws.route53.HealthCheck(
        label,
        fqdn=f"{label}.{zone.name}",
        type=one.apply(asked),
        port=one.apply(port),
        resource_path=one.apply(lambda entry: path(entry) or None),
        request_interval=10,
        failure_threshold=3,
        tags={"Name": label},
        opts=zone.options,
    )
    return record, check


def _weighted(
    zone: _Zone,
    label: str,
    answer: Answer,
    standing: Mapping[str, tuple[aws.route53.Record, aws.route53.HealthCheck]],
) -> None:
    """A name that answers everybody alike; standby places have the weight 0.

    Route 53 turns to records of weight 0 only when none with a weight is healthy.
    """
    weights = whole(answer.weights, _MOST)
    for place in (*weights, *answer.standby):
        record, check = standing[place]
        aws.route53.Record(
            f"{label} {place}",
            zone_id=zone.id,
            name=f"{label}.{zone.name}",
            type="A",
            set_identifier=place,
            weighted_routing_policies=[
                aws.route53.RecordWeightedRoutingPolicyArgs(weight=weights.get(place, 0))
            ],
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=record.name, zone_id=zone.id, evaluate_target_health=False
                )
            ],
            health_check_id=check.id,
            opts=zone.options,
        )


def _by_country(
    zone: _Zone,
    name: Name,
    standing: Mapping[str, tuple[aws.route53.Record, aws.route53.HealthCheck]],
) -> None:
    """A name that answers each country as the name that says the same, and maybe all others."""
    pointed = dict(name.same)
    if ANYBODY in name.answers:
        pointed[ANYBODY] = f"anybody.{name.service}"
        _weighted(zone, pointed[ANYBODY], name.answers[ANYBODY], standing)
    for country, label in pointed.items():
        aws.route53.Record(
            f"{name.label} {country or 'anybody'}",
            zone_id=zone.id,
            name=f"{name.label}.{zone.name}",
            type="A",
            set_identifier=country or "anybody",
            geolocation_routing_policies=[
                aws.route53.RecordGeolocationRoutingPolicyArgs(country=country or "*")
            ],
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=f"{label}.{zone.name}", zone_id=zone.id, evaluate_target_health=False
                )
            ],
            opts=zone.options,
        )
