"""Explained shortfalls, prices of rules and reasons of a plan, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.model.words import amount, listed, number, quoted, several
from domicile.report.terminal import Terminal, columns, plain

if TYPE_CHECKING:
    # Only for types: what shows an answer does not need what computed it.
    from domicile.shortage import Needed, Remedy, RulePrices, Shortage, Spare
    from domicile.waiving import Accepted

_SPARE = 2
"""Reasons why spare capacity does not count that are shown of each shortage, nearest first."""
_EXAMPLES = 2
"""Places that are named where there are more."""
_WORDS = {
    "law": "the law keeps them from cheaper pools",
    "capacity": "cheaper pools are full, or lost just then",
    "cost": "nothing is cheaper in all",
    "minimum": "their pools declare them",
}


def shortages(out: Terminal, found: tuple[Shortage, ...], *, gives: bool = False) -> None:
    """Each set of loads that is short, why, and what closes it.

    Args:
        out: where to.
        found: what is short.
        gives: it is short with every pool at its largest, so what follows would have to give.
    """
    for each in found:
        if each.remedies is not None:
            _shortage(out, each, gives=gives)
    others = [each for each in found if each.remedies is None]
    if others:
        out.line("")
        said = f"{several(len(others), 'shortage')} not looked into; `--remedies` looks into more:"
        out.line(said)
    together: dict[tuple[str, tuple[str, ...]], list[Shortage]] = {}
    for each in others:
        together.setdefault((each.contingency[0], each.subjects), []).append(each)
    for some in together.values():
        out.line(f"  {plain(briefly(some))}")


def briefly(found: list[Shortage]) -> str:
    """What the same people are short of in the same loss, in a line."""
    first = found[0]
    said = (f"`{each.service}` {amount(round(each.missing, 1), each.unit)}" for each in found)
    return f"{listed(first.subjects, 6)} {when(first.contingency[:1])}: {listed(said, 10)}"


def _shortage(out: Terminal, each: Shortage, *, gives: bool) -> None:
    out.line("")
    out.line(out.style(headline(each), "bold"))
    out.line(f"  {plain(binding(each))}")
    if each.spare:
        out.line(f"  {plain(elsewhere(each))}")
    for one in each.spare[:_SPARE]:
        out.line(f"  {plain(spare(each, one))}")
        if one.citation is not None:
            article = f", {one.citation.article}" if one.citation.article else ""
            out.line(out.style(f"    law: {one.citation.instrument}{article}", "grey"))
    _remedies(out, each.remedies or (), gives=gives)
    if each.unpriced:
        out.line(f"  {plain(untried(each))}")


def untried(found: Shortage) -> str:
    """Places that could not be tried, because nobody said what a backend costs there."""
    count = len(found.unpriced)
    such = ", such as " if count > _EXAMPLES else ": "
    such += quoted(found.unpriced[:_EXAMPLES])
    return (
        f"not tried: {several(count, 'further place')}, lawful and near enough, of providers "
        f"without a backend type that runs it{such}"
    )


def headline(found: Shortage) -> str:
    """Who is short of how much, in what, and where else that shows."""
    said = (
        f"`{found.service}` is {amount(round(found.missing, 3), found.unit)} short for "
        f"{listed(found.subjects, 6)} ({listed(found.data_classes, 4)}), "
        f"who ask for {number(round(found.demand, 3))}, {when(found.contingency)}"
    )
    more = found.explained - 1
    if more:
        said += f", and so in {several(more, 'other contingency', 'other contingencies')}"
        if found.worst != found.contingency:
            said += f": most, {number(round(found.worst_missing, 3))}, {when(found.worst)}"
    return said


def when(contingency: tuple[str, ...]) -> str:
    """In a contingency, in words."""
    if contingency == ("nominal",):
        return "while nothing is lost"
    return f"in {' and '.join(contingency)}"


def binding(found: Shortage) -> str:
    """The places that bind."""
    if not found.binding:
        return "no place that they may use is left"
    if len(found.binding) == 1:
        return f"all that they may use then is {found.where}, and it is full"
    return f"all that they may use then is {found.where}, and these are full"


def elsewhere(found: Shortage) -> str:
    """How much stands free in all, by what keeps it from those who are short."""
    parts = {
        "near enough, but not lawful": [
            s for s in found.spare if s.why == "unlawful" and not s.away
        ],
        "lawful, but too far": [s for s in found.spare if s.why == "far"],
        "lawful, but kept for others": [s for s in found.spare if s.why == "kept"],
        "neither lawful nor near enough": [s for s in found.spare if s.away],
    }
    said = (
        f"{number(round(sum(each.amount for each in some), 1))} {why}"
        for why, some in parts.items()
        if some
    )
    total = sum(each.amount for each in found.spare)
    return f"{amount(round(total, 1), found.unit)} stand free elsewhere: {listed(said)}"


def spare(found: Shortage, each: Spare) -> str:
    """What stands free, and why it does not count."""
    whose = f"{each.subject} {' and '.join(each.data_classes)}"
    why = {
        "unlawful": f"not lawful for {whose}",
        "far": f"lawful for {whose}, but too far",
        "kept": f"lawful for {whose}, but kept for others",
    }[each.why]
    free = amount(round(each.amount, 1), found.unit)
    return f"{free} at {each.where}, {why}: {each.because}"


def _remedies(out: Terminal, found: tuple[Remedy, ...], *, gives: bool) -> None:
    closes = [each for each in found if each.kind != "waiver"]
    if closes:
        out.line("  what would have to give, any one:" if gives else "  what closes it, any one:")
    else:
        out.line("  nothing that was tried closes it")
    for each in closes:
        out.line(f"    {plain(remedy(each))}")
    for each in found:
        if each.kind == "waiver":
            out.line("  what closes nothing:")
            out.line(f"    {plain(each.says)}")


def remedy(each: Remedy) -> str:
    """What it is, and what it saves against backends alone."""
    said = each.says
    if each.kind == "waiver":
        return said
    if each.saves:
        less = "less" if each.saves > 0 else "more"
        said += f" ({number(round(abs(each.saves), 3))} EUR/h {less} than backends alone)"
    if not each.proved:
        said += "; not proved to be the least"
    return f"asks less: {said}" if each.asks_less else said


def prices(out: Terminal, found: RulePrices) -> None:
    """What each rule costs, dearest first."""
    out.line("")
    least = "no plan" if found.cost is None else f"{number(found.cost)} EUR/h"
    out.line(
        out.style(f"the price of rules: the least plan under all of them costs {least}", "bold")
    )
    table = [["EUR/h", "rule", "keeps", "from", "supposed"]]
    table += [
        [
            "a plan" if each.price is None else number(each.price) + ("" if each.proved else " ?"),
            plain(each.rule),
            plain(listed(each.subjects, 3)),
            several(each.pools, "pool"),
            plain(each.opening),
        ]
        for each in found.priced
    ]
    for line in columns(table, right=frozenset({0})):
        out.line(f"  {line}")
    left = found.found - len(found.priced)
    said = f"priced: {len(found.priced)} of {several(found.found, 'rule')} that decide somewhere"
    out.line(f"  {said}" + ("; `--seconds` gives more time" if left else ""))


def waivers(out: Terminal, found: tuple[Accepted, ...], others: int) -> None:
    """What waivers in force save, and what they accept.

    Args:
        out: where to.
        found: those that accept a shortfall.
        others: how many more are in force.
    """
    if not found and not others:
        return
    out.line("")
    out.line(out.style("what waivers save: nothing more is served by them", "bold"))
    for each in found:
        saved = "what closes it is not in its pools"
        if each.saves is not None:
            least = "at least" if each.proved else "not proved to be the least:"
            saved = f"{number(each.saves)} EUR/h ({least} what closing it costs)"
        out.line(
            f"  `{plain(each.waiver)}`, approved by {plain(each.approver)}, until {each.until}: "
            f"{saved}"
        )
        out.line(f"    accepts: {plain(each.says)}")
    if others:
        said = several(others, "other waiver accepts", "other waivers accept")
        out.line(f"  {said} no shortfall: no place is opened and no backend is spared by that")


def needed(out: Terminal, found: tuple[Needed, ...]) -> None:
    """Why the backends of a plan are needed: the reasons, with what binds most of them."""
    table = [["because", "backends", "EUR/h", "pools", "most are bound by"]]
    for because, words in _WORDS.items():
        chosen = [each for each in found if each.because == because]
        if not chosen:
            continue
        bound: dict[str, int] = {}
        for each in chosen:
            name = " and ".join(each.contingency)
            bound[name] = bound.get(name, 0) + each.backends
        most = sorted(filter(None, bound), key=lambda name: (-bound[name], name))
        rules = sorted({each.rule for each in chosen if each.rule})
        table.append(
            [
                f"{because}: {words}" + (f" ({listed(rules, 4)})" if rules else ""),
                number(sum(each.backends for each in chosen)),
                number(round(sum(each.cost for each in chosen), 2)),
                str(len(chosen)),
                plain(listed(most, 2)) if most else "",
            ]
        )
    if len(table) > 1:
        for line in columns(table, right=frozenset({1, 2, 3})):
            out.line(plain(line))
        out.line("")


def quota_gives(out: Terminal, found: tuple[Remedy, ...]) -> None:
    """What would have to give where only quotas are in the way."""
    if found:
        out.line("")
        out.line("  what would have to give, any one:")
        for each in found:
            out.line(f"    {plain(remedy(each))}")
