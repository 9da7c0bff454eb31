"""What stands is judged as a preview would have judged it, and no secret of a file is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commanding import Answer
from states import CANARY, TAGS, pulumi, terraform, terraform_plan, written

DAY = "--as-of=2026-11-23"
FILES: dict[str, Callable[[], Any]] = {
    "Pulumi state": pulumi,
    "Terraform state": terraform,
    "Terraform plan": terraform_plan,
}


Ask = Callable[..., Answer]


def _findings(answer: Answer) -> set[tuple[str, str]]:
    """Code and resource of each finding."""
    return {(each["code"], each["message"].split("`")[1]) for each in answer.json["findings"]}


def test_a_pulumi_state(ask: Ask, tmp_path: Path) -> None:
    """A bucket in Mumbai may not hold French health data; one in Paris may; the rest is told."""
    said = ask("audit", written(tmp_path, pulumi()), DAY, "--format", "json")
    assert said.code == 1
    assert _findings(said) == {("DOM601", "far"), ("DOM604", "orders"), ("DOM605", "odd")}
    answer = said.json
    assert answer["summary"]["kind"] == "Pulumi state"
    # buckets, group, two machines; `orders` says nothing and `odd` cannot be read
    assert answer["summary"]["examined"] == {"resources": 7, "judged": 5}


def test_terraform_is_judged_by_the_same_rows(ask: Ask, tmp_path: Path) -> None:
    """The same resources, one of them in a module, lead to the same findings."""
    said = ask("audit", written(tmp_path, terraform()), DAY, "--format", "json")
    assert said.code == 1
    assert _findings(said) == {("DOM601", "far"), ("DOM604", "orders"), ("DOM605", "odd")}


def test_a_terraform_plan_says_what_is_not_known_yet(ask: Ask, tmp_path: Path) -> None:
    """A region comes from the provider's variable; a zone that is computed is said to be."""
    path = written(tmp_path, terraform_plan())
    said = ask("audit", path, DAY, "--format", "json")
    assert said.code == 1
    assert _findings(said) == {("DOM601", "far"), ("DOM603", "later")}


def test_a_state_file_of_terraforms_own(ask: Ask, tmp_path: Path) -> None:
    """What `terraform.tfstate` holds is read too, with its secrets named beside them."""
    path = written(
        tmp_path,
        {
            "version": 4,
            "terraform_version": "1.9.0",
            "resources": [
                {
                    "mode": "managed",
                    "type": "aws_s3_bucket",
                    "name": "far",
                    "instances": [
                        {
                            "index_key": "a",
                            "attributes": {"region": "ap-south-1", "tags": TAGS, "p": CANARY},
                            "sensitive_attributes": [[{"type": "get_attr", "value": "p"}]],
                        }
                    ],
                }
            ],
        },
    )
    said = ask("audit", path, DAY)
    assert said.code == 1
    assert "DOM601" in said.out
    assert CANARY not in said.out + said.err


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("style", [{"indent": 2}, {"indent": None}], ids=["lines", "one line"])
@pytest.mark.parametrize("format", ["text", "json"])
def test_no_secret_is_shown(
    ask: Ask, tmp_path: Path, kind: str, style: dict[str, Any], format: str
) -> None:
    """Passwords, tokens, user data and tags that are secret stay in the file."""
    path = written(tmp_path, FILES[kind](), **style)
    assert CANARY in path.read_text()
    said = ask("audit", path, DAY, "--format", format)
    assert "DOM601" in said.out
    assert CANARY not in said.out + said.err


def test_a_finding_has_its_place_in_the_file(ask: Ask, tmp_path: Path) -> None:
    """The line that names the resource, and never its text."""
    path = written(tmp_path, pulumi())
    said = ask("audit", path, DAY, "--format", "json")
    found = next(each for each in said.json["findings"] if each["code"] == "DOM601")
    line = path.read_text().splitlines()[found["location"]["line"] - 1]
    assert line.strip() == '"urn": "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::far",'
    assert line[found["location"]["column"] - 1 :].startswith('"urn:pulumi')


def test_a_state_as_terraform_keeps_it_spells_no_address(ask: Ask, tmp_path: Path) -> None:
    """One of two buckets of one name: the module's, every instance of it at one place."""

    def bucket(module: str | None, region: str, **index: str) -> dict[str, Any]:
        tags = {"domicile:subjects": "FR", "domicile:data-classes": "health"}
        instance = {**index, "attributes": {"region": region, "tags": tags}}
        own = {"module": module} if module else {}
        named = {"mode": "managed", "type": "aws_s3_bucket", "name": "records"}
        return {**own, **named, "provider": "aws", "instances": [instance]}

    far = bucket("module.far", "ap-south-1", index_key="a.b")
    state = {"version": 4, "resources": [bucket(None, "eu-west-3"), far]}
    path = written(tmp_path, state, indent=2)
    said = ask("audit", path, DAY, "--format", "json")
    (found,) = (each for each in said.json["findings"] if each["code"] == "DOM601")
    lines = path.read_text().splitlines()
    assert lines[found["location"]["line"] - 4].strip() == '"module": "module.far",'
    assert lines[found["location"]["line"] - 1].strip() == '"name": "records",'


def test_what_says_nothing_can_be_taken_to_hold_something(ask: Ask, tmp_path: Path) -> None:
    """With `--subjects` and `--data-classes`, a database without tags is judged too."""
    path = written(tmp_path, pulumi())
    assumed = ["--subjects", "DE", "--data-classes", "personal"]
    said = ask("audit", path, DAY, "--format", "json", *assumed)
    assert ("DOM604", "orders") not in _findings(said)
    assert said.json["summary"]["examined"]["judged"] == 6
    refused = ask("audit", path, "--subjects", "DE")
    assert (refused.code, "need each other" in refused.err) == (2, True)


def test_a_workspace_says_what_is_held_and_what_is_waived(ask: Ask, tmp_path: Path) -> None:
    """Placements speak of what has no tags; a waiver makes a finding advisory, and is named."""
    world = tmp_path / "world"
    (world / "infra").mkdir(parents=True)
    (world / "policies").mkdir()
    (world / "policies" / "placements.yaml").write_text(
        "placements:\n"
        "  - {id: orders, type: 'aws:rds/*', nothing: true, reason: test data}\n"
        "  - {id: odd, name: odd, nothing: true, reason: a setting}\n"
    )
    (world / "policies" / "waivers.yaml").write_text(
        "waivers:\n"
        "  - {id: moving, rule: DOM601, where: 'urn:pulumi:dev::shop::aws:s3/', matches: '`far`',\n"
        "     reason: it moves, approver: A. Person, until: 2026-12-31}\n"
    )
    path = written(tmp_path, pulumi())
    said = ask("audit", path, DAY, "-w", world, "--format", "json")
    found = {each["code"]: each for each in said.json["findings"]}
    assert found["DOM601"]["waived"] == "moving"
    assert found["DOM601"]["enforcement"] == "advisory"
    assert "DOM604" not in found
    assert said.code == 1  # tags that are kept secret may say more than the placement does
    assert set(found) == {"DOM601", "DOM605"}
    late = ask("audit", path, "--as-of=2027-01-01", "-w", world, "--format", "json")
    assert all(each.get("waived") is None for each in late.json["findings"])


BAD: dict[str, tuple[Any, str]] = {
    "no JSON": ("{", "is not JSON"),
    "a list": ([], "neither a state"),
    "another JSON": ({"a": 1}, "neither a state"),
    "a state of another form": ({"deployment": {"resources": [{"urn": 3}]}}, "form"),
    "resources that are no list": ({"deployment": {"resources": 7}}, "form"),
    "a plan of another form": (
        {"format_version": "1", "planned_values": {"root_module": {"resources": [3]}}},
        "form",
    ),
    "nothing in it": ({"deployment": {"resources": []}}, "nothing to judge"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_none_is_refused_in_plain_words(ask: Ask, tmp_path: Path, name: str) -> None:
    """One sentence, exit 2, no traceback."""
    content, expected = BAD[name]
    path = tmp_path / "bad.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    said = ask("audit", path)
    assert said.code == 2
    assert expected in said.err
    assert "Traceback" not in said.err
    assert ask("audit", tmp_path / "absent.json").code == 2
