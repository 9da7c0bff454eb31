"""One file that was read: its data, and the place of anything in it, found when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from yaml.nodes import MappingNode, Node, SequenceNode

from domicile.model.errors import SourceError
from domicile.model.finding import Location
from domicile.source.composing import Refused, build, compose
from domicile.source.flow import read_flow

_SHOWN = 240
"""Characters of a line that a message shows at most."""


@dataclass(frozen=True)
class Document:
    """A YAML file as plain data.

    Places cost nothing until they are asked for: the text is then composed once more.
    """

    file: str
    """Its path as answers name it, with `/`."""
    text: str = field(repr=False)
    """What it holds."""
    data: dict[str, Any] = field(repr=False)
    """The mapping at its top."""

    @classmethod
    def of(cls, file: str, text: str) -> Document:
        """Parse `text`.

        Raises:
            SourceError: it is not one YAML mapping of plain data; with the place.
        """
        known = read_flow(text)
        if known is not None:
            return cls(file, text, known)
        try:
            node = compose(text)
            data = build(node)
        except Refused as refused:
            raise _error(file, text, refused) from None
        if not isinstance(data, dict):
            raise SourceError(
                "this file is not a mapping of keys to values",
                place(file, text, node.start_mark.index),
                "its top level is written as `key: value`",
            )
        return cls(file, text, data)

    def locate(self, keys: Sequence[str | int], *, key: bool = False) -> Location:
        """The place of the value at `keys`, or of the key itself if `key` is set.

        Where the value is missing: the place of the nearest ancestor that exists, which for a
        named one is its key.
        """
        at = node = self._root
        for depth, step in enumerate(keys):
            child = _child(node, step)
            if child is None:
                return place(self.file, self.text, at.start_mark.index)
            at, node = child
            if depth == len(keys) - 1 and not key:
                at = node
        return place(self.file, self.text, at.start_mark.index)

    @cached_property
    def _root(self) -> Node:
        try:
            return compose(self.text)
        except Refused as refused:  # JSON that is no YAML: a list in a list in a list …
            raise _error(self.file, self.text, refused) from None


def place(file: str, text: str, index: int) -> Location:
    """The line and column of a character, with the line itself."""
    index = min(index, len(text))
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", index)
    line = text[start : len(text) if end < 0 else end].rstrip("\r")
    shown = line if len(line) <= _SHOWN else line[:_SHOWN] + "…"
    return Location(file, text.count("\n", 0, start) + 1, index - start + 1, _harmless(shown))


def _harmless(line: str) -> str:
    """The line without what a terminal would obey, or what would turn its letters round."""
    return "".join(
        letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}"
        for letter in line
    )


def _child(node: Node, step: str | int) -> tuple[Node, Node] | None:
    """What stands for a value in messages (its key, if it has one), and the value."""
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _error(file: str, text: str, refused: Refused) -> SourceError:
    message = refused.message
    if refused.first is not None:
        message += f", first on line {place(file, text, refused.first).line}"
    return SourceError(message, place(file, text, refused.index), refused.help)
