"""YAML's flow form, which is JSON: files that a program writes are written so, and read fast.

The C composer takes some forty times longer, and is needed only for places and for what is wrong.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

_COMMENTS: Final = re.compile(r"(?:#.*\n|\n)*")


def read_flow(text: str) -> dict[str, Any] | None:
    """The data of a file that is one JSON object below its first lines of comments.

    Returns:
        None where it is anything else, or anything about it is in doubt (a key twice, a number
        without end, an escape): the YAML reader then says what it is.
    """
    start = _COMMENTS.match(text).end()  # type: ignore[union-attr]  # matches the empty text
    if text[start : start + 1] != "{" or "\\" in text or "\t" in text:
        return None
    try:
        data: dict[str, Any] = json.loads(
            text[start:],
            object_pairs_hook=_once,
            parse_float=_finite,
            parse_constant=_finite,
        )
    except (ValueError, RecursionError):
        return None
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a key stands twice")
    return data


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"`{number}` is not a finite number")
    return value
