"""Remedies by law: what, declared or confirmed, or not asked, would let spare capacity count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from domicile.legal import Load
from domicile.model.words import listed, number, quoted, several
from domicile.shortage.closing import Question
from domicile.shortage.records import Kind, Remedy
from domicile.shortage.settling import Opening, openings, supposed

LARGEST = 8
"""Loads, the largest of those who are short, whose law is looked into."""
MOST = 4
"""Openings that are tried."""


def laws(question: Question, least: float | None, *, withdrawing: bool) -> Iterator[Remedy]:
    """Openings that close it for less than backends alone do.

    Args:
        question: what is to be closed.
        least: what the cheapest backends cost; None where none close it.
        withdrawing: suppose that rules do not hold, instead of declaring what would meet them.
    """
    service = frozenset((question.strain.service,))
    found = openings(question.situation, pairs(question), withdrawing=withdrawing)
    for opening in found[:MOST]:
        world = supposed(question.situation, opening, service)
        strain = world.strain(question.strain.service)
        if strain is None:
            continue
        standing = question.standing_in(world)
        if question.closed(world, strain, standing):
            yield _remedy(opening, "", 0.0, least)
            continue
        added = question.add(world, strain)
        if added is not None and (least is None or added.cost < least - 1e-9):
            more = (
                f", and add {several(added.total, 'backend')} ({added.words}), "
                f"at {number(added.cost)} EUR/h"
            )
            yield _remedy(opening, more, added.cost, least, added.places, added.total)


def pairs(question: Question) -> list[tuple[Load, str]]:
    """The largest loads that are short, and the pools from which the law alone keeps them."""
    situation, strain = question.situation, question.strain
    judged = situation.admissible
    near = judged.latency <= judged.limit[:, None]
    shut = near & judged.open & ~judged.lawful
    rows = np.flatnonzero(question.group.loads)
    rows = rows[np.argsort(-strain.rate[rows], kind="stable")][:LARGEST]
    found = []
    for load in (strain.loads[row] for row in rows.tolist()):
        at = situation.loads.index(load)
        found += [
            (load, situation.places[column])
            for column in situation.columns(strain.service)
            if shut[at, column] and question.standing[column] > 0
        ]
    return found


def _remedy(
    opening: Opening,
    more: str,
    cost: float,
    least: float | None,
    places: tuple[str, ...] = (),
    count: int = 0,
) -> Remedy:
    return Remedy(
        kind=kind_of(opening),
        says=words(opening) + more,
        cost=cost,
        places=places,
        backends=count,
        saves=None if least is None else round(least - cost, 6),
    )


def kind_of(opening: Opening) -> Kind:
    """Whether it declares, has something confirmed, or does without a rule."""
    if opening.without:
        return "rule"
    return "confirmation" if opening.confirm else "mechanism"


def words(opening: Opening) -> str:
    """What is supposed, as something to do."""
    said = []
    if opening.declare:
        said.append(
            f"declare {_and(quoted([each]) for each in sorted(opening.declare))} as met for "
            f"{listed(sorted(opening.subjects), 6)} to {listed(sorted(opening.to), 6)}"
        )
    if opening.confirm:
        said.append(f"have a reviewer confirm {quoted(sorted(opening.confirm), 4)}")
    if opening.copies:
        said.append(f"keep a copy of the data of {listed(sorted(opening.copies), 6)} at home")
    if opening.without:
        said.append(f"do without {quoted(sorted(opening.without), 4)}")
    return " and ".join(said)


def _and(words_: Iterable[str]) -> str:
    return " and ".join(words_)
