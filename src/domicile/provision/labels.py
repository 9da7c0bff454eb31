"""What each resource says of itself: its pool, whose data it holds, which data, and its plan.

Providers differ in what a label may be. Each adapter has a `Spelling`, and whoever reads labels
(the policy pack, an audit) tries all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domicile.provision.adapters import PoolSpec

POOL, SUBJECTS, DATA_CLASSES, PLAN = "pool", "subjects", "data-classes", "plan"
_DIGEST = 16
"""Hexadecimal digits of a plan's digest that name it."""
_LISTED = "plan-"
"""Begins the value of a list that is too long for a label: it stands in that plan."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a provider lets labels be written."""

    between: str = ":"
    """Stands between `domicile` and what is said."""
    joined: str = " "
    """Stands between the items of a list; no item contains it."""
    longest: int = 255
    """Most characters of a value."""
    lower: bool = False
    """Whether letters are small."""

    def key(self, name: str) -> str:
        """The label's name."""
        return f"domicile{self.between}{name}"

    def value(self, *items: str) -> str:
        """Items as one value; empty where it would be too long."""
        text = self.joined.join(items)
        return "" if len(text) > self.longest else text.lower() if self.lower else text


TAGS = Spelling()
"""Names and values of nearly any character: AWS, Azure, OpenStack's metadata, Alibaba Cloud."""
LABELS = Spelling("_", "_", 63, lower=True)
"""Small letters, digits, `_` and `-`: Google Cloud, Yandex Cloud."""
DOTTED = Spelling("/", "_", 63)
"""Names with a prefix before `/`, values of letters, digits, `.`, `_`, `-`: Kubernetes, Hetzner."""
WORDS = Spelling(longest=220)
"""Plain words `<name>=<value>` of at most 255 characters: Scaleway, OpenStack's tags."""
SPELLINGS = (TAGS, LABELS, DOTTED)


@dataclass(frozen=True, slots=True)
class Said:
    """What labels say."""

    pool: str
    """The service; empty: not said."""
    subjects: tuple[str, ...]
    """Whose data it holds, in order."""
    data_classes: tuple[str, ...]
    """What that data is, in order."""
    plan: str
    """The first digits of the plan's digest; empty: not said."""
    listed: bool = False
    """Whether a list stands in the plan instead: it was too long."""


def labels(pool: PoolSpec, digest: str, spelling: Spelling) -> dict[str, str]:
    """The labels of a pool's resources.

    Args:
        pool: whose they are.
        digest: of the plan, as its stack names it: `sha256:…`.
        spelling: how the provider lets them be written.
    """
    plan = digest.rpartition(":")[2][:_DIGEST]
    elsewhere = f"{_LISTED}{plan}"
    return {
        spelling.key(POOL): spelling.value(pool.service),
        spelling.key(SUBJECTS): spelling.value(*pool.subjects) or elsewhere,
        spelling.key(DATA_CLASSES): spelling.value(*pool.data_classes) or elsewhere,
        spelling.key(PLAN): plan,
    }


def words(pool: PoolSpec, digest: str, environment: str) -> list[str]:
    """The labels of a pool's resources and its environment, in plain words."""
    said = labels(pool, digest, WORDS)
    return listed({**said, WORDS.key("environment"): environment})


def place_words(environment: str, datacenter: str) -> list[str]:
    """What resources that pools of a stack share say of themselves, in plain words."""
    return listed({WORDS.key("environment"): environment, WORDS.key("place"): datacenter})


def listed(labels: Mapping[str, str]) -> list[str]:
    """Labels for providers whose tags are plain words, in order: `domicile:pool=edge`."""
    return [f"{key}={value}" for key, value in sorted(labels.items())]


def said(given: Mapping[str, str] | Sequence[str]) -> Said | None:
    """Read labels of any spelling, or plain words; None where they say nothing of ours."""
    if not isinstance(given, Mapping):
        given = dict(word.split("=", 1) for word in given if "=" in word)
    for spelling in SPELLINGS:
        found = {
            name: str(given[spelling.key(name)])
            for name in (POOL, SUBJECTS, DATA_CLASSES, PLAN)
            if spelling.key(name) in given
        }
        if found:
            return _said(found, spelling)
    return None


def _said(found: Mapping[str, str], spelling: Spelling) -> Said:
    lists = {}
    listed = False
    for name in (SUBJECTS, DATA_CLASSES):
        text = found.get(name, "")
        if re.fullmatch(rf"{_LISTED}[0-9a-f]*", text):
            listed, text = True, ""
        lists[name] = tuple(item for item in text.split(spelling.joined) if item)
    return Said(
        found.get(POOL, ""),
        tuple(subject.upper() for subject in lists[SUBJECTS]),
        lists[DATA_CLASSES],
        found.get(PLAN, ""),
        listed,
    )
