"""Large clouds as their stand-ins and their adapters know them, for tests of the adapters."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domicile.provision.adapters import Place, PoolSpec

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample operator"


@dataclass(frozen=True)
class Cloud:
    """One cloud as its stand-in and its adapter know it."""

    package: str
    provider: str
    places: Mapping[str, tuple[str, str]]
    machine: str
    image: str
    image_after: str
    group: str
    """Type of what holds a pool's machines."""
    size: tuple[str, ...]
    """Route to its planned number of machines; empty: there is one for each machine."""
    template: str
    """Type of what a machine is made from."""
    image_at: tuple[str | int, ...]
    """Route to the image in it."""
    kept: frozenset[str]
    """Types of what stays when a stack is destroyed."""
    anew: int = 0
    """How many of them a change of the image makes anew, beside the old ones."""
    pinned: tuple[str, str] | None = None
    """Setting of its provider that pins it to the first place, and to what; None: its region."""
    adapter: str = ""
    replaces: Mapping[str, frozenset[str]] = field(default_factory=dict)
    computed: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The adapter's name."""
        return self.adapter or self.provider

    def pool(self, backends: int = 2, **more: Any) -> PoolSpec:
        """A pool of it: `web`, at its first place."""
        place, (region, country) = next(iter(self.places.items()))
        at = Place(place, self.provider, region, country)
        said = {"port": 8443, "health": "/healthz", "subjects": ("DE", "FR")}
        said |= {"machine": self.machine, "image": self.image, "data_classes": ("communications",)}
        return PoolSpec("web", at, "small", backends, 100.0, "requests/s", **{**said, **more})


def _zone(code: str, *protocols: str) -> dict[str, Any]:
    """A zone of Huawei's balancers."""
    said = {"category": 0, "state": "ACTIVE", "publicBorderGroup": "center"}
    return {"code": code, "protocols": list(protocols or ("L4",)), **said}


def _flavor(id_: str, *, sold_out: bool = False) -> dict[str, Any]:
    """A flavor of Huawei's balancers."""
    numbers = dict.fromkeys(
        ("bandwidth", "category", "cps", "httpsCps", "lcu", "maxConnections", "qps"), 1
    )
    said = {"name": id_, "publicBorderGroup": "center", "shared": True, "type": "L4_elastic_max"}
    return {"id": id_, "flavorSoldOut": sold_out, **numbers, **said}


AWS = Cloud(
    package="aws",
    provider="aws",
    places={"aws-eu-west-3": ("eu-west-3", "FR"), "aws-eu-central-1": ("eu-central-1", "DE")},
    machine="m7i.xlarge",
    image="ami-12",
    image_after="ami-13",
    group="aws:autoscaling/group:Group",
    size=("desiredCapacity",),
    template="aws:ec2/launchTemplate:LaunchTemplate",
    image_at=("imageId",),
    kept=frozenset(
        {
            "aws:kms/key:Key",
            "aws:cloudwatch/logGroup:LogGroup",
            "aws:backup/vault:Vault",
        }
    ),
    computed={
        "aws:ec2/launchTemplate:LaunchTemplate": {"latestVersion": 1},
        "aws:ec2/eip:Eip": lambda _: {"publicIp": "192.0.2.7"},
    },
    answers={
        "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012"},
        "aws:index/getAvailabilityZones:getAvailabilityZones": {
            "names": ["eu-a", "eu-b", "eu-c", "eu-d"]
        },
    },
)
AZURE = Cloud(
    package="azure-native",
    provider="azure",
    pinned=("location", "francecentral"),
    places={
        "azure-francecentral": ("francecentral", "FR"),
        "azure-germanywestcentral": ("germanywestcentral", "DE"),
    },
    machine="Standard_D4s_v5",
    image="Debian:debian-12:12-gen2:latest",
    image_after="Debian:debian-13:13-gen2:latest",
    group="azure-native:compute:VirtualMachineScaleSet",
    size=("sku", "capacity"),
    template="azure-native:compute:VirtualMachineScaleSet",
    image_at=("virtualMachineProfile", "storageProfile", "imageReference", "offer"),
    kept=frozenset(
        {
            "azure-native:resources:ResourceGroup",
            "azure-native:operationalinsights:Workspace",
            "azure-native:recoveryservices:Vault",
            "azure-native:keyvault:Vault",
            "azure-native:keyvault:Key",
            "azure-native:compute:DiskEncryptionSet",
            "azure-native:authorization:RoleAssignment",
            "azure-native:managedidentity:UserAssignedIdentity",
        }
    ),
    computed={
        "azure-native:network:PublicIPAddress": {"ipAddress": "192.0.2.7"},
        # a list of ids on the way in, a table by id on the way out
        "azure-native:compute:DiskEncryptionSet": {
            "identity": {"type": "UserAssigned", "userAssignedIdentities": {}}
        },
    },
    answers={
        "azure-native:authorization:getClientConfig": {
            "tenantId": "t",
            "subscriptionId": "s",
            "clientId": "c",
            "objectId": "o",
        }
    },
    config={"machine:sshPublicKey": KEY, "names:resourceGroup": "names"},
)
GCP = Cloud(
    package="gcp",
    provider="gcp",
    places={"gcp-europe-west9": ("europe-west9", "FR"), "gcp-europe-west3": ("europe-west3", "DE")},
    machine="n2-standard-4",
    image="projects/debian-cloud/global/images/family/debian-12",
    image_after="projects/debian-cloud/global/images/family/debian-13",
    group="gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    size=("targetSize",),
    template="gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    image_at=("disks", 0, "sourceImage"),
    kept=frozenset(
        {
            "gcp:kms/keyRing:KeyRing",
            "gcp:kms/cryptoKey:CryptoKey",
            "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
            "gcp:logging/projectBucketConfig:ProjectBucketConfig",
        }
    ),
    replaces={
        "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": frozenset({"disks", "labels"})
    },
    computed={
        "gcp:compute/address:Address": {"address": "192.0.2.7"},
        "gcp:kms/cryptoKey:CryptoKey": {},
    },
    answers={
        "gcp:organizations/getProject:getProject": {"number": "42", "projectId": "example"},
        "gcp:logging/getProjectCmekSettings:getProjectCmekSettings": {
            "serviceAccountId": "logs@example.iam.gserviceaccount.com"
        },
    },
    config={"gcp:project": "example"},
)
ALICLOUD = Cloud(
    package="alicloud",
    provider="alibaba",
    adapter="alicloud",
    places={
        "alibaba-cn-shanghai": ("cn-shanghai", "CN"),
        "alibaba-ap-southeast-1": ("ap-southeast-1", "SG"),
    },
    machine="ecs.g7.xlarge",
    image="acs:alibaba_cloud_linux_3_2104_lts_x64",
    image_after="m-13",
    group="alicloud:ess/scalingGroup:ScalingGroup",
    size=("desiredCapacity",),
    template="alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate",
    image_at=("imageId",),
    kept=frozenset(
        {
            "alicloud:kms/key:Key",
            "alicloud:log/project:Project",
            "alicloud:log/store:Store",
            "alicloud:ram/role:Role",
            "alicloud:ram/rolePolicyAttachment:RolePolicyAttachment",
        }
    ),
    computed={
        "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate": {"latestVersionNumber": 1},
        "alicloud:ecs/eipAddress:EipAddress": {"ipAddress": "192.0.2.7"},
    },
    answers={
        "alicloud:nlb/getZones:getZones": {"zones": [{"id": "z-b"}, {"id": "z-a"}]},
        "alicloud:ecs/getImages:getImages": {"images": [{"imageId": "m-12"}]},
    },
)
OCI = Cloud(
    package="oci",
    provider="oci",
    places={
        "oci-eu-marseille-1": ("eu-marseille-1", "FR"),
        "oci-eu-frankfurt-1": ("eu-frankfurt-1", "DE"),
    },
    machine="VM.Standard.E5.Flex:2:16",
    image="Oracle Linux:9",
    image_after="Oracle Linux:10",
    group="oci:Core/instancePool:InstancePool",
    size=("size",),
    template="oci:Core/instanceConfiguration:InstanceConfiguration",
    image_at=("instanceDetails", "launchDetails", "sourceDetails", "imageId"),
    kept=frozenset(
        {
            "oci:Kms/vault:Vault",
            "oci:Kms/key:Key",
            "oci:Identity/policy:Policy",
            "oci:Logging/logGroup:LogGroup",
            "oci:Logging/log:Log",
        }
    ),
    anew=1,
    replaces={
        "oci:Core/instanceConfiguration:InstanceConfiguration": frozenset({"instanceDetails"})
    },
    computed={"oci:Core/publicIp:PublicIp": {"ipAddress": "192.0.2.7"}},
    answers={
        "oci:Identity/getRegionSubscriptions:getRegionSubscriptions": {
            "regionSubscriptions": [
                {"regionName": "eu-marseille-1", "isHomeRegion": True},
                {"regionName": "eu-frankfurt-1", "isHomeRegion": False},
            ]
        },
        "oci:Identity/getAvailabilityDomains:getAvailabilityDomains": {
            "availabilityDomains": [{"name": "xy:AD-2"}, {"name": "xy:AD-1"}]
        },
        "oci:Identity/getFaultDomains:getFaultDomains": {
            "faultDomains": [{"name": "FAULT-DOMAIN-1"}, {"name": "FAULT-DOMAIN-2"}]
        },
        "oci:Core/getImages:getImages": lambda asked: {
            "images": [{"id": asked["operatingSystemVersion"]}, {"id": "an older one"}]
        },
    },
    config={"oci:tenancyOcid": "ocid1.tenancy.t", "oci:compartmentOcid": "ocid1.compartment.c"},
)
TENCENT = Cloud(
    package="tencentcloud",
    provider="tencent",
    places={
        "tencent-ap-guangzhou": ("ap-guangzhou", "CN"),
        "tencent-ap-hongkong": ("ap-hongkong", "HK"),
    },
    machine="S5.LARGE16",
    image="TencentOS Server 4 for x86_64",
    image_after="img-13",
    group="tencentcloud:Instance/instance:Instance",
    size=(),
    template="tencentcloud:Instance/instance:Instance",
    image_at=("imageId",),
    kept=frozenset(
        {
            "tencentcloud:Kms/key:Key",
            "tencentcloud:Cls/logset:Logset",
            "tencentcloud:Cls/topic:Topic",
        }
    ),
    anew=2,
    computed={
        "tencentcloud:Clb/instance:Instance": {"clbVips": ["192.0.2.7"]},
        "tencentcloud:Eip/instance:Instance": {"publicIp": "192.0.2.8"},
        "tencentcloud:Instance/instance:Instance": lambda inputs: {
            "dataDisks": [{**disk, "dataDiskId": "disk-1"} for disk in inputs["dataDisks"]]
        },
    },
    answers={
        "tencentcloud:Availability/getZonesByProduct:getZonesByProduct": {
            "zones": [
                {"name": f"ap-guangzhou-{number}", "state": state}
                for number, state in ((10, "AVAILABLE"), (6, "AVAILABLE"), (2, "UNAVAILABLE"))
            ]
        },
        "tencentcloud:Images/getInstance:getInstance": {
            "images": [
                {"imageId": "img-12", "imageName": "TencentOS Server 4 for x86_64", "osName": "t4"},
                {"imageId": "img-1", "imageName": "Debian 12.8", "osName": "Debian 12.8"},
            ]
        },
    },
)
HUAWEI = Cloud(
    package="huaweicloud",
    provider="huawei",
    places={"huawei-tr-west-1": ("tr-west-1", "TR"), "huawei-af-south-1": ("af-south-1", "ZA")},
    machine="c7n.xlarge.2",
    image="Ubuntu 24.04 server 64bit",
    image_after="Ubuntu 26.04 server 64bit",
    group="huaweicloud:Ecs/instance:Instance",
    size=(),
    template="huaweicloud:Ecs/instance:Instance",
    image_at=("imageName",),
    kept=frozenset(
        {
            "huaweicloud:Dew/key:Key",
            "huaweicloud:Lts/group:Group",
            "huaweicloud:Lts/stream:Stream",
            "huaweicloud:Cbr/policy:Policy",
            "huaweicloud:Cbr/vault:Vault",
        }
    ),
    anew=2,
    replaces={"huaweicloud:Ecs/instance:Instance": frozenset({"imageName", "availabilityZone"})},
    computed={
        "huaweicloud:Vpc/eip:Eip": {"address": "192.0.2.7"},
        "huaweicloud:Vpc/subnet:Subnet": {
            "ipv4SubnetId": "addresses-id",
            "dnsLists": ["100.125.2.250"],
        },
        "huaweicloud:Ecs/instance:Instance": {"accessIpV4": "10.64.0.9"},
    },
    answers={
        "huaweicloud:index/getAvailabilityZones:getAvailabilityZones": {
            "names": ["tr-west-1c", "tr-west-1a", "tr-west-1b"],
            "region": "tr-west-1",
        },
        "huaweicloud:DedicatedElb/getAvailabilityZones:getAvailabilityZones": {
            "availabilityZones": [
                {"lists": [_zone("tr-west-1a"), _zone("tr-west-1b"), _zone("tr-west-1c", "L7")]},
                {"lists": [_zone("tr-west-1c", "L4", "L7")]},
            ]
        },
        "huaweicloud:DedicatedElb/getFlavors:getFlavors": {
            "flavors": [_flavor("elastic-1", sold_out=True), _flavor("elastic-2")]
        },
    },
)
YANDEX_IMAGE = "fd8" + 17 * "0"


def _joined(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What an instance group says of the targets that it keeps for its balancer."""
    kinds = {"loadBalancer", "applicationLoadBalancer"} & inputs.keys()
    return {kind: {**inputs[kind], "targetGroupId": "targets"} for kind in kinds}


YANDEX = Cloud(
    package="yandex",
    provider="yandex",
    places={"yandex-ru-central1": ("ru-central1", "RU"), "yandex-kz1": ("kz1", "KZ")},
    machine="standard-v3:4:16",
    image="debian-12",
    image_after=YANDEX_IMAGE,
    group="yandex:index/computeInstanceGroup:ComputeInstanceGroup",
    size=("scalePolicy", "fixedScale", "size"),
    template="yandex:index/computeInstanceGroup:ComputeInstanceGroup",
    image_at=("instanceTemplate", "bootDisk", "initializeParams", "imageId"),
    kept=frozenset(
        {
            "yandex:index/kmsSymmetricKey:KmsSymmetricKey",
            "yandex:index/loggingGroup:LoggingGroup",
        }
    ),
    pinned=("endpoint", "api.cloud.yandex.net:443"),
    computed={
        "yandex:index/computeInstanceGroup:ComputeInstanceGroup": _joined,
        "yandex:index/vpcAddress:VpcAddress": {
            "externalIpv4Address": {"address": "192.0.2.7", "zoneId": "ru-central1-a"}
        },
    },
    answers={
        "yandex:index/getComputeImage:getComputeImage": lambda asked: {
            "imageId": f"{asked['folderId']}/{asked['family']}"
        },
    },
    config={"yandex:folderId": "b1gfolder"},
)
CLOUDS = {
    cloud.package: cloud for cloud in (AWS, AZURE, GCP, ALICLOUD, OCI, TENCENT, YANDEX, HUAWEI)
}
