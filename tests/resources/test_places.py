"""Where resources stand, by hand: one case or more for each way to a place, and for each trap."""

from __future__ import annotations

from typing import Any

import pytest
from resource_worlds import judge, places, resource, shipped

from domicile.resources import SECRET, UNKNOWN, Provider, Resource, Rows

PARIS, FRANKFURT, VIRGINIA = "aws-eu-west-3", "aws-eu-central-1", "aws-us-east-1"
AWS_ANYWHERE = {place for place, holder in shipped().provider_of.items() if holder == "aws"}
GCP_ANYWHERE = {place for place, holder in shipped().provider_of.items() if holder == "gcp"}
EU_OF_GCP = {
    *("gcp-europe-west1", "gcp-europe-west3", "gcp-europe-west4", "gcp-europe-west9"),
    *("gcp-europe-north1", "gcp-europe-southwest1", "gcp-europe-west8", "gcp-europe-west10"),
    *("gcp-europe-west12", "gcp-europe-north2", "gcp-europe-central2"),
}
"""Every region of Google's in the European Union: not London, not Zurich."""

CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # name: type, inputs, the provider's inputs, activity → places
    "the provider's region": (
        "aws:s3/bucket:Bucket", {}, {"region": "eu-west-3"}, {"store": {PARIS}},
    ),
    "the resource's own region wins": (
        "aws:s3/bucket:Bucket", {"region": "us-east-1"}, {"region": "eu-west-3"},
        {"store": {VIRGINIA}},
    ),
    "a zone": (
        "aws:ec2/instance:Instance", {"availabilityZone": "eu-central-1b"}, {"region": "eu-west-3"},
        {"process": {FRANKFURT}, "store": {FRANKFURT}},
    ),
    "zones": (
        "aws:autoscaling/group:Group", {"availabilityZones": ["eu-west-3a", "eu-west-3c"]}, {},
        {"process": {PARIS}, "store": {PARIS}},
    ),
    "a local zone is no region": (
        "aws:ebs/volume:Volume", {"availabilityZone": "us-east-1-bos-1a"}, {},
        {"store": "its `availabilityZone` is no place of the catalogue"},
    ),
    "China is another partition": (
        "aws:s3/bucket:Bucket", {}, {"region": "cn-north-1"}, {"store": {"aws-cn-north-1"}},
    ),
    "replicas of a table": (
        "aws:dynamodb/table:Table",
        {"replicas": [{"regionName": "us-east-1"}, {"regionName": "eu-central-1"}]},
        {"region": "eu-west-3"},
        {"store": {PARIS}, "process": {PARIS}, "replicate": {VIRGINIA, FRANKFURT}},
    ),
    "replicas of a secret are keys": (
        "aws:secretsmanager/secret:Secret", {"replicas": [{"region": "us-east-1"}]},
        {"region": "eu-west-3"}, {"keys": {PARIS, VIRGINIA}},
    ),
    "a replica key": (
        "aws:kms/replicaKey:ReplicaKey",
        {"primaryKeyArn": "arn:aws:kms:eu-west-3:111122223333:key/mrk-1"}, {"region": "us-east-1"},
        {"keys": {VIRGINIA}},
    ),
    "a backup plan copies to a vault's ARN": (
        "aws:backup/plan:Plan",
        {"rules": [{"copyActions": [
            {"destinationVaultArn": "arn:aws:backup:us-east-1:111122223333:backup-vault:far"}]}]},
        {"region": "eu-west-3"}, {"backup": {VIRGINIA}},
    ),
    "automated backups elsewhere": (
        "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
        {"sourceDbInstanceArn": "arn:aws:rds:eu-west-3:1:db:orders"}, {"region": "eu-central-1"},
        {"backup": {FRANKFURT}},
    ),
    "snapshots that are copied": (
        "aws:redshift/snapshotCopy:SnapshotCopy", {"destinationRegion": "us-east-1"},
        {"region": "eu-west-3"}, {"backup": {VIRGINIA}},
    ),
    "logs to a trail, in whichever region": (
        "aws:cloudtrail/trail:Trail", {"s3BucketName": "elsewhere"}, {"region": "eu-west-3"},
        {"log": "what its `s3BucketName` names is not of this stack"},
    ),
    "a CDN is everywhere": (
        "aws:cloudfront/distribution:Distribution", {}, {"region": "eu-west-3"},
        {"transit": AWS_ANYWHERE},
    ),
    "an accelerator is everywhere": (
        "aws:globalaccelerator/accelerator:Accelerator", {}, {}, {"transit": AWS_ANYWHERE},
    ),
    "DNS holds nobody's data": ("aws:route53/zone:Zone", {}, {}, {"store": AWS_ANYWHERE}),
    "not known before it is made": (
        "aws:rds/instance:Instance", {"availabilityZone": UNKNOWN}, {},
        dict.fromkeys(
            ("store", "process"),
            "later: its `availabilityZone` is not known before the resource is made",
        ),
    ),
    "a secret is not read": (
        "aws:s3/bucket:Bucket", {}, {"region": SECRET},
        {"store": "the `region` of its provider is kept secret"},
    ),
    "no region anywhere": (
        "aws:s3/bucket:Bucket", {}, {}, {"store": "neither it nor its provider says where"},
    ),
    "Azure spells with spaces": (
        "azure-native:storage:StorageAccount",
        {"location": "West Europe", "sku": {"name": "Standard_LRS"}}, {},
        {"store": {"azure-westeurope"}},
    ),
    "Azure copies to the paired region": (
        "azure-native:storage:StorageAccount",
        {"location": "westeurope", "sku": {"name": "Standard_RAGRS"}}, {},
        {"store": {"azure-westeurope"}, "replicate": {"azure-northeurope"}},
    ),
    "Brazil's pair is in Texas": (
        "azure-native:storage:StorageAccount",
        {"location": "brazilsouth", "sku": {"name": "Standard_GRS"}}, {},
        {"store": {"azure-brazilsouth"}, "replicate": {"azure-southcentralus"}},
    ),
    "a type with its version": (
        "azure-native:storage/v20230101:StorageAccount", {"location": "francecentral",
        "sku": {"name": "Premium_LRS"}}, {}, {"store": {"azure-francecentral"}},
    ),
    "a version in the package": (
        "azure-native_storage_v20230101:storage:StorageAccount", {"location": "francecentral",
        "sku": {"name": "Premium_LRS"}}, {}, {"store": {"azure-francecentral"}},
    ),
    "Azure's provider has a location": (
        "azure-native:keyvault:Vault", {}, {"location": "germanywestcentral"},
        {"keys": {"azure-germanywestcentral"}},
    ),
    "Cosmos DB's locations": (
        "azure-native:cosmosdb:DatabaseAccount",
        {"location": "westeurope", "backupPolicy": {"type": "Continuous"},
         "locations": [{"locationName": "West Europe"}, {"locationName": "East US"}]}, {},
        {"store": {"azure-westeurope"}, "process": {"azure-westeurope"},
         "replicate": {"azure-westeurope", "azure-eastus"}},
    ),
    "a vault is geo-redundant unless it says otherwise": (
        "azure-native:recoveryservices:Vault", {"location": "northeurope"}, {},
        {"backup": {"azure-northeurope", "azure-westeurope"}},
    ),
    "a vault that says otherwise": (
        "azure-native:recoveryservices:Vault",
        {"location": "northeurope", "properties": {
            "redundancySettings": {"standardTierStorageRedundancy": "LocallyRedundant"}}}, {},
        {"backup": {"azure-northeurope"}},
    ),
    "a front door is everywhere": (
        "azure-native:cdn:Profile", {"location": "global"}, {},
        {"transit": {p for p, h in shipped().provider_of.items() if h == "azure"}},
    ),
    "a multi-region": (
        "gcp:storage/bucket:Bucket", {"location": "EU"}, {}, {"store": EU_OF_GCP},
    ),
    "a region in capitals": (
        "gcp:storage/bucket:Bucket", {"location": "EUROPE-WEST9"}, {},
        {"store": {"gcp-europe-west9"}},
    ),
    "a dual region": (
        "gcp:storage/bucket:Bucket", {"location": "EUR4"}, {},
        {"store": {"gcp-europe-north1", "gcp-europe-west4"}},
    ),
    "a dual region of one's own": (
        "gcp:storage/bucket:Bucket",
        {"location": "EU", "customPlacementConfig": {
            "dataLocations": ["EUROPE-WEST9", "EUROPE-WEST3"]}}, {},
        {"store": {"gcp-europe-west9", "gcp-europe-west3"}},
    ),
    "Spanner's regional configuration": (
        "gcp:spanner/instance:Instance", {"config": "regional-europe-west9"}, {},
        {"store": {"gcp-europe-west9"}, "process": {"gcp-europe-west9"}},
    ),
    "Spanner's eur5 has a region in London": (
        "gcp:spanner/instance:Instance", {"config": "projects/p/instanceConfigs/eur5"}, {},
        {k: {"gcp-europe-west1", "gcp-europe-west2", "gcp-europe-west4"}
         for k in ("store", "process")},
    ),
    "Firestore's eur3": (
        "gcp:firestore/database:Database", {"locationId": "eur3", "type": "FIRESTORE_NATIVE"}, {},
        {k: {"gcp-europe-west1", "gcp-europe-west4", "gcp-europe-north1"}
         for k in ("store", "process")},
    ),
    "a secret that is replicated anywhere": (
        "gcp:secretmanager/secret:Secret", {"replication": {"auto": {}}}, {},
        {"keys": GCP_ANYWHERE},
    ),
    "a secret in chosen regions": (
        "gcp:secretmanager/secret:Secret",
        {"replication": {"userManaged": {"replicas": [{"location": "europe-west9"}]}}}, {},
        {"keys": {"gcp-europe-west9"}},
    ),
    "messages go anywhere": ("gcp:pubsub/topic:Topic", {}, {"region": "europe-west9"},
                             {"store": GCP_ANYWHERE}),
    "messages that stay": (
        "gcp:pubsub/topic:Topic",
        {"messageStoragePolicy": {"allowedPersistenceRegions": ["europe-west9"]}}, {},
        {"store": {"gcp-europe-west9"}},
    ),
    "a key ring that is global": (
        "gcp:kms/keyRing:KeyRing", {"location": "global"}, {}, {"keys": GCP_ANYWHERE},
    ),
    "a key of a ring by its path": (
        "gcp:kms/cryptoKey:CryptoKey",
        {"keyRing": "projects/p/locations/europe-west3/keyRings/r"}, {},
        {"keys": {"gcp-europe-west3"}},
    ),
    "a log bucket that is global": (
        "gcp:logging/projectBucketConfig:ProjectBucketConfig", {"location": "global"}, {},
        {"log": GCP_ANYWHERE},
    ),
    "a zone of Google's": (
        "gcp:compute/instance:Instance", {"zone": "europe-west9-a"}, {},
        {k: {"gcp-europe-west9"} for k in ("process", "store")},
    ),
    "clusters of Bigtable": (
        "gcp:bigtable/instance:Instance",
        {"clusters": [{"zone": "europe-west9-a"}, {"zone": "us-east4-b"}]}, {},
        {k: {"gcp-europe-west9", "gcp-us-east4"} for k in ("store", "process")},
    ),
    "SQL's backups where they are put": (
        "gcp:sql/databaseInstance:DatabaseInstance",
        {"region": "europe-west9",
         "settings": {"backupConfiguration": {"location": "us", "enabled": True}}}, {},
        {"store": {"gcp-europe-west9"}, "process": {"gcp-europe-west9"},
         "backup": {p for p, d in shipped().datacenters.items()
                    if p.startswith("gcp-") and d.country == "US"}},
    ),
    "a data set without a place is in the US": (
        "gcp:bigquery/dataset:Dataset", {}, {"region": "europe-west9"},
        {"store": {"gcp in US"}},
    ),
    "OVH's numbered region": (
        "ovh:CloudProject/instance:Instance", {"region": "GRA11"}, {},
        {k: {"ovh-gra"} for k in ("process", "store")},
    ),
    "OVH's newer region": (
        "ovh:CloudProject/storage:Storage", {"regionName": "EU-WEST-PAR"}, {},
        {"store": {"ovh-par"}},
    ),
    "OVH's database has nodes, and backups elsewhere": (
        "ovh:CloudProject/database:Database",
        {"nodes": [{"region": "DE1"}], "backupRegions": ["DE1", "BHS"]}, {},
        {"store": {"ovh-lim"}, "process": {"ovh-lim"}, "backup": {"ovh-lim", "ovh-bhs"}},
    ),
    "OVH's server is placed when it is made": (
        "ovh:Dedicated/server:Server", {}, {},
        dict.fromkeys(("process", "store"), "later: its place is chosen when it is made"),
    ),
    "OpenStack by the host that answers": (
        "openstack:compute/instance:Instance", {"region": "GRA11"},
        {"authUrl": "https://auth.cloud.ovh.net/v3"},
        {k: {"ovh-gra"} for k in ("process", "store")},
    ),
    "OpenStack of another hoster": (
        "openstack:blockstorage/volume:Volume", {},
        {"authUrl": "https://fra1.citycloud.com:5000/v3", "region": "Fra1"},
        {"store": {"cleura-fra1"}},
    ),
    "Selectel's regions are named with their town": (
        "openstack:compute/instance:Instance", {"region": "ru-3"},
        {"authUrl": "https://cloud.api.selcloud.ru/identity/v3"},
        {k: {"selectel-spb"} for k in ("process", "store")},
    ),
    "Selectel's zone": (
        "openstack:blockstorage/volume:Volume", {"region": "ru-7a"},
        {"authUrl": "https://cloud.api.selcloud.ru/identity/v3"}, {"store": {"selectel-msk"}},
    ),
    "Hetzner's building": (
        "hcloud:index/server:Server", {"datacenter": "fsn1-dc14"}, {},
        {k: {"hetzner-fsn"} for k in ("process", "store")},
    ),
    "Hetzner's network zone": (
        "hcloud:index/loadBalancer:LoadBalancer", {"networkZone": "eu-central"}, {},
        {"transit": {"hetzner-fsn", "hetzner-nbg", "hetzner-hel"}},
    ),
    "Scaleway's region is all of its zones": (
        "scaleway:object/bucket:Bucket", {"region": "fr-par"}, {},
        {"store": {"scw-par1", "scw-par2"}},
    ),
    "Scaleway's zone": (
        "scaleway:instance/server:Server", {}, {"zone": "nl-ams-1"},
        {k: {"scw-ams1"} for k in ("process", "store")},
    ),
    "Alibaba's zone": (
        "alicloud:ecs/instance:Instance", {"availabilityZone": "cn-shanghai-g"},
        {"region": "eu-central-1"}, {k: {"alibaba-cn-shanghai"} for k in ("process", "store")},
    ),
    "Alibaba's zone without a hyphen": (
        "alicloud:rds/instance:Instance", {"zoneId": "eu-central-1a"}, {},
        {k: {"alibaba-eu-central-1"} for k in ("process", "store")},
    ),
    "Alibaba's replication": (
        "alicloud:oss/bucketReplication:BucketReplication",
        {"bucket": "b", "destination": {"bucket": "c", "location": "oss-us-west-1"}},
        {"region": "eu-central-1"}, {"replicate": {"alibaba-us-west-1"}},
    ),
    "Oracle's bucket stands where its provider works": (
        "oci:ObjectStorage/bucket:Bucket", {}, {"region": "eu-frankfurt-1"},
        {"store": {"oci-eu-frankfurt-1"}},
    ),
    "Oracle's sovereign regions are another company's": (
        "oci:Kms/vault:Vault", {}, {"region": "eu-madrid-2"}, {"keys": {"oci-eusc-madrid-2"}},
    ),
    "Oracle's replica of a volume, by its availability domain": (
        "oci:Core/volume:Volume",
        {"availabilityDomain": "xy:EU-FRANKFURT-1-AD-1", "blockVolumeReplicas": [
            {"availabilityDomain": "xy:EU-AMSTERDAM-1-AD-1"}, {"availabilityDomain": "xy:PHX-AD-2"},
            {"availabilityDomain": "xy:US-ASHBURN-AD-3"}]},
        {"region": "eu-frankfurt-1"},
        {"store": {"oci-eu-frankfurt-1"},
         "replicate": {"oci-eu-amsterdam-1", "oci-us-phoenix-1", "oci-us-ashburn-1"}},
    ),
    "Oracle's policy of backups copies them": (
        "oci:Core/volumeBackupPolicy:VolumeBackupPolicy", {"destinationRegion": "us-phoenix-1"},
        {"region": "eu-frankfurt-1"}, {"backup": {"oci-us-phoenix-1"}},
    ),
    "Oracle's MySQL copies its backups": (
        "oci:Mysql/mysqlDbSystem:MysqlDbSystem",
        {"backupPolicy": {"copyPolicies": [{"copyToRegion": "eu-zurich-1"}]}},
        {"region": "eu-frankfurt-1"},
        {"store": {"oci-eu-frankfurt-1"}, "process": {"oci-eu-frankfurt-1"},
         "backup": {"oci-eu-zurich-1"}},
    ),
    "Oracle's autonomous backups go to a peer that nothing names": (
        "oci:Database/autonomousDatabase:AutonomousDatabase",
        {"isReplicateAutomaticBackups": True}, {"region": "eu-frankfurt-1"},
        {"store": {"oci-eu-frankfurt-1"}, "process": {"oci-eu-frankfurt-1"},
         "backup": "it is not known where side path `oci:replication` leads"},
    ),
    "Oracle's secret is copied with its key": (
        "oci:Vault/secret:Secret",
        {"replicationConfig": {"replicationTargets": [{"targetRegion": "eu-paris-1"}]}},
        {"region": "eu-marseille-1"}, {"keys": {"oci-eu-marseille-1", "oci-eu-paris-1"}},
    ),
    "Huawei's zone, where its provider says nothing": (
        "huaweicloud:Ecs/instance:Instance", {"availabilityZone": "cn-southwest-2a"}, {},
        {k: {"huawei-cn-southwest-2"} for k in ("process", "store")},
    ),
    "Huawei's European region is the European site's": (
        "huaweicloud:Obs/bucket:Bucket", {}, {"region": "eu-west-101"},
        {"store": {"huawei-eu-west-101"}},
    ),
    "Huawei's policy of backups copies them": (
        "huaweicloud:Cbr/policy:Policy", {"type": "replication", "destinationRegion": "cn-north-4"},
        {"region": "ap-southeast-1"}, {"backup": {"huawei-cn-north-4"}},
    ),
    "Huawei's copy of an image stands where it goes": (
        "huaweicloud:Ims/imageCopy:ImageCopy",
        {"sourceImageId": "elsewhere", "targetRegion": "af-south-1"}, {"region": "tr-west-1"},
        {"backup": {"huawei-af-south-1"}},
    ),
    "Exoscale's zone": (
        "exoscale:index/instancePool:InstancePool", {"zone": "ch-gva-2"}, {},
        {k: {"exoscale-gva"} for k in ("process", "store")},
    ),
    "UpCloud's zone, and what belongs to it": (
        "upcloud:index/server:Server", {"zone": "uk-lon1"}, {},
        {k: {"upcloud-lon"} for k in ("process", "store")},
    ),
    "UpCloud's object storage may be in any zone of its region": (
        "upcloud:index/managedObjectStorage:ManagedObjectStorage", {"region": "europe-1"}, {},
        {"store": {f"upcloud-{zone}" for zone in
                   ("hel", "hel2", "fra", "mad", "ams", "waw", "sto", "lon")}},
    ),
    "Tencent's zone": (
        "tencentcloud:Instance/instance:Instance", {"availabilityZone": "ap-guangzhou-6"},
        {"region": "eu-frankfurt"}, {k: {"tencent-ap-guangzhou"} for k in ("process", "store")},
    ),
    "Tencent's bucket is replicated to one whose name carries its region": (
        "tencentcloud:Cos/bucket:Bucket",
        {"replicaRules": [{"destinationBucket": "qcs::cos:ap-singapore::copies-1250000000"}]},
        {"region": "ap-guangzhou"},
        {"store": {"tencent-ap-guangzhou"}, "replicate": {"tencent-ap-singapore"}},
    ),
    "Tencent's MySQL keeps backups in other regions": (
        "tencentcloud:Mysql/remoteBackupConfig:RemoteBackupConfig",
        {"instanceId": "cdb-1", "remoteBackupSave": "on", "remoteRegions": ["ap-shanghai"]},
        {"region": "ap-guangzhou"}, {"backup": {"tencent-ap-shanghai"}},
    ),
    "Tencent's MySQL no longer does": (
        "tencentcloud:Mysql/remoteBackupConfig:RemoteBackupConfig",
        {"instanceId": "cdb-1", "remoteBackupSave": "off", "remoteRegions": ["ap-shanghai"]},
        {"region": "ap-guangzhou"}, {},
    ),
    "Tencent's key may be of another region than the database": (
        "tencentcloud:Postgresql/instance:Instance",
        {"availabilityZone": "ap-guangzhou-6", "kmsRegion": "ap-hongkong"}, {},
        {"store": {"tencent-ap-guangzhou"}, "process": {"tencent-ap-guangzhou"},
         "keys": {"tencent-ap-hongkong"}},
    ),
    "Tencent's image is copied": (
        "tencentcloud:Cvm/syncImage:SyncImage",
        {"imageId": "img-1", "destinationRegions": ["na-siliconvalley", "eu-frankfurt"]},
        {"region": "ap-guangzhou"},
        {"backup": {"tencent-na-siliconvalley", "tencent-eu-frankfurt"}},
    ),
    "Yandex Cloud's zones are of regions": (
        "yandex:index/computeInstanceGroup:ComputeInstanceGroup",
        {"allocationPolicy": {"zones": ["ru-central1-a", "ru-central1-d"]}},
        {"endpoint": "api.yandexcloud.kz:443"},
        {k: {"yandex-ru-central1"} for k in ("process", "store")},
    ),
    "what has no zone at Yandex Cloud is where it is asked for": (
        "yandex:index/kmsSymmetricKey:KmsSymmetricKey", {},
        {"endpoint": "api.yandexcloud.kz:443", "zone": "ru-central1-a"}, {"keys": {"yandex-kz1"}},
    ),
    "a zone of Kazakhstan alone leaves keys with the interface in Russia": (
        "yandex:index/kmsSymmetricKey:KmsSymmetricKey", {}, {"zone": "kz1-a"},
        {"keys": "neither it nor its provider says where"},
    ),
    "Yandex Cloud's buckets are where their own interface is": (
        "yandex:index/storageBucket:StorageBucket",
        {"bucketDomainName": "b.storage.yandexcloud.net"}, {"endpoint": "api.yandexcloud.kz:443"},
        {"store": {"yandex-ru-central1"}},
    ),
    "a pod pinned to a region of one provider": (
        "kubernetes:apps/v1:Deployment",
        {"spec": {"template": {"spec": {"nodeSelector": {
            "topology.kubernetes.io/region": "europe-west9"}}}}}, {},
        {"process": {"gcp-europe-west9"}},
    ),
    "a cluster that is not known": (
        "kubernetes:core/v1:PersistentVolumeClaim", {}, {},
        {"store": "where its cluster stands is not known: `policies/placements.yaml` can say"},
    ),
    "a type that the table does not have": (
        "aws:rds/reservedInstance:ReservedInstance", {}, {"region": "eu-west-3"},
        {"store": {PARIS}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_where(name: str) -> None:
    """The place that the case's inputs lead to, and what is done there."""
    kind, inputs, provider, expected = CASES[name]
    assert places(resource(kind, inputs, provider=provider)) == expected


def test_an_environment_variable_names_a_region() -> None:
    """Where neither resource nor provider says, the variable that the provider reads does."""
    bucket = resource("aws:s3/bucket:Bucket")
    assert places(bucket, variables={"AWS_REGION": "eu-west-3"}) == {"store": {PARIS}}


def test_a_bucket_replicates_to_another_of_the_stack() -> None:
    """An S3 ARN carries no region: the bucket that has this name does."""
    far = resource("aws:s3/bucket:Bucket", {"bucket": "far"}, provider={"region": "us-east-1"})
    near = resource(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        {"bucket": "near", "rules": [{"destination": {"bucket": "arn:aws:s3:::far"}}]},
        provider={"region": "eu-west-3"},
        name="replication",
    )
    assert places(near, far) == {"replicate": {VIRGINIA}}


def test_what_is_not_known_yet_is_followed_by_what_it_depends_on() -> None:
    """In a preview, a bucket's ARN is unknown, yet it is known which bucket it will be of."""
    far = resource("aws:s3/bucket:Bucket", {}, provider={"region": "us-east-1"}, name="far")
    near = resource(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        {"bucket": UNKNOWN, "rules": [{"destination": {"bucket": UNKNOWN}}]},
        provider={"region": "eu-west-3"},
        needs={"rules": (far.urn,)},
    )
    assert places(near, far) == {"replicate": {VIRGINIA}}


def test_a_resource_group_has_the_location() -> None:
    """Azure's resources without a location stand where their group does; siblings are no group."""
    group = resource(
        "azure-native:resources:ResourceGroup",
        {"resourceGroupName": "shop", "location": "France Central"},
        name="shop",
    )
    sibling = resource(
        "azure-native:keyvault:Vault",
        {"resourceGroupName": "shop", "location": "eastus"},
        name="sibling",
    )
    disk = resource("azure-native:compute:Disk", {"resourceGroupName": "shop"})
    assert places(disk, sibling, group) == {"store": {"azure-francecentral"}}


def test_a_container_stands_where_its_account_does() -> None:
    """The account's name leads to the account, not to other containers of it."""
    account = resource(
        "azure-native:storage:StorageAccount",
        {"accountName": "shop", "location": "westeurope", "sku": {"name": "Standard_LRS"}},
    )
    other = resource("azure-native:storage:BlobContainer", {"accountName": "shop"}, name="other")
    container = resource("azure-native:storage:BlobContainer", {"accountName": "shop"}, name="one")
    assert places(container, other, account) == {"store": {"azure-westeurope"}}


def test_a_cluster_made_in_the_stack_has_what_is_deployed_to_it() -> None:
    """A Kubernetes provider made from a cluster's output puts things where the cluster stands."""
    cluster = resource("aws:eks/cluster:Cluster", {}, provider={"region": "eu-west-3"})
    made = resource(
        "pulumi:providers:kubernetes", {}, urn="urn:k8s", needs={"kubeconfig": (cluster.urn,)}
    )
    claim = Resource(
        urn="urn:claim",
        type="kubernetes:core/v1:PersistentVolumeClaim",
        name="data",
        inputs={},
        provider=Provider("kubernetes", "k8s", "urn:k8s", {"kubeconfig": SECRET}),
    )
    assert places(claim, cluster, made) == {"store": {PARIS}}


def test_terraform_names_lead_to_the_same_places() -> None:
    """`snake_case`, blocks as lists, singular: the same rows, the same answer."""
    table = resource(
        "aws_dynamodb_table",
        {"arn": "arn:aws:dynamodb:eu-west-3:1:table/t", "replica": [{"region_name": "us-east-1"}]},
        terraform=True,
    )
    assert places(table) == {"store": {PARIS}, "process": {PARIS}, "replicate": {VIRGINIA}}
    account = resource(
        "azurerm_storage_account",
        {"location": "westeurope", "account_replication_type": "GRS"},
        terraform=True,
    )
    assert places(account) == {
        "store": {"azure-westeurope"},
        "replicate": {"azure-northeurope"},
    }
    instance = resource("google_compute_instance", {"zone": "europe-west9-b"}, terraform=True)
    assert places(instance) == {k: {"gcp-europe-west9"} for k in ("process", "store")}


CODES = {
    "aws": ("eu-west-3", {PARIS}),
    "azure-native": ("francecentral", {"azure-francecentral"}),
    "gcp": ("europe-west9", {"gcp-europe-west9"}),
    "openstack": ("Fra1", {"cleura-fra1"}),
    "ovh": ("GRA", {"ovh-gra"}),
    "hcloud": ("fsn1", {"hetzner-fsn"}),
    "scaleway": ("nl-ams-1", {"scw-ams1"}),
    "alicloud": ("eu-central-1", {"alibaba-eu-central-1"}),
    "tencentcloud": ("ap-guangzhou", {"tencent-ap-guangzhou"}),
    "kubernetes": ("europe-west9", {"gcp-europe-west9"}),
}
"""A code that each package's provider has, and the only place that it stands for."""


def _nested(path: str, code: str) -> dict[str, Any]:
    from domicile.resources.resource import parts

    value: Any = code
    for part in reversed(parts(path)):
        value = {part: value}
    return value


@pytest.mark.parametrize("package", sorted(CODES))
def test_every_row_finds_a_region_wherever_it_is_said(package: str) -> None:
    """Each way by a region, copies' too, leads to the place of a code that is put there."""
    code, expected = CODES[package]
    for row in Rows().every(package)[0]:
        for way in row.at:
            if way.kind == "region":
                one = resource(row.type, _nested(way.path, code))
                own = judge().placer.own(one, row)
                assert {str(target) for target in own.targets} == expected, f"{row.type}: {way}"
        for copy in row.copies:
            if copy.to is not None and copy.to.kind == "region":
                one = resource(row.type, _nested(copy.to.path, code))
                made = judge()
                made.know((one,))
                led = [
                    {str(target) for target in placed.found.targets}
                    for placed in made.places(one)
                    if placed.copy == copy
                ]
                assert led == [expected], f"{row.type}: {copy.to}"
