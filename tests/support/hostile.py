"""A report in which every text wants to be more than text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

TEXTS = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "javascript:alert(1)//",
    "data:text/html,<script>alert(1)</script>",
    'https://law.example/" onclick="alert(1)',
    "{{ 7 * 7 }}{% raw %}",
    "</style><script>alert(1)</script><style>",
    "<!-- <svg onload=alert(1)> ]]>",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "\x1b[31m\x00\x07red",
)


def everywhere(value: Any, text: str) -> Any:  # noqa: ANN401 - any part of a report
    """The same report, each of its texts beginning with another; equal texts stay equal."""
    if isinstance(value, Enum | date):
        return value
    if isinstance(value, str):
        return text + value
    if isinstance(value, tuple):
        return tuple(everywhere(each, text) for each in value)
    if isinstance(value, dict):
        return {everywhere(key, text): everywhere(item, text) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {each.name: everywhere(getattr(value, each.name), text) for each in fields(value)}
        return replace(value, **changed)
    return value
