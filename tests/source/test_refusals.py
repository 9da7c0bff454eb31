"""What a file may not hold: each refusal is one sentence with file, line, column, line and help."""

from __future__ import annotations

import pytest

from domicile.source import Document, SourceError

CASES = {
    "duplicate key": (
        "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n",
        "the key `c` stands here twice, first on line 3",
        (5, 3, "  c: 3"),
        "keep one of them",
    ),
    "alias": (
        "a: &x [1]\nb: *x\n",
        "`*x` is an alias: aliases are not read",
        (2, 4, "b: *x"),
        "write the value out; text that begins with `*` goes in quotes",
    ),
    "recursive alias": (
        "a: &x [*x]\n",
        "`*x` is an alias: aliases are not read",
        (1, 8, "a: &x [*x]"),
        "write the value out; text that begins with `*` goes in quotes",
    ),
    "alias to nothing": (
        "a: *x\n",
        "this is not valid YAML: found undefined alias",
        (1, 4, "a: *x"),
        "text that begins with `*` goes in quotes",
    ),
    "merge key": (
        "a:\n  <<: {b: 1}\n",
        "`<<` merges are not read",
        (2, 3, "  <<: {b: 1}"),
        "write the keys out",
    ),
    "tag of Python": (
        "a: !!python/object/apply:os.system [ls]\n",
        "`tag:yaml.org,2002:python/object/apply:os.system` is a tag: files hold plain data only",
        (1, 4, "a: !!python/object/apply:os.system [ls]"),
        "remove the tag; put text in quotes where it must stay text",
    ),
    "tag of text": (
        "a: !!str 5\n",
        "`tag:yaml.org,2002:str` is a tag: files hold plain data only",
        (1, 4, "a: !!str 5"),
        "remove the tag; put text in quotes where it must stay text",
    ),
    "tag on a key": (
        "!x a: 5\n",
        "`!x` is a tag: files hold plain data only",
        (1, 1, "!x a: 5"),
        "remove the tag; put text in quotes where it must stay text",
    ),
    "number as key": (
        "a:\n  404: b\n",
        "the key `404` is not text",
        (2, 3, "  404: b"),
        'put it in quotes: "404"',
    ),
    "list as key": (
        "? [a]\n: b\n",
        "a key is a list or a mapping",
        (1, 3, "? [a]"),
        "a key is one word",
    ),
    "two documents": (
        "a: 1\n---\nb: 2\n",
        "there is more than one document in this file",
        (2, 1, "---"),
        "one file holds one document: remove `---` and what follows",
    ),
    "empty": ("", "this file is empty", (1, 1, ""), "write what it declares, or remove the file"),
    "only comments": (
        "# nothing\n",
        "this file is empty",
        (1, 1, "# nothing"),
        "write what it declares, or remove the file",
    ),
    "list at the top": (
        "# pools\n- a\n",
        "this file is not a mapping of keys to values",
        (2, 1, "- a"),
        "its top level is written as `key: value`",
    ),
    "text at the top": (
        "hello\n",
        "this file is not a mapping of keys to values",
        (1, 1, "hello"),
        "its top level is written as `key: value`",
    ),
    "open quote": (
        "a: 'x\n",
        "this is not valid YAML: found unexpected end of stream",
        (2, 1, ""),
        "a quote or bracket is not closed",
    ),
    "tab": (
        "a:\n\tb: 1\n",
        "this is not valid YAML: found character that cannot start any token",
        (2, 1, "\tb: 1"),
        "indent with spaces; text with `@`, `%`, `` ` `` goes in quotes",
    ),
    "colon in text": (
        "a: b: c\n",
        "this is not valid YAML: mapping values are not allowed in this context",
        (1, 5, "a: b: c"),
        "text that holds `: ` goes in quotes",
    ),
    "second column after wide letters": (
        "é: [ü, !x y]\n",
        "`!x` is a tag: files hold plain data only",
        (1, 8, "é: [ü, !x y]"),
        "remove the tag; put text in quotes where it must stay text",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_with_place(case: str) -> None:
    """The message, the place, the line and the help are those a reader needs."""
    text, message, (line, column, shown), advice = CASES[case]
    with pytest.raises(SourceError) as caught:
        Document.of("infra/a.yaml", text)
    error = caught.value
    assert error.location is not None
    assert error.message == message
    assert str(error.location) == f"infra/a.yaml:{line}:{column}"
    assert error.location.text == shown
    assert error.help == advice


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "a: [", "[{a: "])
def test_depth_is_held_before_the_parser_breaks(opening: str) -> None:
    """A million levels neither crash the process nor take long: it stops after forty."""
    with pytest.raises(SourceError) as caught:
        Document.of("a.yaml", ("a: " if opening == "[" else "") + opening * 1_000_000)
    assert caught.value.message == "lists and mappings stand more than 40 deep in each other"
    assert caught.value.location is not None
    assert len(caught.value.location.text) <= 241


def test_an_alias_bomb_is_refused() -> None:
    """Nine levels of nine would be 387 million items; none of them is ever made."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    with pytest.raises(SourceError, match="`\\*a0` is an alias") as caught:
        Document.of("a.yaml", "\n".join(lines))
    assert str(caught.value.location) == "a.yaml:2:10"


def test_a_star_in_text_is_no_alias() -> None:
    """Only aliases are refused, not stars."""
    data = Document.of("a.yaml", "a: 'x * y'\nb: 2 *3\nc: |\n  - *not one\n").data
    assert data == {"a": "x * y", "b": "2 *3", "c": "- *not one\n"}
