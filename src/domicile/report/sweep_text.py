"""What a sweep found, as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.sweep_answer import Between, SweepAnswer, SweptService, SweptSize
from domicile.model.words import listed, number, several
from domicile.report.terminal import Terminal, columns, plain

_MOST_LOSSES = 4
_DIGITS = 8
"""Of a probability in per cent: a second in three centuries."""


def sweep(out: Terminal, answer: SweepAnswer) -> None:
    """Each service by numbers of losses; then the countries that are short; then what was asked."""
    _sizes(out, answer)
    _subjects(out, answer)
    _through(out, answer)
    _risks(out, answer)
    out.line("")
    asked = sum(each.asked_short for each in answer.services)
    _method(out, answer)
    if asked:
        said = several(asked, "set of losses", "sets of losses")
        out.line(out.style(f"{said} that the policy asks to survive: short", "red", "bold"))
    elif any(each.asked for each in answer.services):
        out.line(out.style("nothing is short that the policy asks to survive", "green", "bold"))


def _sizes(out: Terminal, answer: SweepAnswer) -> None:
    table = [["service", "policy", "losses", "sets", "short", "worst", "unit", "in"]]
    table += [
        [plain(each.service), plain(each.policy), *_row(size), each.unit, _when(size)]
        for each in answer.services
        for size in each.sizes
    ]
    for line in columns(table, right=frozenset({2, 3, 4, 5})):
        out.line(line)


def _subjects(out: Terminal, answer: SweepAnswer) -> None:
    table = [["service", "subject", "losses", "sets", "short", "worst", "unit", "in"]]
    for each in answer.services:
        for subject in each.subjects:
            for size in subject.sizes:
                if size.size == subject.fewest:
                    row = [plain(each.service), plain(subject.subject), *_row(size)]
                    table.append([*row, each.unit, _when(size)])
    if len(table) == 1:
        return
    out.line("")
    out.line("The fewest losses that leave a country short:")
    for line in columns(table, right=frozenset({2, 3, 4, 5})):
        out.line(line)


def _risks(out: Terminal, answer: SweepAnswer) -> None:
    worst = f"in the worst {_percent(1.0 - answer.confidence)}"
    table = [["service", "subject", "available", "missing on average", worst]]
    for each in answer.services:
        if each.risk is None:
            continue
        everyone = (
            f"whoever loses most: {_bounds(each.worst_subject)}" if each.worst_subject else ""
        )
        table += _risk_rows(each)
        table.append([plain(each.service), "-", "", "", everyone])
        if each.through is not None and each.through.worst_subject is not None:
            said = f"whoever loses most, through needed: {_bounds(each.through.worst_subject)}"
            table.append([plain(each.service), "-", "", "", said])
    if len(table) == 1:
        return
    out.line("")
    for line in columns(table):
        out.line(line)


def _risk_rows(each: SweptService) -> Iterator[list[str]]:
    """Everyone's figures, then each subject's; each followed by what is left through others."""
    own = each.risk, *(subject.risk for subject in each.subjects)
    through = each.through, *(subject.through for subject in each.subjects)
    names = "all", *(subject.subject for subject in each.subjects)
    for name, its, also in zip(names, own, through, strict=True):
        both = (name, its), (f"{name}, through needed", None if also is None else also.risk)
        for said, risk in both:
            if risk is not None:
                figures = risk.availability, risk.expected, risk.worst_mean
                yield [plain(each.service), plain(said), *(_bounds(figure) for figure in figures)]


def _through(out: Terminal, answer: SweepAnswer) -> None:
    """Services that lack more through those that they need than by themselves."""
    table = [["service", "through", "losses", "sets", "short", "worst", "unit", "in"]]
    for each in answer.services:
        if each.through is not None:
            own = {size.size: size for size in each.sizes}
            table += [
                [
                    *(plain(each.service), plain(listed(each.needs, 3)), *_row(size)),
                    *(each.unit, _when(size)),
                ]
                for size in each.through.sizes
                if (size.short, size.worst) != (own[size.size].short, own[size.size].worst)
            ]
    if len(table) > 1:
        out.line("")
        out.line("Through the services that they need, more is short:")
        for line in columns(table, right=frozenset({2, 3, 4, 5})):
            out.line(line)
    apart = {each.service: each.needs_left_out for each in answer.services if each.needs_left_out}
    for service, needed in apart.items():
        out.line("")
        out.line(
            f"`{plain(service)}` is judged by itself, not through {plain(listed(needed, 6))}: "
            "with their datacenters all subsets would be too many"
        )


def _method(out: Terminal, answer: SweepAnswer) -> None:
    said = {
        "losses": f"{answer.scenarios:,} sets, each of them judged exactly",
        "all-subsets": f"{answer.scenarios:,} subsets of datacenters, each judged exactly"
        + (", all at once" if all(its.judged == "every-set" for its in answer.services) else ""),
        "samples": f"{answer.scenarios:,} random scenarios; not proved for those not drawn",
    }
    out.line(said[answer.method])
    unknown = [each for each in answer.services if each.examined is not None]
    if unknown:
        least = min(unknown, key=_examined)
        out.line(
            f"at least {_percent(_examined(least))} of all probability was examined; the rest "
            "counts as unavailable in the lower bounds"
        )


def _examined(service: SweptService) -> float:
    return service.examined if service.examined is not None else 0.0


def _row(size: SweptSize) -> list[str]:
    worst = number(round(size.worst, 1)) if size.short else "-"
    return [str(size.size), f"{size.sets:,}", f"{size.short:,}", worst]


def _when(size: SweptSize) -> str:
    if not size.short:
        return ""
    return plain(listed(size.losses, _MOST_LOSSES)) if size.losses else "nothing is lost"


def _bounds(figure: Between) -> str:
    least, most = _percent(figure.least), _percent(figure.most)
    return least if least == most else f"{least} to {most}"


def _percent(part: float) -> str:
    text = f"{100 * part:.{_DIGITS}f}".rstrip("0").rstrip(".")
    return f"{text} %"
