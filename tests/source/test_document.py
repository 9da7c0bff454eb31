"""A route of keys leads to the place of a value, of its key, or of the nearest that exists."""

from __future__ import annotations

import pytest

from domicile.source import Document

TEXT = """\
# pools of production
example: true
pools:
  - service: telephony
    maximum: 4 backends
  - {service: messaging, maximum: 9 backends}
owner:
  name: Ada
empty:
"""


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ((), (2, 1)),
        (("example",), (2, 10)),
        (("pools", 0), (4, 5)),
        (("pools", 0, "maximum"), (5, 14)),
        (("pools", 1, "maximum"), (6, 35)),
        (("owner", "name"), (8, 9)),
        (("pools", 0, "price"), (4, 5)),
        (("pools", 7, "price"), (3, 1)),
        (("owner", "country"), (7, 1)),
        (("owner", "name", "first"), (8, 3)),
        (("nobody",), (2, 1)),
    ],
)
def test_places(keys: tuple[str | int, ...], place: tuple[int, int]) -> None:
    """A value has its own place; a missing one that of the nearest ancestor, by its key."""
    location = Document.of("a.yaml", TEXT).locate(keys)
    assert (location.line, location.column) == place
    assert location.text == TEXT.splitlines()[location.line - 1]


def test_place_of_a_key() -> None:
    """Asked for the key, the place is the key's."""
    location = Document.of("a.yaml", TEXT).locate(("pools", 0, "maximum"), key=True)
    assert str(location) == "a.yaml:5:5"


def test_documents_are_plain_data() -> None:
    """Mappings, lists and scalars, nothing of YAML's."""
    assert Document.of("a.yaml", TEXT).data == {
        "example": True,
        "pools": [
            {"service": "telephony", "maximum": "4 backends"},
            {"service": "messaging", "maximum": "9 backends"},
        ],
        "owner": {"name": "Ada"},
        "empty": None,
    }
