"""The `console` blocks of a page: commands, and what the page says that they print."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"\d[\d,.]*")
DATED = frozenset({"check", "explain", "headroom", "plan"})
CUT = "…"
"""Alone on a line: lines are left out; at the end of one: the rest of that line is."""


@dataclass(frozen=True)
class Step:
    """One command of a page."""

    command: tuple[str, ...]
    printed: tuple[str, ...]
    """What follows it on the page."""

    @property
    def is_cheap(self) -> bool:
        """Whether a test may run it: it answers by itself, soon, and writes nothing that stands."""
        if self.command[0] != "domicile":
            return False
        if self.command[1] == "emit":
            return "--check" in self.command
        return self.command[1] in {*DATED, "init", "schema"}

    def on(self, day: str) -> tuple[str, ...]:
        """The command's arguments, asking about one day wherever it asks about today."""
        if self.command[1] not in {*DATED, "emit"} or "--as-of" in self.command:
            return self.command[1:]
        return (*self.command[1:], "--as-of", day)


def steps(page: str) -> Iterator[Step]:
    """Every command of a page, in order."""
    for block in _BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *printed = part.splitlines()
            yield Step(
                tuple(shlex.split(command, comments=True)),
                tuple(line for line in printed if line.strip()),
            )


def missing(said: tuple[str, ...], actual: str) -> str | None:
    """The first line of what a page shows that the output does not hold there; else None.

    Numbers, the width of columns and what a page leaves out are not compared: figures change
    with the catalogue, what the commands say of them does not.
    """
    lines = [_outline(line) for line in actual.splitlines() if line.strip()]
    at, gap = 0, False
    for chunk in _chunks(said):
        if chunk == (CUT,):
            gap = True
            continue
        starts = range(at, len(lines) - len(chunk) + 1) if gap else [at]
        start = next((each for each in starts if _all_same(chunk, lines[each:])), None)
        if start is None:
            return chunk[0]
        at, gap = start + len(chunk), False
    return None if gap or at == len(lines) else f"(the page ends, the output goes on: {lines[at]})"


def _chunks(said: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The lines between cuts, and each cut by itself."""
    chunk: tuple[str, ...] = ()
    for line in said:
        if line.strip() != CUT:
            chunk = (*chunk, line)
            continue
        if chunk:
            yield chunk
        yield (CUT,)
        chunk = ()
    if chunk:
        yield chunk


def _all_same(chunk: tuple[str, ...], lines: list[str]) -> bool:
    return len(chunk) <= len(lines) and all(map(_same, chunk, lines))


def _same(said: str, line: str) -> bool:
    wanted = _outline(said.removesuffix(CUT))
    return line.startswith(wanted) if said.endswith(CUT) else line == wanted


def _outline(line: str) -> str:
    return " ".join(_NUMBER.sub("#", line).split())
