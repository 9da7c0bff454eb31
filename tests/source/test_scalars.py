"""Plain scalars mean what YAML 1.2's core schema says, and nothing of YAML 1.1."""

from __future__ import annotations

import pycountry
import pytest

from domicile.source import Document, SourceError


def value(text: str) -> object:
    """What `text` means where a value stands."""
    return Document.of("a.yaml", f"a: {text}\n").data["a"]


def test_every_country_code_is_text() -> None:
    """No ISO 3166-1 code needs quotes: Norway is `NO`, not false."""
    codes = [country.alpha_2 for country in pycountry.countries]
    data = Document.of("a.yaml", f"a: [{', '.join(codes)}]\n").data["a"]
    assert len(codes) == 249
    assert data == codes


@pytest.mark.parametrize(
    "text",
    [
        *("NO", "no", "No", "on", "ON", "off", "yes", "Y", "n", "TruE", "nUll", "12:30", "1:20:30"),
        *("2026-11-23", "2026-11-23T10:00:00Z", "1_000", "0b11", "1e", "+", ".", "0x", "1.2.3"),
        *("e3", "=", "12e03x", "0o8", "Infinity", "NaN", "inf", "-x"),
    ],
)
def test_text_stays_text(text: str) -> None:
    """What YAML 1.1 takes for a boolean, a sexagesimal, a date or an octal is text."""
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-7", -7),
        ("+7", 7),
        ("0123", 123),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-1", -0.15),
    ],
)
def test_core_values(text: str, meant: object) -> None:
    """Booleans, null and numbers of the core schema have their value and type."""
    found = value(text)
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize("text", ["'true'", '"12"', "'~'", "|\n  true"])
def test_quoted_is_text(text: str) -> None:
    """Quotes and blocks keep text text."""
    assert isinstance(value(text), str)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".inf", "`.inf` is not a finite number"),
        ("-.INF", "`-.INF` is not a finite number"),
        (".nan", "`.nan` is not a finite number"),
        ("1e999", "`1e999` is too large a number"),
        ("9" * 500, "this number is too long"),
        ("1" * 5000, "this number is too long"),
    ],
)
def test_numbers_that_are_none(text: str, message: str) -> None:
    """Infinite, undefined and endless numbers are refused where they stand."""
    with pytest.raises(SourceError) as caught:
        value(text)
    assert caught.value.message == message
    assert str(caught.value.location) == "a.yaml:1:4"
