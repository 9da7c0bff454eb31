"""Whatever bytes are in a file, the answer is a document or a plain error with a place."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domicile.source import Document, SourceError, read

PIECES = (
    *("a", "b: ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "'", '"', "&x ", "*x", "!t ", "|"),
    *(">", "? ", "---\n", "...\n", "#", "%", "@", "\t", "<<: ", "1e9", "~", "\\x41", "é", ": "),
)
YAMLISH = st.lists(
    st.sampled_from(PIECES),
    max_size=40,
).map("".join)


def answer(path: Path, raw: bytes) -> None:
    """Read it; any exception but a plain error fails the test."""
    path.write_bytes(raw)
    plain: SourceError | None = None
    try:
        assert isinstance(read(path, path.parent).data, dict)
    except SourceError as error:
        plain = error
    if plain is not None:
        assert plain.location is not None
        assert min(plain.location.line, plain.location.column) >= 1
        assert plain.message
        assert not plain.message.endswith(".")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, raw: bytes) -> None:
    """Bytes of no kind at all."""
    answer(tmp_path / "a.yaml", raw)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=YAMLISH)
def test_any_yamlish_text(tmp_path: Path, text: str) -> None:
    """Text made of YAML's own pieces."""
    answer(tmp_path / "a.yaml", text.encode())


@settings(max_examples=60, deadline=None)
@given(
    data=st.dictionaries(
        st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1),
        st.recursive(
            st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("aé:#-*'\" NO"),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("xyz"), inner),
            max_leaves=8,
        ),
    )
)
def test_json_is_read_as_itself(data: dict[str, object]) -> None:
    """JSON is YAML: any JSON mapping is read as JSON reads it."""
    text = json.dumps(data, ensure_ascii=False)
    assert Document.of("a.yaml", text).data == data
