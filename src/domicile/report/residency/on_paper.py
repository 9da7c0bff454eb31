"""The reasonings of a report, each once, with a number of its own.

Many placements, of many subjects, have the same reasons: on paper they stand once.
"""

from __future__ import annotations

from dataclasses import dataclass

from domicile.model.tokens import Verdict
from domicile.report.residency.records import Ground, ResidencyReport, Transfer
from domicile.report.residency.records import Reasoning as Read


@dataclass(frozen=True, slots=True)
class Shared:
    """A reasoning, whoever it is about."""

    verdict: Verdict
    deciding: tuple[Ground, ...]
    beside: tuple[str, ...]


class Reasonings:
    """All reasonings of a report's placements and transfers, numbered as they appear."""

    def __init__(self, report: ResidencyReport) -> None:
        self._numbers: dict[Shared, str] = {}
        for dossier in report.dossiers:
            for group in dossier.groups:
                for part in group.groups:
                    self._add(_of_placement(part.reasoning))
        for transfer in report.transfers:
            self._add(_of_transfer(transfer))

    def _add(self, one: Shared) -> None:
        self._numbers.setdefault(one, f"R{len(self._numbers) + 1}")

    def number(self, one: Read | Transfer) -> str:
        """The number under which its reasons stand."""
        return self._numbers[_of_transfer(one) if isinstance(one, Transfer) else _of_placement(one)]

    def all(self) -> tuple[tuple[str, Shared], ...]:
        """Numbers and reasonings, in order."""
        return tuple((number, one) for one, number in self._numbers.items())


def _of_placement(one: Read) -> Shared:
    return Shared(one.verdict, one.deciding, one.beside)


def _of_transfer(one: Transfer) -> Shared:
    return Shared(one.verdict, one.grounds, ())
