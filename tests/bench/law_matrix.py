"""The law of the world as one matrix, against the same law asked cell by cell."""

from __future__ import annotations

import random
import time
from datetime import date

import pycountry
from table import Row, Table, yes

from domicile import load_law
from domicile.model.tokens import Activity
from domicile.residency import lawful, rank

DAY = date(2026, 11, 23)
CLASSES = ("personal", "health", "communications", "recordings", "payment", "government")


def measure(*, quick: bool) -> list[Table]:
    """Every country's data, in six classes and all activities, at every country."""
    law = load_law()
    countries = sorted(country.alpha_2 for country in pycountry.countries)
    activities = [str(activity) for activity in Activity]
    shape = (len(countries), len(CLASSES), len(activities), len(countries))
    cells = shape[0] * shape[1] * shape[2] * shape[3]
    lawful(law, ["FR"], CLASSES, activities, countries, DAY)
    begun = time.perf_counter()
    matrix = lawful(law, countries, CLASSES, activities, countries, DAY).matrix
    ours = time.perf_counter() - begun
    chance = random.Random(1)
    sample = [
        tuple(chance.randrange(length) for length in shape) for _ in range(500 if quick else 5000)
    ]
    begun = time.perf_counter()
    alone = [
        rank(law, countries[s], [CLASSES[c]], activities[a], countries[p], as_of=DAY)
        for s, c, a, p in sample
    ]
    each = (time.perf_counter() - begun) / len(sample)
    same = all(matrix[cell] == one for cell, one in zip(sample, alone, strict=True))
    row = Row(
        f"verdicts of {cells / 1e6:.1f} million placements",
        ours,
        "`rank` cell by cell",
        each * cells,
        "s",
        0.1,
        f"{yes(same)} ({len(sample):,} cells)",
    )
    note = (
        f"The peer's time is that of {len(sample):,} random cells ({each * 1e6:.0f} µs each), "
        "scaled to all. Both are ours: no other program was found that answers this question. "
        "The verdicts themselves are tested against a second evaluator, "
        "`tests/properties/test_residency_random_laws.py`."
    )
    return [Table("Residency: a matrix of verdicts", (row,), note)]
