"""What each rule says of itself is true: its bad example fires, its good one does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from judging import judge, judge_example, lay, of, situation

from domicile.checker import FAILED, check
from domicile.model.finding import Location
from domicile.model.tokens import Counts
from domicile.rules import Rule, all_rules
from domicile.rules.documentation import documentation

ROOT = Path(__file__).parents[2]
SHIPPED = "domicile/catalogue/"
"""Where files that the package ships are said to stand."""
RULES = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)


@RULES
def test_the_bad_example_fires_at_a_line_that_stands_there(rule: Rule, tmp_path: Path) -> None:
    """The rule finds its own bad example, shows a line that exists, and speaks plainly."""
    report = judge_example(tmp_path, documentation(rule.documentation).bad)
    found = of(report, rule)
    assert found
    assert not of(report, FAILED)
    for finding in found:
        _stands_there(tmp_path, finding.location)
        for related in finding.related:
            _stands_there(tmp_path, related.location)
            _is_plain(related.note)
        _is_plain(finding.message)
        _is_plain(finding.help or "")


def _stands_there(folder: Path, at: Location) -> None:
    path = ROOT / at.file.removeprefix(SHIPPED) if at.file.startswith(SHIPPED) else folder / at.file
    lines = path.read_text(encoding="utf-8").splitlines()
    assert at.text.rstrip("…") in lines[at.line - 1]
    assert 1 <= at.column <= len(lines[at.line - 1]) + 1


def _is_plain(text: str) -> None:
    """Something is said; in lower case, without a final period, and nothing of Python's."""
    assert text
    word = text.split(maxsplit=1)[0]
    assert word.startswith("`") or word == word.lower() or word.isupper(), text
    assert not text.endswith((".", " ", ",", ":")), text
    assert text.count("`") % 2 == 0, text
    assert not any(each in text for each in ("None", "[]", "{}", "<", "frozenset", "()")), text


@RULES
def test_the_good_example_does_not_fire(rule: Rule, tmp_path: Path) -> None:
    """The rule leaves its own good example alone, and every rule could run on it."""
    report = judge_example(tmp_path, documentation(rule.documentation).good)
    assert not of(report, rule)
    assert not of(report, FAILED)


def test_no_rule_fires_on_the_world_itself(tmp_path: Path) -> None:
    """The world of these tests is clean, so that an example's finding is the example's doing."""
    assert judge(tmp_path).findings == ()


def test_no_rule_fires_on_the_world_as_it_is_planned(tmp_path: Path) -> None:
    """With a plan emitted for it, the world is clean under the plan's counts too."""
    assert check(situation(lay(tmp_path, {}), Counts.EMITTED, emits=True)).findings == ()
