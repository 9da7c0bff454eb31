"""Scenarios that share a demand and a usual loss, so that one table answers them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domicile.headroom.arrays import Bools, Floats, Integers

_FEWEST = 16
"""Fewer scenarios of a kind are answered one by one, together with others."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some of the scenarios.

    Attributes:
        rows: int [scenarios of the batch].
        shared: they have one demand, and lose at least `usual` everywhere.
        usual: float [places], the share that all of them lose; None for nothing.
    """

    rows: Integers
    shared: bool
    usual: Floats | None


def batches(demand: Floats, failures: Bools | Floats) -> Iterator[Batch]:
    """Sort scenarios by demand and, as utilisation is a share that is lost, by the least share."""
    if demand.ndim == 1 and failures.dtype == np.bool_:
        if len(failures):
            yield Batch(np.arange(len(failures)), shared=True, usual=None)
        return
    kinds: dict[tuple[bytes, float], list[int]] = {}
    partly = failures.dtype != np.bool_ and failures.shape[1] > 0
    least = failures.min(axis=1) if partly else np.zeros(len(failures))
    for row, share in enumerate(least.tolist()):
        rates = b"" if demand.ndim == 1 else demand[row].tobytes()
        kinds.setdefault((rates, share), []).append(row)
    single: list[int] = []
    for rows in kinds.values():
        if len(rows) < _FEWEST:
            single += rows
            continue
        of = np.array(rows)
        yield Batch(of, shared=True, usual=failures[of].min(axis=0) if partly else None)
    if single:
        yield Batch(np.array(sorted(single)), shared=False, usual=None)
