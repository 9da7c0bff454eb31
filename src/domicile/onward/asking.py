"""The questions that legs ask of the law, gathered so that many are answered at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domicile.outflow import Outflow

NOBODY = -1
"""The number of a subject that no table has a row for."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of data on its way."""

    outflow: Outflow
    target: str
    passed: tuple[str, ...]
    """The jurisdictions of the places where it was before, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """What is asked about data of some classes that starts at any place."""

    moved: tuple[str, ...]
    """The data classes."""
    recipient: bool
    """Whether the legs lead to another company: `cells` is empty then."""
    legs: tuple[tuple[int, Leg], ...]
    """Each leg, with the number of the place where its data starts."""
    cells: NDArray[np.intp]
    """[questions, 4]: place, exporter (`NOBODY`: the subject itself), activity and column."""

    def asked(self, subject: int, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """[questions]: those about wanted places, less those about a subject's own law.

        What that says of a declared flow is asked elsewhere; of side paths it is `NOBODY`'s.

        Args:
            subject: its number.
            wanted: bool [places].
        """
        asked: NDArray[np.bool_] = wanted[self.cells[:, 0]]
        return asked if subject == NOBODY else asked & (self.cells[:, 1] != subject)

    def least(
        self,
        table: NDArray[np.uint8],
        subject: int,
        asked: NDArray[np.bool_],
        found: NDArray[np.uint8],
    ) -> None:
        """Lower `found` to what the law says where it says less.

        Args:
            table: ranks [exporters, activities, columns].
            subject: whose number stands for the subject itself.
            asked: which of the questions.
            found: [places].
        """
        place, exporter, activity, column = self.cells[asked].T
        if subject == NOBODY and (exporter == NOBODY).any():
            raise KeyError("a subject whose law was not asked for")
        exporter = np.where(exporter == NOBODY, subject, exporter)
        np.minimum.at(found, place, table[exporter, activity, column])


class Asking:
    """Gathers questions by the data that they are about."""

    def __init__(self, rows: Mapping[str, int]) -> None:
        """For exporters that have these numbers."""
        self._rows = rows
        self._legs: dict[tuple[tuple[str, ...], bool], list[tuple[int, Leg]]] = {}
        self._cells: dict[tuple[tuple[str, ...], bool], dict[tuple[int, int, int, int], None]] = {}

    def ask(self, place: int, leg: Leg, moved: tuple[str, ...], cell: tuple[int, int]) -> None:
        """Ask what each law says of a leg of data that starts at a place.

        Args:
            place: its number.
            leg: the step.
            moved: the data classes that it takes along.
            cell: activity and column at which a table holds the answer.
        """
        key = (moved, leg.outflow.recipient is not None)
        self._legs.setdefault(key, []).append((place, leg))
        if leg.outflow.recipient is None:
            numbers = [self._rows[each] for each in leg.passed]
            own = [NOBODY] if leg.outflow.side_path else []
            cells = self._cells.setdefault(key, {})
            cells.update(((place, number, *cell), None) for number in (*own, *numbers))

    def questions(self) -> list[Questions]:
        """What was asked, data by data."""
        return [
            Questions(
                moved,
                recipient,
                tuple(legs),
                np.array([*self._cells.get((moved, recipient), ())], dtype=np.intp).reshape(-1, 4),
            )
            for (moved, recipient), legs in self._legs.items()
        ]
