"""Rollouts of worlds that are small enough to be worked out by hand.

A backend does 50 calls and may be used whole; nothing is lost, nothing surges, so France's 100
calls ask for two backends in any place.
"""

from __future__ import annotations

from pathlib import Path

import small_worlds
from small_worlds import Site
from walked import Walk, plan_of

from domicile.model.rollout import StepKind
from domicile.rollout import Rollout, Start, rollout
from domicile.situation import Situation

OUT, TRAFFIC, IN = StepKind.OUT, StepKind.TRAFFIC, StepKind.IN


def world(folder: Path, quotas: dict[str, int | None], services: tuple[str, ...]) -> Situation:
    """Sites with these quotas, each service at each of them, 100 calls of France."""
    sites = [Site(name, 0.1, quota=quota) for name, quota in quotas.items()]
    return small_worlds.situation(
        small_worlds.write(
            folder, sites, services=services, losses=[], nominal=100, after=100, surge=1
        )
    )


def found(
    situation: Situation, start: dict[tuple[str, str], int], goal: dict[tuple[str, str], int]
) -> Rollout:
    """The rollout, walked through."""
    begin = Start.of(start)
    rolled = rollout(situation, plan_of(situation, goal), begin)
    Walk(situation, begin, rolled).check()
    return rolled


def said(rolled: Rollout) -> list[tuple[StepKind, dict[str, tuple[int, int]]]]:
    """Steps as kind and `service@place` → before, after."""
    return [
        (step.kind, {f"{p.service}@{p.datacenter}": (p.now, p.after) for p in step.pools})
        for step in rolled.steps
    ]


def test_a_move_goes_out_then_traffic_then_in(tmp_path: Path) -> None:
    """From p to q: q grows, traffic learns of q, traffic leaves p, p goes.

    In one traffic step, half of the fronts would know p alone and half q alone, and no two of them
    the same backend: what is common to both is nothing.
    """
    situation = world(tmp_path, {"p": None, "q": None}, ("voice",))
    rolled = found(situation, {("voice", "p"): 2}, {("voice", "q"): 2})
    assert said(rolled) == [
        (OUT, {"voice@q": (0, 2)}),
        (TRAFFIC, {"voice@q": (0, 2)}),
        (TRAFFIC, {"voice@p": (2, 0)}),
        (IN, {"voice@p": (2, 0)}),
    ]
    assert rolled.routing[-2] is not None
    assert set(rolled.routing[-2].plan.nominal["FR/voice/communications"]) == {"q"}


def test_growth_alone_and_shrinking_alone_take_two_steps(tmp_path: Path) -> None:
    """2 → 3 at p: out, traffic. 3 → 2: traffic, in."""
    situation = world(tmp_path, {"p": None}, ("voice",))
    grown = found(situation, {("voice", "p"): 2}, {("voice", "p"): 3})
    assert said(grown) == [(OUT, {"voice@p": (2, 3)}), (TRAFFIC, {"voice@p": (2, 3)})]
    shrunk = found(situation, {("voice", "p"): 3}, {("voice", "p"): 2})
    assert said(shrunk) == [(TRAFFIC, {"voice@p": (3, 2)}), (IN, {"voice@p": (3, 2)})]


def test_nothing_to_count_anew_is_one_traffic_step_or_none(tmp_path: Path) -> None:
    """Equal counts with another routing: traffic alone; with the same routing: no step."""
    situation = world(tmp_path, {"p": None}, ("voice",))
    counts = {("voice", "p"): 2}
    assert said(found(situation, counts, counts)) == [(TRAFFIC, {})]
    rolled = rollout(situation, plan_of(situation, counts), Start.of(counts), reroute=False)
    assert rolled.steps == ()


def test_a_quota_that_is_full_takes_rounds(tmp_path: Path) -> None:
    """Chat goes from p to q and voice from q to p, 3 may stand in each, and one chat is spare.

    p is full of 3 chat, q has 2 voice and room for one. So one chat goes ahead, which lets two at p
    go, since 1 + 1 are enough; then both voice move into the room that this left, and at last
    the other chat follows.
    """
    situation = world(tmp_path, {"p": 3, "q": 3}, ("chat", "voice"))
    start = {("chat", "p"): 3, ("voice", "q"): 2}
    rolled = found(situation, start, {("chat", "q"): 2, ("voice", "p"): 2})
    assert rolled.refused is None
    assert [each for each in said(rolled) if each[0] is not TRAFFIC] == [
        (OUT, {"chat@q": (0, 1)}),
        (IN, {"chat@p": (3, 1)}),
        (OUT, {"voice@p": (0, 2)}),
        (IN, {"voice@q": (2, 0)}),
        (OUT, {"chat@q": (1, 2)}),
        (IN, {"chat@p": (1, 0)}),
    ]


def test_a_swap_at_full_places_is_refused_with_quota_and_pools(tmp_path: Path) -> None:
    """P and q are full, and both services need all they have: that none can go is proved."""
    situation = world(tmp_path, {"p": 2, "q": 2}, ("chat", "voice"))
    start = {("chat", "p"): 2, ("voice", "q"): 2}
    goal = {("chat", "q"): 2, ("voice", "p"): 2}
    rolled = rollout(situation, plan_of(situation, goal), Start.of(start))
    assert rolled.steps == ()
    assert rolled.refused is not None
    assert rolled.refused.proved
    assert rolled.refused.quotas == ("p", "q")
    assert {(p.service, p.datacenter, p.now, p.after) for p in rolled.refused.pools} == {
        ("chat", "p", 2, 0),
        ("chat", "q", 0, 2),
        ("voice", "p", 0, 2),
        ("voice", "q", 2, 0),
    }
    assert "the quota of `p`, 2 backends, leaves no room for 2 more of `voice`" in (
        rolled.refused.reason
    )
    assert "`chat` would be 50 calls shorter than it may be" in rolled.refused.reason


def test_a_third_place_lends_room(tmp_path: Path) -> None:
    """The same swap goes where a third place may hold two backends for a while."""
    situation = world(tmp_path, {"p": 2, "q": 2, "r": 2}, ("chat", "voice"))
    start = {("chat", "p"): 2, ("voice", "q"): 2}
    goal = {("chat", "q"): 2, ("voice", "p"): 2}
    rolled = found(situation, start, goal)
    assert rolled.refused is None
    assert any(p.datacenter == "r" and p.after > 0 for step in rolled.steps for p in step.pools)
    assert {k: n for k, n in rolled.standing[-1].items() if n} == goal


def test_what_is_short_already_may_stay_so_but_no_shorter(tmp_path: Path) -> None:
    """One backend of the two that are needed: 50 calls are missing, and no step may miss more."""
    situation = world(tmp_path, {"p": None, "q": None}, ("voice",))
    rolled = found(situation, {("voice", "p"): 1}, {("voice", "q"): 2})
    assert rolled.refused is None
    worse = rollout(
        situation, plan_of(situation, {("voice", "q"): 1}), Start.of({("voice", "p"): 2})
    )
    assert worse.refused is not None
    assert "less headroom than what stands" in worse.refused.reason


def test_backends_that_nothing_counts_on_go_first_where_a_quota_is_full(tmp_path: Path) -> None:
    """Three stand at p, which is full, traffic counts on 2, chat wants in: the third goes first."""
    situation = world(tmp_path, {"p": 3, "q": None}, ("chat", "voice"))
    begin = Start.of({("voice", "p"): 3, ("chat", "q"): 2}, {("voice", "p"): 2, ("chat", "q"): 2})
    goal = {("voice", "p"): 2, ("chat", "p"): 1, ("chat", "q"): 1}
    rolled = rollout(situation, plan_of(situation, goal), begin)
    Walk(situation, begin, rolled).check()
    assert said(rolled)[0] == (IN, {"voice@p": (3, 2)})
