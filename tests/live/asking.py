"""Requests to a running world, one by one or as a steady load."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from domicile.provision import fronts
from domicile.provision.local.run_folder import RunFolder


@dataclass(frozen=True)
class Answer:
    """What a request came to."""

    status: int
    datacenter: str | None
    subject: str | None
    refused: str | None


def entries(root: Path, load: str) -> list[str]:
    """`address:port` of every front at which a load enters now."""
    return [
        route.address.split("/")[2]
        for front in fronts.routes(root, "local")
        for route in front.routes
        if route.load == load
    ]


def enters(root: Path, load: str, place: str) -> bool:
    """Whether a load has an entry at a place now."""
    network = networks(root)[place]
    return any(entry.startswith(network) for entry in entries(root, load))


def networks(root: Path) -> dict[str, str]:
    """Datacenter → `127.x.y.`, with which all addresses in it begin."""
    lease = json.loads((RunFolder(root, "local").path / "addresses.json").read_text())
    return {place: f"127.{lease['block']}.{n}." for place, n in lease["datacenters"].items()}


def ask(
    entry: str, method: str = "GET", path: str = "/", headers: dict[str, str] | None = None
) -> Answer:
    """One request over a connection of its own."""
    connection = http.client.HTTPConnection(entry, timeout=20)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        text = response.read()
        body = json.loads(text) if text.startswith(b"{") else {}
        return Answer(
            response.status, body.get("datacenter"), body.get("subject"), body.get("refused")
        )
    finally:
        connection.close()


def places(root: Path, load: str, count: int = 60) -> Counter[str | None]:
    """Where that many requests of a load were served, at each of its entries in turn."""
    at = entries(root, load)
    return Counter(ask(at[number % len(at)]).datacenter for number in range(count))


def eventually(holds: Callable[[], object], within: float = 30.0) -> bool:
    """Wait until something holds; whether it came to."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return False


class Load:
    """GET and POST requests from several threads, until told to stop; every answer is kept."""

    def __init__(self, at: dict[str, list[str]], threads: int = 3, pause: float = 0.01) -> None:
        self.at = at
        self.pause = pause
        self.answers: list[tuple[str, Answer]] = []
        self.failures: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(threads)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, number: int) -> None:
        turn = number
        loads = sorted(self.at)
        while not self._stop.is_set():
            load = loads[turn % len(loads)]
            entry = self.at[load][turn // len(loads) % len(self.at[load])]
            method = ("GET", "POST")[turn // 2 % 2]
            try:
                answer = ask(entry, method)
            except OSError as error:
                self.failures.append(f"{method} {load} at {entry}: {error!r}")
            except http.client.HTTPException as error:
                self.failures.append(f"{method} {load} at {entry}: {error!r}")
            else:
                self.answers.append((load, answer))
                if answer.status != 200:
                    self.failures.append(f"{method} {load} at {entry}: {answer}")
            turn += 1
            time.sleep(self.pause)
