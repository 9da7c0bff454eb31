"""Yandex Cloud: regions that are apart, and balancers as far as the SDK makes them."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from clouds import YANDEX, YANDEX_IMAGE
from mocked import Program, make_pool

from domicile.model.errors import SourceError
from domicile.provision.adapters import Place, find
from domicile.workspace import load_shipped

KIND = "yandex:index"
GROUP = f"{KIND}/computeInstanceGroup:ComputeInstanceGroup"
GUARD = f"{KIND}/vpcSecurityGroup:VpcSecurityGroup"
NETWORK_BALANCER = f"{KIND}/lbNetworkLoadBalancer:LbNetworkLoadBalancer"
APPLICATION_BALANCER = f"{KIND}/albLoadBalancer:AlbLoadBalancer"
BEHIND = f"{KIND}/albBackendGroup:AlbBackendGroup"
RUSSIA = Place("yandex-ru-central1", "yandex", "ru-central1", "RU")
KAZAKHSTAN = Place("yandex-kz1", "yandex", "kz1", "KZ")


def made(config: dict[str, Any] | None = None, *, place: Place = RUSSIA, **more: Any) -> Program:
    """A pool there, registered."""
    texts = {
        key: each if isinstance(each, str) else json.dumps(each)
        for key, each in {**YANDEX.config, **(config or {})}.items()
        if each is not None
    }
    return make_pool(
        find("yandex"),
        replace(YANDEX.pool(**more), place=place),
        answers=YANDEX.answers,
        computed=YANDEX.computed,
        config=texts,
    )


def at_kazakhstan(config: dict[str, Any] | None = None, **more: Any) -> Program:
    """A pool of it there."""
    return made(config, place=KAZAKHSTAN, **more)


def group(found: Program) -> Any:
    """The pool's machines."""
    return found.one(GROUP).inputs


def incoming(found: Program, name: str = "web") -> list[Any]:
    """By which port somebody may come in, and who."""
    return [
        (each.pop("protocol"), each.pop("port"), each)
        for each in (dict(rule) for rule in found.one(GUARD, name).inputs["ingresses"])
    ]


def test_every_place_of_the_catalogue_has_its_interface_and_zones() -> None:
    """Each is asked at its own, whatever variables or the SDK's default say."""
    known = {
        place.id: (place.name, place.country)
        for place in load_shipped().datacenters.values()
        if place.id.startswith("yandex-")
    }
    assert known == dict(YANDEX.places)
    asked = {}
    for datacenter, (region, country) in known.items():
        found = made(place=Place(datacenter, "yandex", region, country))
        (provider,) = found.of("pulumi:providers:yandex")
        asked[region] = (provider.inputs["endpoint"], provider.inputs["zone"])
        assert group(found)["allocationPolicy"]["zones"] == [
            each.inputs["zone"] for each in found.of(f"{KIND}/vpcSubnet:VpcSubnet")
        ]
    assert asked == {
        "ru-central1": ("api.cloud.yandex.net:443", "ru-central1-a"),
        "kz1": ("api.yandexcloud.kz:443", "kz1-a"),
    }


def test_a_place_that_is_not_known_is_refused() -> None:
    """So is a zone of another region, before anything is made."""
    with pytest.raises(SourceError, match="no region `ru-north1` that this version knows"):
        made(place=Place("elsewhere", "yandex", "ru-north1", "RU"))
    with pytest.raises(SourceError, match="`ru-central1-a`, which is no zone of `kz1`"):
        at_kazakhstan({"network:zones": ["ru-central1-a"]})
    with pytest.raises(SourceError, match="which is no zone of `ru-central1`"):
        made({"network:zones": ["ru-central1-a", "ru-central11-b"]})


@pytest.mark.parametrize(("backends", "beyond"), [(1, 1), (10, 1), (11, 2), (2000, 100)])
def test_as_many_as_planned_and_room_to_replace(backends: int, beyond: int) -> None:
    """A tenth more at the most while machines are replaced, up to what a group may have."""
    found = group(made(backends=backends))
    assert found["scalePolicy"] == {"fixedScale": {"size": backends}}
    assert found["deployPolicy"]["maxExpansion"] == beyond
    assert found["deployPolicy"]["maxUnavailable"] == 0


def test_machines_stand_in_all_zones_or_those_that_are_wanted() -> None:
    """A subnet in each, none of which overlaps another."""
    found = made()
    assert group(found)["allocationPolicy"]["zones"] == [f"ru-central1-{zone}" for zone in "abd"]
    blocks = [each.inputs["v4CidrBlocks"] for each in found.of(f"{KIND}/vpcSubnet:VpcSubnet")]
    assert blocks == [["10.64.0.0/20"], ["10.64.16.0/20"], ["10.64.32.0/20"]]
    two = group(made({"network:zones": ["ru-central1-d", "ru-central1-b"]}))
    assert two["allocationPolicy"]["zones"] == ["ru-central1-d", "ru-central1-b"]
    assert group(at_kazakhstan())["allocationPolicy"]["zones"] == ["kz1-a"]


@pytest.mark.parametrize(("backends", "apart"), [(4, True), (5, False)])
def test_machines_stand_apart_while_one_group_takes_them(backends: int, apart: bool) -> None:
    """Five, one of which may be there to replace another."""
    template = group(made(backends=backends))["instanceTemplate"]
    assert ("placementPolicy" in template) is apart


def test_in_russia_a_balancer_of_the_network_hands_packets_on() -> None:
    """So machines let in everybody by the one port; it asks by TCP where the path is behind TLS."""
    found = made()
    assert not found.of(APPLICATION_BALANCER)
    balancer = found.one(NETWORK_BALANCER).inputs
    assert (balancer["regionId"], balancer["type"]) == ("ru-central1", "external")
    (listener,) = balancer["listeners"]
    assert (listener["port"], listener["targetPort"], listener["protocol"]) == (8443, 8443, "tcp")
    (attached,) = balancer["attachedTargetGroups"]
    assert attached["targetGroupId"] == "targets"
    assert attached["healthchecks"][0]["tcpOptions"] == {"port": 8443}
    assert incoming(found) == [
        ("TCP", 8443, {"v4CidrBlocks": ["0.0.0.0/0"]}),
        ("TCP", 8443, {"predefinedTarget": "loadbalancer_healthchecks"}),
    ]
    assert [each["address"] for each in found.value] == ["192.0.2.7"]


def test_in_kazakhstan_machines_let_in_the_balancer_alone() -> None:
    """The SDK makes no balancer of the network there; that of applications passes streams on."""
    found = at_kazakhstan()
    assert not found.of(NETWORK_BALANCER)
    balancer = found.one(APPLICATION_BALANCER).inputs
    assert balancer["regionId"] == "kz1"
    assert balancer["allocationPolicy"] == {
        "locations": [{"zoneId": "kz1-a", "subnetId": "machines-kz1-a-id"}]
    }
    (listener,) = balancer["listeners"]
    assert listener["stream"] == {"handler": {"backendGroupId": "web-id"}}
    assert listener["endpoints"] == [
        {"ports": [8443], "addresses": [{"externalIpv4Address": {"address": "192.0.2.7"}}]}
    ]
    assert incoming(found) == [
        ("TCP", 8443, {"securityGroupId": "web-balancer-id"}),
        ("TCP", 8443, {"predefinedTarget": "loadbalancer_healthchecks"}),
    ]
    assert incoming(found, "web-balancer") == [
        ("TCP", 8443, {"v4CidrBlocks": ["0.0.0.0/0"]}),
        ("TCP", 30080, {"predefinedTarget": "loadbalancer_healthchecks"}),
    ]
    assert [each["address"] for each in found.value] == ["192.0.2.7"]


def test_health_is_asked_by_http_where_the_path_is_not_behind_tls() -> None:
    """By balancers and by groups alike; Kazakhstan's balancer asks only then."""
    asked = {"path": "/healthz", "port": 8080}
    russia, kazakhstan = made(port=8080), at_kazakhstan(port=8080)
    (attached,) = russia.one(NETWORK_BALANCER).inputs["attachedTargetGroups"]
    assert attached["healthchecks"][0]["httpOptions"] == asked
    assert "tcpOptions" not in attached["healthchecks"][0]
    for found in (russia, kazakhstan):
        (check,) = group(found)["healthChecks"]
        assert check["httpOptions"] == [asked]
        assert "tcpOptions" not in check
    (behind,) = kazakhstan.one(BEHIND).inputs["streamBackends"]
    assert behind["healthcheck"]["httpHealthcheck"] == {"path": "/healthz"}
    (behind,) = at_kazakhstan().one(BEHIND).inputs["streamBackends"]
    assert "healthcheck" not in behind
    assert group(at_kazakhstan())["healthChecks"][0]["tcpOptions"] == {"port": 8443}


def test_a_group_joins_its_own_kind_of_balancer() -> None:
    """And is allowed to change its targets; nobody is allowed more than that."""
    kinds = {"loadBalancer", "applicationLoadBalancer"}
    assert kinds & group(made()).keys() == {"loadBalancer"}
    assert kinds & group(at_kazakhstan()).keys() == {"applicationLoadBalancer"}
    member = f"{KIND}/resourcemanagerFolderIamMember:ResourcemanagerFolderIamMember"

    def allowed(found: Program) -> dict[str, set[str]]:
        given: dict[str, set[str]] = {}
        for each in found.of(member):
            assert each.inputs["folderId"] == "b1gfolder"
            given.setdefault(each.inputs["member"], set()).add(each.inputs["role"])
        return given

    makes = {"compute.editor", "vpc.user", "iam.serviceAccounts.user"}
    machines = {"serviceAccount:machines-id": {"logging.writer"}}
    assert allowed(made()) == {
        "serviceAccount:groups-id": makes | {"load-balancer.editor", "vpc.publicAdmin"},
        **machines,
    }
    own = {"network:vpc": "n", "network:subnets": ["s"], "network:zones": ["kz1-a"]}
    assert allowed(at_kazakhstan(own)) == {
        "serviceAccount:groups-id": makes | {"alb.editor"},
        **machines,
    }


def test_roles_outlive_the_group_that_needs_them() -> None:
    """Without them a group could neither be made nor taken away."""
    found = made()
    before = found.one(GROUP).after
    for each in found.of(f"{KIND}/resourcemanagerFolderIamMember:ResourcemanagerFolderIamMember"):
        assert f"{each.type} {each.name}" in before


def test_machines_are_told_the_key_and_the_logs_that_they_may_use() -> None:
    """The key encrypts what services store; it can be used by machines of the place alone."""
    found = made({"machine:userData": "#cloud-config"})
    template = group(found)["instanceTemplate"]
    assert template["metadata"] == {
        "user-data": "#cloud-config",
        "domicile-key": "key-id",
        "domicile-logs": "logs-id",
    }
    assert template["serviceAccountId"] == "machines-id"
    may = found.one(f"{KIND}/kmsSymmetricKeyIamBinding:KmsSymmetricKeyIamBinding").inputs
    assert may == {
        "symmetricKeyId": "key-id",
        "role": "kms.keys.encrypterDecrypter",
        "members": ["serviceAccount:machines-id"],
    }


def test_another_plan_replaces_no_machine_and_another_start_gives_a_new_disk() -> None:
    """The template says neither count nor plan; its disk says by what it was started."""
    one = group(made())["instanceTemplate"]
    assert "domicile_plan" not in one["labels"]
    assert group(made(backends=3))["instanceTemplate"] == one
    other = group(made({"machine:userData": "#cloud-config"}))["instanceTemplate"]
    assert other["bootDisk"] != one["bootDisk"]


def test_an_image_is_an_id_or_a_family() -> None:
    """An id is taken as it is; the newest of a family is asked for among Yandex Cloud's own."""

    def image(found: Program) -> str:
        disk = group(found)["instanceTemplate"]["bootDisk"]["initializeParams"]
        assert disk["type"] == "network-ssd"
        return str(disk["imageId"])

    assert image(made()) == "standard-images/debian-12"
    assert image(made(image=YANDEX_IMAGE)) == YANDEX_IMAGE


def test_a_machine_is_a_platform_with_its_size() -> None:
    """Cores in full, memory in GB; anything else is refused with an example."""
    template = group(made(machine="highfreq-v3:8:32"))["instanceTemplate"]
    assert template["platformId"] == "highfreq-v3"
    assert template["resources"] == {"cores": 8, "memory": 32, "coreFraction": 100}
    for wrong in ("standard-v3", "standard-v3:4", "standard-v3:4:16:50", "4:16", "standard-v3:a:b"):
        with pytest.raises(SourceError, match="no platform with its size"):
            made(machine=wrong)


def test_the_users_own_network_needs_a_zone_for_each_subnet() -> None:
    """With them no network is made, and machines get no public address."""
    own = {"network:vpc": "n", "network:subnets": ["s", "t"]}
    zones = ["ru-central1-a", "ru-central1-b"]
    found = made({**own, "network:zones": zones})
    assert not found.of(f"{KIND}/vpcNetwork:VpcNetwork")
    (interface,) = group(found)["instanceTemplate"]["networkInterfaces"]
    assert (interface["networkId"], interface["subnetIds"]) == ("n", ["s", "t"])
    assert interface["nat"] is False
    assert group(found)["allocationPolicy"]["zones"] == zones
    assert group(made())["instanceTemplate"]["networkInterfaces"][0]["nat"] is True
    for wrong in ({}, {"network:zones": zones[:1]}):
        with pytest.raises(SourceError, match="needs its subnets, one for each zone"):
            made({**own, **wrong})
    with pytest.raises(SourceError, match="needs its subnets, one for each zone"):
        made({"network:vpc": "n"})


def test_a_folder_is_needed() -> None:
    """Folders of the two regions have nothing to do with each other, so none is guessed."""
    with pytest.raises(SourceError, match="needs `yandex:folderId`"):
        made({"yandex:folderId": None})


def test_the_sdk_loads_without_what_it_asks_for(tmp_path: Path) -> None:
    """Compiled anew, without a warning; nobody else then takes `pkg_resources` to be there."""
    asked = (
        "import sys; from domicile.provision.yandex.sdk import yandex;"
        " print(yandex._utilities.get_version(), 'pkg_resources' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-X", f"pycache_prefix={tmp_path}", "-W", "error", "-c", asked],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["0.13.0", "False"]
    assert told.stderr == ""
