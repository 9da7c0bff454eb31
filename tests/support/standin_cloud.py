"""The cloud behind a stand-in: what was made, what it refuses, and what a test does to it."""

# ruff: noqa: ANN401 -- values of any kind are what this is about

from __future__ import annotations

import re
import threading
import typing
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from pulumi import _types

Properties = dict[str, Any]


@dataclass
class Made:
    """One resource that stands."""

    id: str
    token: str
    """Its type."""
    name: str
    """Its name in the program."""
    number: int
    """Of its type, its name and how often it was made, whatever the order of calls."""
    inputs: Properties
    outputs: Properties = field(default_factory=dict)

    def change(self, inputs: Properties) -> None:
        """Give it other inputs; what only the cloud fills in stays."""
        for gone in self.inputs.keys() - inputs.keys():
            self.outputs.pop(gone, None)
        self.inputs = dict(inputs)
        self.outputs.update(inputs)

    def drift(self, **changes: Any) -> None:
        """Change it behind Pulumi's back."""
        self.change({**self.inputs, **changes})


_DEEPEST = 3


@dataclass
class _Refusal:
    method: str
    token: str
    why: str
    after: int
    """Calls that go well before."""
    times: int | None


@dataclass
class Cloud:
    """Everything that stands, by id."""

    made: dict[str, Made] = field(default_factory=dict)
    _refusals: list[_Refusal] = field(default_factory=list)
    _quotas: dict[str, int] = field(default_factory=dict)
    _times: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def of(self, token: str) -> list[Made]:
        """What stands of one type, in the order in which it was made."""
        return [made for made in self.made.values() if made.token == token]

    def named(self, name: str) -> Made:
        """What stands under that name in the program; there must be just one."""
        (found,) = (made for made in self.made.values() if made.name == name)
        return found

    def get(self, id_: str) -> Made | None:
        """What has that id; None where it is gone."""
        return self.made.get(id_)

    def make(
        self, token: str, name: str, inputs: Properties, fill: Callable[[Made], Properties]
    ) -> Made:
        """Make a resource."""
        with self._lock:
            number = crc32(f"{token} {name}".encode()) % 10**8 + self._times[token, name]
            self._times[token, name] += 1
            made = Made(str(10**8 + number), token, name, number, inputs)
            made.outputs = {**fill(made), **inputs}
            self.made[made.id] = made
            return made

    def remove(self, id_: str) -> None:
        """Remove a resource; what is gone already is no error, as with real providers."""
        with self._lock:
            self.made.pop(id_, None)

    def quota(self, token: str, most: int) -> None:
        """Let no more than so many of a type stand."""
        self._quotas[token] = most

    def refuse(
        self, method: str, why: str, *, token: str = "", after: int = 0, times: int | None = None
    ) -> None:
        """Let calls of a method fail.

        Args:
            method: of the protocol: `Create`, `Configure` (credentials).
            why: what the provider says.
            token: of this type alone; empty: of every type.
            after: so many calls go well before.
            times: so many fail, later ones go well; None: all.
        """
        self._refusals.append(_Refusal(method, token, why, after, times))

    def relent(self) -> None:
        """Refuse nothing any more."""
        self._refusals.clear()
        self._quotas.clear()

    def refusal(self, method: str, token: str) -> str | None:
        """Why a call fails; None where it does not."""
        with self._lock:
            most = self._quotas.get(token)
            if method == "Create" and most is not None and len(self.of(token)) >= most:
                return f"quota exceeded: at most {most} of {token}"
            for each in self._refusals:
                if each.method != method or each.token not in ("", token) or each.times == 0:
                    continue
                if each.after:
                    each.after -= 1
                    continue
                if each.times is not None:
                    each.times -= 1
                return each.why
            return None

    def invent(self, shapes: Mapping[str, Any], made: Made) -> Properties:
        """Values of their types for what a cloud fills in: addresses, names, numbers."""
        return {
            name: _invented(name, shape, made)
            for name, shape in shapes.items()
            if name not in ("id", "urn") and name not in made.inputs
        }


def _invented(  # noqa: PLR0911 -- one answer for each kind of type
    name: str, shape: Any, made: Made, around: tuple[type, ...] = ()
) -> Any:
    """A value of a type; nothing for one that lies within itself, or within four others."""
    shape = _types.unwrap_type(shape)
    origin = typing.get_origin(shape) or shape
    if not isinstance(origin, type):
        return None
    if issubclass(origin, bool):
        return False
    if issubclass(origin, int | float):
        return made.number
    if issubclass(origin, str):
        return _text(name, made)
    if _types.is_output_type(origin):
        if origin in around or len(around) > _DEEPEST:
            return None
        inner = _types.output_type_types(origin)
        return {key: _invented(key, each, made, (*around, origin)) for key, each in inner.items()}
    if issubclass(origin, Mapping):
        return {}
    return [] if issubclass(origin, Sequence) else None


def _text(name: str, made: Made) -> str:
    if re.search(r"[iI]pv6", name):
        return f"2001:db8::{made.number % 0xFFFF:x}"
    if re.search(r"^ip(?![a-z])|^ipv|Ip(?![a-z])|[aA]ddress$", name):
        return f"198.{18 + made.number % 2}.{made.number // 500 % 250}.{made.number // 2 % 250 + 1}"
    if re.search(r"hostname|dns|fqdn", name.lower()):
        return f"{made.name}-{made.number}.example"
    return f"{made.name}-{name}-{made.number}"
