"""The largest load that a pool of channels may be offered at a grade of service.

It is found by Newton's method on logarithms. Those are concave in the load: ln B because carried
load grows with offered load, ln C because 1/C is an integral of functions that are log-convex in
ln(load) (Jagerman 1984). So every step from below ends below, and each load on the way keeps the
grade.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Floats, Integers
from domicile.headroom.erlang import blocking, erlang_c

_LEAST_SHARE, _LARGEST_SHARE = 1e-300, 0.9
_LEAST_LOAD = -700.0
"""Logarithm of a load for each channel that keeps every grade."""

_HALVINGS = 60
_STEPS = 100
_ROUNDING = 1e-13
"""Part of a share by which it may differ when it is computed in another order."""

_CONVERGED = 1e-14


@dataclass(frozen=True, slots=True)
class Blocked:
    """A grade of service: at most this share of calls finds every channel taken, and is lost."""

    share: float


@dataclass(frozen=True, slots=True)
class Delayed:
    """A grade of service: at most this share of calls waits longer than `wait` for a channel.

    Attributes:
        share: of all calls.
        wait: at least 0.
        holding: mean time that a call holds a channel, in the unit of `wait`, above 0.
    """

    share: float
    wait: float
    holding: float


Grade = Blocked | Delayed


def largest_load(servers: npt.ArrayLike, grade: Grade) -> Floats:
    """Find the largest offered load that so many channels can take at this grade of service.

    Args:
        servers: whole numbers [...] of channels.
        grade: what share of calls may be lost, or may wait.

    Returns:
        erlangs float [...]: the grade holds there, and at a part of 1e-9 more no longer.

    Raises:
        ValueError: naming the argument; a share must be above 0 and at most 0.9.
    """
    count = arrays.counts("servers", servers, np.shape(servers))
    _check(grade)
    distinct, where = np.unique(count, return_inverse=True)
    positive = distinct[distinct > 0]
    load = np.zeros(len(distinct))
    load[distinct > 0] = _newton(positive, _start(positive, grade), grade)
    return load[where.reshape(count.shape)]


def graded(unit_capacity: npt.ArrayLike, backends: npt.ArrayLike, grade: Grade) -> Floats:
    """Largest load of pools of so many backends: erlangs float [places].

    Args:
        unit_capacity: float [places]: channels of one backend; whole channels count in a pool.
        backends: int [places].
        grade: of service.

    Raises:
        ValueError: naming the argument.
    """
    unit = arrays.amounts("unit_capacity", unit_capacity, (None,))
    count = arrays.counts("backends", backends, unit.shape)
    return largest_load(_channels(unit, count), grade)


def _channels(unit: Floats, backends: Integers) -> Floats:
    # A hair more, so that ten backends of 0.1 channels are one channel.
    whole: Floats = np.floor(unit * backends * (1 + 1e-12))
    return whole


def erlang_table(unit_capacity: npt.ArrayLike, most: int, grade: Grade) -> Floats:
    """Largest load of a pool, by the number of its backends.

    Args:
        unit_capacity: float [places]: channels of one backend; whole channels count in a pool.
        most: the largest number of backends.
        grade: of service.

    Returns:
        erlangs float [places, most + 1]; column 0 is 0; never less for more backends.

    Raises:
        ValueError: naming the argument.
    """
    unit = arrays.amounts("unit_capacity", unit_capacity, (None,))
    backends = np.arange(int(arrays.counts("most", most, ())) + 1)
    channels = _channels(unit[:, None], backends)
    return np.maximum.accumulate(largest_load(channels, grade), axis=1)


def usable(unit_capacity: npt.ArrayLike, utilisation: float, most: int, grade: Grade) -> Floats:
    """Usable capacity of a pool by the number of its backends: Erlang's or the policy's limit.

    Args:
        unit_capacity: float [places]: channels of one backend.
        utilisation: the largest part of all channels that may be taken on average.
        most: the largest number of backends.
        grade: of service.

    Returns:
        erlangs float [places, most + 1]: the lower of `erlang_table` and utilisation times
        channels. Small pools are bound by Erlang, large ones by utilisation.

    Raises:
        ValueError: naming the argument.
    """
    table = erlang_table(unit_capacity, most, grade)
    part = arrays.shares("utilisation", np.asarray(utilisation, dtype=np.float64), ())
    unit = np.asarray(unit_capacity, dtype=np.float64)
    return np.minimum(table, part * unit[:, None] * np.arange(table.shape[1]))


def _check(grade: Grade) -> None:
    if not _LEAST_SHARE <= grade.share <= _LARGEST_SHARE:
        raise ValueError(f"`grade.share` must be above 0 and at most 0.9, not `{grade.share}`")
    if isinstance(grade, Delayed):
        if not (math.isfinite(grade.wait) and grade.wait >= 0):
            raise ValueError(f"`grade.wait` must be finite and at least 0, not `{grade.wait}`")
        if not (math.isfinite(grade.holding) and grade.holding > 0):
            raise ValueError(f"`grade.holding` must be finite, above 0, not `{grade.holding}`")
        if not math.isfinite(grade.wait / grade.holding):
            raise ValueError("`grade.holding` must not be that much smaller than `grade.wait`")


def _start(count: Integers, grade: Grade) -> Floats:
    """A load below the largest, but not far: float [counts].

    Up to `count` the mean of a Poisson distribution is at most its median plus ln 2, so
    B ≤ 2 · load^n · exp(-load) / n!, and C ≤ B / (1 - load / n). Where that bound is kept,
    the grade is too, and B is no more than a factor of two below it: nothing underflows.
    """
    target = math.log(grade.share) - math.log(2)
    factorial = np.array([math.lgamma(channels + 1.0) for channels in count.tolist()])
    low, high = np.full(len(count), _LEAST_LOAD), np.zeros(len(count))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        part = np.exp(middle)
        bound = count * (np.log(count) + middle - part) - factorial
        if isinstance(grade, Delayed):
            bound -= np.log1p(-part)
        keeps = bound <= target
        low, high = np.where(keeps, middle, low), np.where(keeps, high, middle)
    load: Floats = np.exp(low) * count
    return load


def _newton(count: Integers, load: Floats, grade: Grade) -> Floats:
    """Raise loads that keep the grade to the largest that do."""
    haste = grade.wait / grade.holding if isinstance(grade, Delayed) else 0.0
    open_ = np.arange(len(count))
    for _ in range(_STEPS):
        channels, offered = count[open_], load[open_]
        lost = blocking(channels, offered)
        slope = channels / offered - 1 + lost
        value = np.log(lost)
        if isinstance(grade, Delayed):
            free = channels - offered * (1 - lost)
            value += np.log(channels / free) - (channels - offered) * haste
            slope += (1 - lost - offered * lost * slope) / free + haste
        step = (math.log(grade.share) - value) / slope
        load[open_] = offered + step
        open_ = open_[np.abs(step) > _CONVERGED * offered]
        if not len(open_):
            break
    return _kept(count, load, grade, haste)


def _kept(count: Integers, load: Floats, grade: Grade, haste: float) -> Floats:
    """Take back the last rounding, until the grade holds as `erlang_b` and `erlang_c` say."""
    open_ = np.arange(len(count))
    while len(open_):
        channels, offered = count[open_], load[open_]
        value = (
            erlang_c(channels, offered) * np.exp(-(channels - offered) * haste)
            if isinstance(grade, Delayed)
            else blocking(channels, offered)
        )
        open_ = open_[value > grade.share * (1 - _ROUNDING)]
        load[open_] *= 1 - 2**-46
    return load
