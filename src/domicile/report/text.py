"""Results as people read them in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.model.errors import DomicileError
from domicile.model.finding import Finding, Location
from domicile.model.tokens import Enforcement, Evidence, Severity, Verdict
from domicile.model.words import listed, number, several
from domicile.report import narrow_text, shortage_text, stepping
from domicile.report.terminal import Terminal, columns, plain, source_line
from domicile.rollout import Rollout, help_for

if TYPE_CHECKING:
    # Only for types: what shows an answer does not need what computed it.
    from domicile.checker import Report
    from domicile.emit import Change
    from domicile.model.answer import ExplainAnswer, HeadroomRow, TraceStep
    from domicile.planner import Outcome
    from domicile.shortage import Shortage
    from domicile.standing import Audit

_SEVERITY = {
    Severity.CRITICAL: "red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "blue",
}
_SMALL = 0.1
"""The least amount that a table tells apart."""
_VERDICT = {
    Verdict.PROHIBITED: "red",
    Verdict.UNDETERMINED: "red",
    Verdict.CONDITIONAL: "yellow",
    Verdict.WITH_MECHANISM: "green",
    Verdict.PERMITTED: "green",
}


def check(out: Terminal, report: Report) -> None:
    """Every finding, then what was examined and how it came out."""
    for finding in report.findings:
        _finding(out, finding)
    blocking = report.blocking()
    examined = ", ".join(f"{count} {kind}" for kind, count in report.examined.items())
    out.line(f"{report.environment} on {report.as_of}, {report.counts} counts: {plain(examined)}")
    if blocking:
        advisory = len(report.findings) - len(blocking)
        out.line(
            out.style(several(len(blocking), "finding") + " must be mended", "red", "bold"),
            f", {several(advisory, 'advisory finding')}" if advisory else "",
        )
    else:
        out.line(
            out.style("lawful, with headroom", "green", "bold"),
            f": {report.rules} rules passed",
            f", {several(len(report.findings), 'advisory finding')}" if report.findings else "",
        )


def audit(out: Terminal, found: Audit) -> None:
    """Every finding, then what was judged and how it came out."""
    for finding in found.findings:
        _finding(out, finding)
    blocking = found.blocking()
    resources, judged = found.examined.get("resources", 0), found.examined.get("judged", 0)
    out.line(
        f"{plain(found.file)} on {found.as_of}, {found.kind}: {several(resources, 'resource')}, "
        f"{judged} of them hold data of somebody"
    )
    advisory = len(found.findings) - len(blocking)
    if blocking:
        out.line(
            out.style(several(len(blocking), "finding") + " must be mended", "red", "bold"),
            f", {several(advisory, 'advisory finding')}" if advisory else "",
        )
    else:
        out.line(
            out.style("lawful where it is known what is held", "green", "bold"),
            f", {several(advisory, 'advisory finding')}" if advisory else "",
        )


def _finding(out: Terminal, finding: Finding) -> None:
    label = f"{finding.severity} {finding.code}"
    if finding.enforcement is Enforcement.ADVISORY:
        label += " (advisory)" if finding.waived is None else f" (waived by {finding.waived})"
    out.line(out.style(label, _SEVERITY[finding.severity], "bold"), f" {plain(finding.name)}")
    out.line(f"  {plain(finding.message)}")
    _place(out, finding.location)
    for related in finding.related:
        out.line(out.style(f"     = {related.location}: {related.note}", "grey"))
    if finding.citation is not None:
        article = f", {finding.citation.article}" if finding.citation.article else ""
        out.line(f"  law: {plain(finding.citation.instrument)}{plain(article)}")
    if finding.help:
        out.line(f"  help: {plain(finding.help)}")
    out.line("")


def _place(out: Terminal, location: Location) -> None:
    if not location.file:
        return
    out.line(out.style(f"    --> {location}", "blue"))
    if location.text:
        margin = f"{location.line:>5} | "
        out.line(f"{out.style(margin, 'blue')}{source_line(location.text)}")


def errors(out: Terminal, found: list[DomicileError]) -> None:
    """What kept a command from answering."""
    for error in found:
        out.line(out.style("error", "red", "bold"), f": {plain(error.message)}")
        if error.location is not None:
            _place(out, error.location)
        if error.help:
            out.line(f"  help: {plain(error.help)}")


def explain(out: Terminal, answer: ExplainAnswer) -> None:
    """The verdict, then each rule with what it asks and how that came out."""
    data = " and ".join(answer.data_classes)
    via = f" by way of {plain(listed(answer.via))}" if answer.via else ""
    out.line(
        f"{plain(answer.subject)} {plain(data)}, {answer.activity} at {plain(answer.place)}"
        f"{via}, "
        f"{answer.as_of}: ",
        out.style(str(answer.verdict), _VERDICT[answer.verdict], "bold"),
    )
    for step in answer.trace:
        _step(out, step)
    if not answer.trace:
        out.line("  no rule is known that speaks of this")
    if answer.reaches:
        out.line("")
        out.line(f"Whose law reaches {plain(answer.place)} beside its own:")
    for reach in answer.reaches:
        out.line(f"  {out.style(reach.law, 'bold')}: {plain(reach.says)}")
        out.line(out.style(f"    {reach.citation.instrument} ({reach.evidence})", "grey"))
    if any(step.evidence is not Evidence.OFFICIAL for step in answer.trace):
        out.line("")
        out.line("Engineering support, not legal advice: confirm with counsel what you rely on.")


def _step(out: Terminal, step: TraceStep) -> None:
    """What one rule asks, how that came out, and where it stands."""
    from domicile.model.answer import OWN_RULE

    mark = "→" if step.decides else " "
    out.line("")
    out.line(
        f"{mark} {out.style(step.rule, 'bold')}: {plain(step.effect)} "
        f"[{out.style(str(step.verdict), _VERDICT[step.verdict])}]"
    )
    if step.says and step.says.rstrip(".") not in step.effect:
        out.line(f"    {plain(step.says)}")
    out.line(f"    {plain(step.outcome)}")
    if step.review and step.review not in step.outcome:
        out.line(f"    {plain(step.review)}")
    if step.citation.instrument == OWN_RULE:
        return
    cited = step.citation.instrument
    if step.citation.article:
        cited += f", {step.citation.article}"
    out.line(out.style(f"    {cited} ({_dates(step.from_, step.until)}; {step.evidence})", "grey"))
    if step.citation.quote:
        out.line(out.style(f"    “{step.citation.quote}”", "grey"))
    if step.citation.url:
        out.line(out.style(f"    {step.citation.url}", "grey"))


def _dates(begin: str | None, end: str | None) -> str:
    if begin is None:
        return "start not known" if end is None else f"until {end}"
    return f"since {begin}" if end is None else f"{begin} to {end}"


def headroom(out: Terminal, rows: tuple[HeadroomRow, ...], *, paired: bool = False) -> None:
    """A table of rows, the short ones marked.

    Args:
        out: where to.
        rows: what is to be shown.
        paired: the rows of each service and subject are the nominal one and the worst one; both
            make one line.
    """
    if paired:
        _paired(out, rows)
    else:
        table = [["service", "subject", "contingency", "demand", "served", "short", "unit"]]
        table += [
            [plain(row.service), plain(row.subject), _when(row), *_amounts(row), row.unit]
            for row in rows
        ]
        _marked(out, table, [bool(row.shortfall) for row in rows], frozenset({3, 4, 5}))
    short = [row for row in rows if row.shortfall]
    out.line("")
    if short:
        out.line(out.style(f"{several(len(short), 'row')} of {len(rows)} short", "red", "bold"))
    else:
        out.line(out.style("nothing is short", "green", "bold"))


def _paired(out: Terminal, rows: tuple[HeadroomRow, ...]) -> None:
    """One line for each service and subject: nominally, then after the worst contingency."""
    of: dict[tuple[str, str], list[HeadroomRow]] = {}
    for row in rows:
        of.setdefault((row.service, row.subject), []).append(row)
    table = [
        [
            *("service", "subject", "unit", "nominal", "served", "short"),
            *("at worst", "served", "short", "in"),
        ]
    ]
    table += [
        [plain(service), plain(subject), both[0].unit, *_amounts(both[0])]
        + ([*_amounts(both[1]), _when(both[1])] if both[1:] else [""] * 4)
        for (service, subject), both in of.items()
    ]
    short = [any(row.shortfall for row in both) for both in of.values()]
    _marked(out, table, short, frozenset(range(3, 9)))


def _marked(
    out: Terminal, table: list[list[str]], marks: list[bool], right: frozenset[int]
) -> None:
    """A table whose marked rows, below the heading, stand out."""
    heading, *lines = columns(table, right=right)
    out.line(heading)
    for line, marked in zip(lines, marks, strict=True):
        out.line(out.style(line, "red") if marked else line)


def _when(row: HeadroomRow) -> str:
    through = f" (through {listed(row.limited_by)})" if row.limited_by else ""
    return plain(" and ".join(row.contingency) + through)


def _amounts(row: HeadroomRow) -> list[str]:
    """Demand, served and short; a shortfall that rounds to nothing is still not nothing."""
    short = "-"
    if row.shortfall:
        short = number(round(row.shortfall, 1)) if row.shortfall >= _SMALL else f"< {_SMALL}"
    return [number(round(row.demand, 1)), number(round(row.served, 1)), short]


def routing(out: Terminal, shares: dict[str, dict[str, float]]) -> None:
    """Where each load goes in one contingency."""
    out.line("")
    table = [["load", "goes to"]]
    for key, places in sorted(shares.items()):
        parts = sorted(places.items(), key=lambda item: (-item[1], item[0]))
        table.append([plain(key), plain(listed((f"{p} {part:.1%}" for p, part in parts), 6))])
    for line in columns(table):
        out.line(line)


def plan(
    out: Terminal, environment: str, outcome: Outcome, gives: tuple[Shortage, ...] = ()
) -> None:
    """The pools that change, what each is for, and what it all costs.

    Args:
        out: where to.
        environment: which was planned.
        outcome: the plan, or why there is none.
        gives: what explains the conflicts, and stands for them.
    """
    if not outcome.feasible:
        said = f"no plan for {environment} is feasible"
        if outcome.refused:
            said = f"{environment} cannot be planned until this is mended"
        out.line(out.style(said, "red", "bold"))
        shortage_text.shortages(out, gives, gives=True)
        for conflict in () if gives else outcome.conflicts:
            out.line("")
            out.line(f"  {plain(conflict.reason)}")
        narrow_text.networks(out, outcome.networks)
        for finding in outcome.refused:
            _finding(out, finding)
        return
    changed = [pool for pool in outcome.pools if pool.now != pool.after]
    table = [["service", "datacenter", "now", "after", "because of"]]
    table += [
        [
            plain(pool.service),
            plain(pool.datacenter),
            str(pool.now),
            str(pool.after),
            plain(listed(dict.fromkeys(each.partition(" and ")[0] for each in pool.reasons), 2)),
        ]
        for pool in changed
    ]
    if changed:
        for line in columns(table, right=frozenset({2, 3})):
            out.line(line)
        out.line("")
    shortage_text.needed(out, outcome.needed)
    total = sum(pool.after for pool in outcome.pools)
    out.line(
        f"{several(total, 'backend')}, {several(len(changed), 'pool')} changed; "
        f"{number(round(outcome.cost.now, 2))} → {number(round(outcome.cost.after, 2))} "
        f"{outcome.cost.currency}, "
        + ("proved to be the least" if outcome.optimal else "not proved to be the least")
    )
    if outcome.warm_up is not None:
        out.line(f"what is added counts once it is warm, after {outcome.warm_up} at most")
    if outcome.refused:
        said = several(len(outcome.refused), "finding") + " must be mended before it can be emitted"
        out.line(out.style(said, "red", "bold"))
        narrow_text.networks(out, outcome.networks)
        out.line("")
    for finding in outcome.refused:
        _finding(out, finding)


def way(out: Terminal, outcome: Outcome, found: Rollout | None) -> None:
    """The steps to a plan, where anything stands that it changes; or why there are none."""
    if found is None or not any(pool.now for pool in outcome.pools):
        return
    out.line("")
    if found.refused is not None:
        out.line(out.style("`domicile up` would refuse this plan", "red", "bold"))
        out.line(f"  {plain(found.refused.reason)}")
        out.line(f"  help: {plain(help_for(found.refused))}")
    stepping.steps(out, found.steps)


def emit(out: Terminal, changes: tuple[Change, ...], *, check: bool) -> None:
    """The files that differ, and what was done about it."""
    changed = [change for change in changes if change.changed]
    for change in changed:
        out.line(f"  {'stale' if check else 'wrote'} {plain(change.path)}")
    if check and changed:
        out.line(out.style("`stacks/` is stale: run `domicile emit`", "red", "bold"))
    else:
        same = len(changes) - len(changed)
        out.line(f"{several(len(changes), 'file')}, {same} unchanged")
