"""Every rule file keeps the rules about rules."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from domicile.checker import FAILED
from domicile.rules import Rule, all_rules
from domicile.rules.documentation import documentation

RULES = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)

CODES = {"structure": "1", "law": "2", "headroom": "3", "plan": "4", "policy": "5"}
"""Category → the first digit of its codes."""


def test_there_are_rules_in_every_category() -> None:
    """Rules are found by their path: were that to fail, a check without rules would pass all."""
    assert len(all_rules()) >= 20
    assert {rule.name.split("/")[0] for rule in all_rules()} == set(CODES)


def test_no_two_rules_share_a_code() -> None:
    """A waiver names a code, so a code is one rule; the checker's own is no rule's."""
    codes = Counter(rule.facts.code for rule in all_rules())
    assert set(codes.values()) == {1}
    assert FAILED not in codes


@RULES
def test_code_and_name_follow_from_the_path(rule: Rule) -> None:
    """`rules/law/home_copy.py` is `law/home-copy`, and codes of the law are DOM2xx."""
    category, name = rule.name.split("/")
    assert rule.check.__module__ == f"domicile.rules.{category}.{name.replace('-', '_')}"
    assert re.fullmatch(rf"DOM{CODES[category]}\d\d", rule.facts.code)


@RULES
def test_the_docstring_says_what_goes_wrong_in_one_sentence(rule: Rule) -> None:
    """The first paragraph is one sentence on one line; both examples hold something."""
    first = rule.documentation.splitlines()[0]
    said = documentation(rule.documentation)
    assert said.sentence == first
    assert re.fullmatch(r"[A-Z][^.]*(?:\.\w[^.]*)*\.", first)
    assert said.bad.text
    assert said.good.text
    assert said.bad != said.good


@pytest.mark.parametrize(
    "docstring",
    ["Wrong.\n\nBad:\n\n    # infra/a.yaml\n", "Wrong.\n\nGood:\n\nBad:\n", "Wrong."],
)
def test_a_docstring_without_its_two_examples_is_refused(docstring: str) -> None:
    """An example that is missing, or stands in the wrong order, cannot be tested."""
    with pytest.raises(ValueError, match="section"):
        documentation(docstring)


def test_an_example_line_outside_any_file_is_refused() -> None:
    """Text above the first path would be dropped in silence, so it is refused."""
    with pytest.raises(ValueError, match="belongs to no file"):
        documentation("Wrong.\n\nBad:\n\n    pools: []\n\nGood:\n\n    # infra/a.yaml\n")
