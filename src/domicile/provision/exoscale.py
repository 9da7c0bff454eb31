"""Exoscale: an instance pool in one zone, on hosts of their own, behind its network balancer.

Zone of everything is the place's; groups and rules are of the whole organisation and hold no data.
The balancer hands packets on as they came, so machines have public addresses, open at the one port.
Exoscale has no keys of its customers for disks. `docs/adapters.md` says what follows.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pulumi
import pulumiverse_exoscale as exoscale

from domicile.provision.adapters import Place, PoolSpec, World
from domicile.provision.cloud import Cloud
from domicile.provision.labels import DOTTED, labels
from domicile.provision.machines import Wishes, entry, protocol, user_data

_GROUP = 8
"""Most instances of an anti-affinity group (community.exoscale.com, "Anti-Affinity Groups")."""
_VOLUME = 50
"""GB of an instance's own disk."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def adapter() -> Cloud[pulumi.Input[str]]:
    """What puts pools at Exoscale."""
    return Cloud("Exoscale", _network, _make_pool)


def _make_pool(
    world: World, pool: PoolSpec, network: pulumi.Input[str], parent: pulumi.Resource
) -> list[Any]:
    """Make a pool's instances and their balancer."""
    said = {**labels(pool, world.digest, DOTTED), DOTTED.key("environment"): world.scope}
    instances = _instances(pool, network, said, parent)
    return [entry(pool, _balancer(pool, instances, said, parent).ip_address)]


def zone_of(place: Place) -> str:
    """`ch-gva-2` of `CH-GVA-2`."""
    return place.region.lower()


def _network(world: World, place: Place) -> pulumi.Input[str]:
    """Where machines of the stack reach each other: the user's private network, else its own."""
    subnets = Wishes.of_stack().subnets
    if subnets:
        return subnets[0]
    said = {DOTTED.key("environment"): world.scope, DOTTED.key("place"): place.datacenter}
    return exoscale.PrivateNetwork(
        world.name("network"),
        zone=zone_of(place),
        start_ip="10.64.0.20",
        end_ip="10.64.15.250",
        netmask="255.255.240.0",
        labels=said,
        opts=pulumi.ResourceOptions(parent=world.under),
    ).id


def _instances(
    pool: PoolSpec, network: pulumi.Input[str], said: dict[str, str], parent: pulumi.Resource
) -> exoscale.InstancePool:
    """The pool's instances; no two share a host, as long as one group takes them all."""
    made = pulumi.ResourceOptions(parent=parent)
    machine = pulumi.Config("machine")
    starts, key = machine.get("userData"), machine.get("sshKey")
    written = f"{pool.machine}\0{pool.image}\0{starts}\0{key}"
    described = f"{pool.service}, made as {hashlib.sha256(written.encode()).hexdigest()[:6]}"
    # its description makes it anew: in the old one there is no room for as many new instances
    group = exoscale.AntiAffinityGroup(pool.name, description=described, opts=made)
    return exoscale.InstancePool(
        pool.name,
        zone=zone_of(pool.place),
        description=described,
        size=pool.backends,
        instance_type=pool.machine,
        template_id=_template(pool, parent),
        disk_size=_VOLUME,
        anti_affinity_group_ids=[group.id] if pool.backends <= _GROUP else [],
        security_group_ids=[_guard(pool, parent).id],
        network_ids=[network],
        key_pair=key,
        user_data=user_data(),
        ipv6=False,
        labels=said,
        opts=pulumi.ResourceOptions(
            parent=parent,
            # a newer template of the same name is no reason to make instances anew
            ignore_changes=["templateId"],
            # in place, the instances that stand would stay what they are
            replace_on_changes=["description"],
        ),
    )


def _guard(pool: PoolSpec, parent: pulumi.Resource) -> exoscale.SecurityGroup:
    """Who may come in: anybody, by the one port."""
    made = pulumi.ResourceOptions(parent=parent)
    guard = exoscale.SecurityGroup(pool.name, description=f"machines of {pool.service}", opts=made)
    exoscale.SecurityGroupRule(
        pool.name,
        security_group_id=guard.id,
        type="INGRESS",
        protocol="TCP",
        cidr="0.0.0.0/0",
        start_port=pool.port,
        end_port=pool.port,
        opts=made,
    )
    return guard


def _template(pool: PoolSpec, parent: pulumi.Resource) -> pulumi.Input[str]:
    """A template's id, or the newest of Exoscale's own by its name."""
    if _UUID.fullmatch(pool.image):
        return pool.image
    asking = pulumi.InvokeOutputOptions(parent=parent)
    return exoscale.get_template_output(zone=zone_of(pool.place), name=pool.image, opts=asking).id


def _balancer(
    pool: PoolSpec,
    instances: exoscale.InstancePool,
    said: dict[str, str],
    parent: pulumi.Resource,
) -> exoscale.Nlb:
    """A balancer in the zone that ends no TLS and hands packets on as they came."""
    balancer = exoscale.Nlb(
        pool.name,
        zone=zone_of(pool.place),
        description=f"requests of {pool.service}",
        labels=said,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    asked = protocol(pool)
    exoscale.NlbService(
        pool.name,
        zone=zone_of(pool.place),
        nlb_id=balancer.id,
        instance_pool_id=instances.id,
        protocol="tcp",
        port=pool.port,
        target_port=pool.port,
        strategy="round-robin",
        healthchecks=[
            exoscale.NlbServiceHealthcheckArgs(
                mode=asked.lower(),
                port=pool.port,
                uri=pool.health if asked != "TCP" else None,
                interval=10,
                timeout=5,
                retries=2,
            )
        ],
        opts=pulumi.ResourceOptions(
            parent=parent,
            delete_before_replace=True,  # two of one port cannot stand beside each other
        ),
    )
    return balancer
