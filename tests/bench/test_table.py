"""What the benchmarks' own figures rest on."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from table import Row, Table, median


def test_median_is_the_middle() -> None:
    """One slow round out of many changes a median little, whatever its time."""
    assert median([3, 1, 2]) == 2
    assert median([1, 2, 4, 1000]) == 3


def test_a_row_says_how_it_compares() -> None:
    """The ratio is ours by the peer's, and an aim is met at the ratio itself."""
    row = Row("load", 0.5, "parser", 0.25, "s", 2.0, "yes")
    assert row.cells() == ("load", "0.5 s", "parser: 0.25 s", "2.00", "≤ 2: met", "yes")
    assert row._replace(aim=1.9).cells()[4] == "≤ 1.9: missed"


def test_a_missing_peer_is_no_win() -> None:
    """Where the peer could not run there is no ratio, and no aim counts as met."""
    cells = Row("load", 0.5, "parser", None, "s", 2.0, "yes").cells()
    assert cells[2:5] == ("parser: not installed", "", "≤ 2: not known")


def test_a_table_is_markdown() -> None:
    """Every line of a table has as many cells as its head."""
    row = Row("load", 64.4, "parser", 128.8, "MiB", None, "yes")
    lines = Table("A", (row,), "note").text().splitlines()
    assert lines[0] == "### A"
    assert [line.count("|") for line in lines[2:5]] == [7, 7, 7]
    assert "| load | 64 MiB | parser: 129 MiB | 0.50 " in lines[4]
