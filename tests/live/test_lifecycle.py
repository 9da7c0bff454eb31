"""Runs that are killed, doubled, refused or poisoned leave an environment that can be trusted."""

from __future__ import annotations

import base64
import json
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from asking import ask, entries, eventually
from world import ENVIRONMENT, LAW, World, key

from domicile.model.errors import OutsideError, SourceError
from domicile.provision import lifecycle, recovery, states
from domicile.provision.engine import ensure
from domicile.provision.local.run_folder import RunFolder, machine_folder
from domicile.provision.local.supervisor import Supervisor
from domicile.provision.pulumi_cli import Cli
from domicile.provision.run_lock import held

_RUN = "import sys, pathlib; from domicile.provision import lifecycle as l; "
_RUN += "getattr(l, sys.argv[1])(pathlib.Path(sys.argv[2]), sys.argv[3])"


def _running(world: World) -> set[str]:
    return {p.name for p in Supervisor(RunFolder(world.root, ENVIRONMENT)).processes()}


def _in_state(world: World) -> list[str]:
    known = states.read(Cli(world.root, ensure()), ENVIRONMENT)
    return [id_ for state in known.values() for id_ in state.ids]


def _serves(world: World) -> None:
    for subject in LAW:
        for entry in entries(world.root, key(subject, "web")):
            assert ask(entry).status == 200


def test_nothing_is_made_of_what_was_not_emitted(world: World) -> None:
    """Without a plan, with another plan, or with other counts, nothing starts."""
    with pytest.raises(SourceError, match="no stacks were emitted for environment `production`"):
        lifecycle.up(world.root, "production")
    stack = world.root / "stacks" / "Pulumi.local.acme-zrh.yaml"
    text = stack.read_text()
    stack.write_text(text.replace("backends: 1", "backends: 3", 1))
    with pytest.raises(SourceError, match="pool `voice` at `acme-zrh` has 3 backends in its stack"):
        lifecycle.up(world.root, ENVIRONMENT)
    stack.write_text(text.replace("sha256:", "sha256:0", 1))
    with pytest.raises(SourceError, match="belongs to another plan"):
        lifecycle.preview(world.root, ENVIRONMENT)
    stack.write_text(text.replace("adapter: local", "adapter: nimbus"))
    with pytest.raises(SourceError, match="has adapter `nimbus`; its environment asks for `local`"):
        lifecycle.up(world.root, ENVIRONMENT)
    stack.write_text(text)
    assert _running(world) == set()


def test_a_law_that_changed_stops_a_stack_that_was_lawful(world: World) -> None:
    """When Switzerland's rule moves to Liechtenstein, the plan for Zurich is refused at once."""
    law = world.root / "policies" / "residency" / "ch.yaml"
    text = law.read_text()
    law.write_text(text.replace("- CH", "- LI"))
    try:
        with pytest.raises(SourceError, match=r"not admissible on .*`CH/voice/.*` at `acme-zrh`"):
            lifecycle.up(world.root, ENVIRONMENT)
    finally:
        law.write_text(text)


@pytest.mark.parametrize(("command", "more"), [("up", 3), ("up", 1), ("down", -3)])
def test_a_killed_run_is_finished(world: World, command: str, more: int) -> None:
    """Killed with some processes made or ended: then each process is in a state, and just once."""
    before = len(_running(world))
    stood: dict[str, int] = {}
    if before:
        world.counts["web", "acme-lyo"] += 2
        world.emit()
    run = subprocess.Popen([sys.executable, "-c", _RUN, command, str(world.root), ENVIRONMENT])
    try:
        assert eventually(lambda: (len(_running(world)) - before) * more >= more * more, 120)
        assert run.poll() is None
    finally:
        run.kill()
        run.wait()
        stood = {p.name: p.pid for p in Supervisor(RunFolder(world.root, ENVIRONMENT)).processes()}
    recovered = recovery.recover(world.root, ENVIRONMENT)
    done = "finished" if command == "up" else "undone"
    assert done in {stack.did for stack in recovered.stacks}
    recorded = _in_state(world)
    assert sorted(recorded) == sorted(_running(world))
    assert len(recorded) == len(set(recorded))
    assert bool(recorded) == (command == "up")
    if command == "up":  # nothing that the killed run had made was lost, or made a second time
        still = {p.name: p.pid for p in Supervisor(RunFolder(world.root, ENVIRONMENT)).processes()}
        assert {name: still.get(name) for name in stood} == stood
    _serves(world)


def test_the_second_run_is_told_and_the_first_one_wins(world: World) -> None:
    """While one run holds an environment, another is refused at once and says who holds it."""
    with (
        held(world.root, ENVIRONMENT, "up"),
        pytest.raises(OutsideError, match=rf"by `domicile up` \(process {os.getpid()}\)"),
    ):
        lifecycle.down(world.root, ENVIRONMENT)


def test_what_was_killed_behind_pulumi_is_made_again(running: World) -> None:
    """After the supervisor and all its processes died, `up` makes everything stand again."""
    folder = RunFolder(running.root, ENVIRONMENT)
    os.kill(int((folder.path / "supervisor.pid").read_text()), signal.SIGKILL)
    assert eventually(lambda: not Supervisor(folder).runs())
    lifecycle.up(running.root, ENVIRONMENT)
    assert sorted(_in_state(running)) == sorted(_running(running))
    _serves(running)


class _Payload:
    """Writes a file when unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.system, (f"touch {self.mark}",))


def test_a_payload_planted_in_the_state_never_runs(running: World, tmp_path: Path) -> None:
    """A pickle where dynamic providers keep theirs is data to us: refresh and up leave it be."""
    mark = tmp_path / "it-ran"
    planted = base64.b64encode(pickle.dumps(_Payload(mark))).decode()
    state = running.root / ".domicile/state/.pulumi/stacks/domicile/local.acme-zrh.json"
    content = json.loads(state.read_text())
    for resource in content["checkpoint"]["latest"]["resources"]:
        if resource["type"].startswith("domicile:local:"):
            resource["inputs"]["__provider"] = planted
            resource["outputs"]["__provider"] = planted
    state.write_text(json.dumps(content))
    cli = Cli(running.root, ensure())
    cli.run("local.acme-zrh", "refresh", "--yes", "--skip-preview")
    cli.run("local.acme-zrh", "up", "--yes", "--skip-preview")
    assert not mark.exists()
    _serves(running)


def test_down_leaves_nothing_but_what_people_wrote(running: World) -> None:
    """No process, no socket, no lease; the stack files keep Pulumi's salt; twice is no error."""
    folder = RunFolder(running.root, ENVIRONMENT)
    supervisor = int((folder.path / "supervisor.pid").read_text())
    passphrase = (running.root / ".domicile" / "passphrase").read_text()
    lifecycle.down(running.root, ENVIRONMENT)
    assert not Supervisor(folder).runs()
    assert not Path(f"/proc/{supervisor}").exists()
    assert not folder.path.exists()
    assert not folder.sockets.exists()
    assert str(folder.path) not in {
        claim.read_text() for claim in (machine_folder() / "blocks").iterdir()
    }
    for stack in (running.root / "stacks").glob("Pulumi.*.yaml"):
        assert "encryptionsalt" in yaml.safe_load(stack.read_text())
    for file in (running.root / "stacks").iterdir():
        assert passphrase not in file.read_text()
    assert _in_state(running) == []
    assert lifecycle.down(running.root, ENVIRONMENT).stacks == ()
