"""Remedies that ask less of the policy: the smallest relaxation that closes a shortfall."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from domicile.model.policy import HeadroomPolicy
from domicile.model.quantity import Quantity
from domicile.model.words import number
from domicile.shortage.closing import Question
from domicile.shortage.records import Remedy

STEP = 0.001
"""How finely utilisation and surge are told apart: a tenth of a per cent."""
_Relaxed = Callable[[HeadroomPolicy], HeadroomPolicy]


def relaxations(question: Question) -> Iterator[Remedy]:
    """A longer way, a fuller backend, a lower surge; each alone, the smallest that closes it."""
    policy = question.situation.policy(question.strain.service)
    if policy is None:
        return
    for found in (_latency(question, policy), _utilisation(question, policy), _surge(question)):
        if found is not None:
            yield Remedy(kind="policy", says=found, cost=0.0)


def closes(question: Question, relax: _Relaxed) -> bool:
    """Whether nothing is missing where every policy that holds for the service is relaxed."""
    held = {id(each) for each in question.situation.policies(question.strain.service)}
    headroom = tuple(
        relax(each) if id(each) in held else each for each in question.situation.workspace.headroom
    )
    world = question.suppose(headroom=headroom)
    strain = world.strain(question.strain.service)
    if strain is None:
        return False
    return question.closed(world, strain, question.standing_in(world))


def _latency(question: Question, policy: HeadroomPolicy) -> str | None:
    """The distances at which a further place comes within reach; the first that suffices."""
    judged = question.situation.admissible
    limit = policy.latency.value
    rows = [i for i, x in enumerate(question.situation.loads) if x.service == policy_service(question)]
    columns = question.situation.columns(question.strain.service)
    reach = judged.latency[np.ix_(rows, columns)][judged.lawful[np.ix_(rows, columns)]]
    farther = np.unique(np.ceil(reach[np.isfinite(reach) & (reach > limit)] * 10) / 10).tolist()

    def tried(value: float) -> bool:
        written = Quantity(value, "ms", f"{number(value)} ms")
        return closes(question, lambda each: each.model_copy(update={"latency": written}))

    found = _first(farther, tried)
    if found is None:
        return None
    return f"let traffic go {number(found)} ms instead of {number(limit)} ms"


def policy_service(question: Question) -> str:
    """The service that is asked about."""
    return question.strain.service


def _utilisation(question: Question, policy: HeadroomPolicy) -> str | None:
    said = []
    given = policy.utilisation

    def relaxed(value: float) -> _Relaxed:
        def of(each: HeadroomPolicy) -> HeadroomPolicy:
            shares = {
                name: Quantity(max(value, share.value), "", f"{number(max(value, share.value) * 100)} %")
                for name, share in (
                    ("nominal", each.utilisation.nominal),
                    ("after", each.utilisation.after),
                )
            }
            return each.model_copy(update={"utilisation": each.utilisation.model_copy(update=shares)})

        return of

    start = min(given.nominal.value, given.after.value)
    steps = range(math.floor(start / STEP) + 1, round(1 / STEP) + 1)
    found = _first([round(step * STEP, 3) for step in steps], lambda value: closes(question, relaxed(value)))
    if found is None:
        return None
    for name, share in (("nominally", given.nominal), ("after a loss", given.after)):
        if share.value < found:
            said.append(f"{name} {number(found * 100)} % instead of {number(share.value * 100)} %")
    return f"let backends be used {' and '.join(said)}"


def _surge(question: Question) -> str | None:
    held = question.situation.policies(question.strain.service)
    most = max(policy.surge for policy in held)

    def lowered(value: float) -> _Relaxed:
        return lambda each: each.model_copy(update={"surge": min(each.surge, value)})

    steps = range(math.ceil(most / STEP) - 1, round(1 / STEP) - 1, -1)
    values = [round(step * STEP, 3) for step in steps]
    found = _first(values, lambda value: closes(question, lowered(value)))
    if found is None:
        return None
    return f"ask for a surge of {number(found)} instead of {number(most)}"


def _first(values: list[float], suffices: Callable[[float], bool]) -> float | None:
    """The first value that suffices, where every later one does too; it was tried itself."""
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
