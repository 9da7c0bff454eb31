"""The exact methods for shortfalls, when each pays, and what each proves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

from domicile.headroom.network import Part


class Method(StrEnum):
    """How the shortfalls of a part were found. Each is exact; see docs/headroom.md."""

    EVERY_SET = "every-set"
    REGIME_CUTS = "regime-cuts"
    FORCED_CUTS = "forced-cuts"
    LISTED_CUTS = "listed-cuts"
    MAX_FLOW = "max-flow"

    @property
    def proves(self) -> str:
        """What the method proves, in a sentence."""
        return _PROVES[self]


_PROVES = {
    Method.EVERY_SET: (
        "two transforms over all sets of places compared every set of demands for every set of "
        "losses, so no cut is worse than the one that is named"
    ),
    Method.REGIME_CUTS: (
        "one transform over all sets of regimes found the worst cut with each one, two or three "
        "regimes inside, and a loss of so many places can only raise one of these"
    ),
    Method.FORCED_CUTS: (
        "one largest flow for each one, two or three regimes found the worst cut with these "
        "inside, and a loss of so many places can only raise one of these"
    ),
    Method.LISTED_CUTS: (
        "every set of regimes that can be the worst one was tried in every scenario"
    ),
    Method.MAX_FLOW: (
        "for each scenario there is a flow and a cut of equal amount: the flow shows that no more "
        "is short, the cut that no less is"
    ),
}

MOST_OF_A_TABLE = 22
"""Most groups, or classes, of a table of all their sets: beyond, a table is never made here."""

_MOST_GROUPS = 4096
"""Sums of more amounts of the grid would not fit into 64 bits."""

_MOST_CUTS = 1 << 22
"""Most entries of a table of cuts by the classes, or a group and classes, that are inside."""


def one_by_one(part: Part) -> Method:
    """Say how `cuts.finder` answers scenarios of a part."""
    return Method.MAX_FLOW if part.closed is None else Method.LISTED_CUTS


def alone(part: Part) -> float:
    """Expected microseconds for one scenario of a part, without a table."""
    classes, groups = len(part.classes), len(part.groups)
    if part.closed is None:
        return 30.0 + 0.03 * classes * groups
    return 1.0 + 0.0003 * len(part.closed) * (classes + groups)


def choose(part: Part, scenarios: int, by_set: int, by_cuts: Sequence[int]) -> tuple[Method, int]:
    """Choose the method of least expected time; measured, so it decides on speed alone.

    Args:
        part: of the network.
        scenarios: how many there are.
        by_set: how many of them a table of every set of groups can answer.
        by_cuts: how many take something from at most one group, two, three and so on.

    Returns:
        The method, and for cuts how many groups they are made for.
    """
    classes, groups = part.adjacency.shape
    size = classes * groups
    flow = 30.0 + 0.03 * size
    each = alone(part)
    cost = {(one_by_one(part), 0): scenarios * each}
    if groups <= MOST_OF_A_TABLE:
        table = 200.0 + 5.0 * classes + 0.002 * groups * (1 << groups)
        cost[Method.EVERY_SET, 0] = table + 0.5 * by_set + each * (scenarios - by_set)
    for most, answered in enumerate(by_cuts, start=1):
        inner = classes ** (most - 1)
        if groups > _MOST_GROUPS or max(classes, groups) * inner > _MOST_CUTS:
            break
        rest = 200.0 + (0.5 + 0.02 * inner) * answered + each * (scenarios - answered)
        rest += 0.005 * size * inner
        flows = math.comb(classes + most - 1, most) * flow
        cost[Method.FORCED_CUTS, most] = flows + rest
        if classes <= MOST_OF_A_TABLE:
            table = 5.0 * groups + 0.002 * classes * (1 << classes)
            cost[Method.REGIME_CUTS, most] = table + rest
    return min(cost, key=lambda method: cost[method])
