"""Place an exchange's work so that networks carry all that is sent, where that can be.

The relaxation comes first: where even it misses something, no placing does better, and its prices
say what would. Else its placing is tried, then services are placed anew one by one, each the best
for the others as they are; then parts are halved into boxes in which products are ever closer to
their envelopes, until one fits or none can (McCormick 1976).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domicile.headroom.arrays import Bools, Floats
from domicile.headroom.exchange import Exchange
from domicile.headroom.exchange_program import Box, Carried, ExchangeProgram

FINE = 1e-8
"""Part of all that is sent that may be missing."""
MARGIN = 2e-5
"""Part of every network that is left free at first, so that rounded shares fit too."""
_ROUNDS = 20
_WORK = 400_000
"""Columns of programs, all boxes together, after which the search ends without a proof."""
_MOST_BOXES = 300
_EDGE = 0.1
"""Part of a box that is left at least on either side of where it is split."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """What was found.

    Attributes:
        flow: float [loads, places]; None where nothing fits, or nothing was found.
        missing: what no placing carries: proved, and 0 where only the search gave up.
        proved: that `flow` fits, or that nothing does.
        relaxed: the program's answer with its prices, where something is missing.
    """

    flow: Floats | None
    missing: float
    proved: bool
    relaxed: Carried | None = None


def place(exchange: Exchange, present: Floats) -> Placed:
    """Place the work of an exchange.

    Args:
        exchange: what is asked; its work alone must have room.
        present: float [loads, places]: a placing to stay near.
    """
    relaxed = ExchangeProgram(exchange).solve()
    if relaxed is None:
        return Placed(None, 0.0, proved=False)
    if relaxed.missing > FINE * exchange.total:
        return Placed(None, relaxed.missing, proved=True, relaxed=relaxed)
    roomy = replace(exchange, roads=exchange.roads.narrowed(MARGIN))
    flow, _ = _Search(roomy, present).run(boxes=1)
    if flow is not None:
        return Placed(flow, 0.0, proved=True)
    flow, proved = _Search(exchange, present).run()
    return Placed(flow, 0.0, proved=flow is not None or proved)


def uncarried(exchange: Exchange, shares: Floats) -> Carried:
    """What networks cannot carry where every party is placed so: float [parties, places]."""
    nobody = np.zeros_like(exchange.free)
    found = ExchangeProgram(exchange.keeping(nobody, shares)).solve()
    if found is None:  # nothing is unknown but ways, and whatever has none may be missing
        raise AssertionError("a program without work cannot be infeasible")
    return found


class _Search:
    """One exchange, box by box."""

    def __init__(self, exchange: Exchange, present: Floats) -> None:
        self._of = exchange
        self._present = present
        self._fine = FINE * exchange.total
        owner = np.full(len(exchange.free), -1)
        owner[exchange.party] = exchange.service
        self._owner = owner

    def run(self, boxes: int = _MOST_BOXES) -> tuple[Floats | None, bool]:
        """A flow that fits; or None, and whether none does."""
        shape = self._of.shares.shape
        open_: list[Box] = [(np.zeros(shape), np.ones(shape))]
        work = 0
        for number in range(boxes):
            box = open_.pop()
            program = ExchangeProgram(self._of, box, near=self._present)
            found = program.solve(strictly=True)
            if found is not None:
                flow = self._improved(found.flow)
                if flow is not None:
                    return flow, True
                open_ += self._halves(box, found)
            if not open_:
                return None, True
            work += program.columns
            if work > _WORK and number:
                break
        return None, False

    def _missing(self, shares: Floats) -> float:
        return uncarried(self._of, shares).missing

    def _improved(self, flow: Floats) -> Floats | None:
        """The flow where it fits, or what comes of placing services anew in turn, if that does."""
        shares = self._of.placed(flow)
        least = self._missing(shares)
        for _ in range(_ROUNDS):
            before = least
            for service in self._services():
                if least <= self._fine:
                    return self._nearer(flow, shares)
                own = self._alone(service, shares)
                found = ExchangeProgram(own).solve()
                if found is not None and found.missing < least:
                    flow = np.where(self._rows(service), found.flow, flow)
                    shares, least = own.placed(found.flow), found.missing
            if least > before - self._fine:
                break
        return self._nearer(flow, shares) if least <= self._fine else None

    def _nearer(self, flow: Floats, shares: Floats) -> Floats:
        """The same, with each service in turn moved back as far as networks allow."""
        for service in self._services():
            own = self._alone(service, shares)
            found = ExchangeProgram(own, near=self._present).solve(strictly=True)
            if found is not None:
                moved = np.where(self._rows(service), found.flow, flow)
                again = self._of.placed(moved)
                if self._missing(again) <= self._fine:
                    flow, shares = moved, again
        return flow

    def _services(self) -> list[int]:
        return sorted({int(each) for each in self._owner[self._of.free] if each >= 0})

    def _alone(self, service: int, shares: Floats) -> Exchange:
        return self._of.keeping(self._of.free & (self._owner == service), shares)

    def _rows(self, service: int) -> Bools:
        rows: Bools = (self._of.service == service)[:, None]
        return rows

    def _halves(self, box: Box, found: Carried) -> list[Box]:
        """The box in two, where a product is furthest from what stands for it."""
        of = self._of
        shares = of.placed(found.flow)
        gap = np.zeros_like(found.product)
        for number, (one, other) in enumerate(of.asks.tolist()):
            if of.free[one] and of.free[other]:
                product = of.sent[number] * np.outer(shares[one], shares[other])
                gap[number] = np.abs(found.product[number] - product)
        number, *ends = (int(each) for each in np.unravel_index(int(gap.argmax()), gap.shape))
        low, high = box
        sides = [
            (int(party), place) for party, place in zip(of.asks[number].tolist(), ends, strict=True)
        ]
        party, place = max(sides, key=lambda side: high[side] - low[side])
        width = high[party, place] - low[party, place]
        edge = low[party, place] + _EDGE * width, high[party, place] - _EDGE * width
        at = float(np.clip(shares[party, place], *edge))
        under, over = high.copy(), low.copy()
        under[party, place] = over[party, place] = at
        halves = [(low, under), (over, high)]
        return halves if shares[party, place] > at else halves[::-1]
