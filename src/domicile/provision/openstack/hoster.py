"""How one hoster's OpenStack differs from another's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hoster:
    """What pools of one region must know of it."""

    region: str
    """As its identity service names it."""
    zones: tuple[str, ...] = ()
    """Availability zones that backends are spread over; empty: the region tells of none."""
    outside: str = ""
    """The network by which the world is reached; empty: the only one that is marked so."""
    volume: str = ""
    """The type of volumes that machines start from; empty: they start from their host's disk."""
