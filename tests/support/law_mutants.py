"""The law with one fact taken away, and whether any worked case notices.

Run as a program it names the facts of some jurisdictions that no case would miss:
`python tests/law/survivors.py TR KE`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np
from law_cases import TODAY, Case, cases

from domicile.model.tokens import Activity, Evidence
from domicile.residency import Law, lawful

PLACES = ("AQ", "CN", "DE", "FR", "GB", "IN", "JP", "KE", "NG", "RU", "SG", "US", "BR", "AE", "ZA")
"""Where a probe looks, beside the subject's own country."""


def mutants(law: Law, jurisdiction: str) -> Iterator[str]:
    """The ids of what can be taken away from one jurisdiction: rules, and entries of its list."""
    found = law.jurisdictions[jurisdiction]
    yield from (rule.id for rule in found.rules)
    yield from (entry.id for entry in found.lists)


@cache
def _by_subject() -> dict[str, tuple[Case, ...]]:
    found: dict[str, list[Case]] = {}
    for case in cases():
        found.setdefault(case.subject, []).append(case)
    return {subject: tuple(of) for subject, of in found.items()}


def reached(law: Law, jurisdiction: str) -> list[Case]:
    """The cases that a jurisdiction's law may decide: subjects under it, or listing by it."""
    listing = {
        each.id
        for each in law.jurisdictions.values()
        if any(way.list == jurisdiction for rule in each.rules for way in rule.unless)
    }
    return [
        case
        for subject, of in _by_subject().items()
        for case in of
        if {jurisdiction, *listing} & set(law.on(case.day).chain(subject))
    ]


def survives(law: Law, mutant: str, among: list[Case]) -> bool:
    """Whether no case's verdict differs without the fact."""
    left = law.without([mutant])
    return all(case.rank(left) == case.rank(law) for case in among)


def idle(law: Law, mutant: str) -> bool:
    """Whether the fact's evidence keeps it from deciding anything: no text of it was seen.

    Such a fact permits little or nothing, which may be what the rest comes to anyway. So a grid of
    cells is asked whether any differs without it.
    """
    owner = law.jurisdictions[mutant.split(":", maxsplit=1)[0]]
    entry = next((each for each in owner.lists if each.id == mutant), None)
    rule = next((each for each in owner.rules if each.id == mutant), None)
    fact = entry or rule
    if fact is None or fact.evidence in {Evidence.OFFICIAL, Evidence.REPRODUCED}:
        return False
    left = law.without([mutant])
    subject = owner.id if len(owner.id) > 2 or not owner.territory else "DE"
    classes = sorted(law.classes.wider)
    every = sorted(law.asked())
    days = {TODAY} | {day for day in (fact.from_, fact.until) if day is not None}
    for day, declared in product(
        sorted(days), ((), every, [token for token in every if not token.startswith("actor:")])
    ):
        one, other = (
            lawful(
                known,
                [subject],
                classes,
                [str(each) for each in Activity],
                [subject, *PLACES],
                day,
                declared=declared,
                placed=["AQ"],
            ).matrix
            for known in (law, left)
        )
        if not np.array_equal(one, other):
            return False
    return True


def survivors(law: Law, jurisdiction: str) -> list[str]:
    """What could be taken away from a jurisdiction's law without any case noticing."""
    among = reached(law, jurisdiction)
    return [
        mutant
        for mutant in mutants(law, jurisdiction)
        if survives(law, mutant, among) and not idle(law, mutant)
    ]
