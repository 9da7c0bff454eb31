"""The page holds text as text, asks for nothing, and is the same whenever it is made."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import hostile
import pytest
import reporting

from domicile.report.page.frame import is_web
from domicile.report.residency.html import render
from domicile.report.residency.records import ResidencyReport

RUN = "from domicile.cli import main; main()"
ACTIVE = {"script", "img", "iframe", "object", "embed", "link", "base", "form", "video", "image"}


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page(report: ResidencyReport) -> Page:
    """The page on the small world."""
    return Page(render(report))


@pytest.mark.parametrize("text", hostile.TEXTS, ids=ascii)
def test_hostile_text_stays_text(report: ResidencyReport, text: str) -> None:
    """In every field of every template: no new element, no handler, no address, no control."""
    plain, hostile_ = Page(render(report)), Page(render(hostile.everywhere(report, text)))
    assert not ACTIVE & {tag for tag, _ in hostile_.tags}
    links = {tag for tag, _ in plain.tags} | {"a", "br", "ul", "li"}
    assert {tag for tag, _ in hostile_.tags} <= links
    assert len(hostile_.all("style")) == 1
    for tag, attributes in hostile_.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        address = attributes.get("href")
        if address is not None:
            assert address.startswith(("#", "https://", "http://"))
    read = "".join(hostile_.text)
    read += "".join(value or "" for _, attributes in hostile_.tags for value in attributes.values())
    bad = {each for each in read if unicodedata.category(each) in {"Cc", "Cf", "Cs"}} - {"\n"}
    assert not bad


def test_the_policy_allows_its_one_style_and_nothing_else(report: ResidencyReport) -> None:
    """The hash in the policy is that of the style sheet that the page has."""
    text = render(report)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert policy is not None
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    said = policy[1].replace("&#39;", "'")
    assert said.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "url(http" not in style[1]
    assert "@import" not in style[1]


def test_headings_tables_and_links_serve_those_who_hear_the_page(page: Page) -> None:
    """No level is left out, every column and row has a scope, every anchor leads somewhere."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(attributes.get("scope") in {"col", "row"} for attributes in page.all("th"))
    assert len(page.ids) == len(set(page.ids))
    inside = {str(each["href"])[1:] for each in page.all("a") if str(each["href"])[0] == "#"}
    assert inside <= set(page.ids)
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("svg")[0]["role"] == "img"


def test_every_placement_stands_on_the_page(report: ResidencyReport) -> None:
    """Under the loads that a table names, each place stands in a row, with its verdict."""
    found: set[tuple[str, str]] = set()
    loads: list[str] = []
    for tag, attributes in Page(render(report)).tags:
        if tag == "table":
            loads = str(attributes.get("data-loads") or "").split()
        if place := attributes.get("data-place"):
            found |= {(load, place) for load in loads}
    assert found == set(reporting.EXPECTED)


def test_verdicts_are_letters_too(page: Page) -> None:
    """Colour is never the only sign."""
    assert {"P", "C", "X"} <= set(page.text)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://law.example/a?b=c#d", True),
        ("http://law.example", True),
        ("javascript:alert(1)", False),
        (" https://law.example", False),
        ("https:alert", False),
        ("//law.example", False),
        ("HTTPS://law.example", True),
        ("data:text/html,x", False),
        ("https://law.example/\u202e", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(address: str | None, good: bool) -> None:
    """Whatever else stands where an address is expected is shown as it is."""
    assert is_web(address) is good


def test_the_same_world_gives_the_same_bytes(world: Path, tmp_path: Path) -> None:
    """In other processes, with other hashes, at other times."""
    made = []
    for seed in ("1", "2"):
        to = tmp_path / seed
        subprocess.run(
            [
                *(sys.executable, "-c", RUN, "report", "residency", "-w", str(world)),
                *("-o", f"{to}/", "--as-of", "2026-11-23", "--counts", "existing"),
            ],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        made.append({each.name: each.read_bytes() for each in sorted(to.iterdir())})
    assert made[0] == made[1]
    assert len(made[0]) == 15
