"""Remedies that ask less of the policy: the smallest relaxation that closes a shortfall.

The smallest is found with the contingencies rewritten; then the policies themselves are changed,
and everything is solved again with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from domicile.model.policy import HeadroomPolicy
from domicile.model.quantity import Quantity
from domicile.model.words import number
from domicile.shortage.closing import Question
from domicile.shortage.records import Remedy
from domicile.strain import Strain

STEP = 0.001
"""How finely utilisation and surge are told apart: a tenth of a per cent."""


def relaxations(question: Question) -> Iterator[Remedy]:
    """A longer way, a fuller backend, a lower surge; each alone, the smallest that closes it."""
    policy = question.situation.policy(question.strain.service)
    if policy is None:
        return
    for found in (_latency(question, policy), _utilisation(question, policy), _surge(question)):
        if found is not None:
            yield Remedy(kind="policy", says=found, cost=0.0)


def _latency(question: Question, policy: HeadroomPolicy) -> str | None:
    """The distances at which a further place comes within reach; the first that suffices."""
    situation, strain = question.situation, question.strain
    judged, limit = situation.admissible, policy.latency.value
    rows = [index for index, load in enumerate(situation.loads) if load.service == strain.service]
    lawful = judged.lawful[rows] & judged.open[rows]
    reach = judged.latency[rows]
    useful = lawful & (reach > limit) & np.isfinite(reach) & (question.standing > 0)
    farther = np.unique(np.ceil(reach[useful] * 10) / 10).tolist()

    def within(value: float) -> Strain:
        return replace(strain, admissible=lawful & (reach <= value))

    found = _first(farther, lambda value: _serves(question, within(value)))
    if found is None:
        return None
    longer = Quantity(found, "ms", f"{found:g} ms")
    if not _holds(question, lambda each: {"latency": longer} if each is policy else {}):
        return None
    return f"let traffic go {number(found)} ms, instead of {number(limit)} ms"


def _utilisation(question: Question, policy: HeadroomPolicy) -> str | None:
    given = policy.utilisation
    cases = [question.strain.contingencies[index] for index in question.group.contingencies]
    # Only what binds is asked to give: nominal use does not where losses alone are short.
    firsts = {"nominal" if case.ids[0] == "nominal" else "after" for case in cases}
    every = {"nominal": given.nominal, "after": given.after}
    shares = {name: share for name, share in every.items() if name in firsts}

    def fuller(value: float) -> Strain:
        return _with(question.strain, lambda case: {"utilisation": max(case.utilisation, value)})

    start = math.floor(min(share.value for share in shares.values()) / STEP) + 1
    values = [round(step * STEP, 3) for step in range(start, round(1 / STEP) + 1)]
    found = _first(values, lambda value: _serves(question, fuller(value)))
    if found is None:
        return None
    fullest = Quantity(found, "", f"{found * 100:g} %")

    def raised(each: HeadroomPolicy) -> dict[str, object]:
        used = each.utilisation
        update = {
            name: max(share, fullest, key=lambda one: one.value)
            for name, share in (("nominal", used.nominal), ("after", used.after))
            if name in firsts
        }
        return {"utilisation": used.model_copy(update=update)}

    if not _holds(question, raised):
        return None
    when = {"nominal": "while nothing is lost", "after": "after a loss"}
    said = (
        f"{when[name]} {number(found * 100)} %, instead of {number(share.value * 100)} %"
        for name, share in shares.items()
        if share.value < found
    )
    return f"let backends be used {' and '.join(said)}"


def _surge(question: Question) -> str | None:
    most = max(each.surge for each in question.situation.policies(question.strain.service))

    def lower(value: float) -> Strain:
        return _with(
            question.strain, lambda case: {"demand_factor": min(case.demand_factor, value)}
        )

    steps = range(math.ceil(round(most / STEP, 6)) - 1, round(1 / STEP) - 1, -1)
    values = [round(step * STEP, 3) for step in steps]
    found = _first(values, lambda value: _serves(question, lower(value)))
    if found is None or not _holds(question, lambda each: {"surge": min(each.surge, found)}):
        return None
    return f"ask for a surge of {number(found)}, instead of {number(most)}"


def _with(strain: Strain, changed: Callable[[Any], dict[str, float]]) -> Strain:
    cases = tuple(replace(case, **changed(case)) for case in strain.contingencies)  # type: ignore[arg-type]
    return replace(strain, contingencies=cases)


def _serves(question: Question, strain: Strain) -> bool:
    return question.closed(question.situation, strain, question.standing)


def _holds(question: Question, relaxed: Callable[[HeadroomPolicy], dict[str, object]]) -> bool:
    """Whether nothing is missing where the policies of the service say this instead."""
    held = {id(each) for each in question.situation.policies(question.strain.service)}
    headroom = tuple(
        each.model_copy(update=relaxed(each)) if id(each) in held else each
        for each in question.situation.workspace.headroom
    )
    world = question.suppose(headroom=headroom)
    strain = world.strain(question.strain.service)
    return strain is not None and question.closed(world, strain, question.standing_in(world))


def _first(values: list[float], suffices: Callable[[float], bool]) -> float | None:
    """The first value that suffices, where every later one does too."""
    if not values or not suffices(values[-1]):
        return None
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if suffices(values[middle]):
            high = middle
        else:
            low = middle + 1
    return values[high]
