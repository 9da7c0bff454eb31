"""Where fronts stand: at places that are lawful for the loads that enter there.

A front carries requests, so it stands only where its loads may be. Each load gets two fronts in
different datacenters where it has two admissible places, and as few fronts as can be in all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

EACH = 2
"""Fronts for each load: one may be lost with its datacenter."""


def stand(order: Mapping[str, Sequence[str]], datacenters: Collection[str]) -> list[str]:
    """Datacenters that get a front, in order of their names.

    Args:
        order: load → its admissible places.
        datacenters: those in which a front may stand.
    """
    options = {
        load: [place for place in places if place in datacenters] for load, places in order.items()
    }
    missing = {load: min(EACH, len(places)) for load, places in options.items()}
    chosen: list[str] = []
    while any(missing.values()):
        gain = {
            place: sum(1 for load, count in missing.items() if count and place in options[load])
            for place in sorted(set(datacenters) - set(chosen))
        }
        best = max(gain, key=lambda place: gain[place])
        chosen.append(best)
        for load, places in options.items():
            if best in places and missing[load]:
                missing[load] -= 1
    return sorted(chosen)


def entries(places: Sequence[str], fronts: Sequence[str]) -> list[str]:
    """The fronts at which one load enters: the first two of its order that have one."""
    return [place for place in places if place in fronts][:EACH]
