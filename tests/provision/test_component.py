"""The pool component: a schema that other languages can use, and a pool only where law lets it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import grpc
import pytest
import yaml
from pulumi.runtime.proto.provider_pb2 import GetSchemaRequest
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

import domicile
from domicile.model.errors import SourceError
from domicile.provision.component import NAME, PLUGIN, copy
from domicile.provision.component.hosting import Pools
from domicile.provision.component.standing import Wanted, hold_to_law, opened, where
from domicile.workspace import Workspace

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def shipped() -> Workspace:
    """What ships, with nothing declared."""
    return opened("")


def _wanted(
    subject: str, data_class: str, datacenter: str, *activities: str, copies: tuple[str, ...] = ()
) -> Wanted:
    return Wanted("web", datacenter, (subject,), (data_class,), activities, copies)


@pytest.mark.parametrize(
    "wanted",
    [
        _wanted("FR", "personal", "ovh-gra", "store", "process"),
        _wanted("FR", "health", "ovh-gra", "store"),
        _wanted("FR", "personal", "aws-us-east-1", "process"),
        _wanted("RU", "personal", "yandex-ru-central1", "store"),
    ],
    ids=lambda each: f"{each.subjects[0]}-{each.datacenter}",
)
def test_what_the_law_lets_through_may_stand(shipped: Workspace, wanted: Wanted) -> None:
    """At home; health data in France with a certified hoster; in the US under an adequacy list."""
    hold_to_law(shipped, wanted, DAY)


@pytest.mark.parametrize(
    ("wanted", "said", "help_"),
    [
        (
            _wanted("FR", "personal", "yandex-ru-central1", "process"),
            "may not stand at `yandex-ru-central1` for FR (`personal`): to process it there is",
            "`EU:gdpr-44`: yandex-ru-central1 (RU-VLA) is outside; conditional: declare",
        ),
        (
            _wanted("RU", "personal", "yandex-kz1", "store"),
            "to store it there is prohibited",
            "`RU:first-recording`: outside: the first recording would be made elsewhere",
        ),
        (
            _wanted("RU", "personal", "yandex-kz1", "store", copies=("RU",)),
            "to store it there is conditional",
            "`RU:transfer-12`",
        ),
    ],
)
def test_what_it_does_not_let_through_is_refused_with_the_rule_that_decides(
    shipped: Workspace, wanted: Wanted, said: str, help_: str
) -> None:
    """No adequacy, no mechanism; a duty of first recording at home; the transfer that is left."""
    with pytest.raises(SourceError) as raised:
        hold_to_law(shipped, wanted, DAY)
    assert said in raised.value.message
    assert raised.value.help is not None
    assert help_ in raised.value.help


def test_only_a_workspace_can_declare(shipped: Workspace, tmp_path: Path) -> None:
    """What ships as an example of a declaration opens no way; a workspace's own opens it."""
    wanted = _wanted("FR", "personal", "yandex-ru-central1", "process")
    assert shipped.mechanisms == ()
    mechanism = {
        "id": "clauses",
        "declares": ["assessment", "scc"],
        "evidence": "signed for a test",
        "from": date(2026, 1, 1),
    }
    (tmp_path / "policies").mkdir()
    declared = yaml.safe_dump({"mechanisms": [mechanism]}, sort_keys=False)
    (tmp_path / "policies" / "mechanisms.yaml").write_text(declared)
    hold_to_law(opened(str(tmp_path)), wanted, DAY)
    with pytest.raises(SourceError):
        hold_to_law(opened(str(tmp_path)), wanted, date(2025, 12, 31))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("web", "ovh-gra", (), ("personal",), ("store",)), "does not say its `subjects`"),
        (Wanted("web", "ovh-gra", ("FR",), (), ("store",)), "does not say its `dataClasses`"),
        (_wanted("FR", "personal", "ovh-gra"), "does not say its `activities`"),
        (_wanted("FR", "personnel", "ovh-gra", "store"), "data class `personnel` is not known"),
        (_wanted("FR", "personal", "ovh-gra", "hoard"), "activity `hoard` is not known"),
        (_wanted("Fr", "personal", "ovh-gra", "store"), "`Fr` is neither a country"),
        (_wanted("EU", "personal", "ovh-gra", "store"), "`EU` is neither a country"),
        (_wanted("FR", "personal", "ovh-graa", "store"), "datacenter `ovh-graa` is not declared"),
    ],
)
def test_what_no_law_could_judge_is_refused(shipped: Workspace, wanted: Wanted, said: str) -> None:
    """Nothing to judge is no pass, and a name that was mistyped judges nothing."""
    with pytest.raises(SourceError, match=said):
        hold_to_law(shipped, wanted, DAY)


def test_places_are_as_their_provider_names_them(shipped: Workspace) -> None:
    """An adapter is told the provider's own region, and the territory whose law holds."""
    found = where(shipped, "aws-us-east-1")
    assert (found.provider, found.region, found.country) == ("aws", "us-east-1", "US")


def test_the_schema_says_what_a_program_must_say() -> None:
    """Five inputs have no default; what the law is asked about is plain."""
    schema = json.loads(Pools().schema)
    assert (schema["name"], schema["version"]) == (NAME, domicile.__version__)
    pool = schema["resources"][f"{NAME}:index:Pool"]
    assert pool["requiredInputs"] == [
        "backends",
        "dataClasses",
        "datacenter",
        "service",
        "subjects",
    ]
    waits = {name for name, each in pool["inputProperties"].items() if not each.get("plain")}
    assert waits == {"machine", "image", "config"}
    assert all(each["description"] for each in pool["inputProperties"].values())
    assert pool["inputProperties"]["backends"]["type"] == "integer"
    assert pool["properties"]["addresses"]["items"]["type"] == "string"


def test_the_folder_serves_the_schema_as_a_language_host_runs_it(tmp_path: Path) -> None:
    """`python <folder> <engine>` prints a port; at it the plugin protocol answers."""
    folder = tmp_path / "pools"
    copy(folder)
    command = [sys.executable, str(folder), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = f"127.0.0.1:{int(process.stdout.readline())}"
            with grpc.insecure_channel(address) as channel:
                plugin = ResourceProviderStub(channel)
                said = plugin.GetSchema(GetSchemaRequest(version=0), timeout=30).schema
                assert json.loads(said) == json.loads(Pools().schema)
        finally:
            process.kill()


def test_the_folder_can_be_copied_and_names_this_version(tmp_path: Path) -> None:
    """What `pulumi package add` takes; twice is no error, another's file is not overwritten."""
    copied = {path.name for path in copy(tmp_path / "pools")}
    assert copied == {"PulumiPlugin.yaml", "__main__.py", "requirements.txt"}
    assert copied == {path.name for path in copy(tmp_path / "pools")}
    assert yaml.safe_load((PLUGIN / "PulumiPlugin.yaml").read_text()) == {"runtime": "python"}
    wanted = (tmp_path / "pools" / "requirements.txt").read_text()
    assert wanted == f"domicile=={domicile.__version__}\n"
    (tmp_path / "pools" / "requirements.txt").write_text("other==1\n")
    with pytest.raises(SourceError, match="stands there already and is different"):
        copy(tmp_path / "pools")
