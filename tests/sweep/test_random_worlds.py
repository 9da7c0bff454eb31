"""Sweeps against one scenario at a time, on random worlds; and what must always be true."""

from __future__ import annotations

import numpy as np
import pytest
import swept
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.headroom import Loss, share
from domicile.sweep import Question, every_set, every_subset, in_this_process, samples, sweep
from domicile.sweep.examine import examine
from domicile.sweep.pieces import BLOCK, Losses

SIZES = (0, 1, 2, 3)


def random_world(seed: int) -> Question:
    """Up to 5 loads, 6 places, some links and losses of several places; whole numbers, zeros."""
    chance = np.random.default_rng(seed)
    loads, places = chance.integers(1, 6), int(chance.integers(1, 7))
    links = [
        (int(a), int(b))
        for a, b in chance.integers(0, places, (chance.integers(0, 9), 2))
        if a != b
    ]
    asked = swept.question(
        (chance.random((loads, places)) < chance.choice([0.3, 0.6, 0.9])).astype(int),
        chance.integers(0, 20, loads) * chance.choice([1.0, 0.0, 1e6, 1e-3]),
        chance.integers(0, 30, places) * chance.choice([1.0, 1e3]),
        links=dict.fromkeys(links),
        subjects=[str(its) for its in chance.integers(0, 3, loads)],
    )
    several = [
        Loss(f"provider:{index}", chance.random(places) < 0.4, frozenset(names))
        for index, names in enumerate(
            [chance.choice([f"{a}-{b}" for a, b in dict.fromkeys(links)], 1).tolist()]
            if links
            else [[]]
        )
    ]
    every = [each.loss for each in asked.events] + several
    return swept.question(
        asked.stands[0].admissible.tolist(),
        asked.stands[0].rate.tolist(),
        asked.stands[0].room.tolist(),
        links=dict.fromkeys(links),
        subjects=[asked.stands[0].subjects[each] for each in asked.stands[0].subject],
        losses=every,
        priority=chance.integers(0, 2, loads).tolist(),
        chances=chance.choice([0.0, 0.1, 0.5, 1.0], len(every)).tolist(),
    )


@pytest.mark.parametrize("seed", range(40))
def test_as_one_scenario_at_a_time(seed: int) -> None:
    """Every set of up to three: as many short, and the same worst amount, as by networkx."""
    asked = random_world(seed)
    total = float(asked.stands[0].rate.sum())
    (tally,) = sweep([asked], every_set(0, len(asked.events), 3), in_this_process)[0]
    for size in SIZES:
        if size > len(asked.events):
            continue
        every = swept.every(asked, size)[: 120 if size == 3 else None]
        if size == 3:
            (partial,) = examine(asked, Losses(0, 3, 0, len(every)))
            found = partial.sizes[3]
        else:
            found = tally.sizes[size]
        missing = [swept.plainly(asked, each) for each in every]
        short = [each > 1e-6 * total for each in missing]
        assert found.sets == len(every)
        assert found.short[0] == sum(short)
        worst = max(missing) if any(short) else 0.0
        assert found.worst[0] == pytest.approx(worst, abs=1e-8 * total)
        if any(short):
            assert missing[found.which[0]] == pytest.approx(worst, abs=1e-8 * total)


@pytest.mark.parametrize("seed", range(60, 90))
def test_countries_share_as_everyone_would(seed: int) -> None:
    """What each subject lacks is what sharing among all demand leaves it short."""
    asked = random_world(seed)
    stand = asked.stands[0]
    for number, members in enumerate(swept.every(asked, 1)):
        (tally,) = examine(asked, Losses(0, 1, number, 1))
        lost = asked.ground.lost([asked.events[each].loss for each in members])
        room = np.where(lost, 0.0, stand.room)
        lacks = stand.rate - share(stand.admissible, stand.rate, room, stand.priority)
        everyone = float(lacks.sum())
        lacks = stand.of_subjects(lacks)
        if everyone <= 1e-6 * stand.rate.sum():
            lacks = np.zeros_like(lacks)
        np.testing.assert_allclose(
            tally.sizes[1].worst[1:], lacks, atol=1e-8 * max(stand.rate.sum(), 1e-9)
        )


@pytest.mark.parametrize("seed", range(100, 108))
def test_however_it_is_cut_the_answer_is_the_same(seed: int) -> None:
    """Pieces of 1, of 7 and of everything; backwards; to the last bit, probabilities included."""
    asked = random_world(seed)
    every = len(asked.events)
    whole = sweep([asked], every_set(0, every, 2), in_this_process)
    for at_once in (1, 7):
        pieces = list(every_set(0, every, 2, at_once))
        assert sweep([asked], pieces, in_this_process) == whole
        assert sweep([asked], reversed(pieces), in_this_process) == whole


@pytest.mark.parametrize("seed", range(5))
def test_random_scenarios_are_the_same_however_cut(seed: int) -> None:
    """Blocks draw for themselves: pieces of one block or of three give the same tallies."""
    asked = random_world(seed)
    many = 5 * BLOCK + 17
    cut = [
        sweep([asked], samples(0, many, seed, blocks * BLOCK), in_this_process)
        for blocks in (1, 3, 8)
    ]
    assert cut[0] == cut[1] == cut[2]
    assert cut[0] != sweep([asked], samples(0, many, seed + 1), in_this_process) or not any(
        0 < chance < 1 for chance in asked.chances
    )


@pytest.mark.parametrize("seed", range(120, 130))
def test_subsets_are_all_sets_of_all_sizes(seed: int) -> None:
    """Two ways to list the same scenarios: equal counts, amounts and probabilities."""
    asked = random_world(seed)
    asked = Question(asked.policy, asked.events[:8], asked.ground, asked.here, asked.stands)
    every = len(asked.events)
    (listed,) = sweep([asked], every_set(0, every, every), in_this_process)[0]
    (numbered,) = sweep([asked], every_subset(0, every), in_this_process)[0]
    for size, its in listed.sizes.items():
        other = numbered.sizes[size]
        assert (its.sets, its.short, its.worst) == (other.sets, other.short, other.worst)
    assert listed.risk == numbered.risk


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(0, 5), st.integers(1, 40))
def test_more_capacity_never_adds_a_shortfall(seed: int, where: int, more: int) -> None:
    """Of no size, for no country more sets short; nor a larger worst; nor less availability."""
    asked = random_world(seed)
    stand = asked.stands[0]
    room = stand.room.tolist()
    room[where % len(room)] += more
    better = swept.question(
        stand.admissible.tolist(),
        stand.rate.tolist(),
        room,
        links=dict.fromkeys(link.ends for link in asked.ground.links),
        subjects=[stand.subjects[each] for each in stand.subject],
        losses=[each.loss for each in asked.events],
        chances=[each.probability for each in asked.events],
        priority=stand.priority.tolist(),
    )
    pieces = list(every_set(0, len(asked.events), 2))
    (before,) = sweep([asked], pieces, in_this_process)[0]
    (after,) = sweep([better], pieces, in_this_process)[0]
    for size, its in before.sizes.items():
        assert after.sizes[size].short[0] <= its.short[0]
        assert after.sizes[size].worst[0] <= its.worst[0]
    assert before.risk is not None
    assert after.risk is not None
    assert after.risk.available[0] >= before.risk.available[0]


def test_wrong_arguments_are_named() -> None:
    """Pieces that are no whole blocks, and too many subsets."""
    with pytest.raises(ValueError, match="`at_once`"):
        list(samples(0, 10, 0, at_once=100))
    with pytest.raises(ValueError, match="`events`"):
        list(every_subset(0, 23))
