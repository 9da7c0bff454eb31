"""Text to YAML nodes and from nodes to plain data, by PyYAML's C parser under limits of our own.

The parser itself crashes the process on deep nesting and shares nodes between aliases without
end, so depth is counted while it works, and aliases, tags and merge keys are refused.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml
from yaml._yaml import CParser
from yaml.nodes import Node, ScalarNode, SequenceNode

from domicile.source.scalars import TEXT, plain

DEEPEST: Final = 40
"""Levels of lists and mappings within each other; no file of a workspace needs ten."""

_MAY_HOLD_ALIAS: Final = re.compile(r"(?:^|[\s\[{,:-])\*", re.MULTILINE)


class Refused(Exception):  # noqa: N818  (not an error of the program: it is made a SourceError)
    """Text that is not the YAML that we read, and the index of the character where that shows."""

    def __init__(self, message: str, index: int, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.index = index
        self.help = help
        self.first: int | None = None
        """Index of the earlier place that this one clashes with."""


class _Composer(CParser):
    """PyYAML's C composer with another resolver: a scalar's tag is its value, or `TEXT`."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        """Called by the C code before each node: the only place where depth can be held."""
        self._depth += 1
        if self._depth > DEEPEST:
            at = 0 if parent is None else parent.start_mark.index
            raise Refused(f"lists and mappings stand more than {DEEPEST} deep in each other", at)

    def ascend_resolver(self) -> None:
        """Called by the C code after each node."""
        self._depth -= 1

    def resolve(self, _kind: type[Node], value: str | None, implicit: Any) -> object:  # noqa: ANN401  (a pair of booleans, or one)
        """Called by the C code for each node without a tag of its own."""
        if value is not None and implicit[0]:
            try:
                return plain(value)
            except ValueError as error:
                return error
        return TEXT


def compose(text: str) -> Node:
    """The tree of nodes of the one document in `text`.

    Raises:
        Refused: not YAML, no document or more than one, too deep, or with aliases.
    """
    try:
        node: Node | None = _Composer(text).get_single_node()
    except yaml.reader.ReaderError as error:
        said = f"character U+{error.character:04X} is not allowed"
        raise Refused(said, error.position, "remove it") from None
    except yaml.MarkedYAMLError as error:
        raise _refusal(error, text) from None
    if "*" in text and _MAY_HOLD_ALIAS.search(text):
        _refuse_aliases(text)
    if node is None:
        raise Refused("this file is empty", 0, "write what it declares, or remove the file")
    return node


def build(node: Node) -> Any:  # noqa: ANN401  (whatever the file holds)
    """Plain data from a node: dict, list, str, int, float, bool, None.

    Raises:
        Refused: a tag, a merge key, a key twice or not text, or a number that is none.
    """
    kind = type(node)
    tag: Any = node.tag
    if kind is ScalarNode:
        if tag is TEXT:
            return node.value
        if type(tag) is str:
            raise _tagged(node)
        if isinstance(tag, ValueError):
            raise Refused(str(tag), node.start_mark.index)
        return tag
    if tag is not TEXT:
        raise _tagged(node)
    if kind is SequenceNode:
        return [build(item) for item in node.value]
    built = {}
    pairs: list[tuple[Any, Node]] = node.value
    for key, value in pairs:
        if key.tag is not TEXT or type(key) is not ScalarNode or key.value == "<<":
            raise _bad_key(key)
        built[key.value] = build(value)
    if len(built) != len(node.value):
        raise _twice(node)
    return built


def _tagged(node: Node) -> Refused:
    return Refused(
        f"`{node.tag}` is a tag: files hold plain data only",
        node.start_mark.index,
        "remove the tag; put text in quotes where it must stay text",
    )


def _bad_key(key: Node) -> Refused:
    at = key.start_mark.index
    if not isinstance(key, ScalarNode):
        return Refused("a key is a list or a mapping", at, "a key is one word")
    if key.value == "<<":
        return Refused("`<<` merges are not read", at, "write the keys out")
    if isinstance(key.tag, str):
        return _tagged(key)
    return Refused(
        f"the key `{key.value[:40]}` is not text", at, f'put it in quotes: "{key.value[:40]}"'
    )


def _twice(node: Node) -> Refused:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        if key.value in seen:
            refused = Refused(
                f"the key `{key.value}` stands here twice", key.start_mark.index, "keep one of them"
            )
            refused.first = seen[key.value]
            return refused
        seen[key.value] = key.start_mark.index
    raise AssertionError("no key stands twice")


def _refuse_aliases(text: str) -> None:
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) and event.start_mark is not None:
            raise Refused(
                f"`*{event.anchor}` is an alias: aliases are not read",
                event.start_mark.index,
                "write the value out; text that begins with `*` goes in quotes",
            )


_HELP: Final = (
    ("cannot start any token", "indent with spaces; text with `@`, `%`, `` ` `` goes in quotes"),
    ("mapping values are not allowed", "text that holds `: ` goes in quotes"),
    ("undefined alias", "text that begins with `*` goes in quotes"),
    ("unexpected end of stream", "a quote or bracket is not closed"),
    ("could not find expected ':'", "a key needs `: ` after it"),
    ("expected a single document", "one file holds one document: remove `---` and what follows"),
)


def _refusal(error: yaml.MarkedYAMLError, text: str) -> Refused:
    problem = error.problem or error.context or "it cannot be parsed"
    mark: Any = error.problem_mark or error.context_mark
    told = f"{error.context or ''} {problem}"
    advice = next((said for sign, said in _HELP if sign in told), None)
    if "another document" in problem:
        message = "there is more than one document in this file"
    else:
        message = f"this is not valid YAML: {problem}"
    return Refused(message, len(text) if mark is None else mark.index, advice)
