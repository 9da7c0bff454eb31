"""How demand propagates along dependencies."""

from __future__ import annotations

import pytest

from domicile.headroom import dependants_first, propagate

SERVICES = {
    "meetings": [("telephony", 2.0), ("accounts", 1.0)],
    "telephony": [("accounts", 0.5)],
    "accounts": [],
}


def test_rates_multiply_along_the_way() -> None:
    """10 meetings ask 20 of telephony, and 10 + 20 / 2 of accounts."""
    assert propagate(SERVICES, {("meetings", "FR"): 10.0}) == {
        ("meetings", "FR"): 10.0,
        ("telephony", "FR"): 20.0,
        ("accounts", "FR"): 20.0,
    }


def test_own_demand_is_added_and_subjects_stay_apart() -> None:
    """Telephony serves 20 for meetings and 4 of its own; Germany's 6 are another load."""
    loads = propagate(
        SERVICES,
        {("meetings", "FR"): 10.0, ("telephony", "FR"): 4.0, ("telephony", "DE"): 6.0},
    )
    assert loads["telephony", "FR"] == 24
    assert loads["telephony", "DE"] == 6
    assert loads["accounts", "DE"] == 3


def test_dependants_stand_first() -> None:
    """Whoever needs a service stands before it."""
    assert dependants_first(SERVICES) == ("meetings", "telephony", "accounts")


def test_a_circle_is_named() -> None:
    """Services that need each other cannot be sized."""
    with pytest.raises(ValueError, match=r"circle: `(a` → `b` → `a|b` → `a` → `b)`"):
        propagate({"a": [("b", 1)], "b": [("a", 1)]}, {})


def test_the_unknown_is_named() -> None:
    """A dependency or a demand on a service that does not exist is refused by name."""
    with pytest.raises(ValueError, match="`a` depends on `b`"):
        propagate({"a": [("b", 1)]}, {})
    with pytest.raises(ValueError, match="`z` is not a service"):
        propagate(SERVICES, {("z", "FR"): 1.0})
