"""The codes that are kept beside the program are ISO 3166's, as pycountry has them."""

from __future__ import annotations

import pycountry
import pytest

from domicile.workspace.territories import names, subdivisions, suggestion


def test_countries_are_iso() -> None:
    """Every country of ISO 3166-1, by its common name, and no other."""
    assert names() == {
        country.alpha_2: getattr(country, "common_name", country.name)
        for country in pycountry.countries
    }


def test_subdivisions_are_iso() -> None:
    """Every subdivision of ISO 3166-2, and no other."""
    assert subdivisions() == {each.code for each in pycountry.subdivisions}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("UK", "GB"),
        ("Norway", "NO"),
        ("norwai", "NO"),
        ("DEU", "DE"),
        ("de", "DE"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Federal Republic of Germany", "DE"),
        ("XX", None),
        ("Atlantis", None),
    ],
)
def test_suggestions(given: str, meant: str | None) -> None:
    """A name, an alpha-3 code, a habit or a near miss leads to the code; nothing to a wrong one."""
    assert suggestion(given) == meant
