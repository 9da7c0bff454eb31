"""Figures in prose that no command prints are those of the catalogue."""

from __future__ import annotations

from pathlib import Path

from domicile.workspace import load_shipped

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()
SEEN = ("official text", "reproduced")


def test_the_readme_counts_what_ships() -> None:
    """Places, files of law, and how many of its rules rest on words that were seen."""
    shipped = load_shipped()
    law = shipped.jurisdictions.values()
    rules = [rule for jurisdiction in law for rule in jurisdiction.rules]
    seen = sum(str(rule.evidence) in SEEN for rule in rules)
    said = " ".join(README.split())
    assert f"{len(shipped.datacenters)} datacenters of {len(shipped.providers)} providers" in said
    assert f"{len(law)} files of law" in said
    assert f"of {len(rules)} rules of law, {seen} rest on an official text" in said
