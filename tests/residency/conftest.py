"""A small way to write a law in a test: rules as files say them, with what every rule needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml

from domicile.model.law import DataClassesFile, Jurisdiction
from domicile.model.place import Group
from domicile.residency import Law

TODAY = date(2026, 11, 23)
Make = Callable[..., Law]

CLASSES = yaml.safe_load("""
data_classes:
  - {id: personal, means: about people}
  - {id: special, within: [personal], means: guarded}
  - {id: health, within: [special], means: about bodies}
  - {id: payment, within: [personal], means: about paying}
  - {id: government, means: of public bodies}
  - {id: non-personal, means: the rest}
activities:
  {replicate: [store], backup: [store], log: [store], access: [process], keys: [access]}
""")

GROUPS = yaml.safe_load("""
- {id: EEA, name: the EEA, evidence: official text, source: a treaty, checked: 2026-11-23,
   members: [FR, DE, {of: GB, until: 2020-12-31}, {of: HR, from: 2013-07-01}]}
- {id: CLUB, name: the club, evidence: secondary, source: memory, checked: 2026-11-23,
   members: [JP, SG]}
""")


def _rule(data: dict[str, Any]) -> dict[str, Any]:
    usual = {
        "says": "a rule",
        "citation": {"instrument": "an act"},
        "evidence": "official text",
        "from": "2010-01-01",
        "checked": "2026-01-01",
    }
    return {key: value for key, value in {**usual, **data}.items() if value != "absent"}


@pytest.fixture
def law_of() -> Make:
    """Make a law of jurisdictions written as YAML; rules may leave out what is usual."""

    def make(text: str) -> Law:
        files = []
        for data in yaml.safe_load(text):
            data.setdefault("name", data["jurisdiction"])
            data["rules"] = [_rule(rule) for rule in data.get("rules", ())]
            data["lists"] = [
                {k: v for k, v in _rule(entry).items() if k != "says"}
                for entry in data.get("lists", ())
            ]
            files.append(Jurisdiction.model_validate(data))
        groups = [Group.model_validate(group) for group in GROUPS]
        return Law.of(files, groups, DataClassesFile.model_validate(CLASSES))

    return make


@pytest.fixture
def today() -> date:
    """The day that cases are judged on, unless they are about dates."""
    return TODAY
