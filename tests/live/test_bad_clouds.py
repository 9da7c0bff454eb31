"""A cloud that refuses, or never answers: the command says so, exits with 3, and goes on later."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hosted import ENVIRONMENT, Hosted
from standin import Standin

from domicile.provision import lifecycle
from domicile.provision.results import Outcome

SERVER = "hcloud:index/server:Server"
COMMAND = "from domicile.cli import main; main()"


@pytest.fixture
def hosted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosted]:
    """Two servers at Hetzner, and names at OVHcloud."""
    with Standin("hcloud", "ovh") as standin:
        monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", standin.setting)
        place = {"hetzner-fsn": ("fsn1", "DE")}
        where = {"zone": "example.net", "direction": "ovh"}
        made = Hosted(tmp_path, "hetzner", place, "ccx23", "debian-12", standin, **where)
        made.declare()
        made.emit()
        yield made


def _command(hosted: Hosted, name: str) -> subprocess.Popen[str]:
    """A command in a process group of its own, as a terminal's."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, name, "-w", str(hosted.root), "-e", ENVIRONMENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _failed(hosted: Hosted) -> str:
    done = _command(hosted, "up")
    said, _ = done.communicate(timeout=300)
    assert done.returncode == 3, said
    assert "Traceback" not in said
    return said


def _up(hosted: Hosted) -> Outcome:
    return lifecycle.up(hosted.root, ENVIRONMENT)


def test_refusals_are_said_and_the_next_run_goes_on(hosted: Hosted) -> None:
    """A quota, then credentials that are taken back: what was made is not made a second time."""
    cloud = hosted.standin.cloud
    cloud.quota(SERVER, 1)
    assert "its quota is used up" in _failed(hosted)
    first = {server.id for server in cloud.of(SERVER)}
    assert len(first) == 1
    cloud.quota(SERVER, 9)
    cloud.refuse("Configure", "hcloud: invalid token: 401 Unauthorized")
    said = _failed(hosted)
    assert "takes no credentials, or other ones" in said
    assert "401 Unauthorized" in said
    cloud.relent()
    _up(hosted)
    standing = {server.id for server in cloud.of(SERVER)}
    assert len(standing) == 2
    assert first < standing


def test_ctrl_c_while_a_provider_hangs(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once: it waits and says so. Twice: 130; the next run names what may stand, and ends it."""
    begun, answers = threading.Event(), threading.Event()

    def hangs(method: str, token: str) -> None:
        if (method, token) == ("Create", SERVER):
            begun.set()
            answers.wait(300)

    monkeypatch.setattr(hosted.standin.cloud, "refusal", hangs)
    run = _command(hosted, "up")
    try:
        assert begun.wait(120), run.communicate(timeout=1)
        os.killpg(run.pid, signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(5)
        os.killpg(run.pid, signal.SIGINT)
        said, _ = run.communicate(timeout=60)
    finally:
        answers.set()
        run.kill()
    assert run.returncode == 130
    assert "interrupted: waiting for Pulumi to write down what stands" in said
    told: list[str] = []
    lifecycle.up(hosted.root, ENVIRONMENT, told.append)
    may_stand = [each for each in told if "may stand at the provider and be in no state" in each]
    assert ["`web-0`, `web-1`" in each for each in may_stand] == [True]
    in_state = {str(each["id"]) for each in hosted.resources("hetzner-fsn") if each.get("id")}
    assert len({server.id for server in hosted.standin.cloud.of(SERVER)} & in_state) == 2
