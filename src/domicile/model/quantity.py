"""Quantities with units, as files write them: `400 Gbit/s`, `12 ms`, `31000 calls`, `0.21 EUR/h`.

The vocabulary is closed and small, so a table serves; see docs/decisions/quantities.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_FORM = re.compile(r"^\s*([0-9][0-9_]*(?:\.[0-9]+)?)\s*(\S.*?)\s*$")

DATA_RATES = {"Mbit/s": 0.001, "Gbit/s": 1.0, "Tbit/s": 1000.0}
DURATIONS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "min": 60_000.0, "h": 3_600_000.0}
PRICES = {"EUR/h": 1.0, "EUR/month": 1.0 / 730.0}
SHARES = {"%": 0.01}
COUNTS = {"backends": 1.0, "backend": 1.0}
CONCURRENT = ("calls", "streams", "users")
PER_SECOND = ("calls/s", "requests/s", "messages/s")
WORK = dict.fromkeys((*CONCURRENT, *PER_SECOND), 1.0)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in the first-named unit of its kind; `written` is what the file said."""

    value: float
    unit: str
    written: str

    def __str__(self) -> str:
        return self.written


def parse(text: object, units: dict[str, float], canonical: str | None) -> Quantity:
    """Read `<number> <unit>`; raise ValueError that names the units that would do."""
    known = ", ".join(f"`{unit}`" for unit in units)
    match = _FORM.match(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"`{text}` is not a quantity: write a number and one of {known}")
    number, unit = match.groups()
    if unit not in units:
        raise ValueError(f"`{unit}` is not a unit here: use one of {known}")
    value = float(number.replace("_", "")) * units[unit]
    if not math.isfinite(value):
        raise ValueError(f"`{text}` is too large")
    return Quantity(value, canonical or unit, " ".join(str(text).split()))


def _kind(units: dict[str, float], canonical: str | None, example: str) -> tuple[Any, ...]:
    def read(given: object) -> Quantity:
        return given if isinstance(given, Quantity) else parse(given, units, canonical)

    validate: Callable[[object], Quantity] = read
    pattern = "|".join(re.escape(unit) for unit in units)
    return (
        BeforeValidator(validate),
        PlainSerializer(str, return_type=str),
        WithJsonSchema(
            {
                "type": "string",
                "pattern": rf"^\s*[0-9][0-9_]*(\.[0-9]+)?\s*({pattern})\s*$",
                "examples": [example],
            }
        ),
    )


DataRate = Annotated[Quantity, *_kind(DATA_RATES, "Gbit/s", "400 Gbit/s")]
"""A data rate; the value is in Gbit/s."""
Duration = Annotated[Quantity, *_kind(DURATIONS, "ms", "12 ms")]
"""A time; the value is in milliseconds."""
Price = Annotated[Quantity, *_kind(PRICES, "EUR/h", "0.21 EUR/h")]
"""What one backend costs; the value is in EUR per hour (a month has 730 hours)."""
Share = Annotated[Quantity, *_kind(SHARES, "", "85 %")]
"""A percentage; the value is between 0 and 1 where 100 % is 1."""
Backends = Annotated[Quantity, *_kind(COUNTS, "backends", "40 backends")]
"""A number of backends."""
Work = Annotated[Quantity, *_kind(WORK, None, "31000 calls")]
"""What a service does: concurrent (`calls`, `streams`, `users`) or a rate (`requests/s` …)."""
