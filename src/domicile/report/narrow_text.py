"""Networks that do not carry what is sent, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.model.words import amount, listed, number, quoted, several
from domicile.report.terminal import Terminal, plain

if TYPE_CHECKING:
    # Only for types: what shows an answer does not need what computed it.
    from domicile.shortage import Bound, Crossing, Narrow

_DIGITS = 3


def networks(out: Terminal, found: tuple[Narrow, ...]) -> None:
    """Each set of networks that binds: what is missing, between whom, and what closes it."""
    for each in found:
        out.line("")
        out.line(out.style(plain(headline(each)), "bold"))
        for crossing in each.crossings:
            out.line(f"  {plain(_crossing(crossing))}")
        out.line(f"  {plain(binds(each))}")
        if each.spare:
            free = (f"`{name}` {number(round(room, _DIGITS))}" for name, room in each.spare)
            out.line(f"  {plain('room is left on ' + listed(free) + ' Gbit/s')}")
        if each.remedies:
            out.line("  what closes it, any one:")
            for remedy in each.remedies:
                least = "" if remedy.proved else "; not proved to be the least"
                out.line(f"    {plain(remedy.says)}{least}")
        elif each.remedies is not None:
            out.line("  nothing that was tried closes it")


def headline(found: Narrow) -> str:
    """How much is not carried, when, and whether another routing would do."""
    when = _when(found.contingency)
    routing = "no routing carries all" if found.planned else "networks do not carry all"
    said = (
        f"{routing} that is sent {when}: {amount(round(found.missing, _DIGITS), 'Gbit/s')} of "
        f"{number(round(found.asked, _DIGITS))} are missing"
    )
    if not found.proved:
        said += " (not proved: the search for another routing ended before)"
    if found.others:
        said += f", and so in {several(found.others, 'other contingency', 'other contingencies')}"
        if found.worst != found.contingency:
            worst = number(round(found.worst_missing, _DIGITS))
            said += f": most, {worst}, {_when(found.worst)}"
    return said


def _when(contingency: tuple[str, ...]) -> str:
    """In a contingency, in words."""
    said: dict[tuple[str, ...], str] = {
        ("nominal",): "while nothing is lost",
        ("surge:",): "under the surge",
    }
    return said.get(contingency) or f"in {' and '.join(contingency)}"


def _crossing(each: Crossing) -> str:
    where = f"between `{each.start}` and `{each.end}`"
    if each.start == each.end:
        where = f"through the network of `{each.end}`"
    missing, asked = round(each.missing, _DIGITS), round(each.asked, _DIGITS)
    who = f" ({listed(each.services, 4)})" if each.services else ""
    return f"{where}: {amount(missing, 'Gbit/s')} of {number(asked)}{who}"


def binds(found: Narrow) -> str:
    """The networks that bind, and whether they are all that leads across."""
    if not found.binding:
        return "no network that is left leads there"
    links = [each for each in found.binding if each.link]
    carry = listed([_bound(each) for each in found.binding], 6)
    if found.sides is not None:
        one, other = (quoted(side, 4) for side in found.sides)
        total = number(round(sum(each.carries for each in links), _DIGITS))
        if len(links) == 1:
            return f"all that leads from {one} to {other} is {carry}"
        return f"all that leads from {one} to {other} is {carry}: together {total} Gbit/s"
    if len(found.binding) == 1:
        return f"what binds is {carry}"
    return f"what binds together, though each way around has room left somewhere, is {carry}"


def _bound(each: Bound) -> str:
    name = f"link `{each.name}`" if each.link else f"the network of `{each.name}`"
    return f"{name} with {amount(round(each.carries, _DIGITS), 'Gbit/s')}"
