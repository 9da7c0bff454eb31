"""Text as a page may show it: controls and marks that turn or hide text are made visible."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from domicile.report.terminal import plain

_JOINERS = re.compile("([\u200c\u200d]+)")
"""Persian, Urdu and the scripts of India need them, and they move nothing."""


def shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template writes
    """What a template writes, with controls and bidirectional marks made visible."""
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value
    parts = _JOINERS.split(value)
    return "".join(each if _JOINERS.fullmatch(each) else plain(each) for each in parts)
