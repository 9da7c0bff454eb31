"""The supervisor of an environment: it starts processes, restarts them, and outlives Pulumi.

One `supervisord` for each environment, on a Unix socket that only its owner may open. It is
started by whoever needs it first and stopped when its last program is removed. Every program is a
group of its own, named `<kind>~<datacenter>~…`.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shlex
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domicile.model.errors import OutsideError
from domicile.provision.local.addresses import release
from domicile.provision.local.admin import UnixConnection
from domicile.provision.local.run_folder import RunFolder, write_whole

START = 20.0  # seconds within which a supervisor must answer
ALREADY_ADDED, BAD_NAME, ALREADY_STARTED, NOT_RUNNING = 90, 10, 60, 70  # supervisor's faults

_CONFIGURATION = """\
[unix_http_server]
file={socket}
chmod=0600
[supervisord]
identifier={identity}
directory={folder}
logfile={folder}/log/supervisor.log
logfile_maxbytes=5MB
logfile_backups=1
loglevel=warn
pidfile={folder}/supervisor.pid
childlogdir={folder}/log
nodaemon=true
silent=true
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[include]
files={folder}/programs/*.conf
"""

_PROGRAM = """\
; {about}
[program:{name}]
command={command}
autostart=true
autorestart=true
startsecs=0
startretries=1000000
stopwaitsecs=15
priority={priority}
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=2MB
stdout_logfile_backups=1
"""


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep running."""

    name: str
    """Its name: `<kind>~<datacenter>~…`, no spaces or colons."""
    command: tuple[str, ...]
    """Its command line."""
    about: dict[str, Any]
    """What it is, for whoever reads its file; no secrets."""

    def text(self, folder: RunFolder) -> str:
        """The supervisor's file for it."""
        return _PROGRAM.format(
            about=json.dumps(self.about, sort_keys=True),
            name=self.name,
            command=shlex.join(self.command).replace("%", "%%"),
            priority=999,
            log=str(folder.log / f"{self.name}.log").replace("%", "%%"),
        )


@dataclass(frozen=True, slots=True)
class Process:
    """A program as the supervisor has it."""

    name: str
    """The program."""
    state: str
    """`RUNNING`, `STOPPED`, `BACKOFF` …"""
    pid: int
    """0 where none runs."""


class _Transport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:  # noqa: ANN401, ARG002 -- the base class's signature
        return UnixConnection(self.path, timeout=60.0)


class Supervisor:
    """The supervisor of one environment, running or not."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.socket = folder.sockets / "supervisor"

    @property
    def _calls(self) -> Any:  # noqa: ANN401 -- XML-RPC answers anything
        return xmlrpc.client.ServerProxy("http://localhost", _Transport(self.socket)).supervisor

    def runs(self) -> bool:
        """Whether it answers, and is this environment's."""
        try:
            return bool(self._calls.getIdentification() == self.folder.identity)
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False

    def processes(self) -> list[Process]:
        """Every program that it holds; none where it does not run."""
        try:
            found = self._calls.getAllProcessInfo()
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return []
        return [Process(info["group"], info["statename"], info["pid"]) for info in found]

    def process(self, name: str) -> Process | None:
        """One program; None where it does not hold it."""
        try:
            info = self._calls.getProcessInfo(name)
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return None
        return Process(info["group"], info["statename"], info["pid"])

    def add(self, program: Program) -> None:
        """Run a program from now on; one of the same name is replaced."""
        with self.folder.lock("supervisor"):
            self.folder.make()
            self._start()
            self._remove(program.name)
            write_whole(self._file(program.name), program.text(self.folder))
            self._calls.reloadConfig()
            self._calls.addProcessGroup(program.name)

    def remove(self, name: str) -> None:
        """Stop a program and forget it; with the last one the supervisor ends."""
        self.stop(name)  # before the lock: it waits for requests in flight
        with self.folder.lock("supervisor"):
            self._remove(name)
            if not any(self.folder.programs.glob("*.conf")):
                self._end()
                release(self.folder)
                self.folder.remove()

    def stop(self, name: str, *, wait: bool = True) -> None:
        """Stop a program and keep it: it stays stopped until started."""
        with _accept(BAD_NAME, NOT_RUNNING):
            self._calls.stopProcessGroup(name, wait)

    def start(self, name: str) -> None:
        """Start a program that was stopped."""
        with _accept(ALREADY_STARTED):
            self._calls.startProcessGroup(name)

    def text(self, name: str) -> str | None:
        """The file of a program, as it stands."""
        try:
            return self._file(name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def last_words(self, name: str) -> str:
        """The end of a program's log."""
        try:
            lines = (self.folder.log / f"{name}.log").read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return ""
        return lines[-1].strip() if lines else ""

    def _file(self, name: str) -> Path:
        return self.folder.programs / f"{name}.conf"

    def _remove(self, name: str) -> None:
        known = self.process(name) is not None
        self._file(name).unlink(missing_ok=True)
        if known:
            with _accept(BAD_NAME, NOT_RUNNING):
                self._calls.stopProcessGroup(name)
            with _accept(BAD_NAME):
                self._calls.removeProcessGroup(name)

    def _start(self) -> None:
        if self.runs():
            return
        configuration = self.folder.path / "supervisor.conf"
        text = _CONFIGURATION.format(
            socket=self.socket, identity=self.folder.identity, folder=self.folder.path
        )
        write_whole(configuration, text)
        self.socket.unlink(missing_ok=True)
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)]
        with (self.folder.log / "supervisor.start.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder.path,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**_plain_environment(), "HOME": str(self.folder.path)},
            )
        until = time.monotonic() + START
        while not self.runs():
            if process.poll() is not None or time.monotonic() > until:
                said = (self.folder.log / "supervisor.start.log").read_text("utf-8", "replace")
                raise OutsideError(
                    "the supervisor of the local provider did not start",
                    help=(said.strip().splitlines() or ["look into its log under .domicile/run"])[
                        -1
                    ],
                )
            time.sleep(0.02)

    def _end(self) -> None:
        """Stop the supervisor and wait until its process is gone."""
        pid = _pid(self._calls)
        with contextlib.suppress(OSError, http.client.HTTPException, xmlrpc.client.Error):
            self._calls.shutdown()
        until = time.monotonic() + START
        while pid and not _gone(pid) and time.monotonic() < until:
            time.sleep(0.02)


def _pid(calls: Any) -> int:  # noqa: ANN401 -- XML-RPC answers anything
    try:
        return int(calls.getPID())
    except (OSError, http.client.HTTPException, xmlrpc.client.Error):
        return 0


def _gone(pid: int) -> bool:
    """Whether a process has ended and left the process table: its parent must have noticed."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # it may be our own
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _plain_environment() -> dict[str, str]:
    """What processes need of our environment: no secret of a caller reaches them."""
    return {key: os.environ[key] for key in ("PATH", "LANG", "TZ") if key in os.environ}


@contextlib.contextmanager
def _accept(*faults: int) -> Any:  # noqa: ANN401 -- a generator of nothing
    """Let pass the supervisor's faults that say it is so already."""
    try:
        yield
    except xmlrpc.client.Fault as fault:
        if fault.faultCode not in faults:
            raise


def groups(programs: Sequence[Process], kind: str) -> list[Process]:
    """The programs of one kind."""
    return [program for program in programs if program.name.split("~")[0] == kind]
