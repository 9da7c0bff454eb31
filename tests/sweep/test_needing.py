"""What services lack through those that they need: by hand, and one scenario at a time."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_worlds
import swept
from commanding import Asker
from small_worlds import Site

from domicile.headroom import share
from domicile.model.sweep_answer import Between, SweptService
from domicile.model.tokens import Counts
from domicile.sweep import (
    Question,
    Stand,
    every_set,
    every_subset,
    in_this_process,
    results,
    samples,
    sweep,
)
from domicile.sweep.asking import questions, subsets


def pair(first: Question, needed: Question, *, counted: bool = False) -> Question:
    """The first's service needs the other's, in the first's events; which may be counted, too."""
    own = replace(first.stands[0], needs=(1,))
    other = replace(needed.stands[0], service="signalling")
    if counted:
        return replace(first, stands=(own, other))
    return replace(first, stands=(own,), others=(other,))


def read(asked: Question, most: int, confidence: float = 0.9) -> SweptService:
    """A sweep of every set, read: its first service."""
    found = sweep([asked], every_set(0, len(asked.events), most), in_this_process)
    return results.services(asked, found[0], results.losses(0), confidence, drawn=False)[0]


def is_exactly(found: Between, figure: float) -> bool:
    """Whether both bounds are that."""
    return (found.least, found.most) == pytest.approx((figure, figure), abs=1e-11)


CALLS = swept.question(
    [[1, 1, 1], [1, 1, 1]], [60, 40], [60, 60, 60], chances=[0.1, 0.2, 0.5], subjects=["A", "B"]
)
"""100 calls at three places of 60: two lost places leave 40 short, a part of .4 of each."""
SIGNALS = swept.question([[1, 1, 0], [1, 0, 0]], [10, 6], [20, 4, 0], subjects=["A", "C"])
"""A's 10 at p0 and p1, C's 6 at p0 alone: without p0, A has 4 of 10 and C nothing."""


@pytest.mark.parametrize("counted", [False, True])
def test_the_weakest_of_all_that_it_needs(counted: bool) -> None:
    """Without p0, A is served 4 of 10 signals, so 24 of 60 calls; B needs none of them.

    p0: A lacks 36. p0 and p1: A has no signal, 60 are missing, and B lacks its own .4 of 40:
    76. p0 and p2: A lacks .6 by signals (36), B .4 (16): 52. p1 and p2: 40, as by itself.
    """
    found = read(pair(CALLS, SIGNALS, counted=counted), 3)
    assert [(its.short, its.worst) for its in found.sizes] == [(0, 0), (0, 0), (3, 40), (1, 100)]
    assert found.needs == ("signalling",)
    assert found.through is not None
    assert [(its.short, its.worst) for its in found.through.sizes] == [
        (0, 0), (1, 36), (3, 76), (1, 100),
    ]  # fmt: skip
    assert found.through.sizes[1].losses == ("datacenter:p0",)
    assert found.through.sizes[2].losses == ("datacenter:p0", "datacenter:p1")
    assert (found.fewest, found.through.fewest) == (2, 1)
    first, second = found.subjects
    assert first.through is not None
    assert second.through is not None
    assert [its.worst for its in first.through.sizes] == [0, 36, 60, 60]
    assert second.through.sizes == second.sizes


def test_availability_through_them() -> None:
    """Nothing lost .36; p0 .04, p1 .09, p2 .36; p0 p1 .01, p0 p2 .04, p1 p2 .09; all .01.

    By itself .85. Through signalling p0 alone is lost too: .81. Missing on average:
    .04 * .36 + .01 * .76 + .04 * .52 + .09 * .4 + .01 = .0888. Of the worst tenth:
    all .01, .76 with .01, .52 with .04 and .4 with .04: .01 + .0076 + .0208 + .016 = .0544.
    Whoever loses most: A, all of it with .01 + .01, .6 with .04 (p0) and .04 (p0 p2): .68.
    """
    found = read(pair(CALLS, SIGNALS), 3)
    assert found.risk is not None
    assert is_exactly(found.risk.availability, 0.85)
    assert found.through is not None
    assert found.through.risk is not None
    assert is_exactly(found.through.risk.availability, 0.81)
    assert is_exactly(found.through.risk.expected, 0.0888)
    assert is_exactly(found.through.risk.worst_mean, 0.544)
    assert found.through.worst_subject is not None
    assert is_exactly(found.through.worst_subject, 0.68)
    bounded = read(pair(CALLS, SIGNALS), 1)
    assert bounded.through is not None
    assert bounded.through.risk is not None
    assert bounded.through.risk.availability.least == pytest.approx(0.81)
    assert bounded.through.risk.availability.most == pytest.approx(0.96)


def random_pair(seed: int) -> Question:
    """Two services of three subjects at six places, of which one needs the other; whole numbers."""
    chance = np.random.default_rng(seed)

    def one(subjects: str) -> Question:
        loads, places = int(chance.integers(1, 6)), 6
        return swept.question(
            (chance.random((loads, places)) < chance.choice([0.4, 0.8])).astype(int),
            chance.integers(0, 20, loads),
            chance.integers(0, 30, places),
            subjects=[subjects[each] for each in chance.integers(0, 3, loads)],
            priority=chance.integers(0, 2, loads).tolist(),
            chances=chance.choice([0.0, 0.1, 0.5], places).tolist(),
        )

    return pair(one("ABC"), one("BCD"))


def plainly(asked: Question, members: tuple[int, ...]) -> dict[str, float]:
    """Subject → the part of its demand that a service serves through what it needs."""

    def parts(stand: Stand) -> dict[str, float]:
        lost = asked.ground.lost([asked.events[index].loss for index in members])
        served = share(stand.admissible, stand.rate, np.where(lost, 0, stand.room), stand.priority)
        found = {}
        for index, name in enumerate(stand.subjects):
            rate = stand.rate[stand.subject == index].sum()
            if rate:
                found[name] = served[stand.subject == index].sum() / rate
        return found

    own, needed = (parts(stand) for stand in asked.judged)
    return {name: min(part, needed.get(name, 1.0)) for name, part in own.items()}


@pytest.mark.parametrize("seed", range(25))
def test_as_one_scenario_at_a_time(seed: int) -> None:
    """Every set of up to three: as many short, the same worst, the same missing on average."""
    asked = random_pair(seed)
    stand = asked.stands[0]
    rates = {
        name: float(stand.rate[stand.subject == index].sum())
        for index, name in enumerate(stand.subjects)
    }
    found = read(asked, 3)
    assert found.through is not None
    expected = 0.0
    for size in range(4):
        every = list(itertools.combinations(range(6), size))
        missing = []
        for members in every:
            parts = plainly(asked, members)
            missing.append(sum(rates[name] * (1 - part) for name, part in parts.items()))
            chances = [
                chance if index in members else 1 - chance
                for index, chance in enumerate(asked.chances)
            ]
            if sum(rates.values()):
                expected += float(np.prod(chances)) * missing[-1] / sum(rates.values())
        its = found.through.sizes[size]
        assert its.short == sum(each > 1e-6 for each in missing)
        assert its.worst == pytest.approx(max(missing), abs=1e-6)
    assert found.through.risk is not None
    assert found.through.risk.expected.least == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(30, 36))
def test_however_it_is_cut_the_answer_is_the_same(seed: int) -> None:
    """Pieces of 1, of 7 and of everything, backwards: to the last bit."""
    asked = random_pair(seed)
    whole = sweep([asked], every_set(0, 6, 3), in_this_process)
    assert whole[0][0].through is not None
    for at_once in (1, 7):
        pieces = list(every_set(0, 6, 3, at_once))
        assert sweep([asked], reversed(pieces), in_this_process) == whole
    for many in (5, 64):
        assert sweep([asked], list(every_subset(0, 6, many)), in_this_process) == sweep(
            [asked], every_subset(0, 6), in_this_process
        )


@pytest.mark.parametrize("seed", range(40, 46))
def test_through_others_is_never_better(seed: int) -> None:
    """Of random scenarios, too: no more available, no less missing."""
    asked = random_pair(seed)
    (tally,) = sweep([asked], samples(0, 3000, seed), in_this_process)[0]
    assert tally.risk is not None
    assert tally.through is not None
    assert tally.through.risk is not None
    pairs = zip(tally.risk.available, tally.through.risk.available, strict=True)
    assert all(own >= through for own, through in pairs)
    pairs = zip(tally.risk.expected, tally.through.risk.expected, strict=True)
    assert all(own <= through for own, through in pairs)


SITES = [Site("p", 0.10, existing=3), Site("q", 0.12, existing=3)]
NEEDS: dict[str, Any] = {"services": ("chat", "voice"), "depends": {"voice": {"chat": 1}}}
"""Voice needs chat, one for one; both stand with three backends at p and at q: 135 of 120."""


def test_a_workspace_says_who_needs_whom(tmp_path: Path) -> None:
    """Also if only the one is asked about; each counts for itself, and the needed is not shown."""
    world = small_worlds.write(tmp_path, SITES, **NEEDS)
    situation = small_worlds.situation(world, Counts.EXISTING)
    (alone,) = questions(situation, ["voice"])
    assert [each.service for each in alone.stands] == ["voice"]
    assert [each.service for each in alone.others] == ["chat"]
    (both,) = questions(situation, ["chat", "voice"])
    assert [each.needs for each in both.stands] == [(), (0,)]
    assert both.others == ()
    (of_subsets,) = subsets(situation, ["voice"])
    assert [each.loss.id for each in of_subsets.events] == ["datacenter:p", "datacenter:q"]
    assert of_subsets.judged[of_subsets.stands[0].needs[0]].service == "chat"


def test_what_is_needed_stands_under_its_own_policy(tmp_path: Path) -> None:
    """Chat's policy asks for no surge and lets nine tenths be used after a loss; voice's is other.

    Voice's named contingency congests p for chat too, though chat's own policy knows nothing of it.
    """
    named = {
        "id": "slow", "congested": {"datacenter:p": "10 %"}, "surge": {"FR": 2},
        "probability": 0.5, "reason": "a test",
    }  # fmt: skip
    small_worlds.write(
        tmp_path, SITES, **NEEDS, policy={"services": ["voice"], "contingencies": [named]},
        beside=[{"id": "chats", "services": ["chat"], "surge": 1.0}],
    )  # fmt: skip
    situation = small_worlds.situation(tmp_path, Counts.EXISTING)
    (asked,) = questions(situation, ["voice"])
    voice, chat = asked.judged
    assert (voice.rate.tolist(), chat.rate.tolist()) == ([120], [100])
    assert chat.room.tolist() == [135, 135]
    (strained,) = chat.strains
    assert strained.rate is not None
    assert strained.kept is not None
    assert (strained.rate.tolist(), strained.kept.tolist()) == ([200], [0.1, 1])


def test_people_read_what_is_short_through_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Chat stands at p alone: without it voice serves nobody, though its own q would do."""
    small_worlds.write(tmp_path, SITES, **NEEDS, policy={"probability": {"datacenter": 0.1}})
    path = tmp_path / "infra/pools.yaml"
    given = json.loads(path.read_text())
    given["pools"] = [
        pool for pool in given["pools"] if (pool["service"], pool["datacenter"]) != ("chat", "q")
    ]
    path.write_text(json.dumps(given))
    ask = Asker(tmp_path, capsys)
    out = ask("sweep", "--service", "voice", "--losses", "1", "--counts", "existing").out
    assert "Through the services that they need, more is short:" in out
    assert "FR, through needed" in out
    answer = ask(
        "sweep", "--service", "voice", "--all-subsets", "--counts", "existing", "--format", "json"
    )
    (found,) = answer.json["services"]
    assert (found["judged"], found["needs"]) == ("every-set", ["chat"])
    assert found["risk"]["availability"]["least"] == pytest.approx(0.99)
    assert found["through"]["risk"]["availability"]["most"] == pytest.approx(0.9)
    assert answer.code == 0
