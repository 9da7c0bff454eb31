"""What a benchmark reports: one table, each row a task of ours beside a peer's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HEADINGS = ("task", "ours", "peer", "ratio", "aim", "equal")
TENTH = 0.1


class Row(NamedTuple):
    """One task, measured on both sides."""

    task: str
    ours: float
    peer_name: str
    peer: float | None
    """None where the peer is not installed."""
    unit: str
    """`s`, `µs` or `MiB`: less is better."""
    aim: float | None
    """Largest ratio that we want; None where the peer only shows a floor or a scale."""
    equal: str
    """`yes` or `no` where both answer the same question; else what the peer does instead."""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer's."""
        return None if not self.peer else self.ours / self.peer

    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        ratio = self.ratio
        peer = "not installed" if self.peer is None else self._amount(self.peer)
        return (
            self.task,
            self._amount(self.ours),
            f"{self.peer_name}: {peer}",
            "" if ratio is None else f"{ratio:.2f}" if ratio >= TENTH else f"{ratio:.2g}",
            "" if self.aim is None else f"≤ {self.aim:g}: {_met(ratio, self.aim)}",
            self.equal,
        )

    def _amount(self, value: float) -> str:
        return f"{value:.0f} MiB" if self.unit == "MiB" else f"{value:.3g} {self.unit}"


class Table(NamedTuple):
    """One benchmark."""

    title: str
    rows: tuple[Row, ...]
    note: str
    """How it was measured, and what to beware of."""

    def text(self) -> str:
        """The table as Markdown, columns aligned."""
        lines = [HEADINGS, *(row.cells() for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
        rule = tuple("-" * width for width in widths)
        body = "\n".join(_line(line, widths) for line in (lines[0], rule, *lines[1:]))
        return f"### {self.title}\n\n{body}\n\n{self.note}\n"


def median(values: Sequence[float]) -> float:
    """The middle of the values; of an even number, the mean of the two in the middle."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def yes(same: bool) -> str:
    """Whether two answers are equal, as the tables say it."""
    return "yes" if same else "no"


def _met(ratio: float | None, aim: float) -> str:
    if ratio is None:
        return "not known"
    return "met" if ratio <= aim else "missed"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
