"""From probabilities of scenarios to availability, expected loss, and the mean of the worst."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

NORMAL = 2.5758293035489004
"""Of a normal distribution, 99 % lies within so many deviations of the mean."""


class Bounds(NamedTuple):
    """Between what and what a figure lies."""

    least: float
    most: float


def availability(available: int, examined: int, whole: int) -> Bounds:
    """Probability that nothing is missing.

    Args:
        available: probability of what was examined and misses nothing.
        examined: of all that was examined.
        whole: of everything. What was not examined counts as unavailable, then as available.
    """
    return Bounds(available / whole, 1.0 - (examined - available) / whole)


def sampled(available: int, samples: int) -> Bounds:
    """Probability that nothing is missing, from so many of so many random scenarios.

    The interval of Wilson (1927) that covers the true value in about 99 % of all sweeps; unlike
    the plain one it is not empty where every sample, or none, was served.
    """
    if not samples:
        return Bounds(0.0, 1.0)
    part, square = available / samples, NORMAL**2 / samples
    middle = (part + square / 2) / (1 + square)
    width = math.sqrt(part * (1 - part) * square + square**2 / 4) / (1 + square)
    return Bounds(max(0.0, middle - width), min(1.0, middle + width))


def expected(weighted: int, examined: int, whole: int) -> Bounds:
    """Part of demand that is missing on average.

    Args:
        weighted: probability times part missing, over all that was examined.
        examined: probability of it.
        whole: of everything. Of what was not examined, nothing may be missing, or all.
    """
    return Bounds(weighted / whole, (weighted + whole - examined) / whole)


def worst_mean(
    tail: Mapping[int, tuple[int, int]], confidence: float, examined: int, whole: int
) -> Bounds:
    """Part of demand that is missing on average in the worst of all cases.

    The conditional value at risk, as TEAVAR takes it: with probability `confidence` less is
    missing than some amount; of all the rest, this is the mean. Where a scenario straddles that
    border, only a part of its probability counts (Rockafellar and Uryasev 2002), which makes it the
    least over `a` of `a + E[(missing - a)+] / (1 - confidence)`, the program that TEAVAR solves.

    J. Bogle, N. Bhatia, M. Ghobadi, I. Menache, N. Bjørner, A. Valadarsky, M. Schapira: TEAVAR:
    striking the right utilization-availability balance in WAN traffic engineering, SIGCOMM 2019.
    There a scenario's loss is that of the flow that loses the largest part of its demand; here
    likewise that of a subject, beside the loss of each subject and of all together.

    Args:
        tail: part of demand missing, in bins → probability, and that times the part missing.
        confidence: below 1.
        examined: probability of all that was examined.
        whole: of everything. Of what was not examined, nothing may be missing, or all.

    Returns:
        Both bounds; exact, but for the bin on the border, of which the mean is taken: at most a
        hundredth of a per cent of demand.

    Raises:
        ValueError: `confidence` is not a share below 1.
    """
    if not 0 <= confidence < 1:
        raise ValueError(f"`confidence` must be at least 0 and below 1, not `{confidence}`")
    room = (1.0 - confidence) * whole
    unknown = min(float(whole - examined), room)
    return Bounds(_mean(tail, room, 0.0), _mean(tail, room, unknown))


def _mean(tail: Mapping[int, tuple[int, int]], room: float, lost: float) -> float:
    """The mean over `room` of probability, of which some loses everything."""
    left, total = room - lost, lost
    for key in sorted(tail, reverse=True):
        mass, weighted = tail[key]
        if mass <= 0:
            continue
        counted = min(float(mass), left)
        total += weighted * (counted / mass)
        left -= counted
        if left <= 0:
            break
    return total / room
