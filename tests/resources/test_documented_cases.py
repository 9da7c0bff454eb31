"""What the rules of resources say of themselves is true: bad cases are found, good ones are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from resource_worlds import shipped

from domicile.resources import RULES, ResourceRule
from domicile.resources.rule_documentation import DOCUMENTATION
from domicile.rules.documentation import AUDITED, Example, documentation
from domicile.standing import Audit, audit, read
from domicile.workspace import load_law, load_places

EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def _audited(folder: Path, example: Example) -> Audit:
    """Audit an example's file, with the workspace that the example makes, if it makes one."""
    for path, text in example.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (file,) = (path for path in example.files if path in AUDITED)
    world = load_places(folder) if len(example.files) > 1 else shipped()
    return audit(read(folder / file), world, load_law(world), date(2026, 11, 23))


def test_every_rule_is_documented() -> None:
    """And nothing else is."""
    assert set(DOCUMENTATION) == {rule.code for rule in RULES}


@EACH
def test_the_bad_case_is_found(rule: ResourceRule, tmp_path: Path) -> None:
    """By this rule alone, at a line of the file; with help and a witness, as `check` has them."""
    (found,) = _audited(tmp_path, documentation(DOCUMENTATION[rule.code]).bad).findings
    assert (found.code, found.name) == (rule.code, rule.name)
    assert (found.severity, found.enforcement) == (rule.severity, rule.enforcement)
    assert Path(found.location.file).is_file()
    assert found.location.line >= 1
    assert found.help
    assert found.witness
    assert (found.citation is not None) is (rule.code == "DOM601")


@EACH
def test_the_good_case_is_left_alone(rule: ResourceRule, tmp_path: Path) -> None:
    """By every rule, although something was there to judge."""
    found = _audited(tmp_path, documentation(DOCUMENTATION[rule.code]).good)
    assert found.findings == ()
    assert found.examined["resources"] == 1
