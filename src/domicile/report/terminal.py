"""The one way to a terminal: what comes from files is never taken for markup or control.

A name may hold escape sequences that move the cursor, set the title or hide a line. Every piece
of text that a terminal shows goes through `plain`, which makes them visible instead.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from typing import TextIO

_SPOKEN = {"\n": " ", "\t": "\t"}
"""Controls that need not be spelt out. What is one text stays on one line, so forges no other."""
_SECRET = re.compile(
    r"""(?ix) ( [\w.:-]* (?: passw | passphrase | secret | token | credential | private.?key |
        api.?key | access.?key ) [\w.:-]* ["']? \s* [:=] ) \s* [^\s{\[] .*""",
)
_COLOURS = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "grey": 90, "bold": 1}
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def plain(text: object) -> str:
    """Text with every control, format and bidirectional character made visible."""
    said = str(text)
    if said.isprintable():  # nearly always, and then none of the unsafe kinds is in it
        return said
    return "".join(map(_shown, said))


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _UNSAFE:
        return character
    return _SPOKEN.get(character) or f"\\u{{{ord(character):x}}}"


def source_line(text: str) -> str:
    """A line of a file, made plain; what a key calls a secret is left out."""
    return plain(_SECRET.sub(r"\1 …", text))


class Terminal:
    """Writes lines to a stream, coloured where that is a terminal that wants it."""

    def __init__(self, stream: TextIO | None = None, *, coloured: bool | None = None) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._coloured = self.wants_colour(self._stream) if coloured is None else coloured

    @staticmethod
    def wants_colour(stream: TextIO) -> bool:
        """Whether a stream is a terminal, and its user did not say `NO_COLOR`."""
        return stream.isatty() and not os.environ.get("NO_COLOR")

    def line(self, *parts: str) -> None:
        """Write parts, already styled, as one line."""
        print("".join(parts), file=self._stream, flush=True)

    def style(self, text: object, *styles: str) -> str:
        """Text made plain, then coloured."""
        shown = plain(text)
        if not self._coloured:
            return shown
        codes = ";".join(str(_COLOURS[style]) for style in styles)
        return f"\x1b[{codes}m{shown}\x1b[0m"


def columns(rows: list[list[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Rows of plain cells as aligned lines; the columns in `right` are set flush right."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
