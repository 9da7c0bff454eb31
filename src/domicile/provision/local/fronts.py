"""Where fronts stand: at places that are lawful for the loads that enter there.

A front carries requests, so a load enters only at fronts that stand where it may be. The fronts
are as few as can be such that, whatever declared loss happens, or any two places are lost, every
load still has an entry as long as it has a lawful place. When its last entry is gone, a front
elsewhere refuses its requests: it sends them nowhere and reads no more than their headers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

Losses = Collection[frozenset[str]]


def stand(order: Mapping[str, Sequence[str]], places: Collection[str], losses: Losses) -> list[str]:
    """Datacenters that get a front, in order of their names.

    Args:
        order: load → its admissible places.
        places: datacenters in which backends stand.
        losses: sets of datacenters that are declared to be lost together.
    """
    every = _every(places, losses)
    needs = [need for lawful in order.values() for need in _needs(set(lawful) & set(places), every)]
    chosen = cover(needs, places)
    elsewhere = [
        set(places) - loss
        for lawful in order.values()
        for loss in every
        if set(lawful) & set(places) <= loss and not set(chosen) - loss
    ]
    return sorted({*chosen, *cover([need for need in elsewhere if need], places)})


def entries(
    lawful: Sequence[str], fronts: Collection[str], places: Collection[str], losses: Losses
) -> tuple[list[str], list[str]]:
    """The fronts at which one load enters, and those that refuse it once these are lost."""
    every = _every(places, losses)
    mine = set(lawful) & set(places)
    entering = cover([need & set(fronts) for need in _needs(mine, every)], fronts)
    refused = [set(fronts) - loss - set(entering) for loss in every if set(entering) <= loss]
    return entering, cover([need for need in refused if need], fronts)


def cover(needs: Iterable[Collection[str]], places: Collection[str]) -> list[str]:
    """Few places such that each need has one of its own among them (greedy: most needs first)."""
    missing = [set(need) for need in needs if need]
    chosen: list[str] = []
    while missing:
        best = max(sorted(places), key=lambda place: sum(place in need for need in missing))
        chosen.append(best)
        missing = [need for need in missing if best not in need]
    return sorted(chosen)


def _every(places: Collection[str], losses: Losses) -> list[frozenset[str]]:
    """Nothing lost, any one or two places lost, and each declared loss, as far as it touches."""
    found = {frozenset(loss & set(places)) for loss in losses}
    found |= {frozenset(pair) for count in (0, 1, 2) for pair in combinations(places, count)}
    return sorted(found, key=sorted)


def _needs(lawful: set[str], every: Iterable[frozenset[str]]) -> list[set[str]]:
    """For each loss that leaves a load a lawful place: a front at one of those."""
    return [lawful - loss for loss in every if lawful - loss]
