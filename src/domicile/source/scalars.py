"""What a plain scalar means: YAML 1.2's core schema, where `NO` is a country and `12:30` a text."""

from __future__ import annotations

import math
import re
from typing import Final

Scalar = str | int | float | bool | None


class _Text:
    """The one object that says: this scalar is the text that it is written as."""


TEXT: Final = _Text()

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC: Final = frozenset("-+.0123456789")
_WHOLE: Final = re.compile(r"[-+]?[0-9]+\Z")
_BASED: Final = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_REAL: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_INFINITE: Final = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_LONGEST: Final = 400
"""Digits of the longest number; beyond it lies nothing that a workspace counts."""


def plain(text: str) -> object:
    """The value of an unquoted scalar, or `TEXT` where it is text.

    Raises:
        ValueError: the number is infinite, not a number, or too long; the message says which.
    """
    if text[:1] not in _NUMERIC or not text:
        return _WORDS.get(text, TEXT)
    if _INFINITE.match(text):
        raise ValueError(f"`{text}` is not a finite number")
    if _WHOLE.match(text) or _BASED.match(text):
        if len(text) > _LONGEST:
            raise ValueError("this number is too long")
        return int(text, 10 if _WHOLE.match(text) else 0)
    if _REAL.match(text):
        value = float(text)
        if not math.isfinite(value):
            raise ValueError(f"`{text[:40]}` is too large a number")
        return value
    return TEXT
