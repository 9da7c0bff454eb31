"""Names in Traffic Manager, with a zone of Azure DNS that points at them.

`at-<datacenter>.<service>` holds the addresses of a place's pool and is what health checks ask. An
answer is a profile by weight over those, inside one by priority where other places stand in. A
service's common name is a profile by geography over its countries' profiles. A country belongs to
one profile, which answers all of its places when none is healthy: never another country's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_azure_native import Provider, dns, trafficmanager

from domicile.model.errors import SourceError
from domicile.provision.adapters import World
from domicile.provision.entries import asked, entries, first, is_address, path, port
from domicile.provision.machines import inherited
from domicile.provision.names import ANYBODY, Answer, Name, names, whole

_MOST = 1000
"""The largest weight."""
_LIFE = 60
"""Seconds that an answer may be kept."""
_PROFILES = 200
"""Profiles that a subscription may hold."""
_KIND = "Microsoft.Network/trafficManagerProfiles/"


def make_names(
    world: World, pools: Mapping[str, pulumi.Output[Any]], parent: pulumi.Resource, cloud: str
) -> dict[str, list[str]]:
    """Make all names of an environment.

    Returns:
        Service → its names, the common one first.

    Raises:
        SourceError: they need more profiles than a subscription holds.
    """
    wanted = names(world.plan, world.rates)
    needed = _count(wanted)
    if needed > _PROFILES:
        raise SourceError(
            f"names of `{world.environment}` need {needed} profiles of Traffic Manager, and a"
            f" subscription holds {_PROFILES}",
            help="let another adapter make them (`names` in `infra/environments.yaml`)",
        )
    provider = Provider(
        "azure", environment=cloud, **inherited("azure-native", "subscription_id", "tenant_id")
    )
    desk = _Desk(world, pools, pulumi.ResourceOptions(parent=parent, provider=provider))
    found: dict[str, list[str]] = {}
    for name in wanted:
        found.setdefault(name.service, []).append(name.under(world.zone))
        desk.name(name)
    return found


def _count(wanted: tuple[Name, ...]) -> int:
    """How many profiles names need: those by geography, and one or two for each other answer."""
    answers = {
        (name.service, _key(answer)): 2 if answer.standby else 1
        for name in wanted
        for answer in name.answers.values()
    }
    return sum(answers.values()) + sum(bool(name.same) for name in wanted)


def _key(answer: Answer) -> str:
    """What tells answers of a service apart."""
    weights = ",".join(f"{place}={part:.4f}" for place, part in answer.weights.items())
    return f"{weights};{','.join(answer.standby)}"


@dataclass
class _Desk:
    """Makes records and profiles, each once."""

    world: World
    pools: Mapping[str, pulumi.Output[Any]]
    options: pulumi.ResourceOptions
    _places: set[tuple[str, str]] = field(default_factory=set)
    _profiles: dict[tuple[str, str], trafficmanager.Profile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the group, and find or make the zone."""
        names = pulumi.Config("names")
        group, zone = names.get("resourceGroup"), names.get("zone")
        if not group:
            raise SourceError(
                "names by Azure need a resource group, whose region keeps their settings",
                help="set `names:resourceGroup` in the `config:` of this stack",
            )
        self.group: pulumi.Input[str] = group
        self.zone: pulumi.Input[str] = zone or self.world.zone
        if not zone:
            made = dns.Zone(
                "names",
                zone_name=self.world.zone,
                zone_type="Public",
                resource_group_name=self.group,
                location="global",
                opts=pulumi.ResourceOptions.merge(
                    self.options, pulumi.ResourceOptions(retain_on_delete=True)
                ),
            )
            self.zone = made.name
            pulumi.export("nameServers", made.name_servers)

    def name(self, name: Name) -> None:
        """A record that points at the profile which answers."""
        answer = name.answers.get(ANYBODY)
        if name.same:
            profile = self._by_country(name)
        elif answer is not None:
            profile = self._answer(name.service, answer, name.label)
        else:
            return
        dns.RecordSet(
            name.label,
            relative_record_set_name=name.label,
            record_type="CNAME",
            ttl=_LIFE,
            cname_record=dns.CnameRecordArgs(
                cname=profile.dns_config.apply(lambda config: str(config.fqdn) if config else "")
            ),
            zone_name=self.zone,
            resource_group_name=self.group,
            opts=self.options,
        )

    def _by_country(self, name: Name) -> trafficmanager.Profile:
        endpoints = [
            trafficmanager.EndpointArgs(
                name=country or "anybody",
                type=f"{_KIND}nestedEndpoints",
                target_resource_id=self._answer(name.service, answer, f"{country}.{name.label}").id,
                min_child_endpoints=1,
                geo_mapping=[country or "WORLD"],
            )
            for country, answer in name.answers.items()
        ]
        return self._profile(name.label, name.service, "Geographic", endpoints)

    def _answer(self, service: str, answer: Answer, label: str) -> trafficmanager.Profile:
        """The profile of an answer; names of a service that answer alike share one."""
        key = (service, _key(answer))
        if key not in self._profiles:
            self._profiles[key] = self._make(service, answer, label)
        return self._profiles[key]

    def _make(self, service: str, answer: Answer, label: str) -> trafficmanager.Profile:
        shared = [
            self._external(service, place, weight=weight)
            for place, weight in whole(answer.weights, _MOST).items()
        ]
        if not answer.standby:
            return self._profile(f"{label} shared", service, "Weighted", shared)
        inner = self._profile(f"{label} shared", service, "Weighted", shared)
        first_choice = trafficmanager.EndpointArgs(
            name="shared",
            type=f"{_KIND}nestedEndpoints",
            target_resource_id=inner.id,
            min_child_endpoints=1,
            priority=1,
        )
        others = [
            self._external(service, place, priority=number + 2)
            for number, place in enumerate(answer.standby)
        ]
        return self._profile(f"{label} standby", service, "Priority", [first_choice, *others])

    def _external(
        self, service: str, place: str, *, weight: int | None = None, priority: int | None = None
    ) -> trafficmanager.EndpointArgs:
        self._place(service, place)
        return trafficmanager.EndpointArgs(
            name=place,
            type=f"{_KIND}externalEndpoints",
            target=f"at-{place}.{service}.{self.world.zone}",
            weight=weight,
            priority=priority,
        )

    def _place(self, service: str, place: str) -> None:
        """The record of a place's pool: its addresses, or the one name of its balancer."""
        if (service, place) in self._places:
            return
        self._places.add((service, place))
        label = f"at-{place}.{service}"
        found = entries(self.pools[place], service).apply(
            lambda given: sorted({str(entry["address"]) for entry in given})
        )
        by_address = found.apply(lambda given: all(is_address(each) for each in given))
        dns.RecordSet(
            label,
            relative_record_set_name=label,
            record_type=by_address.apply(lambda yes: "A" if yes else "CNAME"),
            ttl=_LIFE,
            a_records=pulumi.Output.all(found, by_address).apply(
                lambda both: [{"ipv4_address": each} for each in both[0]] if both[1] else None
            ),
            cname_record=pulumi.Output.all(found, by_address).apply(
                lambda both: None if both[1] else {"cname": both[0][0]}
            ),
            zone_name=self.zone,
            resource_group_name=self.group,
            opts=self.options,
        )

    def _profile(
        self, label: str, service: str, method: str, endpoints: list[trafficmanager.EndpointArgs]
    ) -> trafficmanager.Profile:
        """A profile, asking health as the service's backends answer it."""
        digest = hashlib.sha256(f"{self.world.zone} {label}".encode()).hexdigest()[:20]
        place = next(place for kind, place in sorted(self._places) if kind == service)
        one = first(self.pools[place], service)
        return trafficmanager.Profile(
            label,
            profile_name=f"domicile-{digest}",
            location="global",
            traffic_routing_method=method,
            dns_config=trafficmanager.DnsConfigArgs(relative_name=f"domicile-{digest}", ttl=_LIFE),
            monitor_config=trafficmanager.MonitorConfigArgs(
                protocol=one.apply(asked),
                port=one.apply(port),
                path=one.apply(lambda entry: path(entry) or None),
                interval_in_seconds=30,
                timeout_in_seconds=9,
                tolerated_number_of_failures=3,
            ),
            endpoints=endpoints,
            resource_group_name=self.group,
            opts=self.options,
        )
