"""The digest changes with what a plan rests on, and with nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domicile.source import Document
from domicile.workspace import load

Writer = Callable[..., Path]
WRITTEN = (
    *("regions/ovh.yaml", "policies/headroom.yaml", "infra/environments.yaml"),
    *("infra/services.yaml", "infra/backends.yaml", "infra/pools.yaml", "infra/demand.yaml"),
)


def digest(root: Path, environment: str = "production") -> str:
    """The digest of a workspace."""
    return load(root).digest(environment)


def test_form(write: Writer) -> None:
    """It names its algorithm."""
    assert digest(write()).startswith("sha256:")
    assert len(digest(write())) == len("sha256:") + 64


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("infra/pools.yaml", "maximum: 40", "maximum: 41"),
        ("infra/pools.yaml", "minimum: 2", "minimum: 3"),
        ("infra/demand.yaml", "31000", "31001"),
        ("infra/services.yaml", "[process]", "[process, log]"),
        ("infra/backends.yaml", "0.05", "0.06"),
        ("policies/headroom.yaml", "1.2", "1.3"),
        ("policies/headroom.yaml", "90 %", "91 %"),
        ("regions/ovh.yaml", "latitude: 50.99", "latitude: 50.98"),
        ("regions/ovh.yaml", "quota: 40", "quota: 41"),
        ("regions/ovh.yaml", "100 Gbit/s", "200 Gbit/s"),
        ("infra/environments.yaml", "description: the test", "description: x, adapter: local"),
    ],
)
def test_changes_with_what_a_plan_rests_on(
    write: Writer, small: dict[str, str], file: str, old: str, new: str
) -> None:
    """Counts, rates, prices, places, links, policies and the adapter matter."""
    before = digest(write())
    assert old in small[file]
    assert digest(write({file: small[file].replace(old, new)})) != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("infra/pools.yaml", "pools:", "# a comment\npools:"),
        ("infra/services.yaml", "name: Telephony", "name: Calls"),
        ("policies/headroom.yaml", "reason: a test", "reason: another"),
        ("regions/ovh.yaml", "checked: 2026-11-23", "checked: 2026-11-24"),
        ("regions/ovh.yaml", "400 Gbit/s", "0.4 Tbit/s"),
        ("infra/environments.yaml", "adapter: local", "adapter: other"),
    ],
)
def test_does_not_change_with_anything_else(
    write: Writer, small: dict[str, str], file: str, old: str, new: str
) -> None:
    """Comments, prose, the way a quantity is written and other environments do not matter."""
    before = digest(write())
    assert old in small[file]
    assert digest(write({file: small[file].replace(old, new)})) == before


def test_other_environments_do_not_matter(write: Writer) -> None:
    """Pools and demand of another environment, and places that no pool uses, change nothing."""
    before = digest(write())
    pools = """\
environment: local
pools:
  - {service: a, datacenter: b, backend: c, maximum: 1 backends}
"""
    after = write({"infra/pools.local.yaml": pools})
    assert digest(after) == before
    assert digest(after, "local") != before


@pytest.mark.parametrize("seed", range(20))
def test_order_does_not_matter(write: Writer, small: dict[str, str], seed: int) -> None:
    """Files cut into pieces, their lists and keys shuffled, digest the same."""
    chance = random.Random(seed)
    before = digest(write())
    files: dict[str, str | None] = {}
    for file in WRITTEN:
        data = _shuffled(Document.of(file, small[file]).data, chance)
        files[file] = json.dumps(data, ensure_ascii=False)
        if file == "infra/pools.yaml":
            files[file] = None
            for number, pool in enumerate(data["pools"]):
                files[f"infra/pools.{number}.yaml"] = json.dumps({"pools": [pool]})
    assert digest(write(files)) == before


def _shuffled(data: Any, chance: random.Random) -> Any:  # noqa: ANN401  (a file's data)
    """The same mappings with their keys, and records in lists, in another order."""
    if isinstance(data, dict):
        keys = chance.sample(list(data), len(data))
        return {key: _shuffled(data[key], chance) for key in keys}
    if isinstance(data, list) and all(isinstance(item, dict) for item in data):
        return [_shuffled(item, chance) for item in chance.sample(data, len(data))]
    return data
