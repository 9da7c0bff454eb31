"""The shipped law, judged in many ways: the matrix is the verdict, and verdicts behave."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pytest
from law_cases import TODAY
from many_places import ACTIVITIES, CLASSES, places

import domicile
from domicile.residency import Declaration, Law, lawful, rank, verdict

CELLS = 20_000
SEED = 4


@pytest.fixture(scope="module")
def law() -> Law:
    """The shipped law."""
    return domicile.load_law()


def days(rng: random.Random) -> date:
    """A day on or around which facts of law begin and end."""
    return TODAY + timedelta(days=rng.randint(-4000, 3000))


def declared(rng: random.Random, law: Law) -> list[str | Declaration]:
    """Some tokens, met everywhere, for some subjects, or towards some destinations."""
    tokens = sorted(law.asked())
    plain: list[str | Declaration] = [*rng.sample(tokens, rng.randint(0, 12))]
    plain += [f"not:{token}" for token in rng.sample(tokens, 4) if ":" in token]
    for token in rng.sample(tokens, 4):
        to = (
            frozenset(rng.sample(["US", "EU", "GB", "IN", "SG"], 2)) if rng.random() < 0.5 else None
        )
        subjects = frozenset({"EU", "TR", "KE"}) if rng.random() < 0.5 else None
        plain.append(Declaration(token, subjects=subjects, to=to))
    return plain


def test_the_matrix_is_the_verdict_on_every_cell(law: Law) -> None:
    """Random subjects, places, days, declarations and copies, all classes: no difference."""
    rng = random.Random(SEED)
    every = [name for name, each in law.jurisdictions.items() if not each.territory]
    compared = 0
    while compared < CELLS:
        day, given = days(rng), declared(rng, law)
        subjects, where = rng.sample(every, 5), rng.sample(places(1000, day), 8)
        copies = rng.choice([None, (), tuple(rng.sample(every, 3))])
        matrix = lawful(law, subjects, CLASSES, ACTIVITIES, where, day, given, copies).matrix
        for cell in np.ndindex(matrix.shape):
            if rng.random() < 0.3:
                s, c, a, p = cell
                scalar = rank(
                    law, subjects[s], CLASSES[c], ACTIVITIES[a], where[p],
                    placed=copies, declared=given, as_of=day,
                )  # fmt: skip
                assert scalar == matrix[cell], (
                    day,
                    subjects[s],
                    CLASSES[c],
                    ACTIVITIES[a],
                    where[p],
                )
                compared += 1


def test_a_verdict_is_total_pure_and_follows_from_its_trace(law: Law) -> None:
    """Any question has an answer, the same twice, which is the least of its trace's ranks."""
    rng = random.Random(SEED + 1)
    every = [name for name, each in law.jurisdictions.items() if not each.territory]
    where = places(1000, TODAY)
    for _ in range(400):
        day, given = days(rng), declared(rng, law)
        question = {
            "subject": rng.choice(every),
            "data_classes": rng.sample(CLASSES, rng.randint(1, 3)),
            "activity": rng.choice(ACTIVITIES),
            "place": rng.choice(where),
            "recipient": rng.choice([None, "IN", "US", "DE"]),
            "placed": rng.choice([None, ["US"], ["KE", "RU"]]),
        }
        judged = verdict(law, **question, declared=given, as_of=day)
        assert judged == verdict(law, **question, declared=given, as_of=day)
        assert judged.trace
        assert judged.verdict.rank == min(step.rank for step in judged.trace)


def test_verdicts_are_monotone(law: Law) -> None:
    """A mechanism more never hurts, a decision less never helps, a narrower class neither."""
    rng = random.Random(SEED + 2)
    subjects = rng.sample([n for n, j in law.jurisdictions.items() if not j.territory], 60)
    where = rng.sample(places(1000, TODAY), 60)
    needs = sorted(token for token in law.asked() if not token.startswith(("actor:", "threshold:")))
    some = rng.sample(needs, 12)

    def matrix(known: Law, given: list[str]) -> np.ndarray:
        return lawful(known, subjects, CLASSES, ACTIVITIES, where, TODAY, given).matrix

    before = matrix(law, some)
    more = [need for need in needs if not need.startswith(("record:", "service:"))]
    assert (matrix(law, more) >= matrix(law, [n for n in some if n in more])).all()
    entries = [entry.id for each in law.jurisdictions.values() for entry in each.lists]
    for entry in rng.sample(entries, 10):
        assert (matrix(law.without([entry]), some) <= before).all(), entry
    at = {name: number for number, name in enumerate(CLASSES)}
    for narrow in CLASSES:
        for wide in law.classes.wider[narrow] & set(CLASSES):
            assert (before[:, at[narrow]] <= before[:, at[wide]]).all(), (narrow, wide)
