"""What a waiver does for a shortfall: `domicile check` passes, and nothing more is served.

A waiver accepts a finding, for a while and by name. It changes no verdict of law, no routing and no
capacity: waived findings of law leave a place as unlawful as it was. So the only waiver that does
anything about a shortfall is one of the finding that reports it, and what it saves is what closing
the shortfall would cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from domicile.checker import check
from domicile.headroom import cheapest
from domicile.model.finding import Finding
from domicile.model.policy import Waiver
from domicile.model.tokens import Enforcement
from domicile.model.words import number
from domicile.rules import all_rules
from domicile.shortage.needs import need_of, room
from domicile.shortage.records import Remedy, Shortage
from domicile.shortage.supposing import Supposed
from domicile.situation import Situation

RULE = "headroom/shortfall"
"""The rule that reports shortfalls, one finding for each service."""


def with_waivers(situation: Situation, found: Iterable[Shortage]) -> tuple[Shortage, ...]:
    """Explained shortfalls, each with the waiver of the finding that reports it as a last remedy.

    The waiver is tried by checking again with it, and offered for just what the finding says now:
    as soon as more or less is short, or in other contingencies, it accepts nothing any more. Where
    remedies were not looked for, where the finding blocks nothing, or where the waiver would not
    change that, none is offered.
    """
    return tuple(
        each
        if each.remedies is None
        else replace(each, remedies=(*each.remedies, *_offered(situation, each, each.remedies)))
        for each in found
    )


def _offered(
    situation: Situation, shortage: Shortage, remedies: Sequence[Remedy]
) -> Iterator[Remedy]:
    service, workspace = shortage.service, situation.workspace
    alone = frozenset((service,))
    finding = _findings(Supposed(situation, alone)).get(service)
    if finding is None or finding.enforcement is not Enforcement.MANDATORY:
        return
    tried = Waiver(
        id="supposed",
        rule=RULE,
        matches=finding.message,
        reason="supposed, to see what it does",
        approver="nobody",
        until=situation.as_of,
    )
    waived = replace(workspace, waivers=(*workspace.waivers, tried))
    after = _findings(Supposed(situation, alone, waived)).get(service)
    if after is None or after.waived != tried.id or after.enforcement is Enforcement.MANDATORY:
        return
    costs = [each.cost for each in remedies if not each.asks_less and each.cost is not None]
    spared = min(costs, default=None)
    shortfall = situation.strains[service].shortfall
    cases, worst = int((shortfall > 0).sum()), float(shortfall.max())
    yield Remedy(
        kind="waiver",
        says=f"accept it: a waiver of `{RULE}` lets `domicile check` pass until its last day. "
        f"Nothing more is served: `{service}` stays short in all {cases} contingencies in which it "
        f"is now, by up to {number(round(worst, 3))} {shortage.unit}. {_spares(spared)}. It needs "
        "a reason, an approver and a last day, and accepts just what this finding says: "
        f"{finding.message}",
        cost=0.0,
        saves=spared,
        waiver=(RULE, finding.message),
    )


def _spares(least: float | None) -> str:
    if least is None:
        return "What it spares is not known: nothing with a known cost closes it"
    if not least:
        return "It spares no cost: what closes it without asking less needs no backends"
    return f"It spares {number(least)} EUR/h, the least found that closes what is explained here"


def _findings(situation: Situation) -> dict[str, Finding]:
    """Service → the finding that reports its shortfall, as `domicile check` has it."""
    workspace = situation.workspace
    rules = [rule for rule in all_rules() if rule.name == RULE]
    at = {
        workspace.locate(workspace.route(each)): name for name, each in workspace.services.items()
    }
    found = check(situation, rules).findings
    return {at[each.location]: each for each in found if each.name == RULE}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A waiver in force that accepts a service's shortfall."""

    waiver: str
    """Its id."""
    service: str
    says: str
    """What is accepted, as the finding says it."""
    approver: str
    until: date
    saves: float | None
    """What closing it costs at least, in EUR per hour; None: no backends in its pools do."""
    proved: bool
    """Whether that is proved to be least."""


def accepted(situation: Situation) -> tuple[Accepted, ...]:
    """What the waivers in force that accept shortfalls save, each service as if it were alone.

    Returns:
        What saves most first. Waivers of other findings keep nothing from being paid for that is
        priced here: they open no place.
    """
    waivers = {each.id: each for each in situation.workspace.waivers}
    found = []
    for service, finding in _findings(situation).items():
        if finding.waived is not None:
            its = waivers[finding.waived]
            saves, proved = _least(situation, service)
            said = finding.message, its.approver, its.until
            found.append(Accepted(its.id, service, *said, saves, proved))
    return tuple(sorted(found, key=lambda each: (-(each.saves or 0.0), each.service)))


def _least(situation: Situation, service: str) -> tuple[float | None, bool]:
    """What the cheapest backends cost that close all that a service is short of."""
    need = need_of(situation, situation.strains[service])
    standing = np.asarray(need.now, dtype=np.float64)
    most = np.minimum(np.asarray(need.maximum), room(situation, service))
    need = need_of(situation, situation.strains[service], np.maximum(most, standing))
    found = cheapest([replace(need, minimum=standing)])
    before = float(np.asarray(need.unit_cost) @ standing)
    return (round(found.cost - before, 6) if found.feasible else None), found.proved
