"""What resources say of themselves."""

from __future__ import annotations

import re

import pytest

from domicile.provision.adapters import Place, PoolSpec
from domicile.provision.labels import (
    DOTTED,
    LABELS,
    SPELLINGS,
    TAGS,
    WORDS,
    Spelling,
    labels,
    listed,
    said,
)

DIGEST = "sha256:0123456789abcdef0123456789abcdef"
ALLOWED = {
    TAGS: (r"[\w+=.:/@-]{1,128}", r"[\w +=.:/@-]{1,256}"),
    LABELS: (r"[a-z][a-z0-9_-]{0,62}", r"[a-z0-9_-]{1,63}"),
    DOTTED: (r"[a-z]+/[a-z-]{1,63}", r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"),
}
"""What providers say that names and values may be."""


def _pool(subjects: tuple[str, ...] = ("FR", "GB-SCT")) -> PoolSpec:
    place = Place("ovh-gra", "ovh", "GRA", "FR")
    return PoolSpec(
        "telephony", place, "ovh.large", 3, 1500, "calls", "b3-32", "Debian 12",
        subjects=subjects, data_classes=("communications", "telecom-metadata"),
    )  # fmt: skip


def test_tags_are_written_in_full() -> None:
    """Where any character may stand, names and lists read as they are declared."""
    assert labels(_pool(), DIGEST, TAGS) == {
        "domicile:pool": "telephony",
        "domicile:subjects": "FR GB-SCT",
        "domicile:data-classes": "communications telecom-metadata",
        "domicile:plan": "0123456789abcdef",
    }


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_keeps_to_its_providers_characters_and_is_read_back(
    spelling: Spelling,
) -> None:
    """Names and values are such as the provider allows, and say the same when they are read."""
    written = labels(_pool(), DIGEST, spelling)
    name, value = ALLOWED[spelling]
    assert all(re.fullmatch(name, key) and re.fullmatch(value, its) for key, its in written.items())
    read = said(written)
    assert read is not None
    assert (read.pool, read.plan, read.listed) == ("telephony", "0123456789abcdef", False)
    assert read.subjects == ("FR", "GB-SCT")
    assert read.data_classes == ("communications", "telecom-metadata")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_list_that_is_too_long_stands_in_the_plan(spelling: Spelling) -> None:
    """It is not cut: a reader is sent to the plan for all of it."""
    many = tuple(f"{one}{two}" for one in "ABCDEFGHIJ" for two in "ABCDEFGHIJ")
    written = labels(_pool(many), DIGEST, spelling)
    assert written[spelling.key("subjects")] == "plan-0123456789abcdef"
    read = said(written)
    assert read is not None
    assert read.listed
    assert read.subjects == ()


def test_labels_of_others_say_nothing() -> None:
    """Only ours are read."""
    assert said({"Name": "web", "environment": "production"}) is None


def test_plain_words_say_the_same() -> None:
    """Where tags are no pairs, `name=value` is read as the pair; other words are passed over."""
    given = labels(_pool(), DIGEST, WORDS)
    assert "domicile:subjects=FR GB-SCT" in listed(given)
    assert said(["ours", *listed(given)]) == said(given)
    assert said(["ours", "team=voice"]) is None
    many = _pool(tuple(f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"))
    assert max(map(len, listed(labels(many, DIGEST, WORDS)))) <= 255
