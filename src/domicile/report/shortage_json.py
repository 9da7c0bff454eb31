"""Explained shortfalls, prices and reasons → the records that `--format json` answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domicile.model.headroom_answer import (
    BoundAnswer,
    CrossingAnswer,
    LinkRoom,
    NarrowAnswer,
    NeededAnswer,
    RemedyAnswer,
    RulePriceAnswer,
    RulePricesAnswer,
    ShortageAnswer,
    SpareAnswer,
    WaiverOffered,
    WaiverPriceAnswer,
)

if TYPE_CHECKING:
    # Only for types: what shows an answer does not need what computed it.
    from domicile.shortage import Narrow, Needed, Remedy, RulePrices, Shortage
    from domicile.waiving import Accepted


def shortage(found: Shortage) -> ShortageAnswer:
    """One explained shortfall."""
    return ShortageAnswer(
        service=found.service,
        contingency=found.contingency,
        subjects=found.subjects,
        data_classes=found.data_classes,
        demand=found.demand,
        missing=found.missing,
        unit=found.unit,
        binding=found.binding,
        others=found.others,
        explained=found.explained,
        worst=found.worst,
        worst_missing=found.worst_missing,
        spare=tuple(
            SpareAnswer(
                why=each.why,
                away=each.away,
                amount=each.amount,
                places=each.places,
                subject=each.subject,
                data_classes=each.data_classes,
                because=each.because,
                verdict=each.verdict,
                rule=each.rule or None,
                citation=each.citation,
            )
            for each in found.spare
        ),
        unpriced=found.unpriced,
        remedies=None if found.remedies is None else tuple(map(remedy, found.remedies)),
    )


def narrow(found: Narrow) -> NarrowAnswer:
    """Networks that do not carry what is sent."""
    return NarrowAnswer(
        contingency=found.contingency,
        asked=found.asked,
        missing=found.missing,
        crossings=tuple(
            CrossingAnswer(
                start=each.start,
                end=each.end,
                services=each.services,
                asked=each.asked,
                missing=each.missing,
            )
            for each in found.crossings
        ),
        binding=tuple(
            BoundAnswer(name=each.name, link=each.link, carries=each.carries, spares=each.spares)
            for each in found.binding
        ),
        sides=found.sides,
        spare=tuple(LinkRoom(link=name, free=free) for name, free in found.spare),
        others=found.others,
        worst=found.worst,
        worst_missing=found.worst_missing,
        planned=found.planned,
        proved=found.proved,
        remedies=None if found.remedies is None else tuple(map(remedy, found.remedies)),
    )


def remedy(found: Remedy) -> RemedyAnswer:
    """One remedy."""
    return RemedyAnswer(
        kind=found.kind,
        says=found.says,
        cost=found.cost,
        saves=found.saves,
        places=found.places,
        backends=found.backends,
        asks_less=found.asks_less,
        proved=found.proved,
        waiver=None
        if found.waiver is None
        else WaiverOffered(rule=found.waiver[0], matches=found.waiver[1]),
    )


def waiver(found: Accepted) -> WaiverPriceAnswer:
    """What one waiver in force saves."""
    return WaiverPriceAnswer(
        waiver=found.waiver,
        service=found.service,
        accepts=found.says,
        approver=found.approver,
        until=found.until.isoformat(),
        saves=found.saves,
        proved=found.proved,
    )


def prices(found: RulePrices) -> RulePricesAnswer:
    """The price of each rule."""
    return RulePricesAnswer(
        cost=found.cost,
        priced=tuple(
            RulePriceAnswer(
                rule=each.rule,
                supposed=each.opening,
                subjects=each.subjects,
                services=each.services,
                pools=each.pools,
                price=each.price,
                cost=each.cost,
                proved=each.proved,
                citation=each.citation,
            )
            for each in found.priced
        ),
        found=found.found,
    )


def needed(found: Needed) -> NeededAnswer:
    """Why one pool is needed."""
    return NeededAnswer(
        service=found.service,
        datacenter=found.datacenter,
        backends=found.backends,
        cost=found.cost,
        because=found.because,
        contingency=found.contingency,
        subjects=found.subjects,
        instead=found.instead,
        rule=found.rule or None,
    )
