"""A front's admin API, and the director's control: HTTP over Unix sockets."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import Any

from domicile.model.errors import OutsideError


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path | str, timeout: float = 15.0) -> None:
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def load(path: Path | str, configuration: dict[str, Any]) -> None:
    """Give a front its whole configuration; an identical one changes nothing.

    Raises:
        OutsideError: the front refused it.
        OSError: no front listens there.
    """
    status, said = _call(path, "POST", "/load", json.dumps(configuration))
    if status != http.HTTPStatus.OK:
        raise OutsideError(f"a front refused its routing: {said.strip()[:300]}")


def answers(path: Path | str) -> bool:
    """Whether something with an admin API listens there."""
    try:
        return _call(path, "GET", "/config/admin", None, timeout=2.0)[0] == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def ask(path: Path | str, method: str, target: str, timeout: float = 15.0) -> dict[str, Any]:
    """Ask the director; OSError where none listens, OutsideError where it could not do it."""
    status, said = _call(path, method, target, None, timeout)
    if status != http.HTTPStatus.OK:
        raise OutsideError(f"the director answered {status}: {said.strip()[:300]}")
    found: dict[str, Any] = json.loads(said)
    return found


def _call(
    path: Path | str, method: str, target: str, body: str | None, timeout: float = 15.0
) -> tuple[int, str]:
    connection = UnixConnection(path, timeout)
    try:
        connection.request(method, target, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()
