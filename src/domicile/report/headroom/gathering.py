"""From a situation to everything that the report says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domicile.model.errors import SourceError
from domicile.report.headroom import levels, pools
from domicile.report.headroom.binding import bindings
from domicile.report.headroom.records import (
    Case,
    Country,
    Datacenter,
    HeadroomReport,
    Part,
    Remedy,
    ServiceLine,
    Short,
    Standing,
)
from domicile.report.headroom.rows import rows
from domicile.report.headroom.spare import Spare, part
from domicile.report.page.report import Named, head, require_something
from domicile.served import Ledger, Served
from domicile.shortage import explain
from domicile.situation import Situation
from domicile.strain import Strain
from domicile.waiving import with_waivers


def gather(situation: Situation, without: tuple[str, ...] = ()) -> HeadroomReport:
    """Everything that the report says of one environment on one day.

    Args:
        situation: what is reported on; what was withdrawn is withdrawn from it already.
        without: ids of what was withdrawn, to be named.

    Raises:
        SourceError: nothing is declared that could be reported on.
    """
    require_something(situation)
    if not situation.strains:
        raise SourceError("nothing to report on: no headroom policy holds for any service")
    measured = tuple(_Measured(situation, strain) for strain in situation.strains.values())
    solved = levels.solve(situation)
    ledger = Ledger(situation)
    cases = tuple(case for one in measured for case in _cases(one, ledger))
    standings = tuple(standing for one in measured for standing in _standings(one, ledger))
    return HeadroomReport(
        **head(situation, without),
        stale=_stale(situation),
        now=_cost(situation),
        services=tuple(_service(one) for one in measured),
        standings=standings,
        countries=tuple(_countries(standings)),
        datacenters=tuple(_datacenters(situation)),
        rows=rows([(one.strain, one.spare) for one in measured]),
        cases=cases,
        bindings=tuple(
            each
            for one in measured
            for each in bindings(one.strain, one.spare, one.name, one.unit, one.named)
        ),
        shorts=explained(situation),
        pools=pools.needed(situation, solved),
        levels=tuple(each.level for each in solved),
    )


def explained(situation: Situation) -> tuple[Short, ...]:
    """Every shortfall as `shortage` explains it, the largest part of demand missing first.

    The one place where the report takes explanations: it makes none of its own.
    """
    return tuple(
        Short(
            service_name=situation.workspace.services[each.service].name,
            unit=each.unit,
            contingency=each.contingency,
            subjects=each.subjects,
            data_classes=each.data_classes,
            missing=each.missing,
            where=each.where,
            explained=each.explained,
            spare=tuple((one.amount, one.where, one.because) for one in each.spare),
            remedies=None
            if each.remedies is None
            else tuple(
                Remedy(one.says, one.cost, one.saves, one.proved)
                for one in each.remedies
                if one.kind != "waiver"
            ),
            waivers=tuple(one.says for one in each.remedies or () if one.kind == "waiver"),
        )
        for each in with_waivers(situation, explain(situation))
    )


@dataclass(frozen=True)
class _Measured:
    """A service with what it can spare."""

    situation: Situation
    strain: Strain

    @cached_property
    def spare(self) -> Spare:
        return Spare.of(self.strain)

    @property
    def name(self) -> str:
        return self.situation.workspace.services[self.strain.service].name

    @property
    def unit(self) -> str:
        return self.situation.workspace.services[self.strain.service].unit

    def named(self, code: str) -> Named:
        return Named(code, self.situation.workspace.country_name(code))

    @cached_property
    def whole(self) -> list[Part]:
        """[contingencies]: spare of all demand."""
        strain = self.strain
        return [
            part(grown, float(missing), float(case.demand(strain.rate).sum()))
            for grown, missing, case in zip(
                self.spare.whole, strain.shortfall, strain.contingencies, strict=True
            )
        ]

    def worst(self) -> int:
        """The contingency that leaves least: of several, the first."""
        return least(self.whole)


def least(parts: Iterable[Part]) -> int:
    """Which of several leaves least; the first where none has demand."""
    return int(np.argmin([np.inf if each is None else each for each in parts]))


def _service(one: _Measured) -> ServiceLine:
    situation, strain = one.situation, one.strain
    worst, cases = one.worst(), strain.contingencies
    counts = [n for (service, _), n in situation.backends.items() if service == strain.service]
    return ServiceLine(
        id=strain.service,
        name=one.name,
        unit=one.unit,
        demand=float(strain.rate.sum()),
        backends=sum(counts),
        contingencies=len(cases),
        nominal=one.whole[0],
        nominal_use=_use(one.whole[0], cases[0].utilisation),
        nominal_limit=cases[0].utilisation,
        worst=cases[worst].ids,
        least=one.whole[worst],
        worst_use=_use(one.whole[worst], cases[worst].utilisation),
        worst_limit=cases[worst].utilisation,
        short=int((strain.shortfall > 0).sum()),
        most=float(strain.shortfall.max(initial=0.0)),
    )


def _use(spare: Part, limit: float) -> Part:
    """Utilisation of the places that bind: full, to the limit, once demand has grown by `spare`."""
    return None if spare is None or spare < 0 else limit / (1 + spare)


def _cases(one: _Measured, ledger: Ledger) -> Iterator[Case]:
    strain = one.strain
    for index, case in enumerate(strain.contingencies):
        for each in ledger.of(strain.service, index):
            yield Case(
                service=strain.service,
                subject=each.subject,
                contingency=case.ids,
                demand=each.demand,
                served=each.served,
                shortfall=each.shortfall,
                unit=one.unit,
                spare=_part(one, each, index),
            )


def _part(one: _Measured, served: Served, index: int) -> Part:
    grown = one.spare.of_subject[served.subject][index]
    return part(float(grown), served.shortfall, served.demand)


def _standings(one: _Measured, ledger: Ledger) -> Iterator[Standing]:
    strain = one.strain
    table = [ledger.of(strain.service, index) for index in range(len(strain.contingencies))]
    for position, nominal in enumerate(table[0]):
        of_subject = [served[position] for served in table]
        parts = [_part(one, served, index) for index, served in enumerate(of_subject)]
        missing = np.array([served.shortfall for served in of_subject])
        worst = int(missing.argmax()) if missing.any() else least(parts)
        yield Standing(
            service=strain.service,
            service_name=one.name,
            unit=one.unit,
            subject=one.named(nominal.subject),
            demand=nominal.demand,
            served=nominal.served,
            shortfall=nominal.shortfall,
            nominal=parts[0],
            worst=strain.contingencies[worst].ids,
            worst_demand=of_subject[worst].demand,
            worst_served=of_subject[worst].served,
            worst_shortfall=of_subject[worst].shortfall,
            least=parts[worst],
            places=tuple(
                place
                for place, yes in zip(strain.places, _open(strain, nominal.subject), strict=True)
                if yes
            ),
        )


def _open(strain: Strain, subject: str) -> NDArray[np.bool_]:
    """[places]: where a subject's demand may go, and something stands."""
    mine = np.array([load.subject == subject for load in strain.loads])
    allowed: NDArray[np.bool_] = strain.admissible[mine].any(axis=0) & (strain.capacity > 0)
    return allowed


def _countries(standings: Iterable[Standing]) -> Iterator[Country]:
    of: dict[str, list[Standing]] = {}
    for each in standings:
        of.setdefault(each.subject.code, []).append(each)
    for _, its in sorted(of.items()):
        tightest = its[least(each.least for each in its)]
        yield Country(
            subject=tightest.subject,
            least=tightest.least,
            service=tightest.service_name,
            worst=tightest.worst,
            short=tuple(each.service_name for each in its if each.worst_shortfall),
        )


def _datacenters(situation: Situation) -> Iterator[Datacenter]:
    workspace = situation.workspace
    strains = [each for each in situation.strains.values() if each.rate.sum() > 0]
    for column, place in enumerate(situation.places):
        its = [n for (_, datacenter), n in situation.backends.items() if datacenter == place]
        datacenter = workspace.datacenters[place]
        shares = [float(each.capacity[column] / each.rate.sum()) for each in strains]
        yield Datacenter(
            id=place,
            name=datacenter.name,
            city=datacenter.city,
            country=datacenter.law or datacenter.country,
            latitude=datacenter.coordinates.latitude,
            longitude=datacenter.coordinates.longitude,
            pools=len(its),
            backends=sum(its),
            share=sum(shares) / len(shares) if shares else 0.0,
        )


def _stale(situation: Situation) -> bool | None:
    plan = situation.plan
    if plan is None:
        return None
    inputs = situation.workspace.digest(situation.environment)
    return plan.inputs != inputs or plan.verdicts != situation.verdicts_digest


def _cost(situation: Situation) -> float:
    prices = {key: situation.unit_price(pool) for key, pool in situation.known_pools.items()}
    return round(sum(situation.backends[key] * price for key, price in prices.items()), 6)
