"""The cheapest capacity for many routings at once, by an interior point method.

All scenarios' routings are found together, but never as one program: the equations of each step
fall apart. For one source in one scenario only the flow around loops is unknown; eliminating it
leaves a system over the links for each scenario; eliminating that leaves one over the links.
The method is Mehrotra's (1992), begun where everything balances, so that it stays so.

What comes out is not trusted: `Bounds` proves it from both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers
from domicile.headroom.distances import distances
from domicile.headroom.loops import Loops

_GOAL = 1e-9
"""The method stops where cost and bound are this close, in parts of the cost."""

_CLOSE = 1e-3
"""Below this gap each point's own bounds are computed, and steps are solved more carefully."""

_UNEVEN = 1e-4
"""Below this gap each source gets loops of its own."""

_LARGEST_SUITED = 1 << 27
"""Most entries [scenarios, sources, loops, links] of these."""

_MOST_STEPS = 100
_REFINED = 2
_LARGEST = 1 << 22
"""Most entries [scenarios, sources, loops, links] of a step computed in one go."""

Group = tuple[Floats, Floats, Floats, Floats]
"""For flow forth and back [scenarios, sources, links], spare room [scenarios, links], and what is
added [links]; or for what the shadow prices leave of each of these."""


@dataclass(slots=True, eq=False)
class Bounds:
    """The cheapest additions so far, and what none can be cheaper than.

    Attributes:
        added: float [links], over which all is routed.
        cost: of these.
        least: any lengths of the links that, over all scenarios, add up to no more than their
            cost prove that the shortest ways' lengths times what goes there must be paid.
    """

    added: Floats
    cost: float = np.inf
    least: float = 0.0

    @property
    def gap(self) -> float:
        """What is not proved, in parts of the cost."""
        if self.cost <= max(self.least, 0.0):
            return 0.0
        return (self.cost - self.least) / self.cost if np.isfinite(self.cost) else np.inf


class Interior:
    """Additions at `cost` to `room`, so that `needed` is routed over what stands.

    Args:
        ends: int [links] twice, all nodes joined in every scenario.
        needed: float [sources, nodes]: what arrives; at the source, minus all.
        room: float [links].
        cost: float [links].
        lost: bool [scenarios, links].
    """

    def __init__(
        self,
        ends: tuple[Integers, Integers],
        needed: Floats,
        room: Floats,
        cost: Floats,
        lost: Bools,
    ) -> None:
        self.tail, self.head = ends
        self.needed, self.room, self.true_cost = needed, room, cost
        # A free link would have no price to share among scenarios.
        self.cost = np.maximum(cost, 1e-8 * (cost.max(initial=0.0) or 1.0))
        self.up = ~lost
        self.wide = np.broadcast_to(self.up[:, None, :], (len(lost), len(needed), len(room)))
        self.loops = self._loops(np.where(self.up, self.cost, np.inf))
        self.around, self.suited, self.near = self.loops.around[:, None], False, False
        self.tree = needed @ self.loops.ways
        self.masks = (self.wide, self.wide, self.up, np.ones(len(room), dtype=np.bool_))
        self.pairs = int(sum(mask.sum() for mask in self.masks))
        self.block = self.around.shape[2] * len(needed) * len(room)
        self.chunk = max(1, _LARGEST // max(self.block, 1))

    def solve(self) -> Bounds:
        """Step towards the least cost until it is proved or no step helps any more."""
        self._begin()
        best = Bounds(np.zeros(len(self.room)))
        with np.errstate(all="ignore"):
            for _ in range(_MOST_STEPS):
                gap = self._complementarity(self.amounts, self.prices)
                cost = float(self.cost @ self.amounts[3])
                if not np.isfinite(gap) or not np.isfinite(cost):
                    break
                self.near = gap < _CLOSE * cost
                if gap < _UNEVEN * cost:
                    self._suit()
                if gap < _CLOSE * cost:
                    earlier, now = best.gap, self._bound(best)
                    if best.gap < _GOAL or now > 10 * earlier:
                        break
                try:
                    self._step(gap)
                except np.linalg.LinAlgError:
                    break
        if not np.isfinite(best.cost):
            self._bound(best)
        return best

    def _loops(self, resist: Floats) -> Loops:
        return Loops.of(self.tail, self.head, self.needed.shape[1], resist)

    def _suit(self) -> None:
        """Give each source loops of its own, each closed by a link that resists more than others.

        Near the end some links resist 10^20 times as much as others. What flows over the former
        is then known for itself, not as the difference of large numbers.
        """
        if len(self.up) * self.block > _LARGEST_SUITED:
            return
        (forth, back, *_), (ahead, behind, *_) = self.amounts, self.prices
        resist = np.where(self.wide, 1.0 / (forth / ahead + back / behind), np.inf)
        suited = np.empty((*resist.shape[:2], *self.around.shape[2:]))
        for start in range(0, len(resist), self.chunk):
            part = resist[start : start + self.chunk]
            loops = self._loops(part.reshape(-1, part.shape[2]))
            suited[start : start + self.chunk] = _filled(loops.around, suited.shape[1:], len(part))
        self.around, self.suited = suited, True

    def _begin(self) -> None:
        """Share each cost among scenarios; send flow as current would go, and some both ways."""
        up, around = self.up, self.loops.around
        length = np.where(up, self.cost / (up.sum(axis=0) + 1), 1.0)
        resisted = around * np.where(up, self.cost, 0.0)[:, None, :]
        inner = _padded(resisted @ around.transpose(0, 2, 1))
        moved = np.linalg.solve(inner, -resisted @ self.tree.transpose(0, 2, 1))
        flow = self.tree + moved.transpose(0, 2, 1) @ around
        each = float((np.abs(flow) * length[:, None, :]).mean()) or 1.0
        extra = each / length[:, None, :]
        forth = np.where(self.wide, np.maximum(flow, 0.0) + extra, 1.0)
        back = np.where(self.wide, np.maximum(-flow, 0.0) + extra, 1.0)
        load = np.where(up, (forth + back).sum(axis=1), 0.0)
        saved = self.cost - np.where(up, length, 0.0).sum(axis=0)
        wanted = np.where(up, load + each / length - self.room, 0.0).max(axis=0)
        added = np.maximum(wanted, each / saved)
        spare = np.where(up, added + self.room - load, 1.0)
        priced = np.where(self.wide, length[:, None, :], 1.0)
        self.amounts: Group = (forth, back, spare, added)
        self.prices: Group = (priced, priced.copy(), length, saved)

    def _complementarity(self, amounts: Group, prices: Group) -> float:
        return float(
            sum(
                np.sum(amount * price, where=mask)
                for amount, price, mask in zip(amounts, prices, self.masks, strict=True)
            )
        )

    def _step(self, gap: float) -> None:
        """Predict, then correct for what the prediction neglects, and go almost all the way."""
        direction = self._directions()
        amounts, prices = self.amounts, self.prices
        aims = tuple(np.where(mask, -a, 0.0) for a, mask in zip(amounts, self.masks, strict=True))
        moves, shifts = direction(aims)
        far, deep = _reach(amounts, moves), _reach(prices, shifts)
        after = self._complementarity(
            _moved(amounts, moves, far, 1.0), _moved(prices, shifts, deep, 1.0)
        )
        # Slower than a hundredth at a time, so that points close to the end are seen before
        # the equations become too uneven for floating point.
        centre = max((after / gap) ** 3, 0.01) * gap / self.pairs
        aims = tuple(
            np.where(mask, (centre - move * shift) / price - amount, 0.0)
            for amount, price, move, shift, mask in zip(
                amounts, prices, moves, shifts, self.masks, strict=True
            )
        )
        moves, shifts = direction(aims)
        self.amounts = _moved(amounts, moves, _reach(amounts, moves), 0.9995)
        self.prices = _moved(prices, shifts, _reach(prices, shifts), 0.9995)

    def _directions(self) -> Callable[[tuple[Floats, ...]], tuple[Group, Group]]:
        """Factor this point's equations; the function solves them for how amounts should change.

        An aim is the change of an amount if its price stayed as it is.
        """
        (forth, back, spare, added), (ahead, behind, length, saved) = self.amounts, self.prices
        up, wide, around = self.up, self.wide, self.around
        along = around.swapaxes(2, 3)
        give, yield_ = np.where(wide, forth / ahead, 0.0), np.where(wide, back / behind, 0.0)
        resist = np.where(wide, 1.0 / np.where(wide, give + yield_, 1.0), 0.0)
        tilt = (give - yield_) * resist
        slack = np.where(up, spare / length, 1.0)
        elastic = added / saved
        own = slack + (4.0 * give * yield_ * resist).sum(axis=1)
        inverses, roots = self._factored(resist, tilt, own)
        standing = np.where(up[:, :, None], roots, 0.0)
        shared = np.tensordot(standing, standing, ((0, 2), (0, 2)))
        links = np.linalg.inv(shared + np.diag(1.0 / elastic))

        def solved(wishes: Floats) -> Floats:
            return np.where(up, _times(roots, _times(roots.swapaxes(1, 2), wishes)), 0.0)

        def once(
            aims: tuple[Floats, ...], room: Floats, turned: Floats, unpaid: Floats
        ) -> tuple[Group, Group]:
            """Solve for aims and what does not balance: room, lengths around loops, and cost."""
            differ = aims[0] - aims[1]
            moved = _times(inverses, turned + _over(resist * differ, along))
            wish = (aims[0] + aims[1] - tilt * differ + tilt * _over(moved, around)).sum(axis=1)
            wish = np.where(up, room + aims[2] + wish, 0.0)
            more = links @ (solved(wish).sum(axis=0) + aims[3] / elastic - unpaid)
            longer = solved(np.where(up, wish - more, 0.0))
            wider = longer[:, None, :]
            flow = _over(moved - _times(inverses, _over(tilt * wider, along)), around)
            turn = resist * (flow - differ) + tilt * wider
            shifts = (
                (wider - turn) * wide,
                (wider + turn) * wide,
                longer,
                (aims[3] - more) / elastic,
            )
            forward, backward = aims[0] - give * shifts[0], aims[1] - yield_ * shifts[1]
            # The larger of the two follows from the smaller: its own formula cancels.
            larger = give > yield_
            moves = (
                np.where(larger, backward + flow, forward) * wide,
                np.where(larger, backward, forward - flow) * wide,
                np.where(up, aims[2] - slack * longer, 0.0),
                more,
            )
            return moves, shifts

        room = np.where(up, (forth + back).sum(axis=1) + spare - added - self.room, 0.0)
        turned = -_over((behind - ahead) / 2 * wide, along)
        unpaid = self.cost - np.where(up, length, 0.0).sum(axis=0) - saved

        def direction(aims: tuple[Floats, ...]) -> tuple[Group, Group]:
            moves, shifts = once(aims, room, turned, unpaid)
            still = tuple(np.zeros_like(aim) for aim in aims)
            # What an early step misses, the next one mends.
            for _ in range(_REFINED if self.near else 0):
                carried = moves[3] - (moves[0] + moves[1]).sum(axis=1) - moves[2]
                missed = (
                    np.where(up, room - carried, 0.0),
                    turned - _over((shifts[1] - shifts[0]) / 2, along),
                    unpaid - shifts[3] - shifts[2].sum(axis=0),
                )
                better = once(still, *missed)
                moves = _moved(moves, better[0], 1.0, 1.0)
                shifts = _moved(shifts, better[1], 1.0, 1.0)
            return moves, shifts

        return direction

    def _factored(self, resist: Floats, tilt: Floats, own: Floats) -> tuple[Floats, Floats]:
        """Invert each source's system over loops, and each scenario's over links.

        The latter is `own` on the diagonal plus what each source asks; its inverse comes as a
        root [scenarios, links, links] that times its transpose is the inverse.
        """
        scenarios, sources, links = resist.shape
        loops = self.around.shape[2]
        inverses = np.empty((scenarios, sources, loops, loops))
        roots = np.empty((scenarios, links, links))
        for start in range(0, scenarios, self.chunk):
            rows = slice(start, start + self.chunk)
            around = self.around[rows]
            resisted = around * resist[rows, :, None, :]
            inner = _padded(resisted @ around.swapaxes(2, 3))
            tilted = around * tilt[rows, :, None, :]
            stacked = len(tilted), sources * loops, links
            if not self.near:
                inverses[rows] = np.linalg.inv(inner)
                asked = (inverses[rows] @ tilted).reshape(stacked)
                system = tilted.reshape(stacked).swapaxes(1, 2) @ asked + _diagonal(own[rows])
                roots[rows] = np.linalg.inv(np.linalg.cholesky(system)).swapaxes(1, 2)
                continue
            # Near the end equations are uneven: what is symmetric stays so to the last digit.
            half = np.linalg.inv(np.linalg.cholesky(inner))
            inverses[rows] = half.swapaxes(2, 3) @ half
            asked = (half @ tilted).reshape(stacked)
            if self.suited:
                # Squaring would lose what is small beside what is large.
                stack = np.concatenate([asked, _diagonal(np.sqrt(own[rows]))], axis=1)
                roots[rows] = np.linalg.inv(np.linalg.qr(stack, "r"))
            else:
                system = asked.swapaxes(1, 2) @ asked + _diagonal(own[rows])
                roots[rows] = np.linalg.inv(np.linalg.cholesky(system)).swapaxes(1, 2)
        return inverses, roots

    def _bound(self, best: Bounds) -> float:
        """Make the bounds better by this point's, and return this point's own gap."""
        flow = self.amounts[0] - self.amounts[1]
        closing = self.loops.closing
        picked = np.take_along_axis(flow, np.maximum(closing, 0)[:, None, :], axis=2)
        exact = self.tree + np.where(closing[:, None, :] >= 0, picked, 0.0) @ self.loops.around
        load = np.abs(exact).sum(axis=1)
        added = np.maximum((load - self.room).max(axis=0), 0.0)
        length = np.where(self.up, np.maximum(self.prices[2], 0.0), 0.0)
        total = length.sum(axis=0)
        length *= np.minimum(self.true_cost / np.where(total > 0, total, 1.0), 1.0)
        standing = np.where(self.up, length, np.inf)
        far = distances(self.tail, self.head, self.needed.shape[1], standing)
        ways = far[:, self.needed.argmin(axis=1)]
        least = float((ways * np.maximum(self.needed, 0.0)).sum() - (length @ self.room).sum())
        now = Bounds(added, float(self.true_cost @ added), least)
        if now.cost < best.cost:
            best.added, best.cost = now.added, now.cost
        best.least = max(best.least, now.least)
        return now.gap


def _padded(inner: Floats) -> Floats:
    """Systems over loops [..., loops, loops], where a loop that is not there stands alone."""
    index = np.arange(inner.shape[-1])
    own = inner[..., index, index]
    inner[..., index, index] = np.where(own > 0, own, 1.0)
    return inner


def _filled(around: Floats, shape: tuple[int, ...], cases: int) -> Floats:
    """Loops [cases times sources, loops, links] as [cases, *shape], zeros where there are fewer."""
    filled = np.zeros((len(around), *shape[1:]))
    filled[:, : around.shape[1]] = around
    return filled.reshape(cases, *shape)


def _over(rows: Floats, matrices: Floats) -> Floats:
    """Each row [scenarios, sources, n] times its matrix [scenarios, 1 or sources, n, ...]."""
    if matrices.shape[1] == 1:
        return rows @ matrices[:, 0]
    product: Floats = (rows[:, :, None, :] @ matrices)[:, :, 0]
    return product


def _diagonal(values: Floats) -> Floats:
    """Matrices [..., links, links] with these values [..., links]."""
    index = np.arange(values.shape[-1])
    matrices = np.zeros((*values.shape, values.shape[-1]))
    matrices[..., index, index] = values
    return matrices


def _times(matrices: Floats, vectors: Floats) -> Floats:
    """Each matrix [..., n, n] times its vector [..., n]."""
    product: Floats = (matrices @ vectors[..., None])[..., 0]
    return product


def _reach(values: Group, changes: Group) -> float:
    """How far values can change until the first is 0; at most 1."""
    steepest = min(
        float((change / value).min(initial=0.0))
        for value, change in zip(values, changes, strict=True)
    )
    return 1.0 if steepest >= -1.0 else -1.0 / steepest


def _moved(values: Group, changes: Group, far: float, part: float) -> Group:
    """Values after almost such a step; the whole of it where nothing is in the way."""
    length = far if far >= 1.0 else far * part
    one, two, three, four = (
        value + length * change for value, change in zip(values, changes, strict=True)
    )
    return one, two, three, four
