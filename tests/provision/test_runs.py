"""Runs that go wrong at any instant: every state on the way is safe, and the next run ends it.

Pulumi is a pretended one that keeps states in files; everything else is real: workspace, law,
plan, emission, judgement, steps, records.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import small_worlds
from pretend_pulumi import ENVIRONMENT, Killed, Pretend
from small_worlds import Site
from walked import Walk, plan_of

from domicile import emit as emission
from domicile.model.errors import OutsideError, RefusedError, SourceError
from domicile.provision import adapters, drift, lifecycle, recovery
from domicile.provision.engine import Engine
from domicile.provision.rollback import rollback
from domicile.rollout import Counts, Key, Rollout, Start
from domicile.situation import Situation

OLD = {("chat", "p"): 3, ("voice", "q"): 2}
NEW = {("chat", "q"): 2, ("voice", "p"): 2}
"""Each 100 calls of France, 50 a backend; three may stand in each place: it takes three rounds."""


@dataclass
class Workplace:
    """A workspace, and the pretended Pulumi that its runs get."""

    root: Path
    situation: Situation
    pulumi: Pretend
    start: Start = field(default_factory=lambda: Start.of({}))
    states: int = 0

    def emit(self, counts: Counts) -> None:
        """Write a plan with these counts."""
        emission.emit(self.situation, plan_of(self.situation, counts))

    def up(self) -> list[tuple[str, str]]:
        """Bring it up; the commands that Pulumi was given."""
        self.pulumi.ran.clear()
        lifecycle.up(self.root, ENVIRONMENT, at_a_time=1)
        return list(self.pulumi.ran)

    def watch(self, pulumi: Pretend) -> None:
        """Whatever the states say: within quotas, what is counted on stands, and none is short."""
        walk = Walk(self.situation, self.start, Rollout((), (), (), 0))
        standing, counted = pulumi.standing(), pulumi.counted()
        walk.within_quotas(standing)
        walk.stands(standing, counted)
        walk.serves({load.key: (counted, counted) for load in self.situation.loads})
        self.states += 1

    def watched(self) -> None:
        """Watch from here on; what is short now may stay short."""
        self.start = Start.of(self.pulumi.standing(), self.pulumi.counted())
        self.pulumi.watch = self.watch

    def stands(self) -> dict[Key, int]:
        """(service, datacenter) → backends."""
        return self.pulumi.standing()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    """Two sites of three places each, two services."""
    sites = [Site("p", 0.1, quota=3), Site("q", 0.1, quota=3)]
    small_worlds.write(
        tmp_path, sites, services=("chat", "voice"), losses=[], nominal=100, after=100, surge=1
    )
    pulumi = Pretend(tmp_path)
    for module in (lifecycle, recovery, drift):
        monkeypatch.setattr(module, "Cli", lambda _root, _engine: pulumi)
        monkeypatch.setattr(module, "ensure", lambda *_: Engine(tmp_path, "path"))
    monkeypatch.setattr(adapters, "find", lambda name: name)
    made = Workplace(tmp_path, small_worlds.situation(tmp_path), pulumi)
    made.emit(OLD)
    return made


def some(counts: Counts) -> dict[Key, int]:
    """Without pools that have no backend."""
    return {key: count for key, count in counts.items() if count}


def test_a_second_up_touches_no_stack(place: Workplace) -> None:
    """The first makes pools, then traffic; the second gives Pulumi not one command."""
    assert place.up() == [
        ("stack", "production.p"),
        ("up", "production.p"),
        ("stack", "production.q"),
        ("up", "production.q"),
        ("stack", "production.traffic"),
        ("up", "production.traffic"),
    ]
    assert place.up() == []
    assert drift.drift(place.root, ENVIRONMENT).differences == ()


def test_only_stacks_whose_part_of_the_plan_changed_are_run(place: Workplace) -> None:
    """One voice more at q: q, then traffic; p is left alone although the plan is another."""
    place.up()
    place.emit({**OLD, ("voice", "q"): 3})
    assert place.up() == [("up", "production.q"), ("up", "production.traffic")]


def test_a_rollout_goes_in_rounds_where_quotas_ask_for_it(place: Workplace) -> None:
    """Every state on the way is safe, and at the end just the plan stands."""
    place.up()
    place.watched()
    place.emit(NEW)
    place.up()
    assert some(place.stands()) == NEW
    assert some(place.pulumi.counted()) == NEW
    assert place.states == sum(command == "up" for command, _ in place.pulumi.ran) >= 9


@pytest.mark.parametrize("how", ["fails", "killed-half", "killed-after"])
def test_whatever_goes_wrong_wherever_the_next_run_ends_it(place: Workplace, how: str) -> None:
    """At each update of a rollout in rounds: what stands is safe, and `up` goes on to the plan."""
    place.up()
    place.emit(NEW)
    place.up()
    updates = sum(command == "up" for command, _ in place.pulumi.ran)
    wanted = [NEW, OLD]
    # Going back and forth, with trouble one update later each time.
    for at in range(updates):
        wanted.reverse()
        place.watched()
        place.emit(wanted[0])
        place.pulumi.ran.clear()
        place.pulumi.trouble_at, place.pulumi.how = at, how
        with contextlib.suppress(OutsideError, Killed):  # or it had fewer updates than that
            lifecycle.up(place.root, ENVIRONMENT, at_a_time=1)
        place.pulumi.trouble_at = -1
        done = list(place.pulumi.ran)
        place.up()
        assert some(place.stands()) == wanted[0], at
        assert some(place.pulumi.counted()) == some(wanted[0]), at
        assert place.up() == []
        assert len(place.pulumi.ran) <= len(done) + updates + 4


def test_it_stops_at_the_first_failure(place: Workplace) -> None:
    """Where q cannot be made, traffic is not told of anything."""
    place.pulumi.trouble_at = 0
    with pytest.raises(OutsideError, match="out of servers"):
        place.up()
    assert [stack for command, stack in place.pulumi.ran if command == "up"] == ["production.p"]


def test_a_plan_that_no_order_reaches_is_refused_before_the_first_step(place: Workplace) -> None:
    """Both full, nothing spare: exit code 1, the quota and the pools are named, nothing is run."""
    place.emit({("chat", "p"): 3, ("voice", "q"): 3})
    place.up()
    rate = place.root / "infra/demand.yaml"
    rate.write_text(rate.read_text().replace("100 calls", "150 calls"))
    place.situation = small_worlds.situation(place.root)
    place.emit({("chat", "q"): 3, ("voice", "p"): 3})
    with pytest.raises(RefusedError, match=r"quota of `p`, 3 backends.*3 more of `voice`") as found:
        place.up()
    assert found.value.exit_code == 1
    assert "raise the quota of `p`, `q`" in str(found.value.help)
    assert place.pulumi.ran == []


def test_back_to_the_plan_before(place: Workplace) -> None:
    """After a rollout that ended, and after one that failed half way: the files and what stands."""
    plan = place.root / "stacks" / f"plan.{ENVIRONMENT}.yaml"
    stack = place.root / "stacks" / f"Pulumi.{ENVIRONMENT}.p.yaml"
    stack.write_text(stack.read_text() + "encryptionsalt: v1:salt\n")
    place.up()
    old = plan.read_bytes()
    place.emit(NEW)
    place.up()
    new = plan.read_bytes()
    rollback(place.root, ENVIRONMENT, at_a_time=1)
    assert (plan.read_bytes(), some(place.stands())) == (old, OLD)
    assert "encryptionsalt: v1:salt" in stack.read_text()
    place.emit(NEW)
    assert plan.read_bytes() == new
    place.pulumi.ran.clear()
    place.pulumi.trouble_at = 3
    with pytest.raises(OutsideError):
        place.up()
    place.pulumi.trouble_at = -1
    rollback(place.root, ENVIRONMENT, at_a_time=1)
    assert (plan.read_bytes(), some(place.stands())) == (old, OLD)
    assert some(place.pulumi.counted()) == OLD


def test_without_an_earlier_plan_there_is_no_way_back(place: Workplace) -> None:
    """Said plainly, and nothing is run."""
    place.up()
    place.pulumi.ran.clear()
    with pytest.raises(SourceError, match="no earlier plan of environment `production`"):
        rollback(place.root, ENVIRONMENT)
    assert place.pulumi.ran == []


def test_resources_of_others_are_not_deleted(place: Workplace) -> None:
    """A bucket that somebody imported into p's stack: `up` and `down` name it and leave it."""
    place.up()
    place.pulumi.add("production.p", "urn:pulumi:production.p::domicile::aws:s3:Bucket::logs")
    place.emit({**OLD, ("voice", "p"): 0, ("chat", "p"): 2})
    for command in (lifecycle.up, lifecycle.down):
        with pytest.raises(OutsideError, match=r"domicile did not make.*Bucket::logs") as found:
            command(place.root, ENVIRONMENT)
        assert "pulumi state move" in str(found.value.help)
    assert any(each.get("id") == "by-hand" for each in place.pulumi.resources("production.p"))
    said = {each.what: each.said for each in drift.drift(place.root, ENVIRONMENT).differences}
    assert said["logs"] == "in the state, and not made by domicile"


def test_a_state_that_changes_under_a_run_stops_it(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's own `pulumi up` of q, after the run read the states and before it came to q."""
    place.up()
    place.emit({**OLD, ("chat", "p"): 2, ("voice", "q"): 3})
    mended = lifecycle.mend

    def mend(run: object) -> list[str]:
        done = mended(run)  # type: ignore[arg-type]
        place.pulumi.add("production.q", "urn:pulumi:production.q::domicile::aws:s3:Bucket::theirs")
        return done

    monkeypatch.setattr(lifecycle, "mend", mend)
    with pytest.raises(OutsideError, match=r"`production.q` was changed by somebody else") as found:
        place.up()
    assert "domicile drift" in str(found.value.help)


def test_a_lock_of_a_run_at_work_is_respected(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock of a Pulumi that runs stays; of one that is gone, or is something else, it goes."""
    monkeypatch.setattr(lifecycle, "DYING", 0.0)
    program = tmp_path / "pulumi"
    shutil.copy(str(shutil.which("sleep")), program)
    place.up()
    locks = place.pulumi._locks("production.q")
    locks.mkdir(parents=True)
    lock = locks / "a.json"
    other = subprocess.Popen([str(program), "60"])
    who = {"pid": other.pid, "username": "me", "hostname": socket.gethostname()}
    try:
        lock.write_text(json.dumps(who))
        with pytest.raises(OutsideError, match=rf"locked by process {other.pid} of me on"):
            place.up()
        assert lock.exists()
        lock.write_text(json.dumps({**who, "hostname": "elsewhere"}))
        with pytest.raises(OutsideError, match="on elsewhere") as found:
            place.up()
        assert "pulumi cancel -s production.q" in str(found.value.help)
    finally:
        other.kill()
    lock.write_text(json.dumps(who))  # dead, and not buried yet
    place.up()
    assert not lock.exists()
    other.wait()
    for gone in (2**22 - 1, os.getpid()):  # nobody; somebody who is no Pulumi
        lock.write_text(json.dumps({**who, "pid": gone}))
        place.up()
        assert not lock.exists()
