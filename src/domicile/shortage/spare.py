"""Capacity that is free elsewhere in a contingency, and why those who are short may not use it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Binding, solve
from domicile.legal import Load
from domicile.model.words import listed, number
from domicile.shortage.naming import where
from domicile.shortage.needs import capacity_of
from domicile.shortage.records import Spare
from domicile.situation import Situation
from domicile.strain import ROUNDING, Strain


def spare(
    situation: Situation, strain: Strain, counts: NDArray[np.float64], short: Binding
) -> tuple[Spare, ...]:
    """What stands free; places that do not count for the same reason together.

    Near places come first, then those with most free.

    Args:
        situation: the situation that is short.
        strain: its service's.
        counts: float [places]: backends.
        short: who is short in which contingency.
    """
    case = strain.contingencies[short.contingency]
    capacity = case.usable(*capacity_of(situation, strain, counts))
    flow = solve(case.open(strain.admissible), case.demand(strain.rate), capacity).flow
    free = capacity - flow.sum(axis=0)
    least = ROUNDING * float(strain.rate.sum())
    rows = np.flatnonzero(short.loads)
    rows = rows[np.argsort(-case.demand(strain.rate)[rows], kind="stable")]
    found: dict[tuple[object, ...], Spare] = {}
    for column in np.flatnonzero((free > least) & ~short.places).tolist():
        each = _why_not(situation, strain, rows, column, float(free[column]))
        country = situation.workspace.datacenters[strain.places[column]].country
        # How far each is matters less than that all are too far.
        country = country if each.why == "unlawful" else ""
        key = (
            each.why,
            each.away,
            each.rule,
            each.subject,
            each.data_classes,
            each.verdict,
            country,
        )
        known = found.get(key)
        found[key] = each if known is None else _together(known, each)
    every = sorted(found.values(), key=lambda each: (each.away, -each.amount, each.places))
    return tuple(_in_words(situation, each) for each in every)


def _together(one: Spare, other: Spare) -> Spare:
    return replace(one, amount=one.amount + other.amount, places=(*one.places, *other.places))


def _in_words(situation: Situation, each: Spare) -> Spare:
    return replace(each, where=where(situation, each.places))


def _why_not(
    situation: Situation, strain: Strain, rows: NDArray[np.intp], column: int, free: float
) -> Spare:
    """Why none of the loads, the largest first, may use a place: what stands least in the way."""
    judged = situation.admissible
    place = strain.places[column]
    at = [situation.loads.index(strain.loads[row]) for row in rows.tolist()]
    lawful = [row for row in at if judged.lawful[row, column]]
    near = [row for row in at if judged.latency[row, column] <= judged.limit[row]]
    both = [row for row in lawful if row in near]
    if any(judged.open[row, column] for row in both):
        load = situation.loads[next(row for row in both if judged.open[row, column])]
        because = "the law that let it go there has fallen"
        return _spare("unlawful", free, place, load, because)
    if both:
        pool = situation.known_pools[strain.service, place]
        because = f"the pool there is kept for {listed(pool.subjects, 4)}"
        return _spare("kept", free, place, situation.loads[both[0]], because)
    if lawful:
        row = min(lawful, key=lambda row: float(judged.latency[row, column]))
        return _spare("far", free, place, situation.loads[row], _distance(situation, row, column))
    row = (near or at)[0]
    load = situation.loads[row]
    said = situation.explain(load, place)
    because = said.help
    if not near:
        because += f"; {_distance(situation, row, column)}"
    return replace(
        _spare("unlawful", free, place, load, because),
        away=not near,
        verdict=said.verdict,
        rule=said.rule,
        citation=said.citation,
    )


def _distance(situation: Situation, row: int, column: int) -> str:
    """How far it is, and how far it may be."""
    judged = situation.admissible
    away = float(judged.latency[row, column])
    if not np.isfinite(away):
        return f"nobody says where {situation.loads[row].subject}'s people enter"
    limit = float(judged.limit[row])
    return f"{number(round(away, 1))} ms away, where the policy allows {number(limit)} ms"


def _spare(why: str, free: float, place: str, load: Load, because: str) -> Spare:
    return Spare(
        why=why,  # type: ignore[arg-type]
        amount=free,
        places=(place,),
        where=place,
        subject=load.subject,
        data_classes=load.data_classes,
        because=because,
    )
