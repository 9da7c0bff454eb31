"""A backend's capacity."""

from __future__ import annotations

import pytest

from domicile.provision.local import backend
from domicile.provision.local.backend import Capacity


def test_concurrent_units_bound_what_is_in_flight() -> None:
    """Three calls fit into a capacity of three; a fourth fits once one has ended."""
    capacity = Capacity(3, "calls")
    assert [capacity.take() for _ in range(4)] == [True, True, True, False]
    capacity.release()
    assert capacity.take()


def test_rates_are_a_bucket_of_one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten a second: ten at once, then one more for each tenth of a second, never more than ten."""
    now = 100.0
    monkeypatch.setattr(backend.time, "monotonic", lambda: now)
    capacity = Capacity(10, "requests/s")
    assert [capacity.take() for _ in range(11)] == [True] * 10 + [False]
    now += 0.25
    assert [capacity.take() for _ in range(3)] == [True, True, False]
    now += 60
    assert [capacity.take() for _ in range(11)] == [True] * 10 + [False]


@pytest.mark.parametrize(
    ("query", "seconds"),
    [(b"hold=0.2", 0.2), (b"a=1&hold=2", 2.0), (b"", 0.0), (b"hold=x", 0.0), (b"hold=-1", 0.0),
     (b"hold=9999", 60.0)],
)  # fmt: skip
def test_holds_are_bounded(query: bytes, seconds: float) -> None:
    """A client holds a request for at most a minute."""
    assert backend._hold(query) == seconds
