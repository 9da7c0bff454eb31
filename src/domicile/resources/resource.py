"""One resource, as a preview, a state or a plan shows it, and ways to look into it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, Final


class Hidden(Enum):
    """Stands for a value that is not to be had."""

    UNKNOWN = "not known before the resource is made"
    SECRET = "kept secret"  # noqa: S105 - a word for readers, not a password


UNKNOWN: Final = Hidden.UNKNOWN
SECRET: Final = Hidden.SECRET

_PART: Final = re.compile(r"\[([^\]]+)\]|([^.\[\]]+)")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])([A-Z])")


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider that a resource was given to."""

    package: str
    """Pulumi's package (`aws`), or Terraform's provider (`google`)."""
    name: str = ""
    """What the program calls it."""
    urn: str = ""
    """Its URN, or its address."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """How it is configured."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of any program."""

    urn: str
    """Pulumi's URN, or Terraform's address."""
    type: str
    """`aws:s3/bucket:Bucket`, or `aws_s3_bucket`."""
    name: str
    """What the program calls it."""
    inputs: Mapping[str, Any]
    """Plain data; `UNKNOWN` and `SECRET` stand for values that are not to be had."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """What it was made into; empty in a preview."""
    provider: Provider | None = None
    """Who makes it; None: its package's default provider, of which nothing is known."""
    parent: str = ""
    """URN of the resource that it lies in."""
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Input → URNs of the resources that it comes from; under `""`, all that it depends on."""
    terraform: bool = False
    """Whether names are Terraform's: `snake_case`, and every block a list."""

    def values(self, path: str) -> list[Any]:
        """Every value at a path of inputs, else of outputs; lists are entered, absent is empty.

        An output that is not known yet says nothing: where no input asked for it, the provider
        chooses it, and the ways that come after it may know what it will choose.
        """
        given = list(look_up(self.inputs, path, terraform=self.terraform))
        if given and UNKNOWN not in given:
            return given
        made = [
            value
            for value in look_up(self.outputs, path, terraform=self.terraform)
            if value is not UNKNOWN
        ]
        return made or given

    def needed_for(self, path: str) -> tuple[str, ...]:
        """URNs of the resources that an input at a path comes from."""
        first = parts(path)[0]
        names = _spellings(first) if self.terraform else (first,)
        return next((self.needs[name] for name in names if name in self.needs), ())


def look_up(held: Any, path: str, *, terraform: bool = False) -> Iterator[Any]:  # noqa: ANN401
    """Every value at a path; a hidden value on the way stands for all below it."""
    yield from _inside(held, parts(path), terraform)


@cache
def parts(path: str) -> tuple[str, ...]:
    """The keys of a path: `spec.nodeSelector.[topology.kubernetes.io/zone]`."""
    return tuple(bracketed or plain for bracketed, plain in _PART.findall(path))


def _inside(held: Any, keys: tuple[str, ...], terraform: bool) -> Iterator[Any]:  # noqa: ANN401
    if isinstance(held, Hidden):
        yield held
    elif isinstance(held, list | tuple):
        for each in held:
            yield from _inside(each, keys, terraform)
    elif not keys:
        if held is not None and held != "":
            yield held
    elif isinstance(held, Mapping):
        for key in _spellings(keys[0]) if terraform else keys[:1]:
            if held.get(key) is not None:
                yield from _inside(held[key], keys[1:], terraform)
                return


@cache
def _spellings(key: str) -> tuple[str, ...]:
    """How Terraform may name what Pulumi names so: a block is singular, a list of texts is not."""
    snake = snake_case(key)
    singular = f"{snake[:-3]}y" if snake.endswith("ies") else snake.removesuffix("s")
    return tuple(dict.fromkeys((snake, singular, key)))


def decoded(value: Any) -> Any:  # noqa: ANN401
    """A provider's setting: the engine keeps those that are no texts as JSON."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def snake_case(name: str) -> str:
    """`availabilityZone` → `availability_zone`."""
    return _HUMP.sub(lambda match: f"_{match.group(1)}", name).lower()
