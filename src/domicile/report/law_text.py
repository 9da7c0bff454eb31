"""The law as people read it in a terminal: one jurisdiction, the matrix, and changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domicile.model.law import Citation, Way
from domicile.model.law_answer import (
    ChangeAnswer,
    ChangesAnswer,
    LawAnswer,
    MatrixAnswer,
    MovedAnswer,
    RuleState,
)
from domicile.model.tokens import Evidence, Verdict
from domicile.model.words import listed, several
from domicile.report.terminal import Terminal, plain

DISCLAIMER = "Engineering support, not legal advice: confirm with counsel what you rely on."
SHOWN = 6
"""Placements of one change that are named one by one; JSON holds them all."""
_LETTER = {
    Verdict.PERMITTED: ("P", "green"),
    Verdict.WITH_MECHANISM: ("m", "green"),
    Verdict.CONDITIONAL: ("c", "yellow"),
    Verdict.UNDETERMINED: ("?", "red"),
    Verdict.PROHIBITED: ("x", "red"),
}


def show(out: Terminal, answer: LawAnswer) -> None:
    """One jurisdiction: its general law, how data leaves it, what stays, and whom it reaches."""
    out.line(out.style(f"{answer.jurisdiction}  {answer.name}", "bold"), f", {answer.as_of}")
    general = answer.general
    if general is not None:
        said = [general.name or "no general law of data protection is known", general.status]
        said += [part for part in (general.authority,) if part]
        since = f", since {general.from_}" if general.from_ else ""
        out.line(f"  {plain('; '.join(said))}{since} ({general.evidence})")
    if answer.under:
        out.line(f"  lives under: {plain(listed(answer.under))}")
    _rules(out, "How personal and other data may leave", answer.transfer)
    _rules(out, "What else binds", answer.rules)
    if answer.lists:
        out.line("")
        out.line(out.style("Adequacy lists", "bold"))
    for state in answer.lists:
        entry = state.entry
        scope = f", {entry.scope}" if entry.scope else ""
        needs = f", needs {listed(entry.needs)}" if entry.needs else ""
        dates = _dates(entry.from_, entry.until)
        out.line(
            f"  {out.style(entry.id, 'bold')}: {plain(listed(entry.to, 60))}{plain(scope)}"
            f"{plain(needs)} ({dates}; {entry.evidence}; {state.state})"
        )
        out.line(out.style(f"    {entry.citation.instrument}", "grey"))
    if answer.reaches:
        out.line("")
        out.line(out.style("What its law reaches abroad", "bold"))
    for reach in answer.reaches:
        out.line(f"  {plain(reach.says)} ({reach.evidence})")
        _cited(out, reach.citation)
    for title, lines in (("Beside that", answer.notes), ("Not known", (answer.looked_for,))):
        if any(lines):
            out.line("")
            out.line(out.style(title, "bold"))
        for line in filter(None, lines):
            out.line(f"  {plain(line)}")
    out.line("")
    out.line(DISCLAIMER)


def _rules(out: Terminal, title: str, rules: Iterable[RuleState]) -> None:
    given = tuple(rules)
    if given:
        out.line("")
        out.line(out.style(title, "bold"))
    for state in given:
        rule = state.rule
        what = listed((*rule.regime, *rule.data)) if rule.regime or rule.data else "all data"
        does = f"; {listed(rule.does)}" if rule.does else ""
        out.line(
            f"  {out.style(state.id, 'bold')}: {state.effect} ({plain(what)}{plain(does)}) "
            f"[{out.style(str(rule.evidence), _trust(rule.evidence))}]"
        )
        out.line(f"    {plain(rule.says)}")
        if rule.when:
            out.line(f"    binds: {plain(listed(rule.when))}")
        if rule.whose:
            out.line(f"    whose data: {rule.whose}")
        for way in rule.unless:
            out.line(f"    way out: {plain(_way(way))}")
        out.line(
            out.style(
                f"    {_instrument(rule.citation)} ({_dates(rule.from_, rule.until)}; "
                f"{state.state}; checked {rule.checked})",
                "grey",
            )
        )
        _cited(out, rule.citation, instrument=False)
        for said in (rule.conflicts and f"sources disagree: {rule.conflicts}", rule.note):
            if said:
                out.line(f"    {plain(said)}")
        if state.review:
            out.line(f"    {plain(state.review)}")


def _way(way: Way) -> str:
    said = []
    if way.list is not None:
        said.append(f"the adequacy list of {way.list}")
    if way.to:
        said.append(f"to {listed(way.to)}")
    if way.needs:
        said.append(f"with {' and '.join(way.needs)}")
    if way.from_ or way.until:
        said.append(_dates(way.from_, way.until))
    if way.evidence is not None:
        said.append(f"({way.evidence})")
    return " ".join(said) or "without conditions"


def _instrument(citation: Citation) -> str:
    return citation.instrument + (f", {citation.article}" if citation.article else "")


def _cited(out: Terminal, citation: Citation, *, instrument: bool = True) -> None:
    if instrument:
        out.line(out.style(f"    {_instrument(citation)}", "grey"))
    if citation.quote:
        out.line(out.style(f"    “{citation.quote}”", "grey"))
    if citation.url:
        out.line(out.style(f"    {citation.url}", "grey"))


def _dates(begin: date | None, end: date | None) -> str:
    if begin is None:
        return "start not known" if end is None else f"until {end}"
    return f"since {begin}" if end is None else f"{begin} to {end}"


def _trust(evidence: Evidence) -> str:
    return "green" if evidence in {Evidence.OFFICIAL, Evidence.REPRODUCED} else "yellow"


def matrix(out: Terminal, answer: MatrixAnswer) -> None:
    """A row for each subject, a column for each place, a letter for each verdict."""
    places = list(answer.rows[0].verdicts) if answer.rows else []
    wide = max((len(row.subject) for row in answer.rows), default=0)
    data = " and ".join(answer.data_classes)
    out.line(
        f"{plain(data)} data, {answer.activity}, {answer.as_of}; a row for each subject country"
    )
    for letters in zip(*(place.replace("-", "").ljust(7) for place in places), strict=True):
        if any(letter != " " for letter in letters):
            out.line(f"{'':{wide}} {' '.join(letters)}".rstrip())
    for row in answer.rows:
        cells = [out.style(*_LETTER[row.verdicts[place]]) for place in places]
        out.line(f"{plain(row.subject):{wide}} {' '.join(cells)}")
    out.line("")
    out.line("; ".join(f"{letter} {verdict}" for verdict, (letter, _) in _LETTER.items()))
    out.line(
        "places are ordinary companies' there: `domicile explain` asks about one of a provider"
    )


def changes(out: Terminal, answer: ChangesAnswer) -> None:
    """One paragraph for each day, then how it came out."""
    for change in answer.changes:
        _change(out, change)
    falls = sum(change.falls for change in answer.changes)
    span = f"{answer.from_} to {answer.to}"
    if not answer.changes:
        out.line(f"{answer.environment}, {span}: no verdict changes")
        return
    out.line(
        f"{answer.environment}, {span}: {several(len(answer.changes), 'change')}, "
        f"{several(falls, 'placement')} {'falls' if falls == 1 else 'fall'}"
    )


def _change(out: Terminal, change: ChangeAnswer) -> None:
    counted = [
        f"{several(number, 'placement')} {word if number != 1 else word + 's'}"
        for number, word in ((change.falls, "fall"), (change.rises, "rise"))
        if number
    ]
    others = len(change.moved) - change.falls - change.rises
    if others:
        counted.append(f"{several(others, 'verdict')} change otherwise")
    colour = "red" if change.falls else "green" if change.rises else "bold"
    out.line(out.style(f"{change.day}: {', '.join(counted)}", colour, "bold"))
    for fact in change.facts:
        out.line(f"  {out.style(fact.id, 'bold')} {fact.what} ({plain(fact.says)})")
    shown = sorted(change.moved, key=lambda each: (each.after.rank >= each.before.rank, each.name))
    for moved in shown[:SHOWN]:
        out.line(f"    {plain(_moved(moved))}")
    if len(shown) > SHOWN:
        out.line(f"    and {len(shown) - SHOWN:,} more: `--format json` names them all")
    if change.moved:
        out.line(f"  help: {plain(shown[0].help)}")
    out.line("")


def _moved(moved: MovedAnswer) -> str:
    return f"{moved.name} at {moved.place}: {moved.before} → {moved.after} ({moved.rule})"
