"""One backend: a process that serves one service in one datacenter, with bounded capacity.

Beyond its capacity it answers 503 and says so. A concurrent unit (`calls`, `streams`, `users`)
bounds the requests in flight; a rate (`requests/s` …) is a bucket that holds one second's worth.
`GET /?hold=0.2` keeps a request in flight for that many seconds, as a call does. The health page
passes by the capacity, and returns who answers: identity and the instance's nonce.

Imports are few because sixty of these run on one machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from typing import Any, cast

import httptools

from domicile.provision.local.health import HEALTH

LONGEST_HOLD = 60.0  # seconds
GRACE = 10.0  # seconds that requests in flight are given to end
REFUSED = b"X-Domicile-Refused: capacity\r\n"
CLOSE = b"Connection: close\r\n"
CONCURRENT = ("calls", "streams", "users")


class Capacity:
    """How much one backend takes at a time, or in a second."""

    def __init__(self, capacity: float, unit: str) -> None:
        self.capacity = capacity
        self.concurrent = unit in CONCURRENT
        self.in_flight = 0
        self.tokens = max(capacity, 1.0)
        self.filled = time.monotonic()

    def take(self) -> bool:
        """Whether one more request may be served; it then counts as in flight."""
        if self.concurrent:
            if self.in_flight + 1 > self.capacity:
                return False
        else:
            now = time.monotonic()
            grown = self.tokens + (now - self.filled) * self.capacity
            self.tokens, self.filled = min(max(self.capacity, 1.0), grown), now
            if self.tokens < 1.0:
                return False
            self.tokens -= 1.0
        self.in_flight += 1
        return True

    def release(self) -> None:
        """One request has ended."""
        self.in_flight -= 1


class Backend:
    """Who this backend is, and what all its connections share."""

    def __init__(self, identity: dict[str, Any]) -> None:
        self.identity = identity
        self.capacity = Capacity(float(identity["capacity"]), identity["unit"])
        self.connections: set[Connection] = set()
        self.draining = False
        place = f"X-Domicile-Datacenter: {identity['datacenter']}\r\n".encode()
        self.headers = b"Content-Type: application/json\r\n" + place
        self.about = {name: identity[name] for name in ("service", "datacenter", "backend")}

    def health(self) -> bytes:
        """The answer to a health check."""
        return json.dumps({**self.identity, "in_flight": self.capacity.in_flight}).encode()


class Connection(asyncio.Protocol):
    """One connection: requests one after another, as HTTP/1.1 has them."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.transport: asyncio.Transport | None = None
        self.parser = httptools.HttpRequestParser(self)
        self.url = b""
        self.subject = ""
        self.held = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self.backend.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        """Forget it; a held request ends with its client."""
        self.transport = None
        self.backend.connections.discard(self)
        if self.held:
            self.held = False
            self.backend.capacity.release()

    def data_received(self, data: bytes) -> None:
        """Parse; what is no HTTP is cut off."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            if self.transport is not None:
                self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        self.url, self.subject = b"", ""

    def on_url(self, url: bytes) -> None:
        """Part of its target."""
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header; only the front's word on the subject matters."""
        if name.lower() == b"x-domicile-subject":
            self.subject = value.decode("latin-1")

    def on_message_complete(self) -> None:
        """Answer, at once or when its hold is over."""
        path, _, query = self.url.partition(b"?")
        if path == HEALTH:
            self._write(b"200 OK", self.backend.health())
            return
        if not self.backend.capacity.take():
            refusal = {"refused": "capacity", **self.backend.about}
            self._write(b"503 Service Unavailable", json.dumps(refusal).encode(), REFUSED)
            return
        hold = _hold(query)
        if hold > 0:
            self.held = True
            asyncio.get_running_loop().call_later(hold, self._end_hold)
        else:
            self._serve()
            self.backend.capacity.release()

    def _end_hold(self) -> None:
        if self.held:
            self.held = False
            self._serve()
            self.backend.capacity.release()

    def _serve(self) -> None:
        body = {**self.backend.about, "subject": self.subject}
        self._write(b"200 OK", json.dumps(body).encode())

    def _write(self, status: bytes, body: bytes, more: bytes = b"") -> None:
        if self.transport is None:
            return
        close = self.backend.draining or not self.parser.should_keep_alive()
        self.transport.write(
            b"HTTP/1.1 %b\r\n%b%b%bContent-Length: %d\r\n\r\n%b"
            % (status, self.backend.headers, more, CLOSE if close else b"", len(body), body)
        )
        if close:
            self.transport.close()


def _hold(query: bytes) -> float:
    """Seconds from `hold=…` in a query, at most a minute; 0 where there is none."""
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name == b"hold":
            try:
                return min(max(float(value), 0.0), LONGEST_HOLD)
            except ValueError:
                return 0.0
    return 0.0


async def serve(backend: Backend, parent: int) -> None:
    """Serve until told to end, or until the supervisor is gone."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    address, port = backend.identity["address"], int(backend.identity["port"])
    server = await loop.create_server(lambda: Connection(backend), address, port)
    while not told.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(told.wait(), 0.5)
        except TimeoutError:
            continue
    server.close()
    backend.draining = True
    ends = loop.time() + (GRACE if os.getppid() == parent else 0.0)
    while backend.capacity.in_flight and loop.time() < ends:  # noqa: ASYNC110 -- a count, no event
        await asyncio.sleep(0.02)


def main() -> None:
    """Run the backend that the first argument describes, as JSON."""
    import uvloop

    uvloop.run(serve(Backend(json.loads(sys.argv[1])), os.getppid()))


if __name__ == "__main__":
    main()
