"""The report as one page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment
from markupsafe import Markup, escape

from domicile.model.tokens import Evidence, Verdict
from domicile.report.page import frame
from domicile.report.page.frame import is_web
from domicile.report.page.visible import shown
from domicile.report.page.world_map import LICENCE
from domicile.report.residency import drawing
from domicile.report.residency.on_paper import Reasonings
from domicile.report.residency.records import (
    Ground,
    Question,
    ResidencyReport,
    Transfer,
    TransferKind,
    Use,
)

CONTENTS: Final = (
    ("summary", "1. Summary"),
    ("map", "2. Where data may be hosted"),
    ("matrix", "3. Subjects by hosting countries"),
    ("placements", "4. Every placement and why"),
    ("register", "5. Register of transfers"),
    ("changes", "6. Coming changes"),
    ("questions", "7. Open questions"),
    ("unknown", "8. What is not known"),
    ("law", "9. The law of each jurisdiction involved"),
    ("edition", "10. Knowledge, and sign-off"),
)
LETTERS: Final = {
    Verdict.PERMITTED: "P",
    Verdict.WITH_MECHANISM: "M",
    Verdict.CONDITIONAL: "C",
    Verdict.UNDETERMINED: "U",
    Verdict.PROHIBITED: "X",
}
"""The sign of each verdict: colour is never the only one."""
_SPOKEN = {Verdict.WITH_MECHANISM: "permitted with mechanism"}
_MEANS = {
    Verdict.PERMITTED: "nothing more is needed",
    Verdict.WITH_MECHANISM: "lawful, and every condition is declared as met",
    Verdict.CONDITIONAL: "lawful only under conditions that nobody declared: blocked",
    Verdict.UNDETERMINED: "the law is not known well enough: blocked",
    Verdict.PROHIBITED: "a rule forbids it, and no way out is open: blocked",
}
_TRUST = {
    Evidence.OFFICIAL: "read in an official publication",
    Evidence.REPRODUCED: "the words were read in a public copy",
    Evidence.SECONDARY: "reported by others: restricts, permits nothing unless confirmed",
    Evidence.UNVERIFIED: "from memory: restricts, permits nothing unless confirmed",
}
_WOULD_DO = re.compile(
    r"(conditional): (?:declare|confirm|name)\b[^;]*"
    r"(?:; or (?:declare|confirm|name|\d+ more)[^;]*)*"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CODED = re.compile(r"`([^`]*)`")


def render(report: ResidencyReport, *, on_paper: bool = False) -> str:
    """The page.

    Args:
        report: what was gathered.
        on_paper: the edition for print. On a screen every row carries its whole reasoning, folded
            away; on paper each reasoning stands once, and rows name it by its number.
    """
    reasonings = Reasonings(report) if on_paper else None
    rules = frozenset(
        each.id
        for entry in report.law
        for each in (*entry.regime, *entry.rules, *entry.lists, *entry.reaches)
    )
    return frame.page(
        "report.html",
        _environment(),
        frame.style(),
        r=report,
        title=f"Residency report: {report.environment}, {report.as_of}",
        contents=CONTENTS,
        world=drawing.world(report.hosting, report.dots, on_paper=on_paper),
        europe=drawing.europe(report.hosting, report.dots, on_paper=on_paper),
        key=drawing.key(on_paper=on_paper),
        verdicts=tuple(reversed(Verdict)),
        uses=tuple(Use),
        kinds=TransferKind,
        rule_ids=rules,
        lawful_ids=frozenset(entry.id for entry in report.law),
        licence=LICENCE,
        reasonings=reasonings,
    )


@cache
def _environment() -> Environment:
    made = frame.environment("domicile.report.residency")
    made.filters.update(
        host=_host,
        lang=_lang,
        letter=LETTERS.__getitem__,
        spoken=lambda verdict: _SPOKEN.get(verdict, str(verdict)),
        means=_MEANS.__getitem__,
        trust=_TRUST.__getitem__,
        weak=lambda grade: grade in {Evidence.SECONDARY, Evidence.UNVERIFIED},
        comes_to=_comes_to,
        to_countries=_to_countries,
        title_case=lambda use: str(use).capitalize(),
        of_subject=_of_subject,
        shorten=_shorten,
    )
    return made


def _host(url: str) -> str:
    return urlsplit(url).netloc if is_web(url) else url


def _lang(language: str | None) -> Markup:
    """The attribute that names a quotation's language."""
    if language is None or not _LANGUAGE.fullmatch(language):
        return Markup("")
    return Markup(' lang="{0}"').format(language)


def _outcome(text: str) -> Markup:
    """A sentence of the engine's: what it has in backticks is set as code."""
    parts = _CODED.split(text)
    return Markup("").join(
        Markup("<code>{0}</code>").format(shown(part)) if index % 2 else escape(shown(part))
        for index, part in enumerate(parts)
    )


def _comes_to(each: Ground | Question) -> Markup:
    """How a rule comes out; what would do is a list of its own, so it is not said twice."""
    said = each.outcome
    if each.settled_by:
        said = _WOULD_DO.sub(r"\1", said)
    return _outcome(f"{said[:1].upper()}{said[1:]}.")


def _to_countries(rows: Iterable[Transfer]) -> list[str]:
    return sorted({country.code for row in rows for country in row.countries})


def _of_subject(rows: Iterable[Transfer], code: str) -> list[Transfer]:
    return [row for row in rows if row.subjects[0].code == code]


def _shorten(names: tuple[str, ...], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return "; ".join(names[:most]) + more
