"""Huawei Cloud: sites, zones, keys of disks, what nobody reaches, and resolvers of the region."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from importlib import metadata
from types import ModuleType
from typing import Any

import pulumi
import pytest
from clouds import HUAWEI
from mocked import Program, make_pool, run, world

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, find
from domicile.provision.component.standing import where
from domicile.provision.huawei.site import region_of
from domicile.provision.lent import pkg_resources_lent
from domicile.workspace import load_shipped

SERVER, BALANCER = HUAWEI.group, "huaweicloud:DedicatedElb/loadbalancer:Loadbalancer"
ZONES = "huaweicloud:DedicatedElb/getAvailabilityZones:getAvailabilityZones"
FLAVORS = "huaweicloud:DedicatedElb/getFlavors:getFlavors"
MONITOR = "huaweicloud:DedicatedElb/monitor:Monitor"


def made(config: dict[str, Any] | None = None, **more: Any) -> Program:
    """A pool at Istanbul, registered."""
    texts = {
        key: each if isinstance(each, str) else json.dumps(each)
        for key, each in (config or {}).items()
    }
    answers = {**HUAWEI.answers, **more.pop("answers", {})}
    computed = {**HUAWEI.computed, **more.pop("computed", {})}
    return make_pool(
        find("huawei"), HUAWEI.pool(**more), answers=answers, computed=computed, config=texts
    )


def at(datacenter: str, provider: str, region: str) -> Place:
    """A place, wherever."""
    return Place(datacenter, provider, region, "TR")


def test_every_datacenter_of_the_catalogue_is_understood() -> None:
    """Both sites' regions are their own names; the catalogue has 27 of them."""
    known = load_shipped()
    places = [
        where(known, place)
        for place, provider in known.provider_of.items()
        if provider.startswith("huawei")
    ]
    assert len(places) == 27
    assert {place.datacenter for place in places} == {
        f"huawei-{region_of(place)}" for place in places
    }


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (at("ours", "huawei", "Dublin"), "`ours` is called `Dublin`, which is no region"),
        (at("ours", "huawei", "eu-west-101"), "`eu-west-101` is a region of `huawei-eu`"),
        (at("ours", "huawei-eu", "tr-west-1"), "`tr-west-1` is a region of `huawei`, and"),
    ],
    ids=["a town", "the European site's", "the international site's"],
)
def test_a_place_that_is_no_region_of_its_site_is_refused(place: Place, expected: str) -> None:
    """Neither another spelling nor the other site's accounts are guessed."""
    with pytest.raises(SourceError, match=expected):
        region_of(place)


@pytest.mark.parametrize(
    ("provider", "region", "cloud"),
    [
        ("huawei", "cn-southwest-2", "myhuaweicloud.com"),
        ("huawei-eu", "eu-west-101", "myhuaweicloud.eu"),
    ],
)
def test_each_site_is_asked_by_its_own_names(provider: str, region: str, cloud: str) -> None:
    """The European site answers at others, which its provider is told beside the region."""
    pool = replace(HUAWEI.pool(), place=at(f"huawei-{region}", provider, region))
    found = make_pool(find("huawei"), pool, answers=HUAWEI.answers, computed=HUAWEI.computed)
    said = found.one("pulumi:providers:huaweicloud").inputs
    assert (said["region"], said["cloud"]) == (region, cloud)


def test_machines_are_as_many_as_planned_and_spread_over_zones_with_balancers() -> None:
    """Of three zones with machines two have balancers of layer 4 in one set: seven are 4 and 3."""
    found = made(backends=7)
    zones = Counter(each.inputs["availabilityZone"] for each in found.of(SERVER))
    assert zones == {"tr-west-1a": 4, "tr-west-1b": 3}
    assert found.one(BALANCER).inputs["availabilityZones"] == ["tr-west-1a", "tr-west-1b"]
    named = made({"network:zones": ["tr-west-1c"]}, backends=2)
    assert {each.inputs["availabilityZone"] for each in named.of(SERVER)} == {"tr-west-1c"}


def test_what_a_region_answers_later_moves_nothing_that_stands() -> None:
    """What the stack's user names does: zones, and the size of the balancer."""
    asked = made()
    assert asked.one(SERVER, "web-0").ignores == ("availabilityZone",)
    assert asked.one(BALANCER).ignores == ("availabilityZones", "l4FlavorId")
    named = made({"network:zones": ["tr-west-1c"], "balancer:type": "small"})
    assert (named.one(SERVER, "web-0").ignores, named.one(BALANCER).ignores) == ((), ())


def test_a_region_without_a_common_zone_is_refused() -> None:
    """A balancer of layer 7 alone is none for connections that are passed through."""
    zone = {"code": "tr-west-1a", "protocols": ["L7"], "category": 0, "state": "ACTIVE"}
    none = {"availabilityZones": [{"lists": [{**zone, "publicBorderGroup": "center"}]}]}
    with pytest.raises(SourceError, match="no zone of `tr-west-1` has both"):
        made(answers={ZONES: none})


@pytest.mark.parametrize(("backends", "groups"), [(1, 1), (8, 1), (9, 2)])
def test_machines_of_a_group_share_no_host(backends: int, groups: int) -> None:
    """Eight in each: while they are made anew a group holds the sixteen that it may."""
    found = made(backends=backends)
    apart = found.of("huaweicloud:Ecs/servergroup:Servergroup")
    assert [each.inputs["policies"] for each in apart] == [["anti-affinity"]] * groups
    last = found.one(SERVER, f"web-{backends - 1}")
    assert last.inputs["schedulerHints"] == [{"group": f"web-{groups - 1}-id"}]


def test_disks_have_the_places_key_and_machines_no_public_address() -> None:
    """Each disk is encrypted with it and goes with its machine; nothing but the port is open."""
    found = made()
    for server in found.of(SERVER):
        assert server.inputs["systemDiskKmsKeyId"] == "data-id"
        assert server.inputs["deleteDisksOnTermination"] is True
        assert not {"eipId", "eipType", "bandwidth"} & server.inputs.keys()
        assert server.inputs["networks"] == [{"uuid": "machines-id"}]
        assert "huaweicloud:Nat/snatRule:SnatRule out" in server.after
    assert found.one("huaweicloud:Vpc/secgroup:Secgroup").inputs["deleteDefaultRules"] is True
    rules = {
        each.inputs["direction"]: (each.inputs.get("protocol"), each.inputs.get("ports"))
        for each in found.of("huaweicloud:Vpc/secgroupRule:SecgroupRule")
    }
    assert rules == {"ingress": ("tcp", "8443"), "egress": (None, None)}
    key = found.one("huaweicloud:Dew/key:Key")
    assert key.inputs["rotationEnabled"] is True
    assert key.keeps


def test_backups_stay_in_the_region_and_find_the_environments_machines() -> None:
    """No policy names another region; the vault binds what carries the environment's label."""
    found = made()
    policy = found.one("huaweicloud:Cbr/policy:Policy").inputs
    assert (policy["type"], policy["timePeriod"]) == ("backup", 35)
    assert not {"destinationRegion", "destinationProjectId"} & policy.keys()
    vault = found.one("huaweicloud:Cbr/vault:Vault").inputs
    assert vault["protectionType"] == "backup"
    assert vault["policies"] == [{"id": "backups-id"}]
    rules = vault["bindRules"].items()
    assert all(rules <= server.inputs["tags"].items() for server in found.of(SERVER))
    assert len(rules) == 1


def test_names_of_what_stays_are_free_for_a_stack_that_is_made_again() -> None:
    """They end with the id of a policy that each ground has for itself, and once said they stay."""

    def named(policy: str) -> tuple[str, str]:
        found = made(computed={"huaweicloud:Cbr/policy:Policy": {"id": policy}})
        key, logs = found.one("huaweicloud:Dew/key:Key"), found.one("huaweicloud:Lts/group:Group")
        assert (key.ignores, logs.ignores) == (("keyAlias",), ("groupName",))
        return key.inputs["keyAlias"], logs.inputs["groupName"]

    assert named("0f7a2f4e-1b57-4f61-9f61-1a4c4a35d4d1") == (
        "tried-huawei-tr-west-1-1a4c4a35d4d1",
        "tried-huawei-tr-west-1-1a4c4a35d4d1",
    )
    assert named("0f7a2f4e-1b57-4f61-9f61-2b4c4a35d4d1")[0].endswith("-2b4c4a35d4d1")


def test_an_image_is_an_id_or_a_name() -> None:
    """A name is left to Huawei, so that a newer image of it replaces nothing."""
    by_name = made().one(SERVER, "web-0").inputs
    assert (by_name["imageName"], by_name.get("imageId")) == (HUAWEI.image, None)
    id_ = "0f7a2f4e-1b57-4f61-9f61-1a4c4a35d4d1"
    by_id = made(image=id_).one(SERVER, "web-0").inputs
    assert (by_id.get("imageName"), by_id["imageId"]) == (None, id_)


def test_requests_enter_at_an_address_of_its_own() -> None:
    """The balancer has it; each machine is a member by its address in the subnet."""
    found = made()
    assert found.value == [{"address": "192.0.2.7", "port": 8443, "health": "/healthz"}]
    balancer = found.one(BALANCER).inputs
    assert (balancer["ipv4EipId"], balancer["ipv4SubnetId"]) == ("web-id", "addresses-id")
    members = [
        (each.inputs["address"], each.inputs["protocolPort"], each.inputs["subnetId"])
        for each in found.of("huaweicloud:DedicatedElb/member:Member")
    ]
    assert members == [("10.64.0.9", 8443, "addresses-id")] * 2
    wide = made({"balancer:bandwidth": "500"}).one("huaweicloud:Vpc/eip:Eip", "web").inputs
    assert (wide["bandwidth"]["size"], wide["bandwidth"]["chargeMode"]) == (500, "bandwidth")


def test_a_balancer_grows_unless_its_size_is_named() -> None:
    """Of elastic flavors one that is not sold out; where all are, it is said what to set."""
    assert made().one(BALANCER).inputs["l4FlavorId"] == "elastic-2"
    assert made({"balancer:type": "small"}).one(BALANCER).inputs["l4FlavorId"] == "small"
    with pytest.raises(pulumi.RunError, match="set `balancer:type`"):
        made(answers={FLAVORS: {"flavors": []}})


def test_resolvers_abroad_are_refused() -> None:
    """The provider enters public ones where it does not learn the region's; named ones hold."""
    subnet = "huaweicloud:Vpc/subnet:Subnet"
    abroad = {subnet: {"ipv4SubnetId": "a", "dnsLists": ["8.8.8.8", "114.114.114.114"]}}
    with pytest.raises(pulumi.RunError, match="`network:dns`"):
        made(computed=abroad)
    named = made({"network:dns": ["8.8.8.8"]}, computed=abroad)
    assert named.one(subnet).inputs["dnsLists"] == ["8.8.8.8"]


def test_the_users_own_network_needs_one_subnet() -> None:
    """It spans all zones; then no network and no gateway is made."""
    answers = {"huaweicloud:Vpc/getSubnet:getSubnet": {"ipv4SubnetId": "theirs-4"}}
    own = {"network:vpc": "vpc", "network:subnets": ["theirs"]}
    found = made(own, answers=answers)
    assert {"huaweicloud:Vpc/vpc:Vpc", "huaweicloud:Nat/gateway:Gateway"} & {
        each.type for each in found.resources
    } == set()
    assert found.one(SERVER, "web-0").inputs["networks"] == [{"uuid": "theirs"}]
    assert found.one(BALANCER).inputs["ipv4SubnetId"] == "theirs-4"
    with pytest.raises(SourceError, match="needs one subnet"):
        made({"network:vpc": "vpc", "network:subnets": ["a", "b"]}, answers=answers)


def test_health_is_asked_as_the_pool_says() -> None:
    """By HTTPS at a port of TLS, by HTTP at another, by TCP without a path."""
    asked = [made(**pool).one(MONITOR).inputs for pool in ({}, {"port": 8080}, {"health": ""})]
    assert [(each["protocol"], each.get("urlPath")) for each in asked] == [
        ("HTTPS", "/healthz"),
        ("HTTP", "/healthz"),
        ("TCP", None),
    ]


@pytest.mark.parametrize("works_in", ["tr-west-1", "af-south-1"])
def test_a_programs_provider_must_work_in_the_region(works_in: str) -> None:
    """All is made by it where it does; else it is refused before anything is made."""
    zones = "huaweicloud:index/getAvailabilityZones:getAvailabilityZones"
    answers = {**HUAWEI.answers, zones: {**HUAWEI.answers[zones], "region": works_in}}

    def program() -> pulumi.Output[Any]:
        from domicile.provision.huawei.sdk import huaweicloud

        given = huaweicloud.Provider("theirs", region=works_in)
        opts = pulumi.ResourceOptions(providers={"huaweicloud": given})
        parent = pulumi.ComponentResource("test:index:Shop", "shop", {}, opts)
        under = replace(world(), named="shop", under=parent)
        pool = HUAWEI.pool(component="shop")
        return pulumi.Output.from_input(find("huawei").pool(under, pool, parent))

    if works_in != "tr-west-1":
        with pytest.raises(SourceError, match="works in `af-south-1`, and `huawei-tr-west-1` is"):
            run(program, answers=answers, computed=HUAWEI.computed)
        return
    found = run(program, answers=answers, computed=HUAWEI.computed)
    assert all("::theirs::" in each.provider for each in found.resources if "/" in each.type)


def test_the_sdk_is_lent_what_setuptools_has_no_more() -> None:
    """It learns a distribution's version; what was there before is there again."""
    before = sys.modules.get("pkg_resources")
    with pkg_resources_lent():
        lent: ModuleType = sys.modules["pkg_resources"]
        (found,) = lent.require("pulumi")
        assert found.version == metadata.version("pulumi")
    assert sys.modules.get("pkg_resources") is before
