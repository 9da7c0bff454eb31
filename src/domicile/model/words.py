"""How messages spell things: quoted names, lists, near misses, numbers with units."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """``did you mean `x`?`` for the closest known name, or None where none is close."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else None


def quoted(names: Iterable[str], most: int = 8) -> str:
    """Names in backticks, joined by commas; past `most`, how many more there are."""
    every = list(names)
    shown = ", ".join(f"`{name}`" for name in every[:most])
    if len(every) > most:
        shown += f" and {len(every) - most} more"
    return shown or "none"


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names without backticks, joined by commas; past `most`, how many more there are."""
    every = list(names)
    shown = ", ".join(every[:most])
    if len(every) > most:
        shown += f" and {len(every) - most} more"
    return shown or "none"


def number(value: float) -> str:
    """A number as people write it: no exponent, at most three decimals, thousands apart."""
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def amount(value: float, unit: str) -> str:
    """A number with its unit."""
    return f"{number(value)} {unit}"


def several(count: int, one: str, many: str | None = None) -> str:
    """`1 pool`, `3 pools`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
