"""The published schemas are those of the models, and both say the same of a file."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from domicile import schemas
from domicile.model.errors import SourceError
from domicile.source import Document
from domicile.workspace.kinds import KINDS, kind_of

MODELS = {kind.name: kind.model for kind in KINDS}
RIGHT = (
    *("regions/groups.yaml", "regions/entries.yaml", "regions/ovh.yaml"),
    *("policies/data_classes.yaml", "policies/headroom.yaml", "policies/residency/fr.yaml"),
    *("infra/environments.yaml", "infra/services.yaml", "infra/backends.yaml"),
    *("infra/pools.yaml", "infra/demand.yaml"),
)


@pytest.mark.parametrize("kind", schemas.kinds())
def test_published_schemas_are_those_of_the_models(kind: str) -> None:
    """`python -m domicile.schemas` would change nothing."""
    published = (files(schemas) / schemas.file_name(kind)).read_text(encoding="utf-8")
    assert published == schemas.text(kind)


@pytest.mark.parametrize("kind", schemas.kinds())
def test_schemas_are_valid_and_name_no_host(kind: str) -> None:
    """Each is a schema of 2020-12 with a name of its own."""
    schema = schemas.schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"domicile:{kind}/1"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False


def test_no_such_kind() -> None:
    """A misspelt kind is a plain error with help."""
    with pytest.raises(SourceError) as caught:
        schemas.schema("pool")
    assert caught.value.help == "did you mean `pools`?"


def test_write(tmp_path: Path) -> None:
    """Every schema is written once; a second time nothing changes."""
    assert len(schemas.write(tmp_path)) == len(schemas.kinds())
    assert schemas.write(tmp_path) == []
    assert json.loads((tmp_path / "pools.schema.json").read_text())["title"] == "PoolsFile"


@pytest.mark.parametrize("file", RIGHT)
def test_both_accept_what_is_right(small: dict[str, str], file: str) -> None:
    """The small workspace's files are right to both."""
    assert _verdicts(file, small[file]) == (True, True)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("infra/pools.yaml", "    maximum: 40", "    maximun: 40"),
        ("infra/pools.yaml", "40 backends", "40"),
        ("infra/pools.yaml", "40 backends", "40 servers"),
        ("infra/services.yaml", "core: true", "core: no"),
        ("infra/services.yaml", "name: Telephony", "name: 112"),
        ("infra/services.yaml", "unit: calls", "unit: call"),
        ("infra/services.yaml", "id: telephony", "id: Voice Calls"),
        ("infra/backends.yaml", "{telephony: 900", "{Telephony: 900"),
        ("infra/demand.yaml", "[communications]", "communications"),
        ("infra/demand.yaml", "[communications]", "[]"),
        ("policies/headroom.yaml", "surge: 1.2", "surge: '1.2'"),
        ("policies/headroom.yaml", "surge: 1.2", "surge: 0.5"),
        ("policies/headroom.yaml", "[datacenter]", "[data-center]"),
        ("regions/ovh.yaml", "400 Gbit/s", "-400 Gbit/s"),
        ("regions/ovh.yaml", "400 Gbit/s", "400 Gbps"),
        ("regions/ovh.yaml", "country: NO", "country: Norway"),
        ("regions/ovh.yaml", "checked: 2026-11-23", "checked: 23.11.2026"),
        ("regions/ovh.yaml", "latitude: 50.99", "latitude: 509.9"),
        ("regions/ovh.yaml", "[ovh-osl, ovh-gra]", "[ovh-osl, ovh-gra, ovh-rbx]"),
        ("regions/ovh.yaml", "coordinates: {latitude: 50.99, longitude: 2.13}", "coordinates:"),
    ],
)
def test_both_refuse_what_is_wrong(small: dict[str, str], file: str, old: str, new: str) -> None:
    """One mistake in a right file is seen by both."""
    assert old in small[file]
    assert _verdicts(file, small[file].replace(old, new, 1)) == (False, False)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("infra/pools.yaml", "pools: null"),
        ("infra/pools.yaml", "pools: []\nenvironment: 5"),
        ("infra/pools.yaml", "pools: []\nexample: 1"),
        ("infra/pools.yaml", "pools: [[]]"),
        (
            "policies/waivers.yaml",
            "waivers: [{id: a, rule: b, reason: c, approver: d, until: soon}]",
        ),
        ("policies/residency/fr.yaml", "jurisdiction: fr\nname: France"),
        ("policies/residency/fr.yaml", "jurisdiction: FR\nname: France\nunder: EU"),
        (
            "policies/mechanisms.yaml",
            "mechanisms: [{id: a, declares: [b], from_: 2026-01-01, evidence: c}]",
        ),
        ("policies/data_classes.yaml", "data_classes: []\nactivities: {sing: [process]}"),
    ],
)
def test_both_refuse(file: str, text: str) -> None:
    """Wrong types, Python's spelling of a keyword, unknown words as keys."""
    assert _verdicts(file, text) == (False, False)


def _verdicts(file: str, text: str) -> tuple[bool, bool]:
    """Whether the model takes it, and whether the schema does."""
    folder, name = file.rsplit("/", 1)
    kind = kind_of(folder, name)
    assert kind is not None
    data: dict[str, Any] = Document.of(file, text).data
    try:
        kind.model.model_validate_json(json.dumps(data), strict=True, by_alias=True, by_name=False)
        taken = True
    except ValidationError:
        taken = False
    validator = Draft202012Validator(schemas.schema(kind.name), format_checker=FormatChecker())
    return taken, validator.is_valid(data)
