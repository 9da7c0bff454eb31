"""The price of each rule: what the least plan costs with it, minus what it costs without it.

A rule is taken away as far as it decides alone: where what it needs could be declared, that is
supposed to be met; where it forbids, it is supposed not to hold.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.headroom import Need, cheapest
from domicile.legal import Load
from domicile.model.law import Citation
from domicile.placement import citation
from domicile.residency.judgement import Step
from domicile.shortage.needs import need_of, place_quotas
from domicile.shortage.opening import words
from domicile.shortage.settling import Opening, ask, settling, supposed
from domicile.situation import Situation


@dataclass(frozen=True, slots=True)
class RulePrice:
    """What one rule costs."""

    rule: str
    """Full id."""
    opening: str
    """What was supposed, in words."""
    subjects: tuple[str, ...]
    """Whose data it keeps from pools that are near enough."""
    services: tuple[str, ...]
    """The services that are concerned."""
    pools: int
    """How many pools it keeps from somebody."""
    price: float | None
    """In EUR per hour, at least 0; None where there is no plan with it, and one without."""
    cost: float | None
    """Of the least plan without it; None where there is none."""
    proved: bool
    """Whether both plans are proved to be least."""
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class RulePrices:
    """The rules that decide in a situation."""

    cost: float | None
    """Of the least plan as the law is; None where there is none."""
    priced: tuple[RulePrice, ...]
    """Dearest first."""
    found: int
    """How many rules decide; where more than were priced, time ran out."""


@dataclass(slots=True)
class _Deciding:
    """Where one rule decides alone."""

    step: Step
    opening: Opening
    weight: float
    cells: list[tuple[Load, str]]


def rule_prices(situation: Situation, seconds: float = 60.0) -> RulePrices:
    """Price every rule that keeps a load from a pool within its reach.

    Args:
        situation: what is declared counts, not what stands.
        seconds: after so long, no further rule is looked at: those come first that keep the
            largest part of demand from most pools.
    """
    end = time.monotonic() + seconds
    rules = _deciding(situation)
    fleet = _Fleet(situation)
    base, sure = fleet.cost({})
    priced = []
    for index, (rule, found) in enumerate(rules):
        if index and time.monotonic() > end:
            break
        services = frozenset(load.service for load, _ in found.cells)
        world = supposed(situation, found.opening, services)
        needs = {name: need_of(world, strain) for name, strain in world.strains.items()}
        cost, proved = fleet.cost(needs)
        priced.append(
            RulePrice(
                rule=rule,
                opening=words(found.opening),
                subjects=tuple(sorted({load.subject for load, _ in found.cells})),
                services=tuple(sorted(services)),
                pools=len({(load.service, place) for load, place in found.cells}),
                price=_difference(base, cost),
                cost=cost,
                proved=sure and proved,
                citation=citation(found.step.citation),
            )
        )
    priced.sort(key=lambda each: (-_weight(each), each.rule))
    return RulePrices(base, tuple(priced), len(rules))


def _difference(base: float | None, cost: float | None) -> float | None:
    if base is None:
        return 0.0 if cost is None else None
    # Without a rule no plan is dearer: what a solver that gave up says is not held against it.
    return max(0.0, round(base - (base if cost is None else cost), 6))


def _weight(price: RulePrice) -> float:
    return float("inf") if price.price is None else price.price


def _deciding(situation: Situation) -> list[tuple[str, _Deciding]]:
    """Each rule that decides alone somewhere near enough, with all that it keeps apart."""
    judged = situation.admissible
    shut = (judged.latency <= judged.limit[:, None]) & judged.open & ~judged.lawful
    total: dict[str, float] = {}
    for load in situation.loads:
        total[load.service] = total.get(load.service, 0.0) + load.rate
    found: dict[str, _Deciding] = {}
    for row, load in enumerate(situation.loads):
        for column in situation.columns(load.service):
            if not shut[row, column]:
                continue
            place = situation.places[column]
            if (sole := _sole(situation, load, place)) is None:
                continue
            step, opening = sole
            known = found.setdefault(step.rule, _Deciding(step, opening, 0.0, []))
            known.opening = known.opening.joined(opening)
            known.weight += load.rate / max(total[load.service], np.finfo(float).tiny)
            known.cells.append((load, place))
    return sorted(found.items(), key=lambda each: (-each[1].weight, each[0]))


def _sole(situation: Situation, load: Load, place: str) -> tuple[Step, Opening] | None:
    """The only rule that decides, with what takes it away; None where several do, or none can."""
    asked = ask(situation, load, place)
    if asked is None or len({step.rule for step in asked.judgement.deciding}) != 1:
        return None
    step = asked.judgement.deciding[0]
    opening = settling(step, asked.subject)
    if opening is None and situation.law.citation(step.rule) is not None:
        opening = Opening(without=frozenset((step.rule,)))
    return None if opening is None else (step, asked.covering(opening))


class _Fleet:
    """The least cost of all services; each is solved once for each law that it is found under."""

    def __init__(self, situation: Situation) -> None:
        self._needs = {name: need_of(situation, each) for name, each in situation.strains.items()}
        self._quota = place_quotas(situation)
        self._alone: dict[tuple[str, bytes], tuple[NDArray[np.int64] | None, bool]] = {}

    def cost(self, others: dict[str, Need]) -> tuple[float | None, bool]:
        """What the least plan costs, None where there is none; whether that is proved.

        Args:
            others: the services whose need is another one.
        """
        needs = [others.get(name, need) for name, need in self._needs.items()]
        found = [self._counts(name, need) for name, need in zip(self._needs, needs, strict=True)]
        proved = all(sure for _, sure in found)
        counts = [each for each, _ in found if each is not None]
        if len(counts) < len(needs):
            return None, proved
        if counts and (np.sum(counts, axis=0) > self._quota).any():
            joint = cheapest(needs, self._quota)
            return (round(joint.cost, 6) if joint.feasible else None), joint.proved
        pairs = zip(needs, counts, strict=True)
        return round(sum(float(np.asarray(n.unit_cost) @ c) for n, c in pairs), 6), proved

    def _counts(self, name: str, need: Need) -> tuple[NDArray[np.int64] | None, bool]:
        key = (name, _law_of(need))
        if key not in self._alone:
            found = cheapest([need], self._quota)
            self._alone[key] = (found.counts[0] if found.feasible else None, found.proved)
        return self._alone[key]


def _law_of(need: Need) -> bytes:
    """Tells apart what one service may be asked under different laws."""
    fallen: Iterable[bytes] = (
        b"" if case.withdrawn is None else case.withdrawn.tobytes() for case in need.contingencies
    )
    return b"|".join((np.asarray(need.admissible).tobytes(), *fallen))
