"""Numbers of backends by pool, and what a rollout does to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domicile.model.rollout import PoolChange

Key = tuple[str, str]
"""(service, datacenter)."""
Counts = Mapping[Key, int]
"""Pool → backends; a pool that is not named has none."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a rollout starts."""

    standing: Counts
    """Backends that stand."""
    counted: Counts
    """Of these, the backends that traffic counts on."""

    @classmethod
    def of(cls, standing: Counts, counted: Counts | None = None) -> Start:
        """Traffic counts on nothing that does not stand; absent: on all that does."""
        return cls(dict(standing), dict(standing) if counted is None else less(standing, counted))


def less(one: Counts, other: Counts) -> dict[Key, int]:
    """Pool by pool the smaller number."""
    return {key: min(one.get(key, 0), other.get(key, 0)) for key in _keys(one, other)}


def more(one: Counts, other: Counts) -> dict[Key, int]:
    """Pool by pool the larger number."""
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in _keys(one, other)}


def same(one: Counts, other: Counts) -> bool:
    """Whether both say the same of each pool."""
    return all(one.get(key, 0) == other.get(key, 0) for key in _keys(one, other))


def changes(before: Counts, after: Counts) -> tuple[PoolChange, ...]:
    """Every pool whose number differs, in order of service and datacenter."""
    return tuple(
        PoolChange(service=key[0], datacenter=key[1], now=was, after=now)
        for key in _keys(before, after)
        if (was := before.get(key, 0)) != (now := after.get(key, 0))
    )


def at_places(counts: Counts) -> dict[str, int]:
    """Datacenter → backends of all services there."""
    found: dict[str, int] = {}
    for (_, place), count in counts.items():
        found[place] = found.get(place, 0) + count
    return found


def _keys(one: Counts, other: Counts) -> Iterator[Key]:
    return iter(sorted(one.keys() | other.keys()))
