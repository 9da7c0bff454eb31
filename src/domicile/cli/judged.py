"""`check`, with its cache: unchanged input on the same day has the same answer."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path

from domicile.cli.cache import Cache
from domicile.cli.options import Format, day
from domicile.model.tokens import Counts, Enforcement


def judge(
    folder: Path | None,
    environment: str,
    as_of: str | None,
    counts: Counts,
    fail_on: Enforcement,
    format: Format,
) -> int:
    """Print the answer of `check`; from the cache where nothing was changed since."""
    today = day(as_of)
    cache = Cache.of(
        folder,
        "check",
        environment,
        str(today),
        str(counts),
        str(fail_on),
        str(format),
        str(sys.stdout.isatty()),
    )
    known = cache.read()
    if known is not None:
        answer = json.loads(known)
        sys.stdout.write(answer["text"])
        return int(answer["exit"])
    text, code = _judge(folder, environment, as_of, counts, fail_on, format)
    sys.stdout.write(text)
    cache.write(json.dumps({"text": text, "exit": code}))
    return code


def _judge(
    folder: Path | None,
    environment: str,
    as_of: str | None,
    counts: Counts,
    fail_on: Enforcement,
    format: Format,
) -> tuple[str, int]:
    from domicile.checker import check  # noqa: PLC0415 - heavy modules load late
    from domicile.cli.options import open_situation  # noqa: PLC0415
    from domicile.report import json as as_json  # noqa: PLC0415
    from domicile.report import text as as_text  # noqa: PLC0415
    from domicile.report.terminal import Terminal  # noqa: PLC0415

    report = check(open_situation(folder, environment, as_of, counts))
    out = StringIO()
    if format is Format.JSON:
        out.write(as_json.text(as_json.check(report)) + "\n")
    else:
        as_text.check(Terminal(out, coloured=Terminal.wants_colour(sys.stdout)), report)
    return out.getvalue(), 1 if report.blocking(fail_on) else 0
