"""What resources hold, and what the law says of it where they are: worked out by hand."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from resource_worlds import judge, resource

from domicile.model.policy import Placement, RuleSetting, Waiver
from domicile.model.tokens import Enforcement
from domicile.provision.adapters import Place, PoolSpec
from domicile.provision.labels import DOTTED, LABELS, SPELLINGS, Spelling, labels
from domicile.resources import SECRET, UNKNOWN, Assumed, Resource
from domicile.resources.mending import mend
from domicile.resources.stacks import StackPools
from domicile.resources.tags import read

HEALTH = {"domicile:subjects": "FR", "domicile:data-classes": "health"}
PARIS, MUMBAI = {"region": "eu-west-3"}, {"region": "ap-south-1"}


def _codes(one: Resource, *others: Resource, **world: Any) -> list[str]:  # noqa: ANN401
    made = judge(**world)
    made.know((*others, one))
    return [each.code for each in made.judge(one).findings]


def _bucket(tags: Any, provider: Any = None, **more: Any) -> Resource:  # noqa: ANN401
    return resource("aws:s3/bucket:Bucket", {"tags": tags}, provider=provider or PARIS, **more)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_labels_that_adapters_write_are_read(spelling: Spelling) -> None:
    """Each spelling that ours write says the same here; a long list is known to be in the plan."""
    place = Place("ovh-gra", "ovh", "GRA", "FR")
    pool = PoolSpec(
        "voice", place, "ovh.large", 3, 1500, "calls", "b3-32", "Debian 12",
        subjects=("FR", "GB-SCT"), data_classes=("health", "telecom-metadata"),
    )  # fmt: skip
    found = read(labels(pool, "sha256:" + "ab" * 32, spelling))
    assert found.subjects == ("FR", "GB-SCT")
    assert found.data_classes == ("health", "telecom-metadata")
    assert (found.pool, found.plan, found.in_plan) == ("voice", "ab" * 8, False)


def test_tags_are_read_however_they_come() -> None:
    """A mapping, a list of records, a list of texts, several mappings."""
    pairs = [{"key": "domicile:subjects", "value": "FR"}, {"key": "other", "value": "x"}]
    assert read(pairs).subjects == ("FR",)
    assert read(["domicile:subjects=FR DE", "plain"]).subjects == ("FR", "DE")
    assert read([{"domicile_subjects": "fr_gb-sct"}, {"a": "b"}]).subjects == ("FR", "GB-SCT")
    assert read({"domicile:subjects": UNKNOWN}).unread == ("subjects",)
    assert not read({"Name": "x", "domiciled:subjects": "FR"}).says
    assert not read(None).says


def test_health_data_of_france_may_be_in_paris_and_not_in_mumbai() -> None:
    """By FR:hds-eea; the certificate of the Paris region meets FR:hds-cert."""
    assert _codes(_bucket(HEALTH)) == []
    assert _codes(_bucket(HEALTH, MUMBAI)) == ["DOM601"]


def test_a_finding_says_what_where_and_by_which_law() -> None:
    """Resource, data, subject, place, by what that is known, and the deciding rule."""
    made = judge()
    (found,) = made.judge(_bucket(HEALTH, MUMBAI, name="far")).findings
    assert found.message == (
        "`far` (aws:s3/bucket:Bucket) has `health` data of FR at `aws-ap-south-1` (store, by the "
        "`region` of its provider), which is prohibited for FR"
    )
    assert found.witness is not None
    assert found.witness["rule"] == "FR:hds-eea"
    assert found.citation is not None
    assert found.enforcement is Enforcement.MANDATORY


def test_the_worst_place_of_a_multi_region_counts() -> None:
    """Data that may not leave France is unlawful in `EU`, and the finding names where."""
    bucket = resource(
        "gcp:storage/bucket:Bucket",
        {
            "location": "EU",
            "labels": {"domicile_subjects": "fr", "domicile_data-classes": "health"},
        },
    )
    made = judge()
    (found,) = made.judge(bucket).findings
    assert found.code == "DOM601"
    assert found.witness is not None
    assert len(found.witness["places"]) == 11


@pytest.mark.parametrize(
    ("tags", "codes"),
    [
        ({}, ["DOM604"]),
        ({"domicile:subjects": "FR"}, ["DOM605"]),
        ({"domicile:data-classes": "health"}, ["DOM605"]),
        ({"domicile:subjects": "XQ", "domicile:data-classes": "health"}, ["DOM605"]),
        ({"domicile:subjects": "FR", "domicile:data-classes": "helth"}, ["DOM605"]),
        ({"domicile:subjects": "FR XQ", "domicile:data-classes": "health"}, ["DOM605"]),
        ({"domicile:plan": "0123456789abcdef"}, ["DOM605"]),
        ({"domicile:pool": "voice", "domicile:plan": "0123"}, ["DOM605"]),
        (SECRET, ["DOM605"]),
        (UNKNOWN, ["DOM603"]),
        ({"domicile:subjects": "EEA", "domicile:data-classes": "personal"}, []),
    ],
)
def test_what_is_said_is_read_or_told(tags: Any, codes: list[str]) -> None:  # noqa: ANN401
    """What says nothing is asked; what cannot be read blocks; what comes later is said."""
    assert _codes(_bucket(tags)) == codes


def test_what_is_not_readable_does_not_hide_what_is() -> None:
    """One subject too many does not let the other one through."""
    tags = {"domicile:subjects": "FR XQ", "domicile:data-classes": "health"}
    assert _codes(_bucket(tags, MUMBAI)) == ["DOM605", "DOM601"]


def test_a_group_is_its_members_and_a_country_itself() -> None:
    """France is not its territories overseas; the EEA is thirty states and nine territories."""
    made = judge()
    (data,) = made.held(_bucket({**HEALTH, "domicile:subjects": "FR"})).data
    assert data == (("FR",), ("health",))
    (data,) = made.held(_bucket({**HEALTH, "domicile:subjects": "EEA"})).data
    assert {"FR", "NO", "LI"} <= set(data[0])
    assert "GB" not in data[0]


def test_default_tags_of_a_provider_hold_too() -> None:
    """AWS's default tags come with the provider; its nested settings may be JSON."""
    one = resource("aws:s3/bucket:Bucket", provider={**MUMBAI, "defaultTags": {"tags": HEALTH}})
    assert _codes(one) == ["DOM601"]


def test_what_belongs_to_another_holds_its_data() -> None:
    """A replication has no tags: its bucket's count."""
    bucket = _bucket({**HEALTH}, name="near")
    far = _bucket({}, MUMBAI, name="far")
    replication = resource(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        {"bucket": UNKNOWN, "rules": [{"destination": {"bucket": UNKNOWN}}]},
        provider=PARIS,
        name="replication",
        needs={"bucket": (bucket.urn,), "rules": (far.urn,)},
    )
    assert _codes(replication, bucket, far) == ["DOM601"]


def test_placements_say_what_and_where() -> None:
    """By type, name, URN or provider; with tags, both count."""
    said = Placement(
        id="mail", type="aws:s3/*", subjects=("FR",), data_classes=("health",), reason="known"
    )
    assert _codes(_bucket({}, MUMBAI), placements=(said,)) == ["DOM601"]
    assert _codes(_bucket({}), placements=(said,)) == []
    nothing = Placement(id="none", name="it", nothing=True, reason="a test")
    assert _codes(_bucket({}), placements=(nothing,)) == []
    # tags that say more than a placement are not silenced by it
    assert _codes(_bucket(HEALTH, MUMBAI), placements=(nothing,)) == ["DOM601"]
    where = Placement(
        id="cluster", provider="default", datacenter="aws-ap-south-1", reason="by contract"
    )
    claim = resource(
        "kubernetes:core/v1:PersistentVolumeClaim",
        {"metadata": {"labels": {"domicile/subjects": "FR", "domicile/data-classes": "health"}}},
    )
    assert _codes(claim) == ["DOM602"]
    assert _codes(claim, placements=(where,)) == ["DOM601"]


def test_the_first_placement_that_matches_speaks() -> None:
    """As its file says: order matters."""
    one = Placement(id="one", name="it", nothing=True, reason="first")
    two = Placement(id="two", subjects=("FR",), data_classes=("health",), reason="second")
    assert _codes(_bucket({}, MUMBAI), placements=(one, two)) == []
    assert _codes(_bucket({}, MUMBAI), placements=(two, one)) == ["DOM601"]


def test_an_activity_can_be_said() -> None:
    """A backup of accounts is judged as a backup, not as the table says of a bucket."""
    made = judge(
        placements=(
            Placement(
                id="b", subjects=("FR",), data_classes=("health",), activity="backup", reason="r"
            ),
        )
    )
    (found,) = made.judge(_bucket({}, MUMBAI)).findings
    assert found.witness is not None
    assert found.witness["activity"] == "backup"


def _waiver(**more: Any) -> Waiver:  # noqa: ANN401
    given = {
        "id": "w",
        "rule": "DOM601",
        "reason": "r",
        "approver": "a",
        "until": date(2026, 12, 1),
    }
    return Waiver(**{**given, **more})


@pytest.mark.parametrize(
    ("waiver", "waived"),
    [
        (_waiver(), True),
        (_waiver(rule="resource/unlawful-place"), True),
        (_waiver(where="urn:pulumi:dev::shop::aws:s3/"), True),
        (_waiver(where="urn:pulumi:prod"), False),
        (_waiver(matches="aws-ap-south-1"), True),
        (_waiver(matches="aws-us-east-1"), False),
        (_waiver(until=date(2026, 11, 22)), False),
        (_waiver(rule="DOM602"), False),
    ],
)
def test_waivers_apply_until_they_end(waiver: Waiver, waived: bool) -> None:
    """A waived finding is advisory and names its waiver."""
    (found,) = judge(waivers=(waiver,)).judge(_bucket(HEALTH, MUMBAI)).findings
    assert (found.waived == "w") is waived
    assert found.enforcement is (Enforcement.ADVISORY if waived else Enforcement.MANDATORY)


def test_enforcement_of_the_workspace_counts() -> None:
    """A rule that is disabled finds nothing; one that is advisory blocks nothing."""
    off = RuleSetting(rule="DOM601", enforcement=Enforcement.DISABLED, reason="r")
    assert _codes(_bucket(HEALTH, MUMBAI), enforcement=(off,)) == []
    soft = RuleSetting(rule="resource/unlawful-place", enforcement="advisory", reason="r")
    (found,) = judge(enforcement=(soft,)).judge(_bucket(HEALTH, MUMBAI)).findings
    assert found.enforcement is Enforcement.ADVISORY


def test_a_type_that_is_not_known_is_judged_where_it_says_what_it_holds() -> None:
    """Without tags it is listed; with them, its package's own ways lead to its place."""
    odd = "aws:rds/reservedInstance:ReservedInstance"
    judged = judge().judge(resource(odd, {}, provider=MUMBAI))
    assert (judged.findings, judged.known) == ((), False)
    assert _codes(resource(odd, {"tags": HEALTH}, provider=MUMBAI)) == ["DOM601"]
    assert _codes(resource("random:index/pet:Pet", {"tags": HEALTH})) == []


def test_what_holds_nothing_is_not_asked() -> None:
    """DNS, roles, networks need no tags; a stack's own tags do not make them hold anything."""
    zone = resource("aws:route53/zone:Zone", {})
    made = judge()
    assert made.judge(zone, Assumed(("FR",), ("health",)).tags()).findings == ()
    assert [
        each.code
        for each in made.judge(_bucket({}, MUMBAI), Assumed(("FR",), ("health",)).tags()).findings
    ] == ["DOM601"]


def test_long_lists_stand_in_the_stack_of_the_plan(tmp_path: Any) -> None:  # noqa: ANN401
    """The pool of the plan that tags name says whose and what data."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.production.ovh-gra.yaml").write_text(
        "config:\n  domicile:plan: sha256:abcd1234\n  domicile:datacenter: ovh-gra\n"
        "  domicile:pools:\n"
        "  - {service: voice, subjects: [DE, FR], data_classes: [health]}\n"
    )
    pools = StackPools(tmp_path)
    assert pools.data("voice", "abcd") == (("DE", "FR"), ("health",))
    assert pools.data("voice", "ffff") is None
    assert pools.data("other", "abcd") is None
    assert pools.data("voice", None, "ovh-gra") == (("DE", "FR"), ("health",))
    assert pools.data("voice", None, "ovh-rbx") is None


def _mended(one: Resource) -> dict[str, Any]:
    made = judge()
    judged = made.judge(one)
    inputs: dict[str, Any] = deepcopy(dict(one.inputs))
    barred = {each.target for each in judged.barred}
    changed = mend(
        inputs, judged.barred, lambda code: bool(barred.intersection(made.coded(one, code)))
    )
    return inputs if changed else {}


def test_remedies_drop_replicas_that_may_not_be() -> None:
    """Those that may stay; what the law does not bar is not touched."""
    table = resource(
        "aws:dynamodb/table:Table",
        {
            "tags": {"domicile:subjects": "FR", "domicile:data-classes": "personal"},
            "replicas": [{"regionName": "cn-north-1"}, {"regionName": "eu-central-1"}],
        },
        provider=PARIS,
    )
    one = resource(table.type, {**table.inputs, "replicas": [{"regionName": "eu-central-1"}]})
    assert _mended(one) == {}
    replicas = [{"regionName": "ap-south-1"}, {"regionName": "eu-central-1"}]
    mended = _mended(resource(table.type, {**table.inputs, "replicas": replicas}, provider=PARIS))
    assert mended["replicas"] == [{"regionName": "eu-central-1"}]


def test_remedies_set_another_kind_of_storage() -> None:
    """A vault in Brazil copies to Texas unless it says otherwise: then it is told to."""
    tags = {"domicile:subjects": "BR", "domicile:data-classes": "personal"}
    account = resource(
        "azure-native:storage:StorageAccount",
        {"location": "brazilsouth", "sku": {"name": "Standard_RAGRS"}, "tags": tags},
    )
    assert _codes(account) == ["DOM601"]
    assert _mended(account)["sku"] == {"name": "Standard_LRS"}
    assert _codes(resource(account.type, _mended(account))) == []
    vault = resource(
        "azure-native:recoveryservices:Vault", {"location": "brazilsouth", "tags": tags}
    )
    assert _codes(vault) == ["DOM601"]
    assert _codes(resource(vault.type, _mended(vault))) == []


def test_spellings_are_those_of_the_adapters() -> None:
    """The two label spellings that differ from tags are the ones that the table's tags may be."""
    assert {each.between for each in (LABELS, DOTTED)} == {"_", "/"}
