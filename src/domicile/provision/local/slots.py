"""Shares as a list of turns: how a plan's parts of a demand become a front's round robin.

A front that is told weights 700 and 300 sends 700 requests in a row to one place and then 300 to
the other, which floods a backend that takes 20 a second. So shares become turns, spread evenly:
the largest remainders get the odd turns, and the turns interleave (smooth weighted round robin).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

Name = TypeVar("Name", bound=str)

TURNS = 60
"""Turns in a round, unless there are more backends: a share is met within 1/120."""


def turns(shares: Mapping[Name, float], most: int = TURNS) -> dict[Name, int]:
    """Whole turns in the proportion of the shares; every positive share gets at least one."""
    positive = {name: share for name, share in shares.items() if share > 0}
    total = sum(positive.values())
    count = max(most, len(positive))
    exact = {name: share / total * count for name, share in positive.items()}
    given = {name: max(1, int(part)) for name, part in exact.items()}
    by_remainder = sorted(positive, key=lambda name: (given[name] - exact[name], name))
    for name in by_remainder[: max(0, count - sum(given.values()))]:
        given[name] += 1
    return given


def interleave(given: Mapping[Name, int]) -> list[Name]:
    """One round: each name as often as it has turns, as evenly spread as can be."""
    total = sum(given.values())
    credit = dict.fromkeys(given, 0)
    round_: list[Name] = []
    for _ in range(total):
        for name in credit:
            credit[name] += given[name]
        chosen = max(credit, key=lambda name: (credit[name], name))
        credit[chosen] -= total
        round_.append(chosen)
    return round_


def spread(shares: Mapping[str, float], backends: Mapping[str, Sequence[str]]) -> list[str]:
    """One round of backends: each place's share, evenly over its backends.

    Args:
        shares: place → part of the demand; places without backends are left out.
        backends: place → its backends' addresses.
    """
    parts = {
        backend: share / len(backends[place])
        for place, share in shares.items()
        if share > 0 and backends.get(place)
        for backend in backends[place]
    }
    return interleave(turns(parts)) if parts else []
