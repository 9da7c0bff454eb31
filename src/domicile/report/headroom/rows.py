"""Contingencies as rows, services as columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domicile.report.headroom.records import Cell, Row
from domicile.report.headroom.spare import Spare, part
from domicile.strain import Strain

_SURGE = "surge:"


def rows(services: Sequence[tuple[Strain, Spare]]) -> tuple[Row, ...]:
    """Every contingency of any service, those with the largest part short first.

    Services' policies have surges of their own: what is lost is one row all the same.
    """
    found: dict[tuple[str, ...], list[Cell | None]] = {}
    for column, (strain, spare) in enumerate(services):
        for index, case in enumerate(strain.contingencies):
            cells = found.setdefault(_name(case.ids), [None] * len(services))
            demand = float(case.demand(strain.rate).sum())
            missing = float(strain.shortfall[index])
            cells[column] = Cell(
                case.ids, demand, missing, part(float(spare.whole[index]), missing, demand)
            )
    made = [_row(name, cells) for name, cells in found.items()]
    return tuple(sorted(made, key=lambda row: np.inf if row.least is None else row.least))


def _row(name: tuple[str, ...], cells: Sequence[Cell | None]) -> Row:
    there = [cell for cell in cells if cell is not None]
    parts = [cell.spare for cell in there if cell.spare is not None]
    return Row(
        name=name,
        cells=tuple(cells),
        short=any(cell.shortfall for cell in there),
        least=min(parts, default=None),
    )


def _name(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in ids if not each.startswith(_SURGE)) or ("surge",)
