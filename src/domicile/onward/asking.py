"""The questions that legs ask of the law, gathered so that many are answered at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is asked about whatever one outflow takes along."""

    legs: tuple[tuple[int, Leg], ...]
    """Each leg, with the number of the place where its data starts."""
    cells: NDArray[np.intp]
    """As `Questions.cells`."""

    @classmethod
    def of(
        cls,
        legs: Iterable[tuple[int, Leg]],
        rows: Mapping[str, int],
        cell: Callable[[Leg], tuple[int, int]],
    ) -> Asked:
        """What each law says of legs.

        Args:
            legs: with the number of the place where each starts.
            rows: exporter → its number.
            cell: the activity and the column at which a table holds what is said of a leg.
        """
        every = tuple(legs)
        cells = dict.fromkeys(
            (place, number, *cell(leg))
            for place, leg in every
            if leg.outflow.recipient is None
            for number in (
                *((NOBODY,) if leg.outflow.side_path else ()),
                *(rows[each] for each in leg.passed),
            )
        )
        return cls(every, np.array([*cells], dtype=np.intp).reshape(-1, 4))


def questions(
    carried: Mapping[str, tuple[str, ...]], asked: Mapping[str, Asked]
) -> list[Questions]:
    """What is asked where outflows carry so much: outflow → data classes, and what is asked."""
    together: dict[tuple[tuple[str, ...], bool], list[Asked]] = {}
    for name, moved in carried.items():
        if name in asked and asked[name].legs:
            recipient = asked[name].legs[0][1].outflow.recipient is not None
            together.setdefault((moved, recipient), []).append(asked[name])
    return [
        Questions(
            moved,
            recipient,
            tuple(leg for each in parts for leg in each.legs),
            np.concatenate([each.cells for each in parts]),
        )
        for (moved, recipient), parts in together.items()
    ]
