"""A first workspace of what stands: its pools by hand, and a first report in one command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commanding import Answer
from states import CANARY, TAGS, pulumi, terraform, terraform_plan, written

from domicile.workspace import load

DAY = "--as-of=2026-11-23"
Ask = Callable[..., Answer]


def _pools(folder: Path) -> dict[tuple[str, str], tuple[int, int, str]]:
    """Service, datacenter → existing, maximum, backend type."""
    return {
        (each.service, each.datacenter): (
            int(each.existing.value) if each.existing else 0,
            int(each.maximum.value),
            each.backend,
        )
        for each in load(folder).pools["production"]
    }


def test_a_pulumi_state_becomes_pools_with_their_counts(ask: Ask, tmp_path: Path) -> None:
    """A group has what it asks for; machines that differ by a number are one pool."""
    folder = tmp_path / "mine"
    said = ask("import", written(tmp_path, pulumi()), "-o", folder, "--format", "json")
    assert said.code == 0
    assert _pools(folder) == {
        ("web", "aws-eu-west-3"): (4, 9, "aws.machine"),
        ("worker", "aws-eu-west-3"): (2, 2, "aws.m5.large"),
    }
    workspace = load(folder)
    assert {(each.subject, each.data_classes) for each in workspace.demand["production"]} == {
        ("FR", ("health",))
    }
    assert said.json["pools"] == 2
    assert said.json["backends"] == 6
    # what the catalogue has is named by id, and not repeated
    assert not list((folder / "regions").iterdir())
    assert all(each.example for each in workspace.backends.values())


@pytest.mark.parametrize("state", [pulumi, terraform])
def test_the_first_report_takes_one_more_command(
    ask: Ask, tmp_path: Path, state: Callable[[], Any]
) -> None:
    """`check` runs on it and finds what one datacenter lacks; nothing is shown that is secret."""
    folder = tmp_path / "mine"
    made = ask("import", written(tmp_path, state()), "-o", folder)
    assert made.code == 0
    judged = ask("check", "-w", folder, "--counts", "existing", DAY)
    assert judged.code == 1
    assert "DOM301 headroom/shortfall" in judged.out
    assert "Traceback" not in judged.err
    said = made.out + made.err + judged.out + judged.err
    said += "".join(path.read_text() for path in folder.rglob("*.yaml"))
    assert CANARY not in said


def test_copies_of_a_single_service_become_its_flows(ask: Ask, tmp_path: Path) -> None:
    """With one service, a bucket elsewhere is where its data is kept, and that is judged."""
    folder = tmp_path / "mine"
    assert ask("import", written(tmp_path, terraform()), "-o", folder).code == 0
    flows = load(folder).flows["production"]
    assert {(str(each.activity), each.to) for each in flows if each.to == ("aws-ap-south-1",)} == {
        ("store", ("aws-ap-south-1",))
    }
    (far,) = (each for each in flows if each.to == ("aws-ap-south-1",))
    assert (far.subjects, far.data_classes) == (("FR",), ("health",))
    judged = ask("check", "-w", folder, "--counts", "existing", DAY, "--format", "json")
    assert "DOM202" in {each["code"] for each in judged.json["findings"]}


def test_what_is_not_known_is_asked(ask: Ask, tmp_path: Path) -> None:
    """Without tags, the people of the place are taken, and the answer says so; options say more."""
    group = {
        "urn": "urn:pulumi:dev::shop::azure-native:compute:VirtualMachineScaleSet::web",
        "type": "azure-native:compute:VirtualMachineScaleSet",
        "inputs": {"location": "North Europe", "sku": {"name": "D2", "capacity": 3}},
    }
    lost = {
        "urn": "urn:pulumi:dev::shop::hcloud:index/server:Server::lost",
        "type": "hcloud:index/server:Server",
        "inputs": {"serverType": "cx22"},
    }
    path = written(tmp_path, {"deployment": {"resources": [group, lost]}})
    made = ask("import", path, "-o", tmp_path / "one", "--format", "json")
    asked = " | ".join(made.json["questions"])
    assert "whose data does `web` serve?" in asked
    assert "what data does `web` handle?" in asked
    assert "where does `lost` stand?" in asked
    assert _pools(tmp_path / "one") == {("web", "azure-northeurope"): (3, 3, "azure.d2")}
    demand = load(tmp_path / "one").demand["production"]
    assert [(each.subject, each.data_classes) for each in demand] == [("IE", ("personal",))]
    told = ["--subjects", "FR,DE", "--data-classes", "health"]
    made = ask("import", path, "-o", tmp_path / "two", "--format", "json", *told)
    assert "whose data" not in " | ".join(made.json["questions"])
    demand = load(tmp_path / "two").demand["production"]
    assert [each.subject for each in demand] == ["DE", "FR"]


def test_two_groups_of_one_service_are_one_pool(ask: Ask, tmp_path: Path) -> None:
    """Counts add up; the service is what tags call it."""
    tags = {**TAGS, "Service": "Voice Mail"}
    groups = [
        {
            "address": f"aws_instance.{name}",
            "mode": "managed",
            "type": "aws_instance",
            "name": name,
            "values": {"availability_zone": zone, "instance_type": "m5.large", "tags": tags},
        }
        for name, zone in (("a", "eu-west-3a"), ("b", "eu-west-3b"), ("c", "eu-central-1a"))
    ]
    path = written(
        tmp_path, {"format_version": "1.0", "values": {"root_module": {"resources": groups}}}
    )
    assert ask("import", path, "-o", tmp_path / "mine").code == 0
    assert _pools(tmp_path / "mine") == {
        ("voice-mail", "aws-eu-west-3"): (2, 2, "aws.m5.large"),
        ("voice-mail", "aws-eu-central-1"): (1, 1, "aws.m5.large"),
    }


def test_nothing_is_overwritten_or_made_of_nothing(ask: Ask, tmp_path: Path) -> None:
    """A folder with a workspace is left alone; a file without backends makes none."""
    path = written(tmp_path, pulumi())
    assert ask("import", path, "-o", tmp_path / "mine").code == 0
    again = ask("import", path, "-o", tmp_path / "mine")
    assert (again.code, "stands there already" in again.err) == (2, True)
    plan = terraform_plan()
    plan["planned_values"]["root_module"]["resources"].pop()
    empty = ask("import", written(tmp_path, plan, "plan.json"), "-o", tmp_path / "none")
    assert (empty.code, "no backends" in empty.err) == (2, True)
    assert not (tmp_path / "none").exists()
    odd = ask("import", path, "-o", tmp_path / "x", "--subjects", "XQ", "--data-classes", "health")
    assert odd.code == 2


def test_a_store_says_what_its_service_handles(ask: Ask, tmp_path: Path) -> None:
    """Machines without tags, beside a bucket of health data: the service has health data too."""
    machine = {
        "address": "aws_instance.web",
        "mode": "managed",
        "type": "aws_instance",
        "name": "web",
        "values": {"availability_zone": "eu-west-3a", "instance_type": "m5.large"},
    }
    bucket = {
        "address": "aws_s3_bucket.records",
        "mode": "managed",
        "type": "aws_s3_bucket",
        "name": "records",
        "values": {"region": "eu-central-1", "tags": {**TAGS, "domicile:subjects": "DE"}},
    }
    log = {
        "address": "aws_s3_bucket.silent",
        "mode": "managed",
        "type": "aws_s3_bucket",
        "name": "silent",
        "values": {"region": "eu-west-1"},
    }
    shown = {"root_module": {"resources": [machine, bucket, log]}}
    path = written(tmp_path, {"format_version": "1.0", "values": shown})
    made = ask("import", path, "-o", tmp_path / "mine", "--format", "json")
    assert "whose data does" not in " | ".join(made.json["questions"])
    workspace = load(tmp_path / "mine")
    assert {(each.subject, each.data_classes) for each in workspace.demand["production"]} == {
        ("DE", ("health",))
    }
    assert {
        (each.to, each.subjects, each.data_classes) for each in workspace.flows["production"]
    } == {
        (("aws-eu-central-1",), ("DE",), ("health",)),
        (("aws-eu-west-1",), (), ()),
    }
