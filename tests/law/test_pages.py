"""The pages of `docs/regimes/` are what the law's files say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domicile.report.regime_pages import pages
from domicile.workspace import load_shipped

FOLDER = Path(__file__).parents[2] / "docs/regimes"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The pages as the generator writes them now."""
    return pages()


def test_what_is_committed_is_what_is_made(made: dict[str, str]) -> None:
    """`make docs` was run after the last change, and nothing else stands there."""
    standing = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*")}
    assert sorted(standing) == sorted(made)
    assert [name for name in made if made[name] != standing[name]] == []


def test_every_fact_is_on_its_page(made: dict[str, str]) -> None:
    """Each rule has a heading, each list entry a row, and each link is one of its citations."""
    for name, each in load_shipped().jurisdictions.items():
        page = made[f"{name.lower()}.md"]
        for rule in each.rules:
            assert f"### {name}:{rule.id}\n" in page
        for entry in each.lists:
            assert entry.id in page.replace("\\", "")
        known = {rule.citation.url for rule in each.rules}
        known |= {way.citation.url for r in each.rules for way in r.unless if way.citation}
        known |= {fact.citation.url for fact in (*each.lists, *each.reaches)}
        known |= {each.general.citation.url if each.general and each.general.citation else None}
        told = {
            u.replace("%29", ")").replace("%28", "(") for u in re.findall(r"\(<(http.*?)>\)", page)
        }
        spelt = {u.replace("%29", ")").replace("%28", "(") for u in known if u}
        assert told <= spelt, name


def test_links_between_pages_lead_somewhere(made: dict[str, str]) -> None:
    """Every page that another names is made."""
    named = {
        target for page in made.values() for target in re.findall(r"\]\(([a-z0-9-]+\.md)", page)
    }
    assert named - set(made) == set()


def test_the_index_counts_what_there_is(made: dict[str, str]) -> None:
    """As many rows as jurisdictions, as many rules as files have."""
    law = load_shipped().jurisdictions
    rows = [line for line in made["README.md"].splitlines() if line.startswith("| [")]
    assert len(rows) == len(law)
    assert sum(int(row.split("|")[-3]) for row in rows) == sum(len(j.rules) for j in law.values())


def _spelt(address: str) -> str:
    return address.replace("%29", ")").replace("%28", "(")
