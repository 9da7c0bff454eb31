"""Which country codes there are (ISO 3166), what they are called, and what was meant instead."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Final

_COMMON: Final = {"UK": "GB", "EL": "GR", "UAE": "AE", "KSA": "SA", "SU": "RU", "AN": "CW"}
"""Codes that people write, and those that ISO assigned."""


@cache
def names() -> dict[str, str]:
    """ISO 3166-1 alpha-2 code → the country's common English name."""
    countries: dict[str, str] = _data()["countries"]
    return countries


@cache
def subdivisions() -> frozenset[str]:
    """Every ISO 3166-2 code."""
    return frozenset(
        f"{country}-{part}"
        for country, parts in _data()["subdivisions"].items()
        for part in parts.split()
    )


def suggestion(given: str) -> str | None:
    """The code that was most likely meant by another code, a name or an alpha-3 code."""
    text = given.strip()
    upper = text.upper()
    if upper in _COMMON or upper in names():
        return _COMMON.get(upper, upper)
    import pycountry

    written = {
        label.casefold(): country.alpha_2
        for country in pycountry.countries
        for label in (
            country.name,
            country.alpha_3,
            getattr(country, "official_name", country.name),
            getattr(country, "common_name", country.name),
        )
    }
    # short words are near to everything: `XX` means nobody's country
    near = get_close_matches(text.casefold(), written, 1, 0.8) if len(text) > 3 else ()  # noqa: PLR2004
    return written.get(text.casefold()) or next((written[label] for label in near), None)


def suggested_subdivision(given: str) -> str | None:
    """The ISO 3166-2 code that was most likely meant."""
    upper = given.strip().upper()
    if upper in subdivisions():
        return upper
    same = [code for code in sorted(subdivisions()) if code[:3] == upper[:3]]
    near = get_close_matches(upper, same, 5, 0.6)
    return max(near, key=lambda code: _shared(code, upper), default=None)


def _shared(one: str, other: str) -> int:
    """How many letters two codes begin with together."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@cache
def _data() -> dict[str, dict[str, str]]:
    """The file beside this one; made from pycountry, which takes longer to load than the law."""
    text = Path(__file__).with_name("iso3166.json").read_text(encoding="utf-8")
    data: dict[str, dict[str, str]] = json.loads(text)
    return data
