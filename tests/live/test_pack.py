"""The policy pack on the real engine: what it blocks, what it says is not known, what it mends.

Programs register resources by their types alone, as any language does; the cloud is a stand-in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from packing import Packed
from standin import Standin

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
TAGS = '{"domicile:subjects": "FR", "domicile:data-classes": "health"}'
_PROVIDERS = f"""
par = pulumi.ProviderResource("aws", "par", {{"region": "eu-west-3"}})
mum = pulumi.ProviderResource("aws", "mum", {{"region": "ap-south-1"}})
tags = {TAGS}
near, far = pulumi.ResourceOptions(provider=par), pulumi.ResourceOptions(provider=mum)
"""
_BUCKET = "aws:s3/bucket:Bucket"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packed]:
    """A workspace that `init` wrote, its pack, and a cloud that makes what is asked."""
    region = {"aws:sns/topic:Topic": {"arn": "arn:aws:sns:ap-south-1:111122223333:t"}}
    with Standin("aws", computed=region) as standin:
        made = Packed(tmp_path_factory.mktemp("packed"), standin.setting)
        yield made
        made.program("")
        made.run("destroy", "--yes", "--skip-preview")


def test_a_lawful_program_passes(packed: Packed) -> None:
    """French health data in a certified region of France: nothing is found."""
    packed.program(f'{_PROVIDERS}\nRaw("{_BUCKET}", "near", {{"tags": tags}}, near)')
    done = packed.preview()
    assert done.returncode == 0, done.stdout
    assert "DOM" not in done.stdout


def test_an_unlawful_place_blocks(packed: Packed) -> None:
    """The explicit provider's region counts: the preview fails with rule, law and help."""
    packed.program(f'{_PROVIDERS}\nRaw("{_BUCKET}", "far", {{"tags": tags}}, far)')
    done = packed.preview()
    assert done.returncode != 0
    assert "[mandatory] [severity: critical]  resource-unlawful-place" in done.stdout
    assert "`far` (aws:s3/bucket:Bucket) has `health` data of FR at `aws-ap-south-1`" in done.stdout
    assert "`FR:hds-eea`" in done.stdout


def test_nothing_unlawful_is_made(packed: Packed) -> None:
    """`up` stops before the cloud is asked."""
    packed.program(f'{_PROVIDERS}\nRaw("{_BUCKET}", "never", {{"tags": tags}}, far)')
    done = packed.up()
    assert done.returncode != 0
    listed = packed.run("stack", "export").stdout
    assert "::never" not in listed


def test_what_is_not_known_is_said_and_judged_once_it_is(packed: Packed) -> None:
    """A preview says that a region comes from another resource; `up` then refuses it."""
    packed.program(
        f"""{_PROVIDERS}
class Topic(pulumi.CustomResource):
    arn: pulumi.Output[str]

    def __init__(self, name, opts):
        super().__init__("aws:sns/topic:Topic", name, {{"arn": None}}, opts)

region = Topic("t", far).arn.apply(lambda arn: arn.split(":")[3])
Raw("{_BUCKET}", "later", {{"tags": tags, "region": region}}, near)"""
    )
    seen = packed.preview()
    assert seen.returncode == 0, seen.stdout
    assert "resource-known-later" in seen.stdout
    assert "its `region` is not known before the resource is made" in seen.stdout
    done = packed.up()
    assert done.returncode != 0
    assert "`later` (aws:s3/bucket:Bucket) has `health` data of FR at `aws-ap-south-1`" in (
        done.stdout
    )
    packed.program("")
    packed.up()


def test_the_whole_stack_shows_what_one_resource_does_not(packed: Packed) -> None:
    """A replication to a bucket whose name is not known yet is followed to that bucket."""
    packed.program(
        f"""{_PROVIDERS}
class Bucket(pulumi.CustomResource):
    arn: pulumi.Output[str]

    def __init__(self, name, opts):
        super().__init__("{_BUCKET}", name, {{"tags": tags, "arn": None}}, opts)

one, two = Bucket("one", near), Raw("{_BUCKET}", "two", {{}}, far)
Raw("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "copies",
    {{"bucket": one.id, "role": "r",
      "rules": [{{"status": "Enabled", "destination": {{"bucket": two.id}}}}]}}, near)"""
    )
    done = packed.preview()
    assert done.returncode != 0
    assert "resource-whole-stack" in done.stdout
    assert "`copies`" in done.stdout
    assert "(replicate, by its `rules.destination.bucket`)" in done.stdout
    # and what has no tags at all is asked about, without blocking
    assert "DOM604 resource/undeclared-data: `two`" in done.stdout


_TABLE = f"""{_PROVIDERS}
Raw("aws:dynamodb/table:Table", "table", {{"tags": tags, "attributes": [],
    "replicas": [{{"regionName": "ap-south-1"}}]}}, near)"""


def test_a_remedy_is_carried_out_where_it_is_asked_for(packed: Packed) -> None:
    """At the level `remediate` the unlawful replica is dropped; at its own level it blocks."""
    packed.program(_TABLE)
    assert packed.preview().returncode != 0
    done = packed.preview(config={"resource-unlawful-place": "remediate"})
    assert done.returncode == 0, done.stdout
    assert "[remediate]  resource-unlawful-place" in done.stdout


def test_levels_and_settings_are_pulumis(packed: Packed) -> None:
    """A level of the configuration holds, and what says nothing may be taken to hold something."""
    packed.program(f'{_PROVIDERS}\nRaw("{_BUCKET}", "far", {{"tags": tags}}, far)')
    soft = packed.preview(
        config={"resource-unlawful-place": "advisory", "resource-whole-stack": "disabled"}
    )
    assert soft.returncode == 0, soft.stdout
    assert "[advisory]" in soft.stdout
    packed.program(f'{_PROVIDERS}\nRaw("{_BUCKET}", "silent", {{}}, far)')
    assumed = {
        "enforcementLevel": "mandatory",
        "subjects": ["FR"],
        "dataClasses": ["health"],
    }
    done = packed.preview(config={"resource-unlawful-place": assumed})
    assert done.returncode != 0
    assert "`silent`" in done.stdout


def test_waivers_and_placements_of_the_workspace_hold(packed: Packed) -> None:
    """A waived finding is told and blocks nothing; a placement gives data to what has no tags."""
    waivers = packed.workspace / "policies" / "waivers.yaml"
    before = waivers.read_text()
    packed.program(f'{_PROVIDERS}\nRaw("{_BUCKET}", "silent", {{}}, far)')
    packed.declare(
        "policies/placements.yaml",
        "placements:\n  - {id: s, name: silent, subjects: [FR], data_classes: [health],"
        " reason: known}\n",
    )
    assert packed.preview().returncode != 0
    packed.declare(
        "policies/waivers.yaml",
        "waivers:\n  - {id: moving, rule: resource/unlawful-place, matches: silent,"
        " reason: it moves, approver: A. Person, until: 2099-12-31}\nenforcement: []\n",
    )
    done = packed.preview()
    waivers.write_text(before)
    (packed.workspace / "policies" / "placements.yaml").unlink()
    assert done.returncode == 0, done.stdout
    assert "(waived by moving)" in done.stdout


def test_a_pack_that_crashes_blocks(packed: Packed) -> None:
    """Whatever fails in it: the preview fails and says so; no value of a resource is shown."""
    main = packed.pack / "__main__.py"
    before = main.read_text()
    main.write_text(
        "from domicile.resources import Judge\n"
        "def crash(self, resource, *rest, **more):\n    raise ValueError(str(resource.inputs))\n"
        "Judge.judge = crash\n" + before
    )
    packed.program(
        f'{_PROVIDERS}\nRaw("{_BUCKET}", "near", {{"tags": tags, "acl": "s3cr3t"}}, near)'
    )
    done = packed.preview()
    main.write_text(before)
    assert done.returncode != 0
    assert "DOM000 resource/rule-failed" in done.stdout
    assert "s3cr3t" not in done.stdout


def test_a_workspace_that_cannot_be_read_blocks(packed: Packed) -> None:
    """A pack without its policies is no pass."""
    packed.program("")
    packed.declare("policies/placements.yaml", "placements:\n  - {id: 3}\n")
    done = packed.preview()
    (packed.workspace / "policies" / "placements.yaml").unlink()
    assert done.returncode != 0
    assert "domicile cannot read its workspace: policies/placements.yaml:2:" in done.stdout


def test_what_was_made_is_judged_from_its_export(packed: Packed, tmp_path: Path) -> None:
    """The same resources, from `pulumi stack export`: the detective twin agrees with the pack."""
    from domicile.cli.app import run

    packed.program(f'{_PROVIDERS}\nRaw("{_BUCKET}", "far", {{"tags": tags}}, far)')
    assert packed.run("up", "--yes", "--skip-preview").returncode == 0  # without the pack
    state = tmp_path / "state.json"
    state.write_text(packed.run("stack", "export").stdout)
    assert run(["audit", str(state)]) == 1
    packed.program("")
    assert packed.run("up", "--yes", "--skip-preview").returncode == 0
