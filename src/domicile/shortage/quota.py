"""Where services are each possible and not all together: by how much quotas or demand give way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from domicile.headroom import Need, cheapest
from domicile.model.words import number, several
from domicile.shortage.needs import need_of, place_quotas
from domicile.shortage.records import Remedy
from domicile.situation import Situation

PART = 100
"""Steps in which a service's demand gives way: one per cent of it."""


def quota_gives(situation: Situation, at: tuple[str, ...]) -> tuple[Remedy, ...]:
    """The least by which each quota alone would have to rise, else several; or one demand fall.

    Args:
        situation: that has no plan.
        at: the places whose quotas conflict.
    """
    needs = {name: need_of(situation, strain) for name, strain in situation.strains.items()}
    found = [*_alone(situation, needs, at)] or [*_together(situation, needs)]
    found += _demands(situation, needs, at)
    return tuple(found)


def _alone(situation: Situation, needs: dict[str, Need], at: tuple[str, ...]) -> Iterator[Remedy]:
    quota = place_quotas(situation)
    for place in at:
        column = situation.places.index(place)
        if not np.isfinite(quota[column]):
            continue
        raised = _raised(list(needs.values()), quota, [column])
        if raised is not None:
            yield _words(situation, raised, [column])


def _together(situation: Situation, needs: dict[str, Need]) -> Iterator[Remedy]:
    """Raises of which none can be left out, or be less: one conflict may stand behind another."""
    columns = np.flatnonzero(np.isfinite(place_quotas(situation))).tolist()
    raised = _raised(list(needs.values()), place_quotas(situation), columns)
    if raised is not None:
        yield _words(situation, raised, columns)


def _raised(
    needs: list[Need], quota: np.ndarray[tuple[int], np.dtype[np.float64]], columns: list[int]
) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Quotas of which none of these could be less, the others being so; None where none do."""
    most = np.sum([np.asarray(need.maximum) for need in needs], axis=0)
    found = quota.copy()
    found[columns] = np.maximum(most, quota)[columns]
    if not cheapest(needs, found).feasible:
        return None
    for column in columns:

        def enough(value: int, column: int = column) -> bool:
            tried = found.copy()
            tried[column] = value
            return cheapest(needs, tried).feasible

        found[column] = _least(int(quota[column]), int(found[column]), enough)
    return found


def _least(low: int, high: int, enough: Callable[[int], bool]) -> int:
    """The least value that is enough; the highest is."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high


def _words(
    situation: Situation,
    raised: np.ndarray[tuple[int], np.dtype[np.float64]],
    columns: list[int],
) -> Remedy:
    quota = place_quotas(situation)
    more = [column for column in columns if raised[column] > quota[column]]
    said = (
        f"that of `{situation.places[column]}` by "
        f"{several(int(raised[column] - quota[column]), 'backend')}, to {int(raised[column])}"
        for column in more
    )
    return Remedy(
        kind="quota",
        says="raise the quota: " + " and ".join(said),
        cost=None,
        places=tuple(situation.places[column] for column in more),
    )


def _demands(situation: Situation, needs: dict[str, Need], at: tuple[str, ...]) -> Iterator[Remedy]:
    """For each service with pools there: the largest part of its demand that fits."""
    quota = place_quotas(situation)
    for name, need in needs.items():
        if not any((name, place) in situation.known_pools for place in at):
            continue

        def refused(cut: int, name: str = name, need: Need = need) -> bool:
            rate = np.asarray(need.demand) * (PART - cut) / PART
            tried = {**needs, name: replace(need, demand=rate)}
            return not cheapest(list(tried.values()), quota).feasible

        if refused(PART):
            continue
        cut = _least(0, PART, lambda value, refused=refused: not refused(value))  # type: ignore[misc]
        total = float(np.asarray(need.demand).sum())
        unit = situation.workspace.services[name].unit
        yield Remedy(
            kind="demand",
            says=f"serve {number(total * (PART - cut) / PART)} {unit} of `{name}` nominally, "
            f"instead of {number(total)}",
            cost=0.0,
        )
