"""Which backends answer: a health check of each, twice a second, over kept connections."""

from __future__ import annotations

import asyncio
import contextlib
import json

from domicile.provision.local.health import HEALTH
from domicile.provision.local.traffic import Upstream

WITHIN = 1.0  # seconds in which a backend must answer
MISSES = 2  # checks in a row that a backend may hang before it counts as down
_LONGEST_HEADER = 20  # lines


class Watched:
    """One backend under observation."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.down = False
        self._misses = 0
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def check(self) -> None:
        """Ask once. A refused connection or another's answer counts at once, a hang twice."""
        try:
            nonce = await asyncio.wait_for(self._ask(), WITHIN)
        except TimeoutError:
            self.close()
            self._misses += 1
            self.down = self.down or self._misses >= MISSES
        except (OSError, ValueError, asyncio.IncompleteReadError):
            self.close()
            self.down = True
        else:
            self._misses = 0
            self.down = nonce != self.upstream.nonce

    def close(self) -> None:
        """Let go of the kept connection."""
        if self._writer is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self._writer.close()
        self._reader = self._writer = None

    async def _ask(self) -> str:
        kept = self._writer is not None
        try:
            return await self._answer()
        except (OSError, ValueError, asyncio.IncompleteReadError):
            if not kept:
                raise
        self.close()  # a kept connection may have ended since: that says nothing yet
        return await self._answer()

    async def _answer(self) -> str:
        host, _, port = self.upstream.address.rpartition(":")
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(host, int(port))
        self._writer.write(b"GET %b HTTP/1.1\r\nHost: health\r\n\r\n" % HEALTH)
        length = 0
        for _ in range(_LONGEST_HEADER):
            line = await self._reader.readuntil(b"\r\n")
            if line == b"\r\n":
                break
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return str(json.loads(await self._reader.readexactly(length)).get("nonce", ""))


async def ask_once(upstream: Upstream) -> bool:
    """Whether a backend answers now, and is itself."""
    watched = Watched(upstream)
    try:
        await watched.check()
    finally:
        watched.close()
    return not watched.down and watched._misses == 0  # noqa: SLF001 -- of this module
