"""What differs between a resource's inputs before and after, by the paths that Pulumi gives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One property that differs."""

    path: str
    """`metadata.image`, `networks[0].uuid`, `labels["domicile/pool"]`."""
    top: str
    """Its first part."""
    kind: str
    """`ADD`, `DELETE` or `UPDATE`."""


def changes(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[Change]:
    """Every difference, in order of paths."""
    found = []
    for top in sorted(olds.keys() | news.keys()):
        pairs = _within(top, olds.get(top, _ABSENT), news.get(top, _ABSENT))
        found.extend(Change(path, top, kind) for path, kind in pairs)
    return found


def _within(path: str, old: object, new: object) -> Iterator[tuple[str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            plain = re.fullmatch(r"\w+", key)
            inner = f"{path}.{key}" if plain else f"{path}[{json.dumps(key)}]"
            yield from _within(inner, old.get(key, _ABSENT), new.get(key, _ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        for number, (was, now) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
            yield from _within(f"{path}[{number}]", was, now)
    elif old != new:
        yield path, "ADD" if old is _ABSENT else "DELETE" if new is _ABSENT else "UPDATE"
