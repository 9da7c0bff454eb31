"""What was worked out before, given again for exactly the same content.

The law of another day, or after a decision has fallen, is mostly the same law. What rests on the
part that is the same need not be worked out again; whether it is the same is compared, not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Content = TypeVar("Content")
Value = TypeVar("Value")

_KEPT = 4
"""Contents kept for each name: the first, which is mostly what others are held against, and the
last ones."""


class Recall(Generic[Content, Value]):
    """Values by name, each with the content that it was worked out from."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Hashable, list[tuple[Content, Value]]] = {}

    def value(self, name: Hashable, content: Content, make: Callable[[], Value]) -> Value:
        """The value of this content, made where it is not known.

        Args:
            name: what it is of; contents of other names are not looked at.
            content: all that the value rests on beside its name.
            make: works it out.
        """
        known = self._known.setdefault(name, [])
        for was, value in known:
            if was == content:
                return value
        value = make()
        if len(known) == _KEPT:
            del known[1]
        known.append((content, value))
        return value
