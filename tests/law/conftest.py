"""The shipped law, for every test of it."""

from __future__ import annotations

import pytest

import domicile
from domicile.residency import Law


@pytest.fixture(scope="session")
def law() -> Law:
    """The shipped law."""
    return domicile.load_law()
