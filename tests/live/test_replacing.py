"""A front's routing is replaced while it is asked: nobody notices."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import eventually
from rig import Asked, Rig, client, rig

SECONDS = 4.0
EVERY = 0.1
CLIENTS = 6


@pytest.fixture
def front() -> Iterator[Rig]:
    """A front that runs."""
    with rig() as made:
        yield made


async def _replaced_under_load(front: Rig) -> tuple[int, list[Asked]]:
    """Replace the routing all the while that clients ask; how often, and what they got."""
    await front.listen()
    until = time.monotonic() + SECONDS
    asking = [
        asyncio.create_task(client(front.address, f"c{number}", until, keep=number % 2 == 0))
        for number in range(CLIENTS)
    ]
    times = 0
    while time.monotonic() < until:
        times += 1
        await asyncio.to_thread(front.replace, 0.1 + 0.8 * (times % 2))
        await asyncio.sleep(EVERY)
    return times, await asyncio.gather(*asking)


def test_replacing_the_routing_fails_no_request_and_doubles_none(front: Rig) -> None:
    """Over new and kept connections every GET and POST is answered, each POST served once."""
    times, found = asyncio.run(_replaced_under_load(front))
    assert times > 5
    assert [failure for each in found for failure in each.failures] == []
    sent = [body for each in found for body in each.sent]
    assert len(sent) > 100
    assert set(front.asked) == set(sent)
    assert set(front.asked.values()) == {1}
    lines = Path(front.front.log).read_text(encoding="utf-8").splitlines()
    assert len(lines) == sum(each.answers for each in found)
    assert {json.loads(line)["status"] for line in lines} == {200}


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"HTTP"])
def test_a_post_that_a_backend_got_is_never_sent_again(front: Rig, answer: bytes) -> None:
    """Cut before, in, or right after its header: the client is told, and no backend asked twice."""
    front.answer, front.ends = answer, True

    async def ask() -> list[Asked]:
        await front.listen()
        until = time.monotonic() + 0.5
        asking = (client(front.address, f"c{n}", until, keep=False) for n in range(CLIENTS))
        return await asyncio.gather(*asking)

    found = asyncio.run(ask())
    sent = sum(len(each.sent) for each in found)
    assert 10 < sent <= sum(len(each.failures) for each in found)
    assert set(front.asked.values()) == {1}
    assert front.asked.total() <= sent


@pytest.mark.parametrize("half", [0, 1])
def test_both_halves_of_a_front_die_together(front: Rig, half: int) -> None:
    """Whichever of entry and routing is killed, the other ends too, and asks no new one again."""
    children = Path(f"/proc/{front.process.pid}/task/{front.process.pid}/children")
    halves = [int(child) for child in children.read_text().split()]
    assert len(halves) == 2
    _kill(halves[half])
    assert eventually(lambda: not any(Path(f"/proc/{each}").exists() for each in halves))
    assert eventually(lambda: front.process.poll() is not None)


def test_the_halves_die_with_who_runs_them(front: Rig) -> None:
    """A killed front leaves neither half behind."""
    children = Path(f"/proc/{front.process.pid}/task/{front.process.pid}/children")
    halves = children.read_text().split()
    _kill(front.process.pid)
    assert eventually(lambda: not any(Path(f"/proc/{each}").exists() for each in halves))


def _kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
