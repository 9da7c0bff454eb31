"""Names in Cloud DNS: weights with health checks, wherever a name is asked from.

Cloud DNS routes by the nearest of Google's regions, never by country: a name would answer a border
town by the regions of the neighbour. So a service's common name exists only where it may answer
everybody; each subject's own names always do. It knows no standby either: when nothing of a name is
healthy, all of it is answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_gcp as gcp

from domicile.provision.adapters import World
from domicile.provision.entries import addresses, asked, first, path, port
from domicile.provision.machines import inherited
from domicile.provision.names import ANYBODY, Answer, names

_ASKING = ["us-central1", "europe-west1", "asia-east1"]
"""Where Google asks health from: exactly three of its regions, in different parts of the world."""
_LIFE = 60
"""Seconds that an answer may be kept."""


def make_names(
    world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource
) -> dict[str, list[str]]:
    """Make all names of an environment that Cloud DNS can answer.

    Returns:
        Service → its names.
    """
    provider = gcp.Provider("gcp", **inherited("gcp", "project"))
    options = pulumi.ResourceOptions(parent=parent, provider=provider)
    zone = _zone(world, options)
    checks: dict[str, gcp.compute.HealthCheck] = {}
    found: dict[str, list[str]] = {}
    for name in names(world.plan, world.rates):
        found.setdefault(name.service, [])
        answer = name.answers.get(ANYBODY)
        if answer is None or name.label.startswith("in-"):
            continue
        found[name.service].append(name.under(world.zone))
        if name.service not in checks:
            checks[name.service] = _check(name.service, answer, pools, options)
        _record(world, name.label, name.service, answer, zone, checks[name.service], pools, options)
    return found


def _zone(world: World, options: pulumi.ResourceOptions) -> pulumi.Input[str]:
    """The zone that the stack's user names, else one of the stack's own."""
    given: str | None = pulumi.Config("names").get("zone")
    if given:
        return given
    zone = gcp.dns.ManagedZone(
        "names",
        dns_name=f"{world.zone}.",
        description=f"names of {world.environment}",
        visibility="public",
        dnssec_config=gcp.dns.ManagedZoneDnssecConfigArgs(state="on"),
        opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(retain_on_delete=True)),
    )
    pulumi.export("nameServers", zone.name_servers)
    name: pulumi.Output[str] = zone.name
    return name


def _check(
    service: str,
    answer: Answer,
    pools: Mapping[str, pulumi.Output[Any]],
    options: pulumi.ResourceOptions,
) -> gcp.compute.HealthCheck:
    """How a service's health is asked: the same at each place, so any of them says how."""
    one = first(pools[next(iter(answer.weights))], service)
    return gcp.compute.HealthCheck(
        service,
        source_regions=_ASKING,
        check_interval_sec=30,
        timeout_sec=5,
        tcp_health_check=one.apply(lambda entry: _as("TCP", entry)),
        http_health_check=one.apply(lambda entry: _as("HTTP", entry)),
        https_health_check=one.apply(lambda entry: _as("HTTPS", entry)),
        opts=options,
    )


def _as(kind: str, entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """The settings of one kind of check, where health is asked so."""
    if asked(entry) != kind:
        return None
    return {"port": port(entry), **({"request_path": path(entry)} if path(entry) else {})}


def _record(
    world: World,
    label: str,
    service: str,
    answer: Answer,
    zone: pulumi.Input[str],
    check: gcp.compute.HealthCheck,
    pools: Mapping[str, pulumi.Output[Any]],
    options: pulumi.ResourceOptions,
) -> None:
    gcp.dns.RecordSet(
        label,
        managed_zone=zone,
        name=f"{label}.{world.zone}.",
        type="A",
        ttl=_LIFE,
        routing_policy=gcp.dns.RecordSetRoutingPolicyArgs(
            health_check=check.id,
            wrrs=[
                gcp.dns.RecordSetRoutingPolicyWrrArgs(
                    weight=weight,
                    health_checked_targets=gcp.dns.RecordSetRoutingPolicyWrrHealthCheckedTargetsArgs(
                        external_endpoints=addresses(pools[place], service, place)
                    ),
                )
                for place, weight in answer.weights.items()
            ],
        ),
        opts=options,
    )
