"""Tencent Cloud: zones, hosts and disks of machines, what they are made as, and other regions."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pulumi
import pytest
from clouds import TENCENT
from mocked import Program, make_pool, run, world

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, find
from domicile.provision.components import Pool
from domicile.workspace import load_shipped

MACHINE = "tencentcloud:Instance/instance:Instance"
BALANCER = "tencentcloud:Clb/instance:Instance"
LISTENER = "tencentcloud:Clb/listener:Listener"
SUBNET = "tencentcloud:Subnet/instance:Instance"
GROUP = "tencentcloud:Placement/group:Group"
ZONES = "tencentcloud:Availability/getZonesByProduct:getZonesByProduct"
IMAGES = "tencentcloud:Images/getInstance:getInstance"
OWN = {"network:vpc": "vpc-1", "network:subnets": ["s-a", "s-b"]}


def made(config: dict[str, Any] | None = None, **more: Any) -> Program:
    """A pool of it, registered."""
    given = config or {}
    texts = {
        key: each if isinstance(each, str) else json.dumps(each) for key, each in given.items()
    }
    answers = {**TENCENT.answers, **more.pop("answers", {})}
    pool = TENCENT.pool(**more)
    return make_pool(
        find("tencent"), pool, answers=answers, computed=TENCENT.computed, config=texts
    )


def zones(region: str, *numbers: int, state: str = "AVAILABLE") -> dict[str, Any]:
    """What its account may have there."""
    return {ZONES: {"zones": [{"name": f"{region}-{each}", "state": state} for each in numbers]}}


def test_machines_are_spread_over_three_zones_by_number() -> None:
    """Seven over the first three of four, `-10` last: three, two and two, each in its subnet."""
    found = made(backends=7, answers=zones("ap-guangzhou", 10, 7, 3, 4))
    placed = Counter(each.inputs["availabilityZone"] for each in found.of(MACHINE))
    assert placed == {"ap-guangzhou-3": 3, "ap-guangzhou-4": 2, "ap-guangzhou-7": 2}
    for each in found.of(MACHINE):
        assert each.inputs["subnetId"] == f"machines-{each.inputs['availabilityZone']}-id"
    subnets = {each.inputs["availabilityZone"]: each.inputs for each in found.of(SUBNET)}
    assert subnets.keys() == placed.keys()
    assert len({each["cidrBlock"] for each in subnets.values()}) == 3


def test_a_region_with_one_zone_will_do_and_one_with_none_is_refused() -> None:
    """Zones that an account cannot have are none."""
    found = made(answers=zones("ap-guangzhou", 3))
    assert {each.inputs["availabilityZone"] for each in found.of(MACHINE)} == {"ap-guangzhou-3"}
    with pytest.raises(SourceError, match="`ap-guangzhou` has none that can be had"):
        made(answers=zones("ap-guangzhou", 3, state="UNAVAILABLE"))


@pytest.mark.parametrize(("backends", "groups"), [(1, 1), (25, 1), (26, 2), (51, 3)])
def test_machines_of_a_group_share_no_host(backends: int, groups: int) -> None:
    """25 in each: while they are made anew, there are the 50 that a group takes."""
    found = made(backends=backends)
    assert [each.inputs["type"] for each in found.of(GROUP)] == ["HOST"] * groups
    members = Counter(each.inputs["placementGroupId"] for each in found.of(MACHINE))
    assert sum(members.values()) == backends
    assert max(members.values()) <= 25


def test_each_machine_has_a_disk_that_the_places_key_encrypts_and_a_policy_copies() -> None:
    """No public address, none of the provider's agents; the snapshot is of the encrypted disk."""
    found = made()
    for each in found.of(MACHINE):
        (disk,) = each.inputs["dataDisks"]
        assert (disk["encrypt"], disk["kmsKeyId"]) == (True, "key-id")
        assert each.inputs["allocatePublicIp"] is False
        for agent in ("Automation", "Monitor", "Security"):
            assert each.inputs[f"disable{agent}Service"] is True
        assert "tencentcloud:Route/tableEntry:TableEntry out" in each.after
    key = found.one("tencentcloud:Kms/key:Key").inputs
    assert key["isEnabled"] is True  # else the provider would switch it off
    copied = found.of("tencentcloud:Cbs/snapshotPolicyAttachment:SnapshotPolicyAttachment")
    assert {each.name for each in copied} == {"web-0", "web-1"}
    assert {each.inputs["storageId"] for each in copied} == {"disk-1"}


def test_names_that_are_taken_once_are_another_in_each_stack() -> None:
    """Key and logs outlive a stack, and their names with them; the policy of snapshots does not."""
    found = made()
    alias = found.one("tencentcloud:Kms/key:Key").inputs["alias"]
    assert alias == "tried-tencent-ap-guangzhou-snapshots-id"
    assert found.one("tencentcloud:Cls/logset:Logset").inputs["logsetName"] == alias
    assert not found.one("tencentcloud:Cbs/snapshotPolicy:SnapshotPolicy").keeps


def test_a_machine_is_made_anew_when_what_people_wrote_is_another() -> None:
    """A newer image of the same name, another count or other labels keep it; all else does not."""

    def name(config: dict[str, Any] | None = None, **more: Any) -> str:
        return str(made(config, **more).one(MACHINE, "web-0").inputs["instanceName"])

    newer = {IMAGES: {"images": [{"imageId": "img-99", "imageName": TENCENT.image}]}}
    assert name(answers=newer) == name(backends=5) == name(subjects=("CN",)) == name()
    others = {
        name(image="img-13"),
        name(machine="S5.LARGE8"),
        name({"machine:userData": "#cloud-config"}),
        name({"machine:keyPair": "skey-1"}),
        name({"machine:volumeType": "CLOUD_SSD"}),
    }
    assert len(others | {name()}) == 6


@pytest.mark.parametrize(
    ("image", "chosen"),
    [
        ("img-7", "img-7"),
        ("TencentOS Server 4 for x86_64", "img-2"),  # the newer one of two
        ("TencentOS Server 4", "img-4"),  # by its system
    ],
)
def test_an_image_is_an_id_or_the_newest_of_a_name(image: str, chosen: str) -> None:
    """Only those that Tencent or the account itself made are asked for, and for this machine."""
    asked = []

    def images(arguments: Any) -> dict[str, Any]:
        asked.append(arguments)
        named = {"imageName": "TencentOS Server 4 for x86_64", "osName": "tlinux4"}
        return {
            "images": [
                {"imageId": "img-3", **named, "createdTime": "2024-11-02T00:00:00Z"},
                {"imageId": "img-2", **named, "createdTime": "2025-03-01T00:00:00Z"},
                {"imageId": "img-5", "imageName": "Debian 12.8", "osName": "Debian 12.8"},
                {"imageId": "img-4", "imageName": "TencentOS", "osName": "TencentOS Server 4"},
            ]
        }

    found = made(image=image, answers={IMAGES: images})
    assert {each.inputs["imageId"] for each in found.of(MACHINE)} == {chosen}
    wanted = {"imageTypes": ["PUBLIC_IMAGE", "PRIVATE_IMAGE"], "instanceType": TENCENT.machine}
    assert asked == ([] if image == "img-7" else [wanted])


def test_an_image_that_is_not_there_is_said() -> None:
    """With the machine that it was looked for: images are made for some and not for others."""
    with pytest.raises(pulumi.RunError, match="no image `Plan 9` for `S5"):
        made(image="Plan 9")


def test_the_balancer_passes_connections_to_every_machine() -> None:
    """The one port, in and behind; its own address is where requests enter."""
    found = made(backends=3)
    (targets,) = [
        each.inputs["targets"] for each in found.of("tencentcloud:Clb/attachment:Attachment")
    ]
    assert [(each["instanceId"], each["port"]) for each in targets] == [
        (f"web-{number}-id", 8443) for number in range(3)
    ]
    listener = found.one(LISTENER).inputs
    assert (listener["protocol"], listener["port"]) == ("TCP", 8443)
    rules = found.one("tencentcloud:Security/groupRuleSet:GroupRuleSet").inputs
    assert [(each["action"], each["port"]) for each in rules["ingresses"]] == [("ACCEPT", "8443")]
    # what is not said would be 10 Mbit/s
    assert found.one(BALANCER).inputs["internetBandwidthMaxOut"] == 2048
    assert found.value == [{"address": "192.0.2.7", "port": 8443, "health": "/healthz"}]


@pytest.mark.parametrize(
    ("pool", "asked"),
    [
        ({}, ("TCP", None, None)),  # behind TLS it is enough that it listens
        ({"port": 8080}, ("HTTP", "/healthz", 6)),
        ({"health": ""}, ("TCP", None, None)),
    ],
)
def test_health_is_asked_as_the_balancer_can(pool: dict[str, Any], asked: tuple[Any, ...]) -> None:
    """6 are answers of 2xx (2) and 3xx (4)."""
    listener = made(**pool).one(LISTENER).inputs
    keys = ("healthCheckType", "healthCheckHttpPath", "healthCheckHttpCode")
    assert tuple(listener.get(key) for key in keys) == asked


def test_the_users_own_network_is_used_with_its_zones() -> None:
    """Then none is made; subnets without as many zones, or zones elsewhere, are refused."""
    there = ["ap-guangzhou-6", "ap-guangzhou-7"]
    found = made({**OWN, "network:zones": there})
    assert found.of("tencentcloud:Vpc/instance:Instance") == []
    assert found.of("tencentcloud:Nat/gateway:Gateway") == []
    placed = [
        (each.inputs["availabilityZone"], each.inputs["subnetId"]) for each in found.of(MACHINE)
    ]
    assert placed == list(zip(there, ["s-a", "s-b"], strict=True))
    with pytest.raises(SourceError, match="each with its zone"):
        made({**OWN, "network:zones": there[:1]})
    for stray in ("ap-hongkong-2", "ap-guangzhou", "ap-guangzhou-6x"):
        with pytest.raises(SourceError, match=f"`{stray}` is no zone of `ap-guangzhou`"):
            made({"network:zones": [stray]})


def test_every_place_of_the_catalogue_is_a_region_and_other_names_are_refused() -> None:
    """A machine stands in a zone of each; a name that is no region is said, with an example."""
    catalogue = load_shipped()
    places = [place for place, holder in catalogue.provider_of.items() if holder == "tencent"]
    assert len(places) == 21
    for place in places:
        there = catalogue.datacenters[place]
        at = Place(place, "tencent", there.name, there.country)
        pool = replace(TENCENT.pool(), place=at)
        found = make_pool(
            find("tencent"),
            pool,
            answers={**TENCENT.answers, **zones(there.name, 1)},
            computed=TENCENT.computed,
        )
        assert found.one("pulumi:providers:tencentcloud").inputs["region"] == there.name
        assert found.one(MACHINE, "web-0").inputs["availabilityZone"] == f"{there.name}-1"
    odd = replace(TENCENT.pool(), place=Place("tencent-x", "tencent", "Guangzhou (South)", "CN"))
    with pytest.raises(SourceError, match="no region of Tencent Cloud is named so"):
        make_pool(find("tencent"), odd, answers=TENCENT.answers)


@pytest.mark.parametrize("region", ["ap-guangzhou", "ap-hongkong"])
def test_a_programs_provider_is_taken_in_its_own_region_alone(region: str) -> None:
    """It cannot be asked for its region; the zones that it sees say which it is."""

    class Shop(pulumi.ComponentResource):
        def __init__(self) -> None:
            import tencentcloud_iac_pulumi as tencent

            theirs = tencent.Provider("theirs", region=region)
            options = pulumi.ResourceOptions(providers=[theirs])
            super().__init__("test:index:Shop", "shop", None, options)

    def program() -> pulumi.Output[Any]:
        there = replace(world(), under=Shop(), named="shop")
        return Pool(find("tencent"), there, replace(TENCENT.pool(), component="shop")).backends

    def tried() -> Program:
        answers = {**TENCENT.answers, **zones(region, 1, 2)}
        return run(program, answers=answers, computed=TENCENT.computed)

    if region == "ap-hongkong":
        with pytest.raises(SourceError, match="works in `ap-hongkong`, and"):
            tried()
        return
    found = tried()
    providers = [each.name for each in found.resources if "pulumi:providers" in each.type]
    assert providers == ["theirs"]
    assert {each.provider.split("::")[-2] for each in found.of(MACHINE)} == {"theirs"}
