"""What is left of the law after rules, ways, decisions or mechanisms have fallen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import is_
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
        lists, rules = jurisdiction.get("lists", ()), jurisdiction.get("rules", ())
        left = {
            "lists": [e for e in lists if not falls(e["id"], owner, *e.get("needs", ()))],
            "rules": [
                _rule(rule, f"{owner}:{rule['id']}", falls)
                for rule in rules
                if not falls(f"{owner}:{rule['id']}")
            ],
        }
        same = _same(left["lists"], lists) and _same(left["rules"], rules)
        jurisdictions.append(jurisdiction if same else {**jurisdiction, **left})
    unknown = sorted(ids - found)
    if unknown:
        names = ", ".join(f"`{each}`" for each in unknown)
        raise ValueError(f"without: the law holds nothing named {names}")
    return {**index, "jurisdictions": jurisdictions}


def _rule(rule: Mapping[str, Any], name: str, falls: Callable[..., bool]) -> Mapping[str, Any]:
    """The rule with the ways that are left; the rule itself where all are."""
    ways = rule.get("unless", ())
    # A way that falls is closed, not deleted: the numbers of the others stay what they were.
    left = [
        {**way, "until": NEVER} if falls(f"{name}#{which}", *way.get("needs", ())) else way
        for which, way in enumerate(ways, start=1)
    ]
    return rule if _same(left, ways) else {**rule, "unless": left}


def _same(left: Sequence[object], before: Sequence[object]) -> bool:
    """Whether nothing has fallen."""
    return len(left) == len(before) and all(map(is_, left, before))
