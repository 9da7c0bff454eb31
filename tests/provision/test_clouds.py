"""Large clouds' adapters: what they register, without an engine."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from clouds import CLOUDS, Cloud
from mocked import Program, make_pool, make_traffic, planned, world

from domicile.model.errors import OutsideError, SourceError
from domicile.provision.adapters import Adapter, Place, PoolSpec, World, find
from domicile.provision.labels import said

REPOSITORY = Path(__file__).parents[2]
LABELLED = {
    "aws": ("aws:lb/loadBalancer:LoadBalancer", "tags"),
    "azure-native": ("azure-native:compute:VirtualMachineScaleSet", "tags"),
    "gcp": ("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate", "labels"),
    "alicloud": ("alicloud:ess/scalingGroup:ScalingGroup", "tags"),
    "oci": ("oci:Core/instancePool:InstancePool", "freeformTags"),
    "tencentcloud": ("tencentcloud:Clb/instance:Instance", "tags"),
    "yandex": ("yandex:index/computeInstanceGroup:ComputeInstanceGroup", "labels"),
    "huaweicloud": ("huaweicloud:DedicatedElb/loadbalancer:Loadbalancer", "tags"),
}
FIRST, SECOND, THIRD = "one", "two", "three"


def made(cloud: Cloud, **more: Any) -> Program:
    """A pool of it, registered."""
    config = {**cloud.config, **more.pop("config", {})}
    texts = {
        key: each if isinstance(each, str) else json.dumps(each) for key, each in config.items()
    }
    return make_pool(
        find(cloud.name),
        cloud.pool(**more),
        answers=cloud.answers,
        computed=cloud.computed,
        config=texts,
    )


@pytest.fixture(params=CLOUDS)
def cloud(request: pytest.FixtureRequest) -> Cloud:
    """Each of them."""
    return CLOUDS[request.param]


def test_everything_is_made_by_a_provider_of_the_region(cloud: Cloud) -> None:
    """One provider, pinned to the place's region, and nothing by another or by a default one."""
    found = made(cloud)
    (provider,) = [each for each in found.resources if each.type.startswith("pulumi:providers:")]
    region = cloud.pool().place.region
    setting, pinned = cloud.pinned or ("region", region)
    assert provider.inputs[setting] == pinned
    for each in found.resources:
        if not each.type.startswith(("pulumi:", "domicile:")):
            assert each.provider, each
            assert f"::{provider.name}::" in each.provider
            assert each.inputs.get("location", region) == region
            assert each.inputs.get("region", region) == region


def test_the_pools_own_resources_stand_under_it(cloud: Cloud) -> None:
    """What is named for the service has the pool as its parent; what pools share has the stack."""
    for each in made(cloud).resources:
        if each.name.startswith("web") and not each.type.startswith("domicile:"):
            assert each.parent == "domicile:provision:Pool web", each
        else:
            assert each.parent == "", each


def test_labels_can_be_read_back(cloud: Cloud) -> None:
    """Whoever reads them learns pool, subjects and classes, whatever the provider's spelling."""
    kind, where = LABELLED[cloud.package]
    read = said(made(cloud).one(kind).inputs[where])
    assert read is not None
    assert (read.pool, read.subjects) == ("web", ("DE", "FR"))
    assert read.data_classes == ("communications",)


def test_keys_and_logs_outlive_the_stack(cloud: Cloud) -> None:
    """Just what the table of the cloud names stays; machines, balancers and networks go."""
    stays = {each.type for each in made(cloud).resources if each.keeps}
    goes = {each.type for each in made(cloud).resources if not each.keeps}
    assert stays <= cloud.kept
    assert cloud.group in goes
    assert any("key" in kind.lower() for kind in stays)
    assert any(part in kind.lower() for kind in stays for part in ("log", "insights", "lts"))


def test_a_pool_that_does_not_say_what_a_machine_is_is_refused(cloud: Cloud) -> None:
    """Neither a machine nor an image is guessed."""
    for missing in ("machine", "image"):
        with pytest.raises(SourceError, match=missing):
            made(cloud, **{missing: ""})


@pytest.mark.parametrize(("name", "sdk"), [("aws", "pulumi_aws"), ("huawei", "pulumi_huaweicloud")])
def test_an_sdk_that_is_not_installed_is_named_with_what_installs_it(name: str, sdk: str) -> None:
    """Also where an adapter imports it only when it is made. It needs a process of its own."""
    program = (
        f"import sys; sys.modules[{sdk!r}] = None\n"
        f"from domicile.provision.adapters import find\n"
        f"from domicile.model.errors import OutsideError\n"
        f"try: find({name!r})\n"
        f"except OutsideError as error: print(error, error.help, sep='|')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.decode().strip() == (
        f"the adapter `{name}` needs the module `{sdk}`, which is not installed"
        f"|run `pip install 'domicile[{name}]'`"
    )


def test_aws_has_the_planned_number_and_room_to_replace() -> None:
    """Least and wanted are the plan's 11; two more, a tenth rounded up, while machines change."""
    group = made(CLOUDS["aws"], backends=11).one("aws:autoscaling/group:Group").inputs
    assert (group["minSize"], group["desiredCapacity"], group["maxSize"]) == (11, 11, 13)
    assert group["instanceRefresh"]["preferences"]["minHealthyPercentage"] == 100
    assert group["waitForElbCapacity"] == 11


def test_aws_machines_stand_in_private_subnets_of_three_zones() -> None:
    """Four zones are there, three are used; no machine has an address of its own."""
    found = made(CLOUDS["aws"])
    private = [each for each in found.of("aws:ec2/subnet:Subnet") if "machines" in each.name]
    assert [each.inputs["availabilityZone"] for each in private] == ["eu-a", "eu-b", "eu-c"]
    group = found.one("aws:autoscaling/group:Group").inputs
    assert group["vpcZoneIdentifiers"] == [f"machines-eu-{zone}-id" for zone in "abc"]
    template = found.one("aws:ec2/launchTemplate:LaunchTemplate").inputs
    assert template["metadataOptions"]["httpTokens"] == "required"
    assert template["networkInterfaces"][0]["associatePublicIpAddress"] == "false"
    assert template["blockDeviceMappings"][0]["ebs"]["encrypted"] == "true"
    assert "domicile:plan" not in template["tags"]  # else each plan would replace all machines


def test_aws_lets_only_the_service_in() -> None:
    """Anybody to the balancer and the balancer to machines, by the one port."""
    rules = made(CLOUDS["aws"]).of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    told = {
        (each.name, each.inputs.get("cidrIpv4"), each.inputs.get("referencedSecurityGroupId"))
        for each in rules
    }
    assert told == {
        ("web-entries", "0.0.0.0/0", None),
        ("web-machines", None, "web-entries-id"),
    }
    assert {(each.inputs["fromPort"], each.inputs["toPort"]) for each in rules} == {(8443, 8443)}


def test_aws_key_is_of_the_one_region_and_of_its_own_partition() -> None:
    """No key of several regions; names of principals and ARNs as the partition spells them."""
    found = made(CLOUDS["aws"])
    key = found.one("aws:kms/key:Key").inputs
    assert key["multiRegion"] is False
    assert "logs.eu-west-3.amazonaws.com" in key["policy"]
    place = Place("aws-cn-north-1", "aws-cn", "cn-north-1", "CN")
    china = import_module("domicile.provision.aws").china()
    cloud = CLOUDS["aws"]
    there = make_pool(china, _moved(cloud, place), answers=cloud.answers, computed=cloud.computed)
    policy = there.one("aws:kms/key:Key").inputs["policy"]
    assert "logs.cn-north-1.amazonaws.com.cn" in policy
    assert "arn:aws-cn:iam::123456789012:root" in policy
    assert "arn:aws:" not in policy


def _moved(cloud: Cloud, place: Place) -> PoolSpec:
    """Its pool at another place."""
    return replace(cloud.pool(), place=place)


def test_aws_uses_the_users_network_and_addresses() -> None:
    """With a network given none is made; fixed addresses are one for each public subnet."""
    config = {
        "network:vpc": "vpc-1",
        "network:subnets": ["a", "b"],
        "network:publicSubnets": ["c", "d"],
        "balancer:fixedAddresses": "true",
    }
    found = made(CLOUDS["aws"], config=config)
    assert found.of("aws:ec2/vpc:Vpc") == []
    assert len(found.of("aws:ec2/eip:Eip")) == 2
    assert found.one("aws:autoscaling/group:Group").inputs["vpcZoneIdentifiers"] == ["a", "b"]
    assert [entry["address"] for entry in found.value] == ["192.0.2.7", "192.0.2.7"]
    with pytest.raises(SourceError, match="publicSubnets"):
        made(CLOUDS["aws"], config={"network:vpc": "vpc-1", "network:subnets": ["a", "b"]})


def test_aws_ends_tls_at_the_balancer_only_with_a_certificate() -> None:
    """Network balancer by TCP without one; application balancer by HTTPS with one."""
    plain = made(CLOUDS["aws"])
    assert plain.one("aws:lb/loadBalancer:LoadBalancer").inputs["loadBalancerType"] == "network"
    assert plain.one("aws:lb/listener:Listener").inputs["protocol"] == "TCP"
    ended = made(CLOUDS["aws"], config={"balancer:certificate": "arn:cert"})
    assert ended.one("aws:lb/loadBalancer:LoadBalancer").inputs["loadBalancerType"] == "application"
    assert ended.one("aws:lb/listener:Listener").inputs["certificateArn"] == "arn:cert"
    by_tcp = made(CLOUDS["aws"], health="", config={"balancer:certificate": "arn:cert"})
    assert by_tcp.one("aws:lb/listener:Listener").inputs["protocol"] == "TCP"


def test_azure_keeps_backups_out_of_the_pair_and_disks_encrypted() -> None:
    """No geo-redundant vault, no restore across regions; the set of the place encrypts disks."""
    found = made(CLOUDS["azure-native"])
    vault = found.one("azure-native:recoveryservices:Vault").inputs["properties"]
    assert vault["redundancySettings"] == {
        "standardTierStorageRedundancy": "ZoneRedundant",
        "crossRegionRestore": "Disabled",
    }
    machines = found.one("azure-native:compute:VirtualMachineScaleSet").inputs
    assert machines["zones"] == ["1", "2", "3"]
    assert machines["sku"] == {"name": "Standard_D4s_v5", "tier": "Standard", "capacity": 2}
    disk = machines["virtualMachineProfile"]["storageProfile"]["osDisk"]["managedDisk"]
    assert disk["diskEncryptionSet"] == {"id": "disks-id"}
    rules = found.one("azure-native:network:NetworkSecurityGroup").inputs["securityRules"]
    assert [(r["name"], r["access"], r["destinationPortRange"]) for r in rules] == [
        ("service", "Allow", "8443"),
        ("checks", "Allow", "8443"),
        ("rest", "Deny", "*"),
    ]


def test_azure_needs_a_key_to_sign_in_and_an_image_as_it_names_them() -> None:
    """Both are said before anything is made."""
    cloud = CLOUDS["azure-native"]
    with pytest.raises(SourceError, match="SSH"):
        make_pool(find("azure"), cloud.pool(), answers=cloud.answers)
    with pytest.raises(SourceError, match="no image `debian-12`"):
        made(cloud, image="debian-12")


def test_azure_region_without_zones_spreads_over_fault_domains() -> None:
    """West UK has none: no zones asked for, locally redundant backups."""
    cloud = CLOUDS["azure-native"]
    pool = _moved(cloud, Place("azure-ukwest", "azure", "ukwest", "GB"))
    found = make_pool(
        find("azure"), pool, answers=cloud.answers, computed=cloud.computed, config=cloud.config
    )
    machines = found.one("azure-native:compute:VirtualMachineScaleSet").inputs
    assert "zones" not in machines
    assert machines["platformFaultDomainCount"] == 5
    vault = found.one("azure-native:recoveryservices:Vault").inputs["properties"]
    assert vault["redundancySettings"]["standardTierStorageRedundancy"] == "LocallyRedundant"


def test_gcp_keeps_snapshots_logs_and_keys_in_the_region() -> None:
    """Where a multi-region would be the default, the region is named."""
    found = made(CLOUDS["gcp"])
    policy = found.one("gcp:compute/resourcePolicy:ResourcePolicy").inputs
    where = policy["snapshotSchedulePolicy"]["snapshotProperties"]["storageLocations"]
    assert where == "europe-west9"
    assert found.one("gcp:kms/keyRing:KeyRing").inputs["location"] == "europe-west9"
    bucket = found.one("gcp:logging/projectBucketConfig:ProjectBucketConfig").inputs
    assert bucket["location"] == "europe-west9"
    template = found.one("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate").inputs
    assert template["disks"][0]["diskEncryptionKey"] == {"kmsKeySelfLink": "data-id"}
    assert "accessConfigs" not in template["networkInterfaces"][0]
    assert "domicile_plan" not in template["labels"]
    group = found.one("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager").inputs
    assert group["targetSize"] == 2
    assert group["updatePolicy"]["maxUnavailableFixed"] == 0
    assert group["updatePolicy"]["maxSurgeFixed"] == 3


def test_alicloud_spreads_over_zones_and_takes_the_newest_of_a_family() -> None:
    """Zones in order; a disk encrypted with the place's key; tokens needed; no address outside."""
    found = made(CLOUDS["alicloud"])
    switches = found.of("alicloud:vpc/switch:Switch")
    assert [each.inputs["zoneId"] for each in switches] == ["z-a", "z-b"]
    template = found.one("alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate").inputs
    assert template["imageId"] == "m-12"
    assert template["httpTokens"] == "required"
    assert template["internetMaxBandwidthOut"] == 0
    assert template["systemDisk"]["kmsKeyId"] == "key-id"
    group = found.one("alicloud:ess/scalingGroup:ScalingGroup").inputs
    assert (group["minSize"], group["desiredCapacity"], group["maxSize"]) == (2, 2, 3)


def test_alicloud_makes_no_names() -> None:
    """It says who would."""
    with pytest.raises(OutsideError, match="directs no traffic"):
        find("alicloud").traffic(world(), {}, None)  # type: ignore[arg-type]


def test_every_entry_point_leads_to_an_adapter() -> None:
    """What `pyproject.toml` names is there, and ids of the catalogue that it names exist."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    entries = project["project"]["entry-points"]["domicile.adapters"]
    clouds = {"alibaba", "alibaba-sa", "aws-cn", "aws-us-gov", "aws-eusc", "azure-cn", "azure-gov"}
    assert clouds <= entries.keys()
    for name, leads in entries.items():
        module, function = leads.split(":")
        adapter: Adapter = getattr(import_module(module), function)()
        assert callable(adapter.pool)
        assert (REPOSITORY / "regions" / f"{name}.yaml").exists()


# -- names


def _world(zone: str = "example.net") -> tuple[World, dict[str, tuple[str, ...]]]:
    """France at `one` (two thirds) and `two`; Germany at `two`, or `three`; Quebec apart."""
    nominal = {
        "FR/web/identity": {FIRST: 2 / 3, SECOND: 1 / 3},
        "DE/web/identity": {SECOND: 1.0},
        "CA/web/identity": {THIRD: 1.0},
        "CA-QC/web/identity": {FIRST: 1.0},
    }
    order = {
        "FR/web/identity": (FIRST, SECOND),
        "DE/web/identity": (SECOND, THIRD),
        "CA/web/identity": (THIRD, FIRST),
        "CA-QC/web/identity": (FIRST, THIRD),
    }
    places = {
        FIRST: Place(FIRST, "aws", "eu-west-3", "FR"),
        SECOND: Place(SECOND, "gcp", "europe-west3", "DE"),
        THIRD: Place(THIRD, "azure", "canadacentral", "CA"),
    }
    return world(planned(nominal, order), zone, places), order


POOLS = {
    FIRST: {
        "web": [
            {
                "address": "lb.example",
                "alias": "lb.example",
                "zone_id": "Z1",
                "port": 443,
                "health": "/up",
            }
        ]
    },
    SECOND: {"web": [{"address": "192.0.2.2", "port": 443, "health": ""}]},
    THIRD: {"web": [{"address": "192.0.2.4"}, {"address": "192.0.2.3"}]},
}


def _allowed(label: str, country: str, order: dict[str, tuple[str, ...]]) -> set[str]:
    """Places where whoever asks for a name may go, from the plan's own order."""
    subject = label.split(".", maxsplit=1)[0].upper() if "." in label else ""
    loads = [
        set(places)
        for key, places in order.items()
        if (not subject or key.split("/")[0] == subject or subject == f"IN-{key[:2]}")
        and (not country or key[:2] == country)
    ]
    return set.intersection(*loads)


def test_route_53_answers_as_planned_and_never_follows_health_across_countries() -> None:
    """Weights of 255 parts; by country without health; no answer for anybody else."""
    in_world, order = _world()
    found = make_traffic(find("aws"), in_world, POOLS)
    records = found.of("aws:route53/record:Record")
    weighted = [each for each in records if "weightedRoutingPolicies" in each.inputs]
    for each in weighted:
        label = each.inputs["name"].removesuffix(".example.net")
        assert each.inputs["setIdentifier"] in _allowed(label, "", order), each
    shares = {
        each.inputs["setIdentifier"]: each.inputs["weightedRoutingPolicies"][0]["weight"]
        for each in weighted
        if each.inputs["name"] == "fr.web.example.net"
    }
    assert shares == {FIRST: 170, SECOND: 85}
    standby = {
        each.inputs["setIdentifier"]: each.inputs["weightedRoutingPolicies"][0]["weight"]
        for each in weighted
        if each.inputs["name"] == "de.web.example.net"
    }
    assert standby == {SECOND: 255, THIRD: 0}
    by_country = {
        each.inputs["geolocationRoutingPolicies"][0]["country"]: each.inputs["aliases"][0]
        for each in records
        if "geolocationRoutingPolicies" in each.inputs
    }
    assert set(by_country) == {"FR", "DE", "CA"}
    assert by_country["CA"]["name"] == "in-ca.web.example.net"
    assert not any(alias["evaluateTargetHealth"] for alias in by_country.values())
    assert found.value["web"][0] == "web.example.net"


def test_route_53_points_at_balancers_by_alias_and_at_others_by_address() -> None:
    """A balancer of AWS has a zone's id; others have addresses, in order."""
    in_world, _ = _world()
    found = make_traffic(find("aws"), in_world, POOLS)
    at = {
        each.name: each.inputs
        for each in found.of("aws:route53/record:Record")
        if each.name.startswith("at-")
    }
    assert at["at-one.web"]["aliases"][0]["zoneId"] == "Z1"
    assert at["at-three.web"]["records"] == ["192.0.2.3", "192.0.2.4"]
    checks = {
        each.name: (each.inputs["type"], each.inputs["port"], each.inputs.get("resourcePath"))
        for each in found.of("aws:route53/healthCheck:HealthCheck")
    }
    assert checks == {
        "at-one.web": ("HTTPS", 443, "/up"),
        "at-two.web": ("TCP", 443, None),
        "at-three.web": ("TCP", 443, None),
    }


def test_cloud_dns_answers_subjects_and_nobody_by_country() -> None:
    """It knows no countries: the common name is left out, each subject's own is there."""
    in_world, _ = _world()
    pools = {**POOLS, FIRST: {"web": [{"address": "192.0.2.1", "port": 443, "health": "/up"}]}}
    found = make_traffic(find("gcp"), in_world, pools)
    records = {each.name: each.inputs for each in found.of("gcp:dns/recordSet:RecordSet")}
    assert set(records) == {"fr.web", "de.web", "ca.web", "ca-qc.web"}
    shares = [each["weight"] for each in records["fr.web"]["routingPolicy"]["wrrs"]]
    assert shares == pytest.approx([2 / 3, 1 / 3])
    with pytest.raises(Exception, match="fixedAddresses"):
        make_traffic(find("gcp"), in_world, POOLS)


def test_traffic_manager_nests_weights_in_countries() -> None:
    """Each country has one profile; Germany's has a standby; France's weights add up to 1,000."""
    in_world, _ = _world()
    config = {"names:resourceGroup": "names"}
    found = make_traffic(find("azure"), in_world, POOLS, config=config)
    profiles = {each.name: each.inputs for each in found.of("azure-native:trafficmanager:Profile")}
    (common,) = [each for each in profiles.values() if each["trafficRoutingMethod"] == "Geographic"]
    assert [each["geoMapping"] for each in common["endpoints"]] == [["CA"], ["DE"], ["FR"]]
    weights = {each["name"]: each["weight"] for each in profiles["FR.web shared"]["endpoints"]}
    assert weights == {FIRST: 667, SECOND: 333}
    order = [(each["name"], each["priority"]) for each in profiles["DE.web standby"]["endpoints"]]
    assert order == [("shared", 1), (THIRD, 2)]
    at = {each.name: each.inputs for each in found.of("azure-native:dns:RecordSet")}
    assert at["at-one.web"]["cnameRecord"] == {"cname": "lb.example"}
    assert at["at-three.web"]["aRecords"] == [
        {"ipv4Address": "192.0.2.3"},
        {"ipv4Address": "192.0.2.4"},
    ]


def test_traffic_manager_refuses_more_than_a_subscription_holds() -> None:
    """The reference service needs more profiles than 200, and another adapter is named."""
    places = {f"p{number}": number for number in range(300)}
    nominal = {f"FR/s{number}/identity": {place: 1.0} for place, number in places.items()}
    order = {key: tuple(shares) for key, shares in nominal.items()}
    with pytest.raises(SourceError, match="600 profiles"):
        make_traffic(
            find("azure"),
            world(planned(nominal, order), "example.net"),
            {},
            config={"names:resourceGroup": "names"},
        )
