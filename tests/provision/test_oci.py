"""Oracle Cloud: who may use keys from where, domains that fail apart, shapes and images."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

import json
from typing import Any

import pytest
from clouds import OCI
from mocked import Program, make_pool

from domicile.model.errors import SourceError
from domicile.provision.adapters import find

POOL = "oci:Core/instancePool:InstancePool"
TEMPLATE = "oci:Core/instanceConfiguration:InstanceConfiguration"


def made(config: dict[str, Any] | None = None, **more: Any) -> Program:
    """A pool of it, registered."""
    texts = {
        key: each if isinstance(each, str) else json.dumps(each)
        for key, each in {**OCI.config, **(config or {})}.items()
        if each is not None
    }
    answers = {**OCI.answers, **more.pop("answers", {})}
    return make_pool(
        find("oci"), OCI.pool(**more), answers=answers, computed=OCI.computed, config=texts
    )


def details(found: Program) -> dict[str, Any]:
    """What machines are launched with."""
    launched: dict[str, Any] = found.one(TEMPLATE).inputs["instanceDetails"]["launchDetails"]
    return launched


def test_the_policy_alone_stands_in_the_home_region() -> None:
    """Oracle takes policies there alone; volumes may use this one key, and nothing else."""
    away = {
        "regionSubscriptions": [
            {"regionName": "eu-frankfurt-1", "isHomeRegion": True},
            {"regionName": "eu-marseille-1", "isHomeRegion": False},
        ]
    }
    found = made(answers={"oci:Identity/getRegionSubscriptions:getRegionSubscriptions": away})
    regions = {
        each.name: each.inputs["region"]
        for each in found.resources
        if each.type == "pulumi:providers:oci"
    }
    assert regions == {"oci": "eu-marseille-1", "oci-home": "eu-frankfurt-1"}
    at_home = [each.name for each in found.resources if "::oci-home::" in each.provider]
    assert at_home == ["volumes"]
    policy = found.one("oci:Identity/policy:Policy")
    (statement,) = policy.inputs["statements"]
    assert statement == (
        "Allow service blockstorage to use keys in compartment id ocid1.compartment.c"
        " where target.key.id = 'data-id'"
    )
    assert policy.keeps
    assert "oci:Identity/policy:Policy volumes" in found.one(POOL).after


def test_machines_are_spread_over_all_domains_and_their_fault_domains() -> None:
    """Both availability domains, in order, and in each both fault domains."""
    placed = made().one(POOL).inputs["placementConfigurations"]
    assert [(each["availabilityDomain"], each["faultDomains"]) for each in placed] == [
        ("xy:AD-1", ["FAULT-DOMAIN-1", "FAULT-DOMAIN-2"]),
        ("xy:AD-2", ["FAULT-DOMAIN-1", "FAULT-DOMAIN-2"]),
    ]
    (one,) = made({"network:zones": ["xy:AD-2"]}).one(POOL).inputs["placementConfigurations"]
    assert one["availabilityDomain"] == "xy:AD-2"


def test_machines_have_no_public_address_and_volumes_the_places_key() -> None:
    """Nor could they get one in their subnet, whose list of rules is not the network's open one."""
    found = made()
    launched = details(found)
    assert launched["createVnicDetails"] == {"assignPublicIp": False, "nsgIds": ["web-id"]}
    assert launched["sourceDetails"]["kmsKeyId"] == "data-id"
    assert launched["isPvEncryptionInTransitEnabled"] is True
    assert launched["instanceOptions"] == {"areLegacyImdsEndpointsDisabled": True}
    subnets = {each.name: each.inputs for each in found.of("oci:Core/subnet:Subnet")}
    assert subnets["machines"]["prohibitPublicIpOnVnic"] is True
    assert {tuple(each["securityListIds"]) for each in subnets.values()} == {("closed-id",)}
    closed = found.one("oci:Core/securityList:SecurityList").inputs
    assert not {"ingressSecurityRules", "egressSecurityRules"} & closed.keys()


def test_a_template_is_another_when_what_people_wrote_is() -> None:
    """A newer image of the same name, another count or another plan keep it; all else does not."""
    newer = {"oci:Core/getImages:getImages": {"images": [{"id": "newer"}]}}
    name = made().one(TEMPLATE).name
    assert made(answers=newer).one(TEMPLATE).name == name
    assert made(backends=5).one(TEMPLATE).name == name
    others = {
        made(image="Oracle Linux:10").one(TEMPLATE).name,
        made(machine="VM.Standard.E5.Flex:4:16").one(TEMPLATE).name,
        made({"machine:userData": "#cloud-config"}).one(TEMPLATE).name,
        made(subjects=("FR",)).one(TEMPLATE).name,
    }
    assert len(others | {name}) == 5


@pytest.mark.parametrize(
    ("machine", "shape", "size"),
    [
        ("VM.Standard.E5.Flex:2:16", "VM.Standard.E5.Flex", {"ocpus": 2, "memoryInGbs": 16}),
        ("VM.Standard2.4", "VM.Standard2.4", None),
    ],
)
def test_shapes(machine: str, shape: str, size: dict[str, int] | None) -> None:
    """A flexible one has its size, any other has none."""
    launched = details(made(machine=machine))
    assert (launched["shape"], launched.get("shapeConfig")) == (shape, size)


@pytest.mark.parametrize(
    "machine",
    ["VM.Standard.E5.Flex", "VM.Standard.E5.Flex:2", "VM.Standard2.4:2:16", "E5.Flex:a:b"],
)
def test_shapes_without_their_size_are_refused(machine: str) -> None:
    """And what is wrong is said, with an example."""
    with pytest.raises(SourceError, match="which is no shape"):
        made(machine=machine)


def test_an_image_is_an_id_or_a_system_with_its_version() -> None:
    """An id is taken as it is, the newest of a system is asked for, a bare word is refused."""
    assert details(made())["sourceDetails"]["imageId"] == "9"
    by_id = details(made(image="ocid1.image.oc1..a"))
    assert by_id["sourceDetails"]["imageId"] == "ocid1.image.oc1..a"
    with pytest.raises(SourceError, match="no system with its version"):
        made(image="debian-12")


def test_the_users_own_network_needs_both_subnets() -> None:
    """With both no network is made; with one it is refused. So is a missing compartment."""
    config = {"network:vpc": "vcn", "network:subnets": ["m"], "network:publicSubnets": ["b"]}
    found = made(config)
    assert found.of("oci:Core/vcn:Vcn") == []
    balancer = found.one("oci:NetworkLoadBalancer/networkLoadBalancer:NetworkLoadBalancer")
    assert balancer.inputs["subnetId"] == "b"
    with pytest.raises(SourceError, match="`network:vpc` needs the one subnet of machines"):
        made({"network:vpc": "vcn", "network:subnets": ["m"]})
    with pytest.raises(SourceError, match="needs `oci:compartmentOcid`"):
        made({"oci:compartmentOcid": None})


def test_health_is_asked_as_the_pool_says() -> None:
    """By HTTPS at a port of TLS, by HTTP at another, by TCP without a path."""
    kind = "oci:NetworkLoadBalancer/backendSet:BackendSet"
    asked = [
        made(**pool).one(kind).inputs["healthChecker"]
        for pool in ({}, {"port": 8080}, {"health": ""})
    ]
    assert [(each["protocol"], each.get("urlPath")) for each in asked] == [
        ("HTTPS", "/healthz"),
        ("HTTP", "/healthz"),
        ("TCP", None),
    ]
