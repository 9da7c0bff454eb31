"""The pages under `docs/rules/` say what the rules say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domicile.report.rule_pages import FOLDER, INDEX, pages, write
from domicile.report.rule_texts import RuleText, rule_texts
from domicile.rules.documentation import AUDITED

COMMITTED = Path(__file__).parents[2] / FOLDER


def test_committed_pages_are_the_generated_ones() -> None:
    """`make docs` would change nothing: no page lags behind its rule, none is left over."""
    standing = {
        path.relative_to(COMMITTED).as_posix(): path.read_text(encoding="utf-8")
        for path in COMMITTED.rglob("*.md")
    }
    assert standing == pages()


def test_pages_are_written_once_and_left_over_ones_removed(tmp_path: Path) -> None:
    """Writing brings a folder to what the rules say, and then finds nothing to change."""
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "gone.md").write_text("a rule that was removed")
    assert "law/gone.md" in write(tmp_path)
    assert not (tmp_path / "law" / "gone.md").exists()
    assert write(tmp_path) == ()


@pytest.mark.parametrize("rule", rule_texts(), ids=lambda rule: rule.name)
def test_a_page_says_what_its_rule_says(rule: RuleText) -> None:
    """Name, code, severity, enforcement, sentence, reason, steps, and both examples whole."""
    page, said = pages()[rule.page], rule.said
    for text in (rule.code, rule.severity, rule.enforcement, said.sentence):
        assert str(text) in page
    assert said.reason in page
    assert (rule.steps or "")[1:] in page
    for example in (said.bad, said.good):
        for path, text in example.files.items():
            fence = "json" if path in AUDITED else "yaml"
            assert f"```{fence}\n{text.strip()}\n```" in page
            assert path in page
    assert rule.of_resources is rule.name.startswith("resource/")


def test_every_link_leads_to_a_page() -> None:
    """The index names every rule once, and each page leads back to it."""
    written = pages()
    linked = re.findall(r"\]\(([^)]+)\)", written[INDEX])
    assert sorted(linked) == sorted(written.keys() - {INDEX})
    assert all(f"(../{INDEX})" in text for name, text in written.items() if name != INDEX)
