"""What is left of the law after rules, ways, decisions or mechanisms have fallen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

NEVER = "0001-01-01"
"""An end before any day that is asked about."""


def withdraw(index: Mapping[str, Any], ids: frozenset[str]) -> dict[str, Any]:
    """The index without what the ids name; see `Law.without`.

    Raises:
        ValueError: nothing has one of these names.
    """
    found: set[str] = set()

    def falls(*names: str) -> bool:
        hit = ids.intersection(names)
        found.update(hit)
        return bool(hit)

    jurisdictions = []
    for jurisdiction in index["jurisdictions"]:
        owner = jurisdiction["jurisdiction"]
        left = dict(jurisdiction)
        left["lists"] = [
            entry
            for entry in jurisdiction.get("lists", ())
            if not falls(entry["id"], owner, *entry.get("needs", ()))
        ]
        left["rules"] = [
            {**rule, "unless": _ways(rule, f"{owner}:{rule['id']}", falls)}
            for rule in jurisdiction.get("rules", ())
            if not falls(f"{owner}:{rule['id']}")
        ]
        jurisdictions.append(left)
    unknown = sorted(ids - found)
    if unknown:
        names = ", ".join(f"`{each}`" for each in unknown)
        raise ValueError(f"without: the law holds nothing named {names}")
    return {**index, "jurisdictions": jurisdictions}


def _ways(rule: Mapping[str, Any], name: str, falls: Callable[..., bool]) -> list[dict[str, Any]]:
    # A way that falls is closed, not deleted: the numbers of the others stay what they were.
    return [
        {**way, "until": NEVER} if falls(f"{name}#{which}", *way.get("needs", ())) else way
        for which, way in enumerate(rule.get("unless", ()), start=1)
    ]
