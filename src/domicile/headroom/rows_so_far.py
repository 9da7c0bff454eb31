"""Rows of a program that are put together piece by piece."""

from __future__ import annotations

import numpy as np

from domicile.headroom.arrays import Floats, Integers
from domicile.headroom.program import Rows


class RowsSoFar:
    """Rows and their entries, collected."""

    def __init__(self) -> None:
        self.row: list[Integers] = []
        self.column: list[Integers] = []
        self.factor: list[Floats] = []
        self.least: list[Floats] = []
        self.most: list[Floats] = []
        self.length = 0

    def begin(self, least: Floats, most: Floats) -> Integers:
        """Open so many rows; their numbers."""
        numbers = self.length + np.arange(len(least))
        self.least.append(np.asarray(least, dtype=np.float64))
        self.most.append(np.asarray(most, dtype=np.float64))
        self.length += len(least)
        return numbers

    def put(self, row: Integers, column: Integers, factor: Floats) -> None:
        """Add entries to rows that were begun."""
        self.row.append(np.asarray(row, dtype=np.int64))
        self.column.append(np.asarray(column, dtype=np.int64))
        self.factor.append(np.asarray(factor, dtype=np.float64))

    def all(self, columns: int) -> Rows:
        """All rows; entries for the same row and column add up."""
        row, column = np.concatenate(self.row), np.concatenate(self.column)
        key, entry = np.unique(row * max(columns, 1) + column, return_inverse=True)
        factor = np.bincount(entry, np.concatenate(self.factor), minlength=len(key))
        kept = factor != 0
        return Rows.of(
            key[kept] // max(columns, 1),
            key[kept] % max(columns, 1),
            factor[kept],
            np.concatenate(self.least),
            np.concatenate(self.most),
        )
