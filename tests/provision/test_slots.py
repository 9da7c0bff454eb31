"""Shares become turns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domicile.provision.local.slots import interleave, spread, turns

SHARES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.001, 1.0), min_size=1, max_size=8)


@given(SHARES)
def test_turns_add_up_and_no_share_is_forgotten(shares: dict[str, float]) -> None:
    """Every positive share has a turn, and none has over one more than its exact part."""
    given_ = turns(shares, 60)
    total = sum(shares.values())
    assert set(given_) == set(shares)
    for name, count in given_.items():
        assert count >= 1
        exact = shares[name] / total * 60
        assert count <= max(1, exact + 1)


@given(SHARES)
def test_turns_interleave(shares: dict[str, float]) -> None:
    """In no stretch of a round does a name crowd out the others."""
    given_ = turns(shares, 60)
    round_ = interleave(given_)
    total = len(round_)
    assert {name: round_.count(name) for name in given_} == given_
    for length in (5, 10, 30):
        for start in range(0, total - length + 1, 5):
            part = round_[start : start + length]
            for name, count in given_.items():
                assert part.count(name) <= count * length / total + len(given_)


def test_a_round_of_two_places_by_hand() -> None:
    """0.6 at one backend and 0.4 over two: of 60 turns 36, 12 and 12."""
    round_ = spread({"par": 0.6, "lyo": 0.4}, {"par": ["p0"], "lyo": ["l0", "l1"]})
    assert (round_.count("p0"), round_.count("l0"), round_.count("l1")) == (36, 12, 12)


def test_places_without_backends_get_nothing() -> None:
    """A place whose backends are all down has no turn; with none left there is no round."""
    assert set(spread({"par": 0.5, "lyo": 0.5}, {"lyo": ["l0"]})) == {"l0"}
    assert spread({"par": 1.0}, {}) == []
