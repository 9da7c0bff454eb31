"""A file in YAML's flow form is read as the same data as any other, and refused for the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.emit.rendering import _flow
from domicile.source import SourceError, parse
from domicile.source.composing import build, compose
from domicile.source.flow import read_flow

NAMES = st.text("abcXYZ-/+:'# é", min_size=1, max_size=8)
DATA = st.dictionaries(
    NAMES,
    st.recursive(
        st.integers() | st.floats(allow_nan=False, allow_infinity=False) | NAMES | st.booleans(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=8,
    ),
)


@given(data=DATA, lined=st.integers(0, 4))
def test_both_readers_agree(data: dict[str, object], lined: int) -> None:
    """The fast one and the YAML composer find the same in what is written in the flow form."""
    text = "# written\n" + _flow(data, lined) + "\n"
    assert read_flow(text) == data
    assert build(compose(text)) == data


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, "a": 2}', "the key `a` stands here twice"),
        ('{"a": {"b": 1,\n "b": 2}}', "the key `b` stands here twice, first on line 1"),
        ('{"a": 1} {"b": 2}', "this is not valid YAML"),
        ('{"a": 1e999}', "too large a number"),
        ('{"a": .inf}', "not a finite number"),
        ('{"a": [1, 2}', "this is not valid YAML"),
        ("{" * 50_000, "stand more than 40 deep"),
        ('# nothing\n["a"]', "not a mapping"),
    ],
)
def test_what_is_in_doubt_is_refused_as_yaml_is(text: str, said: str) -> None:
    """With the same words and the same place."""
    assert read_flow(text) is None
    with pytest.raises(SourceError, match=said):
        parse("stacks/plan.x.yaml", text.encode())


def test_what_a_hand_wrote_is_read_too() -> None:
    """Unquoted words, escapes and trailing commas are YAML."""
    for text, value in (("{a: x}", "x"), ('{"a": "\\u00e9"}', "é"), ('{"a": "x",}', "x")):
        assert read_flow(text) is None
        assert parse("x.yaml", text.encode()).data == {"a": value}


def test_places_are_found_in_the_flow_form() -> None:
    """As in any other form."""
    document = parse("x.yaml", b'# written\n{\n  "pools": [\n    {"now": 1, "after": 2}\n  ]\n}\n')
    place = document.locate(("pools", 0, "after"))
    assert (place.line, place.column) == (4, 25)


def test_json_that_is_no_yaml_has_no_places() -> None:
    """Asked for one, it is refused as YAML is: with its own place, never a traceback."""
    document = parse("x.yaml", ('{"a": ' + "[" * 60 + "]" * 60 + "}").encode())
    with pytest.raises(SourceError, match="deep in each other"):
        document.locate(("a", 0))
