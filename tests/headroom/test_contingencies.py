"""What a headroom policy's losses become."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.headroom import Connection, as_arrays, contingencies, shortfalls
from domicile.headroom.connectivity import bridges, labels, parts
from domicile.headroom.contingency import of_ground
from domicile.headroom.losses import Ground

GROUND: dict[str, Any] = {
    "places": ["a", "b", "c"],
    "provider": ["x", "x", "y"],
    "failure_domains": [["grid"], [], ["grid"]],
    "surge": 1.2,
    "nominal": 0.7,
    "after": 0.85,
}


def lost(**changes: Any) -> dict[tuple[str, ...], list[int]]:  # noqa: ANN401 - any argument
    """Which places each contingency loses."""
    rows = contingencies(**{**GROUND, **changes})
    return {row.ids: row.lost.nonzero()[0].tolist() for row in rows}


def test_one_row_for_each_loss_under_surge() -> None:
    """Nominal, surge, three places, two providers, one grid; providers of one place stay rows."""
    assert lost(losses=["datacenter", "provider", "failure-domain"]) == {
        ("nominal",): [],
        ("surge:1.2",): [],
        ("datacenter:a", "surge:1.2"): [0],
        ("datacenter:b", "surge:1.2"): [1],
        ("datacenter:c", "surge:1.2"): [2],
        ("provider:x", "surge:1.2"): [0, 1],
        ("provider:y", "surge:1.2"): [2],
        ("failure-domain:grid", "surge:1.2"): [0, 2],
    }


def test_factors_and_utilisation() -> None:
    """Nominal is judged by its own utilisation, every strain and loss by the other."""
    rows = contingencies(**GROUND, losses=["datacenter"])
    assert (rows[0].demand_factor, rows[0].utilisation) == (1.0, 0.7)
    assert {(row.demand_factor, row.utilisation) for row in rows[1:]} == {(1.2, 0.85)}


def test_without_surge_losses_stand_alone() -> None:
    """A factor of 1 is no strain: it has no row and no name."""
    names = list(lost(losses=["provider"], surge=1))
    assert names == [("nominal",), ("provider:x",), ("provider:y",)]


def test_what_touches_nothing_of_ours_is_left_out() -> None:
    """With a pool only at c, what loses a and b does not matter."""
    rows = lost(losses=["datacenter", "provider"], ours=[False, False, True])
    assert list(rows)[2:] == [("datacenter:c", "surge:1.2"), ("provider:y", "surge:1.2")]


def test_a_lost_link_loses_what_is_cut_off() -> None:
    """The chain a - b - c: without bc the smaller part, c, is cut off; without ab, a."""
    links = [Connection("ab", (0, 1)), Connection("bc", (1, 2))]
    rows = lost(losses=["link"], links=links)
    assert rows["link:bc", "surge:1.2"] == [2]
    assert rows["link:ab", "surge:1.2"] == [0]


def test_a_spare_link_saves() -> None:
    """In a triangle no one link cuts anything off, so there is nothing to survive."""
    links = [Connection("ab", (0, 1)), Connection("bc", (1, 2)), Connection("ca", (2, 0))]
    assert len(lost(losses=["link"], links=links)) == 2


def test_places_without_links_are_never_cut_off() -> None:
    """C has no link at all: the loss of ab leaves a (first of equals) and c."""
    assert lost(losses=["link"], links=[Connection("ab", (0, 1))])["link:ab", "surge:1.2"] == [1]


def test_of_equal_parts_ours_stays() -> None:
    """The loss of ab parts two places; the one with a pool is the one that stays."""
    rows = lost(losses=["link"], links=[Connection("ab", (0, 1))], ours=[False, True, False])
    assert ("link:ab", "surge:1.2") not in rows


def test_a_failure_domain_loses_places_and_links() -> None:
    """The duct holds the link bc: c is cut off though it stands. The grid holds a itself."""
    links = [Connection("ab", (0, 1)), Connection("bc", (1, 2), ["duct"])]
    rows = lost(
        losses=["failure-domain"], links=links, failure_domains=[["grid"], [], []]
    )  # fmt: skip
    assert rows["failure-domain:duct", "surge:1.2"] == [2]
    assert rows["failure-domain:grid", "surge:1.2"] == [0]


def test_a_ground_may_be_asked_more_than_once() -> None:
    """Two policies on one ground, in turn: what each would be told on a ground of its own."""
    links = [Connection("l", (0, 1), ["duct"]), Connection("m", (1, 2)), Connection("n", (1, 2))]
    ground = Ground.of(GROUND["places"], GROUND["provider"], GROUND["failure_domains"], links)
    some = {"losses": ["link", "failure-domain"], "together": 2, "surge": 1.0}
    other = {"losses": ["datacenter", "link"], "surge": 1.5}
    for changes in (some, other, some):
        policy = {"nominal": 0.7, "after": 0.85, **changes}
        found = {row.ids: row.lost.nonzero()[0].tolist() for row in of_ground(ground, **policy)}
        assert found == lost(links=links, **changes)
    assert ("link:m", "link:n") in {row.ids for row in of_ground(ground, **policy | some)}


def test_rows_become_scenarios() -> None:
    """10 of 14 usable at 70 %: nominal 9.8 serve 10 but for 0.2; 12 under surge lack 0.1."""
    rows = contingencies(**GROUND, losses=[])
    demand, failures = as_arrays(rows, [10.0])
    answer = shortfalls([[True, False, False]], demand, [14.0, 0, 0], failures)
    assert answer == pytest.approx([0.2, 0.1])


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("losses", ["planet"]),
        ("surge", 0.5),
        ("surge", float("nan")),
        ("nominal", 1.5),
        ("after", -0.1),
        ("provider", ["x"]),
        ("failure_domains", [[]]),
        ("ours", [True]),
    ],
)
def test_wrong_input_is_named(argument: str, value: object) -> None:
    """Every wrong value raises an error with the name of its argument."""
    with pytest.raises(ValueError, match=f"`{argument}`"):
        contingencies(**{"losses": [], **GROUND, argument: value})


@settings(max_examples=60, deadline=None)
@given(
    links=st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda ends: ends[0] != ends[1]),
        max_size=16,
    )
)
def test_bridges_are_the_links_that_hold_parts_together(links: list[tuple[int, int]]) -> None:
    """A link is a bridge exactly when there are more parts without it."""

    def count(kept: list[tuple[int, int]]) -> int:
        return len(set(parts(8, kept).values()))

    whole = count(links)
    expected = {i for i in range(len(links)) if count(links[:i] + links[i + 1 :]) > whole}
    assert bridges(8, links) == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20))
def test_parts_are_the_same_as_arrays(links: list[tuple[int, int]]) -> None:
    """Each place's part is named by its first place, whether links come one by one or at once."""
    found = labels(12, np.array(links, dtype=np.int64).reshape(-1, 2)).tolist()
    assert found == [parts(12, links)[place] for place in range(12)]
