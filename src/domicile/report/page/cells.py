"""Tables as CSV, for those who go on reckoning.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula and runs it
(CWE-1236). Such a cell gets an apostrophe before it, unless it is a number. The files begin with a
byte order mark: without it, spreadsheets read names such as Québec wrongly.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date

from domicile.report.terminal import plain

BYTE_ORDER_MARK = "\ufeff"
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_STARTERS = "=+-@|%\uff1d\uff0b\uff0d\uff20"
"""What begins a formula, or a command in older spreadsheets; the wide forms too."""

Value = str | int | float | bool | date | None


def guarded(value: Value) -> str:
    """A cell as it is written: no formula, no control, nothing else changed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = plain(str(value))
    begins = text.lstrip()[:1]
    if begins and begins in _STARTERS and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def written(header: str, rows: Iterable[tuple[Value, ...]]) -> str:
    """A table as CSV.

    Args:
        header: names of its columns, apart by spaces.
        rows: as many values each.
    """
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header.split())
    writer.writerows([guarded(value) for value in row] for row in rows)
    return out.getvalue()


def joined(names: Iterable[object]) -> str:
    """Several names in one cell."""
    return "; ".join(str(name) for name in names)
