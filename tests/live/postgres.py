"""A PostgreSQL server of a test's own, on loopback, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_WITHIN = 60.0  # seconds in which it must answer


@dataclass(frozen=True)
class Server:
    """A running server with one database `states`."""

    port: int
    password: str

    @property
    def url(self) -> str:
        """As Pulumi takes it."""
        return f"postgres://owner:{self.password}@127.0.0.1:{self.port}/states?sslmode=disable"

    def ask(self, sql: str) -> list[str]:
        """The rows of an answer."""
        command = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", sql, self.url]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.splitlines()


def programs() -> Path | None:
    """The folder of the server's programs; None where none is installed."""
    on_path = shutil.which("pg_ctl")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return Path(on_path).parent if on_path else found[-1].parent if found else None


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Start one; it refuses to run as root, so then it runs as `postgres`."""
    folder = programs()
    assert folder is not None
    with tempfile.TemporaryDirectory() as name:
        home, password, port = Path(name), secrets.token_hex(12), _free()
        secret = home / "password"
        secret.write_text(password)
        as_owner = _as_owner(home)
        data = home / "data"
        made = ["--username=owner", f"--pwfile={secret}", "--auth=scram-sha-256", "--no-sync"]
        _run([*as_owner, str(folder / "initdb"), f"--pgdata={data}", *made])
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home}"
        control = [*as_owner, str(folder / "pg_ctl"), f"--pgdata={data}", "--wait"]
        _run([*control, "-o", settings, f"--log={home}/log", "start"])
        try:
            ours = Server(port, password)
            admin = ours.url.replace("/states?", "/postgres?")
            until = time.monotonic() + _WITHIN
            create = ["psql", "--no-psqlrc", "--command", "create database states", admin]
            while subprocess.run(create, capture_output=True, check=False).returncode:
                assert time.monotonic() < until, (home / "log").read_text()
                time.sleep(0.2)
            yield ours
        finally:
            _run([*control, "--mode=immediate", "stop"])


def _as_owner(home: Path) -> list[str]:
    if os.geteuid():
        return []
    user = pwd.getpwnam("postgres")
    for path in (home, *home.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _run(command: list[str]) -> None:
    # into a file: the server keeps a pipe open for as long as it runs
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(command, stdout=said, stderr=said, cwd="/", check=False, timeout=120)
        said.seek(0)
        assert done.returncode == 0, said.read()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
