"""What a resource's tags say of the data that it holds: `domicile:subjects` and the like.

Providers allow different characters in tags and labels: each is read however it had to be spelt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_KEY: Final = re.compile(r"domicile[:/._-](pool|subjects|data[-_]classes|plan)", re.IGNORECASE)
_JOINT: Final = re.compile(r"[^A-Za-z0-9-]+")
_LISTED: Final = re.compile(r"plan-[0-9a-f]+")
"""Stands for a list that is too long for a tag: it is in that plan."""


@dataclass(frozen=True, slots=True)
class DataTags:
    """Our tags of one resource, as they were written; nothing is looked up yet."""

    subjects: tuple[str, ...] = ()
    """Countries, territories or groups, in upper case."""
    data_classes: tuple[str, ...] = ()
    """Data classes, in lower case."""
    pool: str | None = None
    """The service whose pool it belongs to."""
    plan: str | None = None
    """First digits of the digest of the plan under which it was made."""
    in_plan: bool = False
    """Whether a list was too long for a tag, and stands in the plan."""
    unread: tuple[str, ...] = field(default=())
    """Our tags whose values are not texts (yet): what they say is not known."""

    @property
    def says(self) -> bool:
        """Whether they say anything of data."""
        return bool(self.subjects or self.data_classes or self.pool or self.plan or self.unread)


def read(tags: Any) -> DataTags:  # noqa: ANN401  (whatever a resource has for tags)
    """Our tags among a resource's: a mapping, a list of `key=value`, or of records with both."""
    said: dict[str, str] = {}
    unread: list[str] = []
    for key, value in _pairs(tags):
        match = _KEY.fullmatch(key)
        if match is None:
            continue
        name = match.group(1).lower().replace("_", "-")
        if isinstance(value, str):
            said[name] = value
        else:
            unread.append(name)
    return DataTags(
        subjects=tuple(part.upper() for part in _parts(said, "subjects")),
        data_classes=tuple(part.lower() for part in _parts(said, "data-classes")),
        pool=said.get("pool"),
        plan=said.get("plan"),
        in_plan=any(_LISTED.fullmatch(value) for value in said.values()),
        unread=tuple(unread),
    )


def _parts(said: Mapping[str, str], name: str) -> list[str]:
    value = said.get(name, "")
    return [] if _LISTED.fullmatch(value) else [part for part in _JOINT.split(value) if part]


def _pairs(tags: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    if isinstance(tags, Mapping):
        yield from ((str(key), value) for key, value in tags.items())
    elif isinstance(tags, list | tuple):
        for each in tags:
            if isinstance(each, Mapping) and isinstance(each.get("key"), str):
                yield each["key"], each.get("value")
            elif isinstance(each, Mapping):
                yield from _pairs(each)
            elif isinstance(each, str):
                key, _, value = each.partition("=")
                yield key, value
