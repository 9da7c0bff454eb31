"""Whatever ends `emit`, `stacks/` is the old one or the new one, and the next run finishes."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import emitting
import pytest
import small_worlds
from emitting import Answer

from domicile.cli.app import run
from domicile.emit import emit, exchange
from domicile.emit.exchange import restore
from domicile.model.errors import OutsideError

EVENTS = ("open", "os.", "shutil.", "tempfile.", "ctypes.", "fcntl.")
"""Prefixes of what Python announces before it touches a file, a folder or the system."""


@pytest.fixture
def change(tmp_path: Path) -> Answer:
    """A world that was emitted, and then a plan for three times the demand."""
    root = emitting.emitted(tmp_path / "world")
    small_worlds.write(root, demand={"FR": 300})
    return emitting.planned(root)


@pytest.fixture
def root(change: Answer) -> Path:
    """Its folder."""
    found = change[0].workspace.root
    assert found is not None
    return found


def killed(change: Answer, event: int, *, by_renames: bool = False) -> bool:
    """Emit in a process that is killed at its n-th step; whether it was killed before the end."""

    def work() -> None:
        left = event

        def step(name: str, _: object) -> None:
            nonlocal left
            if name.startswith(EVENTS) and name != "os.kill":
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        if by_renames:
            exchange._exchange_names = lambda *_: False
        sys.addaudithook(step)
        emit(*change)

    code = emitting.in_child(work)
    assert code in {0, -signal.SIGKILL}
    return code != 0


def finish(root: Path, change: Answer, old: dict[str, bytes]) -> None:
    """After a kill: all old or all new; then the next run finishes and leaves nothing behind."""
    restore(root)
    found = emitting.files(root)
    started = set(found) and found != old
    emit(*change)
    new = emitting.files(root)
    assert new != old
    assert found == new if started else found == old
    assert [path.name for path in (root / ".domicile").iterdir()] == ["emit.lock"]


def put_back(root: Path, old: dict[str, bytes]) -> None:
    """Begin again from the old files."""
    for name, data in old.items():
        (root / "stacks" / name).write_bytes(data)


def kill_everywhere(change: Answer, root: Path, events: Iterator[int], **how: bool) -> int:
    """Kill at each of some steps, until one comes too late; how many kills there were."""
    old = emitting.files(root)
    kills = 0
    for event in events:
        if not killed(change, event, **how):
            break
        kills += 1
        finish(root, change, old)
        put_back(root, old)
    return kills


@pytest.mark.parametrize("by_renames", [False, True])
def test_killed_at_some_steps(change: Answer, root: Path, by_renames: bool) -> None:
    """A seeded handful of steps, with one system call and with two renames."""
    chance = random.Random(3)
    steps = sorted(chance.sample(range(60), 8))
    assert kill_everywhere(change, root, iter(steps), by_renames=by_renames) >= 4


@pytest.mark.soak
@pytest.mark.parametrize("by_renames", [False, True])
def test_killed_at_every_step(change: Answer, root: Path, by_renames: bool) -> None:
    """Every step there is."""
    assert kill_everywhere(change, root, iter(range(10_000)), by_renames=by_renames) > 30


@pytest.mark.soak
def test_killed_at_random_moments(change: Answer, root: Path) -> None:
    """A hundred kills by a clock, wherever they fall."""
    old = emitting.files(root)
    chance = random.Random(11)
    for _ in range(100):

        def work(moment: float = chance.uniform(1e-6, 0.06)) -> None:
            signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            signal.setitimer(signal.ITIMER_REAL, moment)
            emit(*change)

        emitting.in_child(work)
        finish(root, change, old)
        put_back(root, old)


@pytest.mark.parametrize(
    "broken", ["os.fsync", "shutil.copy2", "tempfile.mkdtemp", "pathlib.Path.mkdir"]
)
def test_disk_full(
    change: Answer, root: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No space at any kind of step: a plain message, and nothing was changed."""
    old = emitting.files(root)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(broken, full)
        with pytest.raises(OutsideError) as caught:
            emit(*change)
    assert caught.value.exit_code == 3
    assert "`stacks/` could not be written and is unchanged: no space left" in caught.value.message
    assert emitting.files(root) == old
    finish(root, change, old)


def test_file_size_limit(change: Answer, root: Path) -> None:
    """The system refuses to write more than 300 bytes into a file: nothing was changed."""
    old = emitting.files(root)

    def work() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
        return _fails(change)

    assert emitting.in_child(work) == 3
    assert emitting.files(root) == old
    finish(root, change, old)


def test_read_only_folder() -> None:
    """A folder that may not be written: the same. What is fresh, and `--check`, write nothing."""
    with tempfile.TemporaryDirectory() as folder:
        root = emitting.emitted(Path(folder) / "world")
        standing = emitting.planned(root)
        for path in (root / ".domicile/emit.lock", root / ".domicile"):
            path.unlink() if path.is_file() else path.rmdir()
        small_worlds.write(root, demand={"FR": 300})
        change = emitting.planned(root)
        old = emitting.files(root)
        for path in (Path(folder), root, root / "stacks"):
            path.chmod(0o555)

        def work() -> int:
            if os.geteuid() == 0:
                os.seteuid(65534)
            emit(*change, write=False)
            emit(*standing)
            return _fails(change)

        assert emitting.in_child(work) == 3
        assert emitting.files(root) == old
        for path in (Path(folder), root, root / "stacks"):
            path.chmod(0o755)


def _fails(change: Answer) -> int:
    try:
        emit(*change)
    except OutsideError as error:
        return error.exit_code
    return 0


def test_two_at_once(tmp_path: Path) -> None:
    """Emits of two environments wait for each other: neither undoes what the other wrote."""
    root = small_worlds.write(tmp_path / "world")
    environments = (root / "infra/environments.yaml").read_text()
    (root / "infra/environments.yaml").write_text(
        environments.replace("[", '[{"id": "local", "description": "two"},', 1)
    )
    for kind in ("pools", "demand"):
        text = (root / f"infra/{kind}.yaml").read_text()
        (root / f"infra/{kind}.local.yaml").write_text('{"environment": "local",' + text[1:])
    _together(*(lambda each=each: _emit(root, each) for each in ("local", "production")))
    names = set(emitting.files(root))
    assert {"plan.local.yaml", "plan.production.yaml"} <= names
    assert len(names) == 2 * 5


def _emit(root: Path, environment: str) -> int:
    return run(["emit", "-w", str(root), "-e", environment])


def _together(*works: Callable[[], int]) -> None:
    """Do things in processes of their own, at the same time; all must succeed."""
    children = []
    for work in works:
        child = os.fork()
        if child == 0:
            code = 99
            try:
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                code = work()
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(works)


def test_what_pulumi_writes_meanwhile_is_kept(
    change: Answer, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A salt that Pulumi writes between the copy and the exchange is not lost."""
    path = root / "stacks/Pulumi.production.q.yaml"
    sync = exchange._sync
    salted = []

    def meanwhile(folder: Path) -> None:
        if not salted:
            salted.append(True)
            (root / "stacks/Pulumi.other.yaml").write_text("encryptionsalt: v1:new\n")
        sync(folder)

    monkeypatch.setattr(exchange, "_sync", meanwhile)
    emit(*change)
    assert (root / "stacks/Pulumi.other.yaml").read_text() == "encryptionsalt: v1:new\n"
    assert path.is_file()
