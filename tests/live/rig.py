"""One front before backends that count, without Pulumi: for asking it while it is replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from domicile.provision.local import admin
from domicile.provision.local.caddy import configuration
from domicile.provision.local.entry import entry
from domicile.provision.local.tether import paired
from domicile.provision.local.things import caddy_program
from domicile.provision.local.traffic import Front, Load, Traffic, Upstream

LOAD = "FR/web/communications"
PLACES = ("lyo", "par")


@dataclass
class Rig:
    """A running front with one load, and what its backends were asked."""

    front: Front
    traffic: Traffic
    process: subprocess.Popen[bytes]
    asked: Counter[bytes] = field(default_factory=Counter)
    """Body of a POST → how often a backend got it."""
    answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    """What backends answer."""
    ends: bool = False
    """Whether backends close after an answer."""

    @property
    def address(self) -> tuple[str, int]:
        """Where the load enters."""
        host, _, port = self.traffic.loads[0].entries["par"].rpartition(":")
        return host, int(port)

    def replace(self, share: float) -> None:
        """Give the front another routing: this share to Lyon, the rest to Paris."""
        shares = {LOAD: {"lyo": share, "par": 1 - share}}
        routing = configuration(self.traffic, self.front, shares, frozenset())
        admin.load(self.front.routing_admin, routing)
        admin.load(self.front.entry_admin, entry(self.traffic, self.front))

    async def listen(self) -> None:
        """Open the backends, for as long as the event loop runs."""
        for upstream in self.traffic.upstreams:
            host, _, port = upstream.address.rpartition(":")
            await asyncio.start_server(self._serve, host, int(port), backlog=1000, limit=1 << 20)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A backend's connection: counts the bodies of POST requests."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                method, body = await _message(reader)
                if method.startswith(b"POST"):
                    self.asked[body] += 1
                writer.write(self.answer)
                if self.ends:
                    break
        writer.close()


@contextlib.contextmanager
def rig() -> Iterator[Rig]:
    """A front that runs; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = (folder / "entry.json", folder / "routing.json")
        front = Front("par", name, str(files[0]), str(files[1]), str(folder / "access.jsonl"))
        at = [f"127.0.0.1:{_free()}" for _ in range(3)]
        load = Load(LOAD, "FR", "web", {"par": at[0]}, {}, PLACES, {"par": 1.0}, None)
        upstreams = tuple(
            Upstream("web", place, 0, address, "", 100_000.0, "requests/s")
            for place, address in zip(PLACES, at[1:], strict=True)
        )
        traffic = Traffic((front,), (load,), upstreams, ())
        first = configuration(traffic, front, {LOAD: {"par": 1.0}}, frozenset())
        for file, whole in zip(files, (entry(traffic, front), first), strict=True):
            file.write_text(json.dumps(whole), encoding="utf-8")
        run = [caddy_program(), "run", "--config"]
        command = paired([*run, front.entry_file], [*run, front.routing_file])
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 20
            while not (admin.answers(front.entry_admin) and admin.answers(front.routing_admin)):
                assert time.monotonic() < until, (folder / "log").read_text()
                time.sleep(0.02)
            yield Rig(front, traffic, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@dataclass
class Asked:
    """What clients sent and got."""

    sent: list[bytes] = field(default_factory=list)
    """Bodies of POST requests."""
    answers: int = 0
    failures: list[str] = field(default_factory=list)


async def client(at: tuple[str, int], name: str, until: float, *, keep: bool) -> Asked:
    """Ask by GET and POST in turn, over one kept connection or a new one for each request."""
    found = Asked()
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    number = 0
    while time.monotonic() < until:
        number += 1
        try:
            streams = streams or await asyncio.open_connection(*at)
            body = f"{name}-{number}".encode() * (1 + number % 7 * 400) if number % 2 else b""
            if body:
                found.sent.append(body)
            streams[1].write(_request(body, chunked=number % 3 == 0))
            status, _ = await asyncio.wait_for(_message(streams[0]), 10)
            if b" 200 " not in status:
                found.failures.append(f"{name}-{number}: {status!r}")
            found.answers += 1
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            found.failures.append(f"{name}-{number}: {error!r}")
            keep_now = False
        else:
            keep_now = keep
        if streams is not None and not keep_now:
            streams[1].close()
            streams = None
    if streams is not None:
        streams[1].close()
    return found


def _request(body: bytes, *, chunked: bool) -> bytes:
    if not body:
        return b"GET / HTTP/1.1\r\nHost: rig\r\n\r\n"
    head = b"POST / HTTP/1.1\r\nHost: rig\r\n"
    if chunked:
        return b"%bTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (
            head,
            len(body),
            body,
        )
    return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """First line and body of a request or an answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"transfer-encoding":
            return head.partition(b"\r\n")[0], await _chunks(reader)
        if name == b"content-length":
            length = int(value)
    return head.partition(b"\r\n")[0], await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    """A body that came in chunks."""
    found = b""
    while length := int(await reader.readuntil(b"\r\n"), 16):
        found += (await reader.readexactly(length + 2))[:length]
    await reader.readexactly(2)
    return found


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
