"""What the law's peers are asked: the same places, declarations and placements, as plain data."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from many_places import ACTIVITIES, CLASSES, COUNTRIES, declared, places
from plain_law import PlainLaw

from domicile.residency import Declaration, Law, Place
from domicile.residency.place import met_by_certificates

SETS = (*((each,) for each in CLASSES), ("government", "health"), ("payment", "communications"))


class Cell(NamedTuple):
    """One placement, by its numbers in the lists of a question."""

    subject: int
    classes: int
    activity: int
    place: int


class Question(NamedTuple):
    """Many placements, and what is declared and planned for all of them."""

    name: str
    subjects: tuple[str, ...]
    places: tuple[Place, ...]
    cells: tuple[Cell, ...]
    declared: tuple[str | Declaration, ...]
    placed: tuple[Place, ...] | None


def questions(law: Law, day: date, each: int, seed: int = 1) -> list[Question]:
    """Two questions: with nothing declared, and with declarations and planned places.

    Args:
        law: the law that will be asked.
        day: the day on which it will be.
        each: placements for each subject; the subjects are all countries, and all territories with
            a file of their own.
        seed: of the choice.
    """
    territories = [name for name in law.jurisdictions if "-" in name]
    subjects = tuple(sorted({*COUNTRIES, *territories}))
    chosen = tuple(places(1000, day))
    chance = random.Random(seed)
    found = []
    for name, given, placed in (
        ("nothing declared", (), None),
        ("declared and planned", tuple(declared()), (Place("FR"), chosen[3], chosen[-1])),
    ):
        cells = tuple(
            Cell(number, chance.randrange(len(SETS)), chance.randrange(len(ACTIVITIES)), place)
            for number, subject in enumerate(subjects)
            for place in _near_and_far(chance, subject, chosen, each)
        )
        found.append(Question(name, subjects, chosen, cells, given, placed))
    return found


def _near_and_far(
    chance: random.Random, subject: str, among: Sequence[Place], count: int
) -> Iterable[int]:
    """Some places; a quarter of them in the subject's own country, where there are any."""
    home = [number for number, place in enumerate(among) if place.territory[:2] == subject[:2]]
    for number in range(count):
        near = home and number % 4 == 0
        yield chance.choice(home) if near else chance.randrange(len(among))


def plain(question: Question, law: PlainLaw) -> dict[str, Any]:
    """The question as JSON can hold it; regions that declarations name are added to the law."""
    limited: dict[str, list[dict[str, Any]]] = {}
    for each in question.declared:
        if isinstance(each, Declaration):
            limited.setdefault(each.token, []).append(
                {
                    "subjects": None if each.subjects is None else law.region(each.subjects),
                    "places": None if each.places is None else sorted(each.places),
                    "providers": None if each.providers is None else sorted(each.providers),
                    "to": None if each.to is None else law.region(each.to),
                }
            )
    return {
        "declared": [each for each in question.declared if isinstance(each, str)],
        "limited": limited,
        "placed": None if question.placed is None else [_place(each) for each in question.placed],
        "places": [_place(each) for each in question.places],
        "sets": [
            sorted({wide for name in classes for wide in law.classes[name]}) for classes in SETS
        ],
        "placements": [
            {
                "subject": question.subjects[cell.subject],
                "set": cell.classes,
                "activity": ACTIVITIES[cell.activity],
                "place": cell.place,
            }
            for cell in question.cells
        ],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "id": place.id or "",
        "provider": place.provider or "",
        "points": [sorted(point.codes) for point in (place.point, *place.operators)],
        "meets": sorted(met_by_certificates(place)),
    }
