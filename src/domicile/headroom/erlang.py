"""The share of telephone calls that find every channel taken: Erlang B and Erlang C.

Calls come at random (Poisson); each holds a channel for an exponential time (for Erlang B any
distribution of the same mean does). *Offered load*, in erlangs, is the mean number of calls in
progress if none were blocked: calls per second times their mean duration in seconds.

Blocking B (a call finds all channels taken, and is lost: Erlang 1917) comes from the recursion
over channels 1/B(n) = 1 + n / (load · B(n-1)), whose terms are all positive, so that errors do
not grow. Waiting (a call finds all taken, and queues) is C = n·B / (n - load·(1 - B)), and it
waits longer than t with probability C · exp(-(n - load) · t / holding).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domicile.headroom import arrays
from domicile.headroom.arrays import Floats, Integers


def erlang_b(servers: npt.ArrayLike, offered: npt.ArrayLike) -> Floats:
    """Probability that a call finds all channels taken, where such calls are lost.

    Args:
        servers: whole numbers [...] of channels.
        offered: erlangs [...], broadcast against `servers`.

    Returns:
        float [...], relative error about 1e-16 for each channel beyond the load; below 1e-308: 0.

    Raises:
        ValueError: naming the argument.
    """
    count = arrays.counts("servers", servers, np.shape(servers))
    load = arrays.amounts("offered", offered, np.shape(offered))
    shape = np.broadcast_shapes(count.shape, load.shape)
    return blocking(
        np.broadcast_to(count, shape).reshape(-1), np.broadcast_to(load, shape).reshape(-1)
    ).reshape(shape)


def erlang_c(servers: npt.ArrayLike, offered: npt.ArrayLike) -> Floats:
    """Probability that a call finds all channels taken, where such calls wait.

    Arguments and errors are those of `erlang_b`. Where the load is not below the number of
    channels, queues grow without end, and the answer is 1.
    """
    lost = erlang_b(servers, offered)
    count, load = np.asarray(servers, dtype=np.float64), np.asarray(offered, dtype=np.float64)
    free = count - load * (1.0 - lost)
    waiting = np.divide(count * lost, free, out=np.ones_like(lost), where=free > 0)
    return np.where(load < count, waiting, 1.0)


def blocking(count: Integers, load: Floats) -> Floats:
    """Erlang B of int [pairs] and float [pairs]."""
    order = np.argsort(-count, kind="stable")
    left, offered = count[order], load[order]
    lost = np.ones(len(count))
    ends = np.searchsorted(-left, -np.arange(1, int(left.max(initial=0)) + 1), side="right")
    for channels, end in enumerate(ends.tolist(), start=1):
        busy = offered[:end] * lost[:end]
        lost[:end] = busy / (channels + busy)
    answer = np.empty_like(lost)
    answer[order] = lost
    return answer
