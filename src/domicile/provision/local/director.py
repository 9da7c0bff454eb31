"""The director: keeps every front's routing as proved, whatever is lost.

It watches every backend, decides by `decide`, and gives all fronts their whole configuration at
once, only when it changed: pushing parts in parallel hits wrong routes. A front's routing gets its
sockets before its entry sends to them; an entry that is given what it has does nothing. What a
front is given is also written to the files that it starts with. It answers on a Unix socket of its
own: `GET /` says what holds, `POST /read` reads `director.json` anew and answers when that holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from domicile.model.errors import OutsideError
from domicile.provision.local import admin
from domicile.provision.local.caddy import configuration
from domicile.provision.local.decide import Decision, decide
from domicile.provision.local.entry import entry
from domicile.provision.local.run_folder import RunFolder, write_whole
from domicile.provision.local.traffic import Front, Traffic
from domicile.provision.local.watching import Watched

EVERY = 0.5  # seconds between two checks of a backend
_LONGEST_REQUEST = 8192


class Director:
    """What is watched, what was decided, and what each front was given last."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.traffic = Traffic((), (), (), ())
        self.digest = ""
        self.watched: dict[str, Watched] = {}
        self.decision = Decision({}, {}, {})
        self.given: dict[str, tuple[object, ...]] = {}
        self.failed: dict[str, str] = {}
        self.changed = time.time()
        self.turn = asyncio.Lock()

    def read(self) -> None:
        """Take up `director.json`; backends that stay keep what is known of them."""
        text = self.folder.director.read_text(encoding="utf-8")
        self.traffic = Traffic.read(text)
        self.digest = digest(text)
        known = {watched.upstream: watched for watched in self.watched.values()}
        kept = {}
        for upstream in self.traffic.upstreams:
            kept[upstream.address] = known.pop(upstream) if upstream in known else Watched(upstream)
        for gone in known.values():
            gone.close()
        self.watched = kept
        self.given = {
            front.datacenter: self.given[front.datacenter]
            for front in self.traffic.fronts
            if front.datacenter in self.given
        }

    async def step(self, *, again: bool = False) -> None:
        """Check every backend, decide, and give the fronts what changed."""
        async with self.turn:
            if again:
                self.read()
            await asyncio.gather(*(watched.check() for watched in self.watched.values()))
            down = frozenset(address for address, each in self.watched.items() if each.down)
            decision = decide(self.traffic, down)
            fronts = self.traffic.fronts
            await asyncio.gather(*(self._give(front, decision, down) for front in fronts))
            if decision != self.decision:  # told from here on: every front that answers has it
                self.changed = time.time()
            self.decision = decision

    async def _give(self, front: Front, decision: Decision, down: frozenset[str]) -> None:
        basis = (self.digest, decision, down)
        if self.given.get(front.datacenter) == basis and front.datacenter not in self.failed:
            if not (await _listens(front.entry_admin) and await _listens(front.routing_admin)):
                self.failed[front.datacenter] = "does not answer"
            return
        routing = configuration(self.traffic, front, decision.shares, down)
        entering = entry(self.traffic, front)
        try:
            write_whole(Path(front.routing_file), json.dumps(routing, sort_keys=True))
            write_whole(Path(front.entry_file), json.dumps(entering, sort_keys=True))
            await asyncio.to_thread(admin.load, front.routing_admin, routing)
            await asyncio.to_thread(admin.load, front.entry_admin, entering)
        except (OSError, OutsideError) as error:
            self.failed[front.datacenter] = str(error)
        else:
            self.given[front.datacenter] = basis
            self.failed.pop(front.datacenter, None)

    def report(self) -> dict[str, Any]:
        """What holds now."""
        return {
            "digest": self.digest,
            "changed": self.changed,
            "lost": {service: list(lost) for service, lost in self.decision.lost.items()},
            "how": self.decision.how,
            "down": sorted(address for address, each in self.watched.items() if each.down),
            "shares": self.decision.shares,
            "fronts": {
                front.datacenter: self.failed.get(front.datacenter, "")
                for front in self.traffic.fronts
            },
        }

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request on the control socket."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, target, *_ = head.split(" ")
            status, body = await self._control(method, target)
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
        writer.close()

    async def _control(self, method: str, target: str) -> tuple[str, bytes]:
        if (method, target) == ("POST", "/read"):
            try:
                await self.step(again=True)
            except (OSError, ValueError, KeyError, TypeError) as error:
                return "500 Internal Server Error", str(error).encode()
            return "200 OK", json.dumps(self.report()).encode()
        if (method, target) == ("GET", "/"):
            return "200 OK", json.dumps(self.report()).encode()
        return "404 Not Found", b"{}"


async def _listens(path: str) -> bool:
    """Whether a process listens on a Unix socket."""
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    writer.close()
    return True


def digest(text: str) -> str:
    """Which `director.json` holds."""
    return hashlib.sha256(text.encode()).hexdigest()


async def direct(folder: RunFolder, parent: int) -> None:
    """Direct until told to end, or until the supervisor is gone."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    director = Director(folder)
    control = folder.sockets / "director"
    control.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(director.answer, control, limit=_LONGEST_REQUEST)
    control.chmod(0o600)
    again = True
    while not told.is_set() and os.getppid() == parent:
        await director.step(again=again)
        again = False
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), EVERY)
    server.close()
    control.unlink(missing_ok=True)


def main() -> None:
    """Direct the environment that the arguments name: workspace, environment."""
    os.umask(0o077)
    asyncio.run(direct(RunFolder(Path(sys.argv[1]), sys.argv[2]), os.getppid()))


if __name__ == "__main__":
    main()
